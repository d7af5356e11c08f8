"""when people are away, want silence, and are asked"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asking_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["department_id"], ["department.id"], name=op.f("fk_asking_day_department_id_department")
        ),
        sa.ForeignKeyConstraint(["manager_id"], ["person.id"], name=op.f("fk_asking_day_manager_id_person")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_asking_day_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asking_day")),
    )
    with op.batch_alter_table("asking_day", schema=None) as batch_op:
        batch_op.create_index(
            "ix_asking_day_department_id_current",
            ["department_id"],
            unique=False,
            sqlite_where=sa.text("current = 1"),
            postgresql_where=sa.text("current"),
        )
        batch_op.create_index(
            "ix_asking_day_manager_id_current",
            ["manager_id"],
            unique=False,
            sqlite_where=sa.text("current = 1"),
            postgresql_where=sa.text("current"),
        )
        batch_op.create_index(batch_op.f("ix_asking_day_series"), ["series"], unique=False)

    op.create_table(
        "leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_person_id_person")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_leave_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index(
            "ix_leave_person_id_current",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("current = 1"),
            postgresql_where=sa.text("current"),
        )
        batch_op.create_index(batch_op.f("ix_leave_series"), ["series"], unique=False)

    op.create_table(
        "pause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pause_person_id_person")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_pause_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pause")),
    )
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.create_index(
            "ix_pause_person_id_current",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("current = 1"),
            postgresql_where=sa.text("current"),
        )
        batch_op.create_index(batch_op.f("ix_pause_series"), ["series"], unique=False)

    op.create_table(
        "preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("quiet_begins", sa.Integer(), nullable=True),
        sa.Column("quiet_ends", sa.Integer(), nullable=True),
        sa.Column("hour", sa.Integer(), nullable=True),
        sa.Column("reminders", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id_person")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_preference_saved_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preference")),
    )
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.create_index(
            "ix_preference_person_id_current",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("current = 1"),
            postgresql_where=sa.text("current"),
        )
        batch_op.create_index(batch_op.f("ix_preference_series"), ["series"], unique=False)

    op.create_table(
        "weekly_prompt",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_weekly_prompt_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "flow", "week", name=op.f("pk_weekly_prompt")),
    )
    with op.batch_alter_table("weekly_prompt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_weekly_prompt_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )

    op.create_table(
        "snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_snooze_conversation_id_conversation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_snooze_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snooze")),
    )
    with op.batch_alter_table("snooze", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_snooze_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "ix_snooze_until",
            ["until"],
            unique=False,
            sqlite_where=sa.text("asked_at IS NULL"),
            postgresql_where=sa.text("asked_at IS NULL"),
        )

    with op.batch_alter_table("open_ask", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seconds", sa.Integer(), server_default=sa.text("0"), nullable=False))
        batch_op.create_index(
            "ix_open_ask_remind",
            ["remind_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgency", sa.Integer(), server_default=sa.text("2"), nullable=False))
        batch_op.add_column(sa.Column("bundle_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            "ix_outbox_bundle",
            ["bundle_id"],
            unique=False,
            sqlite_where=sa.text("status = 5"),
            postgresql_where=sa.text("status = 5"),
        )
        batch_op.create_index(
            "ix_outbox_held",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text("status = 0 AND reason = 'budget'"),
            postgresql_where=sa.text("status = 0 AND reason = 'budget'"),
        )
        batch_op.create_index(
            "ix_outbox_unasked",
            ["person_id", "done_at"],
            unique=False,
            sqlite_where=sa.text("urgency > 0 AND status IN (1, 2)"),
            postgresql_where=sa.text("urgency > 0 AND status IN (1, 2)"),
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_unasked",
            sqlite_where=sa.text("urgency > 0 AND status IN (1, 2)"),
            postgresql_where=sa.text("urgency > 0 AND status IN (1, 2)"),
        )
        batch_op.drop_index(
            "ix_outbox_held",
            sqlite_where=sa.text("status = 0 AND reason = 'budget'"),
            postgresql_where=sa.text("status = 0 AND reason = 'budget'"),
        )
        batch_op.drop_index(
            "ix_outbox_bundle",
            sqlite_where=sa.text("status = 5"),
            postgresql_where=sa.text("status = 5"),
        )
        batch_op.drop_column("bundle_id")
        batch_op.drop_column("urgency")

    with op.batch_alter_table("open_ask", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_open_ask_remind", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_column("seconds")
        batch_op.drop_column("remind_at")

    with op.batch_alter_table("snooze", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_snooze_until", sqlite_where=sa.text("asked_at IS NULL"), postgresql_where=sa.text("asked_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_snooze_person_id"))

    op.drop_table("snooze")
    with op.batch_alter_table("weekly_prompt", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_weekly_prompt_due",
            sqlite_where=sa.text("state = 'planned'"),
            postgresql_where=sa.text("state = 'planned'"),
        )

    op.drop_table("weekly_prompt")
    with op.batch_alter_table("preference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_preference_series"))
        batch_op.drop_index(
            "ix_preference_person_id_current", sqlite_where=sa.text("current = 1"), postgresql_where=sa.text("current")
        )

    op.drop_table("preference")
    with op.batch_alter_table("pause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pause_series"))
        batch_op.drop_index(
            "ix_pause_person_id_current", sqlite_where=sa.text("current = 1"), postgresql_where=sa.text("current")
        )

    op.drop_table("pause")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_leave_series"))
        batch_op.drop_index(
            "ix_leave_person_id_current", sqlite_where=sa.text("current = 1"), postgresql_where=sa.text("current")
        )

    op.drop_table("leave")
    with op.batch_alter_table("asking_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asking_day_series"))
        batch_op.drop_index(
            "ix_asking_day_manager_id_current", sqlite_where=sa.text("current = 1"), postgresql_where=sa.text("current")
        )
        batch_op.drop_index(
            "ix_asking_day_department_id_current",
            sqlite_where=sa.text("current = 1"),
            postgresql_where=sa.text("current"),
        )

    op.drop_table("asking_day")
