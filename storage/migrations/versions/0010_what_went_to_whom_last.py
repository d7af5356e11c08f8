"""what somebody was sent last is found without reading all of it; a bundle told as a line of itself waits again"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_person_id"))
        batch_op.drop_index(
            "ix_outbox_unasked",
            sqlite_where=sa.text("urgency > 0 AND status IN (1, 2)"),
            postgresql_where=sa.text("urgency > 0 AND status IN (1, 2)"),
        )
        batch_op.create_index("ix_outbox_person", ["person_id", "status", "done_at"], unique=False)

    op.execute("UPDATE outbox SET status = 0, bundle_id = NULL WHERE status = 5 AND bundle_id = id")


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_person")
        batch_op.create_index(batch_op.f("ix_outbox_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_unasked",
            ["person_id", "done_at"],
            unique=False,
            sqlite_where=sa.text("urgency > 0 AND status IN (1, 2)"),
            postgresql_where=sa.text("urgency > 0 AND status IN (1, 2)"),
        )
