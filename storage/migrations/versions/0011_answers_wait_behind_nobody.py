"""answers that a platform did not take at once are found without looking through all that waits"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REPLY = "status = 0 AND urgency = 0"


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_reply", ["due_at"], unique=False, sqlite_where=sa.text(REPLY), postgresql_where=sa.text(REPLY)
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_reply")
