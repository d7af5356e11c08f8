"""Event messages: what was said about a win, a miss, coaching or praise, as it has to read now.

Its author can correct it or take it back for some minutes. A message that stands in a chat follows: the colleague it
was not about sees nothing more of it, and what was said in public is edited in public.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, RowMapping

from flows.catalog import Catalog
from flows.message import Badge, Message, message
from flows.page import Reader
from storage.directory import someone
from storage.events import LoggedEntry, entry_of
from storage.json_values import read
from storage.ledger import Row
from storage.references import Who

PUBLIC = "channel"
"""The kind of a message that everyone reads."""
DESCRIBES = ("card", "kept", "now", "public", "saved")
"""How the texts begin that say what an event is; other messages about it tell what was said of it."""


def event_message(db: Connection, texts: Catalog, reader: Reader, row: Row) -> Message | None:
    """A message that is about an event, with its badges; None where what it is about is no event."""
    entry = entry_of(db, str(row["about"]))
    if entry is None:
        return None
    said = _as_it_reads_now(db, texts, reader, row, entry)
    return replace(said, badges=badges_of(texts, reader.language, entry))


def badges_of(texts: Catalog, language: str, entry: LoggedEntry) -> tuple[Badge, ...]:
    """What kind of event it is, after the sign of one that keeps a chat message as evidence."""
    kinds = ("evidence", entry.kind) if entry.is_evidence else (entry.kind,)
    return tuple(Badge(kind, texts.say(language, f"desk.kinds.{kind}")) for kind in kinds)


def _as_it_reads_now(db: Connection, texts: Catalog, reader: Reader, row: Row, entry: LoggedEntry) -> Message:
    body = row["body"]
    values = read(body["values"])

    def say(values: Mapping[str, Any], buttons: Any = ()) -> Message:
        return message(texts, reader, body["flow"], body["text"], values, buttons)

    def note(key: str) -> str:
        return texts.say(reader.language, f"told.event.{key}", {"person": someone(db, entry.author)}, reader.zone)

    if not body["text"].startswith(DESCRIBES):
        said = say(values, body.get("buttons") or ())
        return said if entry.events else Message(f"{said.text}\n{note('taken_back')}", ())
    is_authors = row["person_id"] == entry.author and row.get("kind") != PUBLIC
    events = entry.events if is_authors or row.get("kind") == PUBLIC else _of_reader(entry, row)
    if not events:
        return Message(note("taken_back_own" if is_authors else "taken_back"), ())
    now = dict(values)
    if "what" in values:
        now["what"] = events[0]["text"]
    if "person" in values:
        now["person"] = _subjects(db, events, values["person"])
    if now == values:
        return say(values, body.get("buttons") or ())
    if is_authors and now.get("person") != values.get("person"):
        return Message(note("corrected_below"), ())
    corrected = say(now, body.get("buttons") or ())
    return corrected if is_authors else replace(corrected, text=f"{corrected.text}\n{note('corrected')}")


def _of_reader(entry: LoggedEntry, row: Row) -> list[RowMapping]:
    return [each for each in entry.events if each["subject_id"] == row["person_id"]]


def _subjects(db: Connection, events: Any, before: Any) -> Who | tuple[Who, ...]:
    """Whom the events are about now, in the form and, as far as they are the same, in the order of before."""
    now = [each["subject_id"] for each in events]
    known = [before.id] if isinstance(before, Who) else [each.id for each in before]
    if set(now) == set(known):
        return before  # type: ignore[no-any-return]  # it came out of a message as it was written
    ordered = [*(each for each in known if each in now), *(each for each in now if each not in known)]
    people = tuple(someone(db, each) for each in ordered)
    return people[0] if len(people) == 1 else people
