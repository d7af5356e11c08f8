"""Help: what the bot can do and what is open for a person, said whenever it does not understand."""

from collections.abc import Mapping

from sqlalchemy import Connection

from bot.replies import CommandHelp, Help, Waiting
from flows.catalog import Catalog
from flows.core import Flow, Register
from flows.page import At, Composer, Reader
from storage import ledger
from storage.references import read


def waiting_for(
    db: Connection, register: Register, composer: Composer, person: int, reader: Reader
) -> tuple[Waiting, ...]:
    """What waits for a person, most pressing first."""
    texts = composer.texts
    found = []
    for row in ledger.open_for(db, person):
        flow = register.running(row["flow"], row["flow_version"])
        title = texts.say(reader.language, f"{flow.name}.waiting", read(row["params"]), reader.zone)
        due = row["due_at"]
        due_text = texts.say(reader.language, "chrome.due", {"due": due}, reader.zone) if due else ""
        found.append(Waiting(At(row["conversation_id"], row["key"]), title, due, due_text))
    return tuple(sorted(found, key=lambda each: (each.due is None, each.due.timestamp() if each.due else 0)))


def help_for(
    commands: Mapping[str, Flow],
    texts: Catalog,
    language: str,
    waiting: tuple[Waiting, ...],
    *,
    not_understood: bool = False,
) -> Help:
    def of(name: str, flow: Flow) -> CommandHelp:
        return CommandHelp(name, texts.say(language, f"{flow.name}.about"), texts.say(language, f"{flow.name}.usage"))

    intro = texts.say(language, "chrome.not_understood" if not_understood else "chrome.help_intro")
    title = texts.say(language, "chrome.open_for_you", {"count": len(waiting)})
    return Help(intro, tuple(of(name, flow) for name, flow in sorted(commands.items())), title, waiting)
