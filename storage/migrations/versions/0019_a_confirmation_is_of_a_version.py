"""a confirmation is of one version of an announcement; the author's language, and a day and hour to send it at"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None

KEPT_ONCE = "uq_announcement_receipt_announcement_person_id_kind"
OF_A_VERSION = f"{KEPT_ONCE}_version"


def upgrade() -> None:
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(), nullable=False, server_default=sa.text("'en'")))
        batch_op.add_column(sa.Column("send_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("send_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("asks_again", sa.Boolean(), nullable=False, server_default=sa.text("false")))
        batch_op.alter_column("title_zh", new_column_name="title_other")
        batch_op.alter_column("body_zh", new_column_name="body_other")
    with op.batch_alter_table("announcement_receipt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")))
        batch_op.drop_constraint(KEPT_ONCE, type_="unique")
        batch_op.create_unique_constraint(OF_A_VERSION, ["announcement", "person_id", "kind", "version"])
    op.execute("""
        UPDATE announcement_receipt SET version = COALESCE(
            (SELECT max(a.version) FROM announcement a
             WHERE a.series = announcement_receipt.announcement AND a.saved_at <= announcement_receipt.saved_at), 1)
    """)


def downgrade() -> None:
    op.execute("""
        DELETE FROM announcement_receipt WHERE EXISTS (
            SELECT 1 FROM announcement_receipt r WHERE r.announcement = announcement_receipt.announcement
            AND r.person_id = announcement_receipt.person_id AND r.kind = announcement_receipt.kind
            AND r.version < announcement_receipt.version)
    """)
    with op.batch_alter_table("announcement_receipt", schema=None) as batch_op:
        batch_op.drop_constraint(OF_A_VERSION, type_="unique")
        batch_op.create_unique_constraint(KEPT_ONCE, ["announcement", "person_id", "kind"])
        batch_op.drop_column("version")
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.alter_column("body_other", new_column_name="body_zh")
        batch_op.alter_column("title_other", new_column_name="title_zh")
        batch_op.drop_column("asks_again")
        batch_op.drop_column("send_at")
        batch_op.drop_column("send_on")
        batch_op.drop_column("language")
