"""An idle minute: what a process asks whenever it ticks is answered by an index, however long the tables grow.

PostgreSQL is asked for the plan it has when it knows no parameter: an index of some rows alone is of use only to a
statement that says in its own words that it wants just those.
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.app import speaking, upkeep
from bot.dispatcher import Dispatcher
from bot.settings import Settings
from storage.database import Database

GROWING = "weekly_prompt|open_ask|conversation|entry|outbox|snooze|meeting_reminder|sent_message"


@pytest.mark.postgres
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_no_tick_reads_a_growing_table_from_end_to_end(database: Database, dispatcher: Dispatcher) -> None:
    asked: dict[str, Mapping[str, Any]] = {}

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_: Connection, __: object, statement: str, parameters: Mapping[str, Any], *___: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked[statement] = parameters

    for tick in (*upkeep(dispatcher), *speaking(dispatcher, Settings())):
        for _ in tick.work():
            pass
    plans = {statement: _plan(database, statement) for statement in tuple(asked)}
    whole = {statement: plan for statement, plan in plans.items() if re.search(rf"Seq Scan on ({GROWING})\b", plan)}
    assert whole == {}
    assert any("ix_weekly_prompt_due" in plan for plan in plans.values())


def _plan(database: Database, statement: str) -> str:
    """How a statement is carried out by whoever does not know its parameters, if an index can be used at all."""
    numbers: dict[str, int] = {}
    numbered = re.sub(r"%\((\w+)\)s", lambda found: f"${numbers.setdefault(found[1], len(numbers) + 1)}", statement)
    with database.engine.connect() as db:
        db.exec_driver_sql("SET enable_seqscan = off")
        return "\n".join(db.exec_driver_sql(f"EXPLAIN (GENERIC_PLAN) {numbered}").scalars())
