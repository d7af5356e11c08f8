"""What a database holds: where in it a text stands, and what it keeps of every table, to compare two of them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect, select, text

from bot.dispatcher import Dispatcher
from storage import ledger
from storage.columns import table
from storage.database import Database
from storage.journal import Outbox


def places_of(database: Database, words: str) -> set[str]:
    """Every `table.column` of the database in which these words stand, whatever the type of the column."""
    return {place for place, value in _values(database) if words in value}


def _values(database: Database) -> Iterator[tuple[str, str]]:
    with database.read() as db:
        for name in inspect(db).get_table_names():
            for row in db.execute(text(f'SELECT * FROM "{name}"')).mappings():
                for column, value in row.items():
                    if isinstance(value, bytes | memoryview):
                        yield f"{name}.{column}", bytes(value).decode()
                    else:
                        yield f"{name}.{column}", str(value)


def told(database: Database) -> list[tuple[int, str, Any]]:
    """The messages that were promised: to whom, which text, and the count it mentions."""
    rows = table(Outbox)
    with database.read() as db:
        tells = db.execute(select(rows).where(rows.c.kind == "tell").order_by(rows.c.id)).mappings().all()
    return [(row["person_id"], row["body"]["text"], row["body"]["values"].get("count")) for row in tells]


def settle_all(dispatcher: Dispatcher, order: int = 1) -> int:
    """Settles what is due, as the clock does; `order` is the step in which the list is gone through."""
    with dispatcher.database.read() as db:
        due = list(ledger.due(db, dispatcher.clock.now()))
    for row in due[::order]:
        dispatcher.settle(row["conversation_id"], row["key"])
    return len(due)
