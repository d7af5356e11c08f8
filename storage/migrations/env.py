"""Alembic's entry: runs the migrations on the connection it is handed.

Our own column types are written into a migration as the plain types they are kept in, so that an old
migration never depends on today's code.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import String, TypeDecorator
from sqlmodel import SQLModel

from storage import tables
from storage.columns import ExactDecimal, Json, UtcDateTime

OURS = frozenset(tables.NAMES)
"""What a migration may create: a table that some other program, or a test, has put into the metadata is not ours."""
DBOS = frozenset(
    {
        "application_versions",
        "dbos_migrations",
        "notifications",
        "operation_outputs",
        "queues",
        "streams",
        "workflow_events",
        "workflow_events_history",
        "workflow_input",
        "workflow_output",
        "workflow_schedules",
        "workflow_status",
    }
)
"""What the engine of delivery keeps beside our tables in a SQLite file; on PostgreSQL it has a schema of its own."""


def render_item(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    if kind != "type":
        return False
    match item:
        case UtcDateTime():
            return "sa.DateTime(timezone=True)"
        case Json():
            return "sa.LargeBinary()"
        case ExactDecimal():
            return "sa.String(40)"
        case TypeDecorator(impl=String()):
            return "sa.String()"
        case _:
            return False


def is_ours(thing: Any, name: str | None, kind: str, reflected: bool, _: Any) -> bool:
    return kind != "table" or name in OURS or (reflected and name not in DBOS)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render_item,
    include_object=is_ours,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
