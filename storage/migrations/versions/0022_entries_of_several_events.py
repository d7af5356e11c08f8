"""which events were logged together, so that an entry is corrected or taken back as one"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("key_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entry", sa.String(), nullable=True))
        batch_op.create_index("ix_key_event_entry", ["entry"])


def downgrade() -> None:
    with op.batch_alter_table("key_event", schema=None) as batch_op:
        batch_op.drop_index("ix_key_event_entry")
        batch_op.drop_column("entry")
