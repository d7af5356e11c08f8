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

assert tables.ALL, "importing the tables fills the metadata"


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


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
