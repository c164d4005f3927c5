"""What it takes to follow a case to its end: escalation, things with an end of their own, absences."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; every case that stands has not been escalated."""
    op.add_column("case", sa.Column("escalation", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_draft_person", "draft", ["person"])
    op.create_table(
        "item",
        sa.Column("id", AutoString(), nullable=False),
        sa.Column("case_id", AutoString(), nullable=False),
        *(sa.Column(name, AutoString(), nullable=False) for name in ("kind", "state", "changed_by")),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, UTCDateTime(), nullable=False) for name in ("at", "changed_at")),
        *(sa.Column(name, UTCDateTime(), nullable=True) for name in ("first_at", "end_at")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("text", "note")),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_item_case_id_case"),
    )
    op.create_index("ix_item_case_id", "item", ["case_id"])
    op.create_table(
        "absence",
        *(sa.Column(name, AutoString(), nullable=False) for name in ("id", "person", "first", "until", "recorded_by")),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
    )
    op.create_index("ix_absence_person", "absence", ["person"])


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("absence")
    op.drop_table("item")
    op.drop_index("ix_draft_person", "draft")
    with op.batch_alter_table("case") as case:
        case.drop_column("escalation")
