"""Questions that Lodge missed: what was asked and on which day, and nothing of who asked."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, and one for what the policy's owner decided."""
    op.create_table(
        "missed",
        *(sa.Column(name, AutoString(), nullable=False) for name in ("id", "day", "state", "card")),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("text", "phrasing")),
        sa.PrimaryKeyConstraint("id", name="pk_missed"),
    )
    op.create_index("ix_missed_state", "missed", ["state"])
    op.create_table(
        "decision",
        *(sa.Column(name, AutoString(), nullable=False) for name in ("missed_id", "actor", "verb", "state", "card")),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("missed_id", "seq", name="pk_decision"),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("decision")
    op.drop_table("missed")
