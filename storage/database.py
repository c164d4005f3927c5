"""The database: opened at its newest shape, and one transaction at a time of it.

SQLite serves one process; PostgreSQL as many as there are. On SQLite writers take turns within the process, since
waiting in the file costs seconds at the worst; readers have connections of their own.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, TypeVar, overload

from sqlalchemy import URL, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import engines, migrations
from storage.sealing import Sealer
from storage.turn import Clock, StorageError, Turn
from storage.work import Work

__all__ = ["Clock", "Database", "StorageError"]

C = TypeVar("C")
A = TypeVar("A")
T = TypeVar("T")


class Database:
    """``wake`` is set after every commit that owed a delivery or set a timer: the worker waits for it, and clears it.

    ``clock`` gives aware times. Without one, times are PostgreSQL's own, so that replicas agree, and this computer's on
    SQLite.
    """

    def __init__(self, url: URL, sealer: Sealer, clock: Clock | None = None) -> None:
        self._url, self._sealer, self._clock = url, sealer, clock
        self._sqlite = url.drivername.startswith("sqlite")
        self._writer = engines.writer(url)
        self._reader = engines.reader(url) if self._sqlite else self._writer
        self._writing = asyncio.Lock()
        self.wake = asyncio.Event()

    @classmethod
    async def open(cls, url: str, sealer: Sealer, clock: Clock | None = None) -> "Database":
        """A database ready for use: made where it is missing, brought to the newest shape where it is older.

        ``url`` is ``sqlite:///path`` or ``postgresql://…``. Raises `StorageError`, which says what is wrong and what to do.
        """
        parsed = engines.parse(url)
        await asyncio.to_thread(engines.make_file, parsed)
        try:
            await migrations.upgrade(parsed)
            database = cls(parsed, sealer, clock)
        except Exception as error:
            raise engines.explained(error, parsed) or error from None
        return database

    @overload
    def begin(self) -> AbstractAsyncContextManager[Work[None, None]]: ...
    @overload
    def begin(self, *, college: C, answers: A) -> AbstractAsyncContextManager[Work[C, A]]: ...

    @asynccontextmanager
    async def begin(self, *, college: Any = None, answers: Any = None) -> AsyncIterator[Work[Any, Any]]:
        """One transaction: all of it is kept, or none. ``college`` and ``answers`` are what may be read in it.

        Once it began, a commit runs to its end even where its caller is cancelled: send the same key again to know.
        """
        async with self.turn() as turn:
            yield Work(turn, college, answers)

    @overload
    def read(self) -> AbstractAsyncContextManager[Work[None, None]]: ...
    @overload
    def read(self, *, college: C, answers: A) -> AbstractAsyncContextManager[Work[C, A]]: ...

    @asynccontextmanager
    async def read(self, *, college: Any = None, answers: Any = None) -> AsyncIterator[Work[Any, Any]]:
        """A transaction that only reads and waits for no writer; a write in it is refused."""
        async with self._connected(self._reader) as connection:
            if not self._sqlite:
                await connection.execution_options(postgresql_readonly=True)
            yield Work(Turn(connection, self._sealer, await self._now(connection), readonly=True), college, answers)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Turn]:
        """One transaction as the statements of `storage.claims` want it."""
        async with self._writing if self._sqlite else nullcontext(), self._connected(self._writer) as connection:
            turn = Turn(connection, self._sealer, await self._now(connection))
            yield turn
            await _undisturbed(self._commit(turn))

    async def ping(self) -> None:
        """Ask the database for an answer. Raises `StorageError` where none comes."""
        async with self._connected(self._reader) as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Let go of every connection."""
        for engine in {self._writer, self._reader}:
            await engine.dispose()

    async def _commit(self, turn: Turn) -> None:
        await turn.connection.commit()
        if turn.owed:
            self.wake.set()

    async def _now(self, connection: AsyncConnection) -> datetime:
        if self._clock:
            return self._clock().astimezone(UTC)
        if self._sqlite:
            return datetime.now(UTC)
        asked: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        return asked.astimezone(UTC)

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        """A connection that is given back whatever happens, with what was not committed undone."""
        connection = await self._reached(engine)
        try:
            yield connection
        except DBAPIError as error:
            raise engines.explained(error, self._url) or error from None
        finally:
            await _undisturbed(connection.close())

    async def _reached(self, engine: AsyncEngine) -> AsyncConnection:
        try:
            return await engine.connect()
        except Exception as error:
            raise engines.explained(error, self._url) or error from None


async def _undisturbed(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end even where the caller is cancelled meanwhile; the cancellation is raised afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled:
        raise cancelled
    return task.result()
