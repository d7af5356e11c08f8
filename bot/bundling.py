"""Bundling: what would have been too many messages for somebody's week, put together into one in their language.

`storage.attention` holds a message back; here those that wait for the same person become the lines of one message,
and what comes while that waits joins it. One that waits alone goes by itself when its time comes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from bot.dispatcher import Dispatcher
from bot.logs import went_wrong
from bot.told import several
from bot.visit import Repertoire
from flows.page import Reader
from storage import bundles
from storage.attention import BUNDLE
from storage.directory import person_row
from storage.habits import is_place
from storage.json_values import written

AT_ONCE = 20
"""People whose messages are put together in one transaction."""


def fold_held(dispatcher: Dispatcher) -> Iterator[int]:
    """Puts together what waits; says how many messages became lines of others."""
    database = dispatcher.database
    with database.read() as db:
        people, outdated = bundles.to_fold(db), [row["id"] for row in bundles.outdated(db)]
    for first in range(0, len(people), AT_ONCE):
        with database.write() as db:
            folded = sum(_fold(dispatcher.repertoire, db, person) for person in people[first : first + AT_ONCE])
        yield folded
    if outdated:
        with database.write() as db:
            for row in bundles.outdated(db):
                _rewrite(dispatcher.repertoire, db, row["person_id"], row["id"])
        yield 0


def _fold(known: Repertoire, db: Connection, person: int) -> int:
    try:
        with db.begin_nested():
            held = bundles.held(db, person)
            waiting = bundles.waiting_bundle(db, person)
            if not held or (waiting is None and len(held) < 2):
                return 0
            bundle = waiting["id"] if waiting else bundles.begin(db, held, body_of(known, db, person, held))
            bundles.fold(db, held, bundle)
            if waiting:
                _rewrite(known, db, person, bundle)
            return len(held)
    except Exception as error:  # noqa: BLE001  # what cannot be put together goes by itself
        went_wrong("messages could not be put together", error, person=person)
        return 0


def _rewrite(known: Repertoire, db: Connection, person: int, bundle: int) -> None:
    rows = bundles.folded(db, bundle)
    bundles.rewrite(db, bundle, body_of(known, db, person, rows), empty=not rows)


def body_of(known: Repertoire, db: Connection, person: int, rows: Sequence[RowMapping]) -> Mapping[str, Any]:
    """The body of a message that tells others, as they read now."""
    values = written(several(db, known.texts, _reader(db, person), rows))
    return {"flow": BUNDLE, "text": bundles.TEXT, "values": values, "buttons": []}


def _reader(db: Connection, person: int) -> Reader:
    row = person_row(db, person)
    zone = row["time_zone"] if is_place(row["time_zone"]) else "UTC"
    return Reader(row["locale"], ZoneInfo(zone))
