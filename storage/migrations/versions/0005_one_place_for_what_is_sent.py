"""one place for what is sent: accounts, messages and paces of every platform in one table each"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pace",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_pace")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("handle", sa.String(), nullable=True),
        sa.Column("chat", sa.String(), nullable=True),
        sa.Column("service_url", sa.String(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("welcomed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("platform", "place", "person_id", name=op.f("uq_account_platform_place_person_id")),
        sa.UniqueConstraint("platform", "place", "user", name=op.f("uq_account_platform_place_user")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_account_teams_person",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("platform = 'teams'"),
            postgresql_where=sa.text("platform = 'teams'"),
        )

    op.create_table(
        "sent_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.String(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("chat", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("service_url", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(), nullable=True),
        sa.Column("shown", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sent_message_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_message")),
        sa.UniqueConstraint("event", name=op.f("uq_sent_message_event")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_sent_message_outbox_id")),
    )
    with op.batch_alter_table("sent_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_message_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sent_message_person_id"), ["person_id"], unique=False)

    op.execute("""
        INSERT INTO account (platform, place, "user", person_id, chat, checked_at, used_at)
        SELECT 'slack', team, "user", person_id, channel, checked_at, checked_at FROM slack_identity
    """)
    op.execute("""
        INSERT INTO account
            (platform, place, "user", person_id, handle, chat, service_url, checked_at, used_at, welcomed_at)
        SELECT 'teams', tenant, object_id, person_id, "user", chat, service_url, found_at, found_at, welcomed_at
        FROM teams_identity
    """)
    op.execute("""
        INSERT INTO sent_message
            (platform, place, outbox_id, event, person_id, chat, name, conversation_id, key, shown, at)
        SELECT 'slack', team, outbox_id, event, person_id, channel, ts, conversation_id, key, shown, at
        FROM slack_message WHERE shown <> 'sending' OR outbox_id IS NULL
    """)
    op.execute("""
        INSERT INTO sent_message
            (platform, place, outbox_id, event, person_id, chat, name, service_url, conversation_id, key, shown, at)
        SELECT 'teams', i.tenant, m.outbox_id, m.event, m.person_id, i.chat, m.activity, i.service_url,
            m.conversation_id, m.key, m.shown, m.at
        FROM teams_message m JOIN teams_identity i ON i.person_id = m.person_id
        WHERE m.shown <> 'sending' OR m.outbox_id IS NULL
    """)
    op.drop_table("teams_identity")
    op.drop_table("teams_pace")
    with op.batch_alter_table("teams_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_teams_message_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_teams_message_person_id"))

    op.drop_table("teams_message")
    with op.batch_alter_table("slack_identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slack_identity_person_id"))

    op.drop_table("slack_identity")
    with op.batch_alter_table("slack_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slack_message_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_slack_message_person_id"))

    op.drop_table("slack_message")
    op.drop_table("slack_pace")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chunk", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("platform", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("place", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("run", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch_op.drop_index("ix_outbox_due")
        batch_op.create_index(
            "ix_outbox_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("status = 0 AND chunk IS NULL"),
            postgresql_where=sa.text("status = 0 AND chunk IS NULL"),
        )
        batch_op.create_index(
            "ix_outbox_chunk",
            ["chunk"],
            unique=False,
            sqlite_where=sa.text("status = 0 AND chunk IS NOT NULL"),
            postgresql_where=sa.text("status = 0 AND chunk IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_outbox_run",
            ["run"],
            unique=False,
            sqlite_where=sa.text("status = 1"),
            postgresql_where=sa.text("status = 1"),
        )

    op.execute("""
        UPDATE outbox SET run = 'before',
            platform = (SELECT min(a.platform) FROM account a WHERE a.person_id = outbox.person_id),
            place = (SELECT min(a.place) FROM account a WHERE a.person_id = outbox.person_id)
        WHERE status = 1
    """)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_run", sqlite_where=sa.text("status = 1"), postgresql_where=sa.text("status = 1"))
        batch_op.drop_index(
            "ix_outbox_chunk",
            sqlite_where=sa.text("status = 0 AND chunk IS NOT NULL"),
            postgresql_where=sa.text("status = 0 AND chunk IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_outbox_due",
            sqlite_where=sa.text("status = 0 AND chunk IS NULL"),
            postgresql_where=sa.text("status = 0 AND chunk IS NULL"),
        )
        batch_op.drop_column("attempts")
        batch_op.drop_column("run")
        batch_op.drop_column("place")
        batch_op.drop_column("platform")
        batch_op.drop_column("chunk")
        batch_op.create_index(
            "ix_outbox_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("status = 0"),
            postgresql_where=sa.text("status = 0"),
        )

    op.create_table(
        "slack_pace",
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", name=op.f("pk_slack_pace")),
    )
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
        batch_op.create_index(batch_op.f("ix_slack_message_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_slack_message_conversation_id"), ["conversation_id"], unique=False)

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
        batch_op.create_index(batch_op.f("ix_teams_message_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_teams_message_conversation_id"), ["conversation_id"], unique=False)

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
    op.execute("""
        INSERT INTO slack_identity (team, "user", person_id, channel, checked_at)
        SELECT place, "user", person_id, chat, checked_at FROM account WHERE platform = 'slack'
    """)
    op.execute("""
        INSERT INTO teams_identity (tenant, object_id, person_id, "user", chat, service_url, found_at, welcomed_at)
        SELECT place, "user", person_id, coalesce(handle, ''), chat, coalesce(service_url, ''), checked_at, welcomed_at
        FROM account WHERE platform = 'teams'
    """)
    op.execute("""
        INSERT INTO slack_message (outbox_id, event, person_id, team, channel, ts, conversation_id, key, shown, at)
        SELECT outbox_id, event, person_id, place, chat, name, conversation_id, key, shown, at
        FROM sent_message WHERE platform = 'slack'
    """)
    op.execute("""
        INSERT INTO teams_message (outbox_id, event, person_id, activity, conversation_id, key, shown, at)
        SELECT outbox_id, event, person_id, name, conversation_id, key, shown, at
        FROM sent_message WHERE platform = 'teams'
    """)
    with op.batch_alter_table("sent_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sent_message_person_id"))
        batch_op.drop_index(batch_op.f("ix_sent_message_conversation_id"))

    op.drop_table("sent_message")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_account_teams_person",
            sqlite_where=sa.text("platform = 'teams'"),
            postgresql_where=sa.text("platform = 'teams'"),
        )
        batch_op.drop_index(batch_op.f("ix_account_person_id"))

    op.drop_table("account")
    op.drop_table("pace")
