"""each version of a thing is there once, and the database holds it so"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

VERSIONED = (
    "announcement",
    "asking_day",
    "check_in",
    "goal",
    "key_event",
    "leave",
    "meeting",
    "pause",
    "preference",
)


def upgrade() -> None:
    for name in VERSIONED:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{name}_series"))
            batch_op.create_index(f"ix_{name}_states", ["series", "version"], unique=True)


def downgrade() -> None:
    for name in VERSIONED:
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{name}_states")
            batch_op.create_index(batch_op.f(f"ix_{name}_series"), ["series"], unique=False)
