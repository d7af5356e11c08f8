"""a last day is found by the clock, and a person has the region whose holidays hold"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STILL_HERE = sa.text("left_on IS NOT NULL AND status <> 'left'")


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("region", sa.String(), nullable=True))
        batch_op.create_index("ix_person_leaving", ["left_on"], postgresql_where=STILL_HERE, sqlite_where=STILL_HERE)


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_leaving")
        batch_op.drop_column("region")
