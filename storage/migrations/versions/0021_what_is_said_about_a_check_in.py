"""replies to check-ins, reactions to them, and who takes a call for help"""

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

WAITING = 0
"""The status of a message that has not been sent."""
LATE, LATE_BEFORE = "late_reply", "reply"
"""What the body of a reply that a platform took too late says its flow is; before, it had the name of a flow."""


def upgrade() -> None:
    op.create_table(
        "check_in_reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_in", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_check_in_reply_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in_reply")),
    )
    op.create_index(op.f("ix_check_in_reply_check_in"), "check_in_reply", ["check_in"])
    _create_versioned(
        "check_in_reaction",
        sa.Column("check_in", sa.String(), nullable=False),
        sa.Column("reaction", sa.String(), nullable=True),
    )
    op.create_index(op.f("ix_check_in_reaction_check_in"), "check_in_reaction", ["check_in"])
    _create_versioned("help_taken")
    _rename_late_replies(LATE_BEFORE, LATE)


def downgrade() -> None:
    _rename_late_replies(LATE, LATE_BEFORE)
    for name in ("help_taken", "check_in_reaction", "check_in_reply"):
        op.drop_table(name)


def _create_versioned(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f(f"fk_{name}_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    op.create_index(f"ix_{name}_states", name, ["series", "version"], unique=True)


def _rename_late_replies(before: str, after: str) -> None:
    """Messages that wait to be sent are found under the name that the program knows now."""
    outbox = sa.table(
        "outbox",
        sa.column("id", sa.Integer),
        sa.column("dedupe", sa.String),
        sa.column("status", sa.Integer),
        sa.column("body", sa.LargeBinary),
    )
    waiting = sa.select(outbox.c.id, outbox.c.body).where(
        outbox.c.status == WAITING, outbox.c.dedupe.startswith("reply:", autoescape=True)
    )
    rows: Sequence[Any] = op.get_bind().execute(waiting).all()
    for number, body in rows:
        said = orjson.loads(body)
        if said.get("flow") == before:
            changed = orjson.dumps({**said, "flow": after})
            op.execute(outbox.update().where(outbox.c.id == number).values(body=changed))
