"""A concern can be with several roles at once: which, and since when."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; cases of other kinds have one role, in their own row."""
    op.create_table(
        "share",
        sa.Column("case_id", AutoString(), nullable=False),
        sa.Column("role", AutoString(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "role", name="pk_share"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_share_case_id_case"),
    )
    op.create_index("ix_share_role", "share", ["role"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("share")
