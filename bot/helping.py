"""Help: what the bot can do and what is open for a person, said whenever it does not understand."""

from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping

from bot.replies import CommandHelp, Help, ToConfirm, Waiting
from flows.catalog import Catalog
from flows.core import Flow, Register
from flows.fields import Line, Paragraph, fields_of
from flows.page import At, Composer, Reader
from flows.steps import snake
from storage import ledger
from storage.references import read

BEGINNING = 48
"""Characters of what was typed that are shown to tell one unfinished page from another."""


def waiting_for(
    db: Connection, register: Register, composer: Composer, person: int, reader: Reader
) -> tuple[Waiting, ...]:
    """What waits for a person, most pressing first."""
    texts = composer.texts
    begun = {row["conversation_id"] for row in unfinished(db, register, person)}
    found = []
    for row in ledger.open_for(db, person):
        flow = register.running(row["flow"], row["flow_version"])
        title = texts.say(reader.language, f"{flow.name}.waiting", read(row["params"]), reader.zone)
        own = row["conversation_id"] in begun
        if own and (words := _beginning(flow, row)):
            title = texts.say(reader.language, "chrome.begun", {"title": title, "words": words})
        due = row["due_at"]
        due_text = texts.say(reader.language, "chrome.due", {"due": due}, reader.zone) if due else ""
        found.append(Waiting(At(row["conversation_id"], row["key"]), title, due, due_text, own))
    return tuple(sorted(found, key=lambda each: (each.due is None, each.due.timestamp() if each.due else 0)))


def unfinished(db: Connection, register: Register, person: int) -> tuple[RowMapping, ...]:
    """The open pages of what the person began and may discard, last shown first."""
    begun = ledger.begun_by(db, person)
    return tuple(row for row in begun if register.running(row["flow"], row["flow_version"]).once is None)


def _beginning(flow: Flow, row: RowMapping) -> str:
    """The first words that were typed into a page, or else with the command; of choices and numbers none."""
    forms = {snake(form.__name__): form for form in flow.forms}
    form = forms.get(row["key"].partition(":")[0])
    worded = [field.name for field in fields_of(form) if isinstance(field.kind, Line | Paragraph)] if form else []
    typed = [str(row["draft"].get(name) or "") for name in worded]
    words = " ".join(next(filter(str.strip, [*typed, str(row["params"].get("line") or "")]), "").split())
    return words if len(words) <= BEGINNING else words[: BEGINNING - 1].rstrip() + "…"


def help_for(
    commands: Mapping[str, Flow],
    texts: Catalog,
    language: str,
    waiting: tuple[Waiting, ...],
    confirm: tuple[ToConfirm, ...] = (),
    *,
    not_understood: bool = False,
) -> Help:
    def of(name: str, flow: Flow) -> CommandHelp:
        return CommandHelp(name, texts.say(language, f"{flow.name}.about"), texts.say(language, f"{flow.name}.usage"))

    intro = texts.say(language, "chrome.not_understood" if not_understood else "chrome.help_intro")
    title = texts.say(language, "chrome.open_for_you", {"count": len(waiting) + len(confirm)})
    return Help(intro, tuple(of(name, flow) for name, flow in sorted(commands.items())), title, waiting, confirm)
