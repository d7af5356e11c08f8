"""Told: a message of a flow as it has to read now, before any surface shows it.

What an announcement says is looked up when its message is shown, so that one that waits says the newest, and one that
was sent can be changed in its place. Its author's own message says how far it is, and has the buttons that fit.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from bot.checkin_messages import about_checkin
from bot.digest_message import DIGEST, digest_message
from bot.event_messages import event_message
from bot.notices import notice_for, title_of, trial_for
from bot.shortening import first_line, shortened
from flows.catalog import Catalog, MissingText, MissingValue
from flows.message import Message, message
from flows.page import Reader
from storage import bundles, ledger
from storage.announcements import current
from storage.attention import BUNDLE, is_bundle
from storage.broadcasts import LISTS, Going, broadcast_row, counts, first_due
from storage.confirmations import confirmation
from storage.directory import someone
from storage.json_values import read, written
from storage.ledger import Row
from storage.references import When
from storage.wordings import PROGRESS, REMINDER

TRIAL = ("announce", "trial")
"""The message that brings an announcement to its author alone."""
LONGEST = 160
"""Characters of any other message that is a line of another."""
MOST_TOLD = 2000
"""Characters of an announcement that is a line of another message."""


def told(db: Connection, texts: Catalog, reader: Reader, row: Row) -> Message:
    """A promised message, by its `body` and what it is `about`; raises `MissingText` or `MissingValue`."""
    if is_bundle(row):
        return _bundle(db, texts, reader, row)
    body, about = row["body"], str(row["about"] or "")
    values, buttons = read(body["values"]), body.get("buttons") or ()
    if (body["flow"], body["text"]) == DIGEST:
        return digest_message(db, texts, reader, values)
    if (body["flow"], body["text"]) == TRIAL:
        return trial_for(db, texts, reader, row["person_id"], values)
    series = about.removeprefix(PROGRESS).removeprefix(REMINDER)
    newest = current(db, series) if series else None
    if newest is None and about and (said := event_message(db, texts, reader, row)):
        return said
    if newest is None:
        return about_checkin(db, texts, reader, row) or message(
            texts, reader, body["flow"], body["text"], values, buttons
        )
    title = title_of(newest)
    under_way = broadcast_row(db, series)
    state = under_way["state"] if under_way else Going.on
    if about.startswith(PROGRESS):
        values = values | {"title": title}
        controls = [
            *buttons,
            *((name, written({"announcement": series})) for name in controls_for(db, newest, under_way)),
        ]
        said = message(texts, reader, body["flow"], body["text"], values, controls)
        far = how_far(db, texts, reader, newest, under_way)
        return replace(said, text=f"{said.text}\n{far}") if far else said
    if state == Going.withdrawn and under_way:
        by = someone(db, under_way["changed_by"])
        return Message(texts.say(reader.language, "told.withdrawn", {"title": title, "person": by}, reader.zone), ())
    lead = f"told.notice.leads.{body['text']}"
    before = texts.say(reader.language, lead) if texts.has(reader.language, lead) else ""
    return notice_for(db, texts, reader, newest, row["person_id"], before)


def sums_up(body: Mapping[str, Any]) -> bool:
    """Whether a message tells what several people said, or several things, so that it is the word of nobody."""
    return body.get("flow") in (BUNDLE, DIGEST[0])


def several(db: Connection, texts: Catalog, reader: Reader, rows: Sequence[RowMapping]) -> Mapping[str, Any]:
    """What a message is filled in with that tells others, a line for each."""
    return {"count": len(rows), "lines": "\n".join(f"• {_line(db, texts, reader, row)}" for row in rows)}


def _bundle(db: Connection, texts: Catalog, reader: Reader, row: Row) -> Message:
    """A message that tells several, as they read by now; one of them that cannot be said any more leaves all as is."""
    body, number = row["body"], row.get("outbox_id") or row.get("id")
    values = read(body["values"])
    rows = bundles.told_in(db, row["person_id"], number) if number else ()
    if rows:
        with suppress(MissingText, MissingValue):
            values = several(db, texts, reader, rows)
    return message(texts, reader, body["flow"], body["text"], values)


def _line(db: Connection, texts: Catalog, reader: Reader, row: RowMapping) -> str:
    """A message in one line; what was announced is told whole, because it stands nowhere else."""
    if row["kind"] == "ask":
        conversation = ledger.conversation_row(db, row["conversation_id"])
        assert conversation, "an ask is part of a conversation"
        return texts.say(reader.language, f"{conversation['flow']}.waiting", read(conversation["params"]), reader.zone)
    text = told(db, texts, reader, row).text
    return shortened(text, MOST_TOLD) if row["about"] else first_line(text, LONGEST)


def is_over(db: Connection, row: Row) -> bool:
    """Whether nobody needs a message any more that was promised: a reminder of what was confirmed meanwhile."""
    about = str(row["about"] or "")
    return about.startswith(REMINDER) and confirmation(db, about.removeprefix(REMINDER), row["person_id"]) is not None


def controls_for(db: Connection, newest: RowMapping, under_way: RowMapping | None) -> tuple[str, ...]:
    """The flows that can be started about an announcement that was sent, in the state it is in."""
    return tuple(_controls(newest, under_way, scheduled_for(db, newest, under_way))) if under_way else ()


def _controls(newest: RowMapping, under_way: RowMapping, scheduled: datetime | None) -> Iterator[str]:
    state = under_way["state"]
    is_live = state in (Going.on, Going.paused)
    if is_live and scheduled:
        yield "reschedule"
    if is_live and not under_way["is_settled"]:
        yield "resume" if state == Going.paused else "hold"
        yield "cancel"
    if is_live and under_way["is_settled"]:
        if newest["needs_acknowledgement"]:
            yield "remind"
        if under_way["failed"] or under_way["skipped"]:
            yield "retry"
        yield "extend"
    if state != Going.withdrawn:
        yield "revise"
        yield "withdraw"


def how_far(
    db: Connection,
    texts: Catalog,
    reader: Reader,
    newest: RowMapping,
    under_way: RowMapping | None,
    counted: Mapping[str, int] | None = None,
) -> str:
    """How far an announcement is, by these numbers or as it was counted last; nothing before that."""
    scheduled = scheduled_for(db, newest, under_way)
    if under_way is None or (counted is None and under_way["counted_at"] is None and scheduled is None):
        return ""
    numbers = {name: (counted or under_way)[name] for name in LISTS}
    state = under_way["state"]
    if scheduled and state == Going.on:
        values = {"at": When(scheduled), "count": counts(db, newest["series"])["waiting"]}
        return texts.say(reader.language, "told.progress.scheduled", values, reader.zone)
    key = "done" if state == Going.on and not numbers["waiting"] else state
    by = someone(db, under_way["changed_by"]) if under_way["changed_by"] else None
    values = {**numbers, "all": sum(numbers.values()), "person": by}
    return texts.say(reader.language, f"told.progress.{key}", values, reader.zone)


def scheduled_for(db: Connection, newest: RowMapping, under_way: RowMapping | None) -> datetime | None:
    """When the first message of an announcement goes out, until that moment; as it was when it was counted last."""
    gone = LISTS[1:]
    if under_way is None or any(under_way[name] for name in gone):
        return None
    due = first_due(db, newest["series"])
    return due if due and due > (under_way["counted_at"] or newest["saved_at"]) else None
