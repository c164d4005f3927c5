"""Every table. People's own words are in the columns that `SEALED` names, and only there.

Engine times end in ``_ms`` and are milliseconds since 1970; every other time is an aware `datetime` in UTC.
"""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Column, Index, LargeBinary, MetaData, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Names for every constraint, so that a later migration can drop one on SQLite too.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
# Where the sealed texts are: the table and its column. The row is the table's primary key.
SEALED = (
    ("case", "details"),
    ("entry", "body"),
    ("item", "text"),
    ("item", "note"),
    ("draft", "answers"),
    ("question", "text"),
    ("post", "message"),
    ("address", "value"),
    ("missed", "text"),
    ("missed", "phrasing"),
)


class Row(SQLModel):
    """What every table shares: one description of the whole database."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


def _sealed() -> Any:
    return Field(sa_type=LargeBinary, nullable=False)


def _ms(default: int | None = None) -> Any:
    return Field(default, sa_type=BigInteger, nullable=False)


def _default(value: str | int) -> Any:
    """A value for rows that do not name one, whether they are made as an object or by a statement."""
    return Field(value, sa_column_kwargs={"default": value})


def _ready(name: str, column: str) -> Index:
    """Only what is still to be done: the index stays small while the table grows."""
    ready = text("state = 'ready'")
    return Index(name, column, sqlite_where=ready, postgresql_where=ready)


class Case(Row, table=True):
    """One lodged request or concern. ``details`` is sealed JSON of texts by name."""

    id: str = Field(primary_key=True)
    kind: str
    reference: str = Field(unique=True)
    state: str
    role: str
    opened_by: str = Field(index=True)
    taken_by: str | None = None
    opened_at: datetime
    due_at: datetime | None = None
    closed_at: datetime | None = None
    changed_at: datetime
    submission_key: str = Field(unique=True)
    details: bytes = _sealed()
    escalation: int = Field(0, sa_column_kwargs={"server_default": "0"})
    __table_args__ = (Index("ix_case_role_state", "role", "state"),)


class Entry(Row, table=True):
    """Something said on a case: an answer, a note."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="case.id", index=True)
    at: datetime
    author: str
    kind: str
    body: bytes = _sealed()


class Item(Row, table=True):
    """One thing of a case that has an end of its own: a copy of an image, an access to revoke. ``position`` counts from 1."""

    id: str = Field(primary_key=True)
    case_id: str = Field(foreign_key="case.id", index=True)
    kind: str
    position: int
    state: str
    at: datetime
    changed_at: datetime
    changed_by: str
    first_at: datetime | None = None
    end_at: datetime | None = None
    text: bytes = _sealed()
    note: bytes = _sealed()


class Share(Row, table=True):
    """A role that a concern is with. ``position``: in which order they came to it."""

    case_id: str = Field(primary_key=True, foreign_key="case.id")
    role: str = Field(primary_key=True, index=True)
    position: int
    at: datetime


class Absence(Row, table=True):
    """A member of a role who is away, from ``first`` until ``until``: dates as YYYY-MM-DD, both included."""

    id: str = Field(primary_key=True)
    person: str = Field(index=True)
    first: str
    until: str
    recorded_by: str
    recorded_at: datetime


class Delivery(Row, table=True):
    """One message owed. ``due_ms`` is schedule, backoff and lease in one; a ``token`` says that somebody holds it.

    ``inflight``: a send may have landed. ``probe``: it may have before this claim, so ask before sending again.
    """

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    recipient: str
    drawing: str
    case_id: str | None = Field(None, foreign_key="case.id", index=True)
    subject: str
    replaces: str | None = None
    urgent: bool = _default(False)
    state: str = _default("ready")
    due_ms: int = _ms()
    attempts: int = _default(0)
    token: str | None = None
    inflight: bool = _default(False)
    probe: bool = _default(False)
    place: str | None = None
    ref: str | None = None
    error: str | None = None
    __table_args__ = (_ready("ix_delivery_ready", "due_ms"), _ready("ix_delivery_ready_recipient", "recipient"))


class Timer(Row, table=True):
    """Something owed at a time; it is raised as an event, once."""

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    action: str
    subject: str
    state: str = _default("ready")
    due_ms: int = _ms()
    attempts: int = _default(0)
    token: str | None = None
    __table_args__ = (_ready("ix_timer_ready", "due_ms"),)


class Gate(Row, table=True):
    """A place, or a recipient, that takes nothing before ``open_ms``: a 429 closes it for every replica."""

    place: str = Field(primary_key=True)
    open_ms: int = _ms()


class Audit(Row, table=True):
    """One line of a case's chain. ``facts`` holds states, roles and ids: never anybody's words."""

    case_id: str = Field(primary_key=True, foreign_key="case.id")
    seq: int = Field(primary_key=True)
    at: datetime
    actor: str
    verb: str
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    key_id: str
    prev: str
    hash: str


class Counter(Row, table=True):
    """The last number given out, by kind."""

    kind: str = Field(primary_key=True)
    last: int = _ms()


class Draft(Row, table=True):
    """A form half filled in. ``answers`` is sealed JSON of texts by name."""

    id: str = Field(primary_key=True)
    person: str = Field(index=True)
    flow: str
    step: str
    subject: str
    expires_at: datetime = Field(index=True)
    changed_at: datetime
    answers: bytes = _sealed()


class Question(Row, table=True):
    """A question as it was typed, kept for its buttons and as the previous turn, and no longer."""

    id: str = Field(primary_key=True)
    person: str
    surface: str
    place: str
    asked_at: datetime
    expires_at: datetime = Field(index=True)
    text: bytes = _sealed()
    __table_args__ = (Index("ix_question_person_place_asked_at", "person", "place", "asked_at"),)


class Seen(Row, table=True):
    """The id of an event that was taken in."""

    id: str = Field(primary_key=True)
    at: datetime = Field(index=True)


class Post(Row, table=True):
    """A message that stands on the web page. ``seq`` is new at every change, and grows in the order of commits."""

    ref: str = Field(primary_key=True)
    place: str
    key: str
    seq: int = Field(sa_type=BigInteger, unique=True)
    at: datetime
    changed_at: datetime
    message: bytes = _sealed()
    __table_args__ = (UniqueConstraint("place", "key"), Index("ix_post_place_seq", "place", "seq"))


class Address(Row, table=True):
    """Where a surface can reach somebody. ``value`` is sealed text in the surface's own form."""

    id: str = Field(primary_key=True)
    value: bytes = _sealed()
    changed_at: datetime


class Missed(Row, table=True):
    """A question that Lodge missed. No column says who asked, where, or at what time of its ``day`` (YYYY-MM-DD)."""

    id: str = Field(primary_key=True)
    day: str
    state: str = Field(index=True)
    card: str
    changed_at: datetime | None = None
    text: bytes = _sealed()
    phrasing: bytes = _sealed()


class Decision(Row, table=True):
    """What the policy's owner did with a missed question; it stays when the question is forgotten. ``seq`` counts from 1."""

    missed_id: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: datetime
    actor: str
    verb: str
    state: str
    card: str


def _table(name: str) -> Table:
    return Row.metadata.tables[name]


case, entry, delivery, timer, gate = map(_table, ("case", "entry", "delivery", "timer", "gate"))
audit, counter, draft, question, seen, post = map(_table, ("audit", "counter", "draft", "question", "seen", "post"))
address, item, absence, share = map(_table, ("address", "item", "absence", "share"))
missed, decision = map(_table, ("missed", "decision"))
