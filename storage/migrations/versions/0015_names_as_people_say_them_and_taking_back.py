"""people are found by every form of their name, and what was logged by mistake can be taken back"""

import sqlalchemy as sa
from alembic import op

from storage.name_forms import keep_forms

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    form = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "name_form",
        sa.Column("form", form, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_name_form_person_id")),
        sa.PrimaryKeyConstraint("form", "person_id", name=op.f("pk_name_form")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("name_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_form_person_id"), ["person_id"], unique=False)
    keep_forms(op.get_bind())
    with op.batch_alter_table("key_event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(), server_default="logged", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("key_event", schema=None) as batch_op:
        batch_op.drop_column("state")
    op.drop_table("name_form")
