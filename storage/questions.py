"""Questions as they were typed: taken at once, and written a little later, many in one transaction (promise 9)."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from storage import models
from storage.database import Database
from storage.sealing import Sealer
from storage.turn import StorageError

KEPT = timedelta(days=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Asked:
    id: str
    person: str
    surface: str
    place: str
    at: datetime
    text: str = field(repr=False)


class QuestionLog:
    """Keeps questions for a day, for the buttons under their answers and as the previous turn.

    ``wait`` is in seconds. Of more than ``most`` waiting, the newest are not kept and only counted in ``dropped``: then a
    button comes without its question, and nothing else is lost.
    """

    def __init__(self, database: Database, *, wait: float = 0.05, most: int = 1000) -> None:
        self._database, self._wait, self._most = database, wait, most
        self._waiting: dict[str, _Asked] = {}
        self._writing = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0

    def add(self, id: str, person: str, surface: str, place: str, text: str, at: datetime) -> None:
        """Take a question in: no waiting, no database. The same id again changes nothing."""
        if len(self._waiting) >= self._most:
            self.dropped += 1
            return
        self._waiting.setdefault(id, _Asked(id, person, surface, place, at, text))
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._soon())

    async def previous(self, person: str, place: str, since: datetime) -> str | None:
        """The last thing this person asked at this place after ``since``, or None."""
        await self.flush()
        table = models.question
        theirs = (table.c.person == person) & (table.c.place == place) & (table.c.asked_at > since)
        async with self._database.read() as work:
            kept = theirs & (table.c.expires_at > work.now)
            row = await work.turn.first(select(table).where(kept).order_by(table.c.asked_at.desc()).limit(1))
            return work.turn.sealer.open("question", row.id, "text", row.text) if row else None

    async def flush(self) -> None:
        """Write what waits. Raises `StorageError` where it cannot; what waits then goes on waiting."""
        async with self._writing:
            batch = dict(self._waiting)
            if not batch:
                return
            async with self._database.turn() as turn:
                rows = [_row(turn.sealer, asked) for asked in batch.values()]
                await turn.run(turn.insert(models.question).on_conflict_do_nothing(index_elements=["id"]), rows)
            for written in batch:
                self._waiting.pop(written)

    async def close(self) -> None:
        """Write what waits, and stop."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})
        await self.flush()

    async def _soon(self) -> None:
        """One task writes all that comes in meanwhile, until nothing waits."""
        while self._waiting:
            await asyncio.sleep(self._wait)
            try:
                await self.flush()
            except StorageError as error:
                _log.warning("questions wait, the database does not take them: %s", type(error).__name__)
                await asyncio.sleep(20 * self._wait)


def _row(sealer: Sealer, asked: _Asked) -> dict[str, Any]:
    return {
        "id": asked.id,
        "person": asked.person,
        "surface": asked.surface,
        "place": asked.place,
        "asked_at": asked.at,
        "expires_at": asked.at + KEPT,
        "text": sealer.seal("question", asked.id, "text", asked.text),
    }
