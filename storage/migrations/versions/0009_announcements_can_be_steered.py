"""announcements can be steered: paused, stopped, tried again, changed and withdrawn, with what was sent before"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wording",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_spread", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_wording")),
    )
    op.create_table(
        "broadcast",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_settled", sa.Boolean(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_broadcast_changed_by_person")),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_broadcast")),
    )
    op.create_table(
        "announcement_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("announcement", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_announcement_order_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_order")),
    )
    with op.batch_alter_table("announcement_order", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcement_order_announcement"), ["announcement"], unique=False)
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remind_after", sa.Integer(), nullable=True))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_about"))
        batch_op.create_index("ix_outbox_about", ["about", "person_id", "status"], unique=False)
    with op.batch_alter_table("sent_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.add_column(sa.Column("chunk", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_sent_message_about",
            ["about", "revision"],
            unique=False,
            sqlite_where=sa.text("about IS NOT NULL"),
            postgresql_where=sa.text("about IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_sent_message_chunk",
            ["chunk"],
            unique=False,
            sqlite_where=sa.text("chunk IS NOT NULL"),
            postgresql_where=sa.text("chunk IS NOT NULL"),
        )

    op.execute("""
        UPDATE sent_message SET about = (SELECT o.about FROM outbox o WHERE o.id = sent_message.outbox_id)
        WHERE outbox_id IN (SELECT id FROM outbox WHERE about IS NOT NULL)
    """)
    op.execute("""
        INSERT INTO broadcast (series, state, waiting, sent, failed, skipped, is_settled)
        SELECT series, 'on', 0, 0, 0, 0, false FROM announcement WHERE current
    """)


def downgrade() -> None:
    op.execute("UPDATE outbox SET status = 0 WHERE status = 6")
    with op.batch_alter_table("sent_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_sent_message_chunk",
            sqlite_where=sa.text("chunk IS NOT NULL"),
            postgresql_where=sa.text("chunk IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_sent_message_about",
            sqlite_where=sa.text("about IS NOT NULL"),
            postgresql_where=sa.text("about IS NOT NULL"),
        )
        batch_op.drop_column("retry_at")
        batch_op.drop_column("chunk")
        batch_op.drop_column("revision")
        batch_op.drop_column("about")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_about")
        batch_op.create_index(batch_op.f("ix_outbox_about"), ["about"], unique=False)
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.drop_column("remind_after")
    with op.batch_alter_table("announcement_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcement_order_announcement"))
    op.drop_table("announcement_order")
    op.drop_table("broadcast")
    op.drop_table("wording")
