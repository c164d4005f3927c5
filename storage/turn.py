"""One open transaction, and what every statement in it needs."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Executable, Row, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.sealing import Sealer

Clock = Callable[[], datetime]
Insert = postgresql.Insert | sqlite.Insert


class StorageError(Exception):
    """The database cannot be used as it is. The text says what to do next, and holds nobody's words."""


def new_id() -> str:
    """A fresh id for a row, made before the insert so that its sealed columns can be bound to it. Sorts by time."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


def to_ms(moment: datetime) -> int:
    """An aware time in milliseconds since 1970. Raises `ValueError` where it names no zone."""
    if moment.tzinfo is None:
        raise ValueError("a time must name its zone: use datetime.now(UTC)")
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@dataclass
class Turn:
    """A transaction. ``now`` is the one time of everything in it; ``owed`` says that the worker has something new."""

    connection: AsyncConnection
    sealer: Sealer
    now: datetime
    readonly: bool = False
    owed: bool = False

    @property
    def now_ms(self) -> int:
        """``now`` in milliseconds since 1970."""
        return to_ms(self.now)

    @property
    def postgres(self) -> bool:
        """Whether other processes may work on the same database."""
        return self.connection.dialect.name == "postgresql"

    def insert(self, table: Table) -> Insert:
        """An insert that knows ``on_conflict_…``, which both engines have and the neutral one lacks."""
        return postgresql.insert(table) if self.postgres else sqlite.insert(table)

    async def run(self, statement: Executable, rows: Sequence[dict[str, Any]] | None = None) -> CursorResult[Any]:
        """Execute a statement, once for each of ``rows`` where they are given."""
        return await self.connection.execute(statement, rows)

    async def changed(self, statement: Executable) -> int:
        """How many rows a statement changed."""
        return (await self.run(statement)).rowcount

    async def first(self, statement: Executable) -> Row[Any] | None:
        """The first row, or None."""
        return (await self.run(statement)).first()

    async def all(self, statement: Executable) -> Sequence[Row[Any]]:
        """Every row."""
        return (await self.run(statement)).all()

    def locked(self, statement: Select[Any]) -> Select[Any]:
        """Hold the rows until the end. On SQLite there is nothing to do: a writer is alone from its first moment."""
        return statement if self.readonly else statement.with_for_update(key_share=True)


class Verbs:
    """What a family of verbs is made from: the transaction it speaks in."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
