"""what is due is found in its order, and answers that a platform did not take at once without looking through it all"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LOOSE, ANSWER = "status = 0 AND chunk IS NULL", "status = 0 AND urgency = -1"


def _due(columns: list[str]) -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_due", sqlite_where=sa.text(LOOSE), postgresql_where=sa.text(LOOSE))
        batch_op.create_index(
            "ix_outbox_due", columns, unique=False, sqlite_where=sa.text(LOOSE), postgresql_where=sa.text(LOOSE)
        )


def upgrade() -> None:
    _due(["due_at", "id"])
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_answer", ["due_at"], unique=False, sqlite_where=sa.text(ANSWER), postgresql_where=sa.text(ANSWER)
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_answer", sqlite_where=sa.text(ANSWER), postgresql_where=sa.text(ANSWER))
    _due(["due_at"])
