"""who is who in teams"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "teams_pace",
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name=op.f("pk_teams_pace")),
    )
    op.create_table(
        "teams_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(), nullable=False),
        sa.Column("object_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=True),
        sa.Column("service_url", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_teams_identity_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams_identity")),
        sa.UniqueConstraint("person_id", name=op.f("uq_teams_identity_person_id")),
        sa.UniqueConstraint("tenant", "object_id", name=op.f("uq_teams_identity_tenant_object_id")),
    )
    op.create_table(
        "teams_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("activity", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_teams_message_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams_message")),
        sa.UniqueConstraint("event", name=op.f("uq_teams_message_event")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_teams_message_outbox_id")),
    )
    with op.batch_alter_table("teams_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_teams_message_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_teams_message_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("teams_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teams_message_person_id"))
        batch_op.drop_index(batch_op.f("ix_teams_message_conversation_id"))

    op.drop_table("teams_message")
    op.drop_table("teams_identity")
    op.drop_table("teams_pace")
