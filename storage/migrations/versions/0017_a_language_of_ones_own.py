"""people can choose the language that the bot writes to them in"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("preference", sa.Column("language", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("preference", "language")
