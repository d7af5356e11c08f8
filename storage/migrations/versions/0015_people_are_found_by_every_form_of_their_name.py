"""people are found by every form of their name: given name alone, family name alone, without accents, by handle"""

import sqlalchemy as sa
from alembic import op

from storage.name_forms import keep_forms

revision = "0015"
down_revision = "0012"
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


def downgrade() -> None:
    op.drop_table("name_form")
