"""Messages about a check-in, as they read now: who takes a call for help, and nothing once the check-in is private."""

from dataclasses import replace

from sqlalchemy import Connection

from flows.catalog import Catalog
from flows.message import Message, message
from flows.page import Reader
from storage.checkin_replies import taken_by
from storage.checkins import private_owner
from storage.directory import someone
from storage.json_values import read
from storage.ledger import Row

HELP = ("checkin", "help_wanted")
"""The message that brings a call for help."""
TAKE = "take"


def about_checkin(db: Connection, texts: Catalog, reader: Reader, row: Row) -> Message | None:
    """A promised message that is different by now, because of what became of its check-in; None for any other."""
    body, series = row["body"], str(row["about"] or "")
    owner = private_owner(db, series) if series else None
    if owner is not None and owner != row["person_id"]:
        return Message(texts.say(reader.language, "told.private", {"person": someone(db, owner)}), ())
    if (body["flow"], body["text"]) != HELP or (taker := taken_by(db, series)) is None:
        return None
    asked = message(texts, reader, *HELP, read(body["values"]), read(body.get("buttons") or ()))
    who = {"person": someone(db, taker)}
    note = texts.say(reader.language, "told.taken_by_you" if taker == row["person_id"] else "told.taken", who)
    left = tuple(each for each in asked.buttons if each.flow != TAKE)
    return replace(asked, text=f"{asked.text}\n{note}", buttons=left)
