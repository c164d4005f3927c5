"""Questions that Lodge missed, sent on by whoever asked them: words and a day, and nothing of who it was.

The policy's owner decides what each teaches; a decision can be taken back, and all that was done stands written down.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from storage import claims, models
from storage.turn import Verbs

OPEN, TAUGHT, OUTSIDE, WANTED = "open", "taught", "outside", "wanted"
"""Waiting; a phrasing of ``card``; nothing that the policy decides; a card for it is still to be written."""
_LEARNT = (TAUGHT, OUTSIDE)
_REVISION = "taught"


@dataclass(frozen=True)
class Missed:
    """One question. ``day`` is YYYY-MM-DD; ``phrasing`` is what is learnt, and ``changed_at`` when that was decided."""

    id: str
    day: str
    state: str
    card: str
    text: str = field(repr=False)
    phrasing: str = field(repr=False)
    changed_at: datetime | None = None


@dataclass(frozen=True)
class Decision:
    """Who did what with a question: ``verb`` is ``decided`` or ``took back``, of the state and the card that are named."""

    at: datetime
    actor: str
    verb: str
    state: str
    card: str


class MissedQuestions(Verbs):
    """The verbs about missed questions."""

    async def put_missed(self, text: str) -> str:
        """Keep the words, and the day. The id is random: one that sorts by time would tell the moment."""
        id = secrets.token_hex(16)
        row = {"id": id, "day": self.turn.now.date().isoformat(), "state": OPEN, "card": ""}
        sealed = {name: self.turn.sealer.seal("missed", id, name, text) for name in ("text", "phrasing")}
        await self.turn.run(models.missed.insert().values(**row, **sealed))
        return id

    async def missed(self, id: str) -> Missed | None:
        """One question, held until the end of the transaction; or None."""
        row = await self.turn.first(self.turn.locked(select(models.missed).where(models.missed.c.id == id)))
        return self._opened(row) if row else None

    async def missed_in(self, states: Collection[str], most: int) -> list[Missed]:
        """Those in these states, the last decided first, then the oldest."""
        table = models.missed
        order = (table.c.changed_at.desc().nulls_last(), table.c.day, table.c.id)
        rows = await self.turn.all(select(table).where(table.c.state.in_(states)).order_by(*order).limit(most))
        return [self._opened(row) for row in rows]

    async def missed_count(self) -> int:
        """How many wait for a decision."""
        counted = select(func.count()).select_from(models.missed).where(models.missed.c.state == OPEN)
        return int((await self.turn.run(counted)).scalar_one())

    async def decide_missed(self, missed: Missed, *, actor: str, state: str, phrasing: str, card: str = "") -> bool:
        """Decide what a question teaches, with its audit line; False where it has been decided already."""
        table = models.missed
        sealed = self.turn.sealer.seal("missed", missed.id, "phrasing", phrasing)
        changes = {"state": state, "card": card, "phrasing": sealed, "changed_at": self.turn.now}
        waiting = (table.c.id == missed.id) & (table.c.state == OPEN)
        if not await self.turn.changed(update(table).where(waiting).values(changes)):
            return False
        await self._done(missed.id, actor, "decided", state, card)
        return True

    async def undo_missed(self, missed: Missed, *, actor: str) -> bool:
        """Take a decision back, with its audit line; False where it is not the one that stands."""
        table = models.missed
        decided = (table.c.id == missed.id) & (table.c.state == missed.state) & (table.c.card == missed.card)
        standing = decided & (table.c.state != OPEN)
        if not await self.turn.changed(update(table).where(standing).values(state=OPEN, card="", changed_at=None)):
            return False
        await self._done(missed.id, actor, "took back", missed.state, missed.card)
        return True

    async def taught(self) -> dict[str, list[str]]:
        """The phrasings that are learnt, by card; those that the policy does not decide stand under ''."""
        table = models.missed
        rows = await self.turn.all(select(table).where(table.c.state.in_(_LEARNT)).order_by(table.c.id))
        found: dict[str, list[str]] = {}
        for each in map(self._opened, rows):
            found.setdefault(each.card, []).append(each.phrasing)
        return found

    async def taught_revision(self) -> int:
        """A number that grows whenever what is taught changes: replicas compare it with the one they learnt at."""
        found = await self.turn.first(select(models.counter.c.last).where(models.counter.c.kind == _REVISION))
        return int(found.last) if found else 0

    async def decisions(self, id: str) -> list[Decision]:
        """What was done with a question, oldest first."""
        table = models.decision
        rows = await self.turn.all(select(table).where(table.c.missed_id == id).order_by(table.c.seq))
        return [Decision(row.at, row.actor, row.verb, row.state, row.card) for row in rows]

    async def _done(self, id: str, actor: str, verb: str, state: str, card: str) -> None:
        """Write down who did what. The caller holds the question's row, so that no two lines take one number."""
        seq = 1 + len(await self.decisions(id))
        row = {"missed_id": id, "seq": seq, "at": self.turn.now, "actor": actor, "verb": verb, "state": state, "card": card}
        await self.turn.run(models.decision.insert().values(row))
        if state in _LEARNT:
            await claims.next_number(self.turn, _REVISION)

    def _opened(self, row: Row[Any]) -> Missed:
        said = {name: self.turn.sealer.open("missed", row.id, name, getattr(row, name)) for name in ("text", "phrasing")}
        return Missed(row.id, row.day, row.state, row.card, said["text"], said["phrasing"], row.changed_at)
