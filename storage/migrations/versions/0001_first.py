"""Every table of the first Lodge."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TYPES = {
    "text": AutoString,
    "time": UTCDateTime,
    "ms": sa.BigInteger,
    "int": sa.Integer,
    "bool": sa.Boolean,
    "json": sa.JSON,
    "sealed": sa.LargeBinary,
}
_TABLES = {
    "address": "id value:sealed changed_at:time",
    "case": "id kind reference state role opened_by taken_by? opened_at:time due_at:time? closed_at:time? changed_at:time "
    "submission_key details:sealed",
    "counter": "kind last:ms",
    "draft": "id person flow step subject expires_at:time changed_at:time answers:sealed",
    "gate": "place open_ms:ms",
    "post": "ref place key seq:ms at:time changed_at:time message:sealed",
    "question": "id person surface place asked_at:time expires_at:time text:sealed",
    "seen": "id at:time",
    "timer": "id key action subject state due_ms:ms attempts:int token?",
    "audit": "case_id seq:int at:time actor verb facts:json key_id prev hash",
    "delivery": "id key recipient drawing case_id? subject replaces? urgent:bool state due_ms:ms attempts:int token? "
    "inflight:bool probe:bool place? ref? error?",
    "entry": "id case_id at:time author kind body:sealed",
}
_PRIMARY = {"audit": ("case_id", "seq")}  # elsewhere the first column
_UNIQUE = {
    "case": (("reference",), ("submission_key",)),
    "post": (("place", "key"), ("seq",)),
    "timer": (("key",),),
    "delivery": (("key",),),
}
_OF_A_CASE = ("audit", "delivery", "entry")
_INDEXES = (
    ("case", "opened_by"),
    ("case", "role", "state"),
    ("draft", "expires_at"),
    ("post", "place", "seq"),
    ("question", "expires_at"),
    ("question", "person", "place", "asked_at"),
    ("seen", "at"),
    ("delivery", "case_id"),
    ("entry", "case_id"),
)
_READY = {"ix_timer_ready": ("timer", "due_ms"), "ix_delivery_ready": ("delivery", "due_ms")}
_READY["ix_delivery_ready_recipient"] = ("delivery", "recipient")


def upgrade() -> None:
    """Make every table, then its indexes."""
    for table, columns in _TABLES.items():
        op.create_table(table, *map(_column, columns.split()), *_constraints(table, columns))
    for table, *indexed in _INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(indexed)}", table, indexed)
    ready = sa.text("state = 'ready'")
    for name, (table, column) in _READY.items():
        op.create_index(name, table, [column], sqlite_where=ready, postgresql_where=ready)


def downgrade() -> None:
    """Remove every table, those that point to others first."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _column(written: str) -> sa.Column[Any]:
    name, _, kind = written.rstrip("?").partition(":")
    return sa.Column(name, _TYPES[kind or "text"](), nullable=written.endswith("?"))


def _constraints(table: str, columns: str) -> list[sa.Constraint]:
    first = columns.split()[0]
    primary = sa.PrimaryKeyConstraint(*_PRIMARY.get(table, (first,)), name=f"pk_{table}")
    unique = [sa.UniqueConstraint(*names, name=f"uq_{table}_{'_'.join(names)}") for names in _UNIQUE.get(table, ())]
    pointing = [sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=f"fk_{table}_case_id_case")]
    return [primary, *unique, *(pointing if table in _OF_A_CASE else ())]
