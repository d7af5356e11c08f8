"""Help: what the bot can do and what is open for a person."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, RowMapping

from bot.composing import composed
from bot.replies import CommandHelp, Give, Help, Proposal, ToConfirm, Waiting
from flows.catalog import Catalog
from flows.command_names import HELP, CommandNames
from flows.core import Flow, Register
from flows.fields import Line, Paragraph, fields_of
from flows.page import At, Composer, Reader
from flows.steps import snake
from storage import ledger
from storage.json_values import read

FIRST = 5
"""Commands that help names before the rest is asked for."""
ALL = "all"
"""What follows `/help` to ask for the rest."""
BEGINNING = 48
"""Characters of what was typed that are shown to tell one unfinished page from another."""


def waiting_for(
    db: Connection, register: Register, composer: Composer, person: int, reader: Reader
) -> tuple[Waiting, ...]:
    """What waits for a person, most pressing first."""
    texts = composer.texts
    begun = {row["conversation_id"] for row in unfinished(db, register, person)}

    def line(row: RowMapping) -> Waiting:
        made = composed(f"waiting {row['conversation_id']}", lambda: _waiting(register, texts, row, reader, begun))
        at = At(row["conversation_id"], row["key"])
        return made or Waiting(at, texts.say(reader.language, "chrome.unshown"), None, "")

    found = [line(row) for row in ledger.open_for(db, person)]
    return tuple(sorted(found, key=lambda each: (each.due is None, each.due.timestamp() if each.due else 0)))


def _waiting(register: Register, texts: Catalog, row: RowMapping, reader: Reader, begun: Collection[int]) -> Waiting:
    flow = register.running(row["flow"], row["flow_version"])
    title = texts.say(reader.language, f"{flow.name}.waiting", read(row["params"]), reader.zone)
    own = row["conversation_id"] in begun
    if own and (words := _beginning(flow, row)):
        title = texts.say(reader.language, "chrome.begun", {"title": title, "words": words})
    due = row["due_at"]
    due_text = texts.say(reader.language, "chrome.due", {"due": due}, reader.zone) if due else ""
    return Waiting(At(row["conversation_id"], row["key"]), title, due, due_text, own, bool(row["draft"]))


def unfinished(db: Connection, register: Register, person: int) -> tuple[RowMapping, ...]:
    """The open pages of what the person began and may discard, last shown first."""
    begun = ledger.begun_by(db, person)
    return tuple(row for row in begun if _is_repeatable(register, row))


def _is_repeatable(register: Register, row: RowMapping) -> bool:
    flow = register.flows.get((row["flow"], row["flow_version"]))
    return flow is not None and flow.once is None


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
    names: CommandNames,
    texts: Catalog,
    language: str,
    waiting: tuple[Waiting, ...],
    confirm: tuple[ToConfirm, ...] = (),
    *,
    everything: bool = False,
) -> Help:
    """What a person can do, in the order of `commands`: the first few, unless `everything` is asked for."""
    known = [command_help(name, flow, names, texts, language) for name, flow in commands.items()]
    some = known if everything else known[:FIRST]
    all_of_them = Proposal(texts.say(language, "chrome.all_commands"), Give(HELP, ALL))
    return Help(
        texts.say(language, "chrome.help_intro"),
        tuple(some),
        texts.say(language, "chrome.open_for_you", {"count": len(waiting) + len(confirm)}),
        waiting,
        confirm,
        all_of_them if len(some) < len(known) else None,
    )


def command_help(name: str, flow: Flow, names: CommandNames, texts: Catalog, language: str) -> CommandHelp:
    about, usage = (texts.say(language, f"{flow.name}.{key}") for key in ("about", "usage"))
    return CommandHelp(name, names.shown_in(language, name), about, usage)
