"""who is who in slack"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "slack_pace",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_slack_pace")),
    )
    op.create_table(
        "slack_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_slack_identity_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_identity")),
        sa.UniqueConstraint("team", "person_id", name=op.f("uq_slack_identity_team_person_id")),
        sa.UniqueConstraint("team", "user", name=op.f("uq_slack_identity_team_user")),
    )
    with op.batch_alter_table("slack_identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slack_identity_person_id"), ["person_id"], unique=False)

    op.create_table(
        "slack_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_slack_message_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_message")),
        sa.UniqueConstraint("event", name=op.f("uq_slack_message_event")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_slack_message_outbox_id")),
    )
    with op.batch_alter_table("slack_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slack_message_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slack_message_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("slack_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slack_message_person_id"))
        batch_op.drop_index(batch_op.f("ix_slack_message_conversation_id"))

    op.drop_table("slack_message")
    with op.batch_alter_table("slack_identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slack_identity_person_id"))

    op.drop_table("slack_identity")
    op.drop_table("slack_pace")
