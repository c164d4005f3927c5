"""Forms half filled in, and the question a button is about: kept for their person only, and not for long."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select

from storage import models
from storage.cases import NotYours
from storage.turn import Verbs

KEPT, FOLLOWED = timedelta(days=7), timedelta(hours=1)
"""For how long a draft is kept, and for how long a question can be what the next one follows on from."""


@dataclass(frozen=True)
class DraftFile:
    """A form half filled in. ``answers`` are texts by name; they are left out when the draft is printed."""

    id: str
    flow: str
    step: str
    subject: str
    answers: Mapping[str, str] = field(repr=False)
    changed_at: datetime


@dataclass(frozen=True)
class Asked:
    """A question that is kept, and the one before it at the same place within the hour, or ''."""

    id: str
    text: str = field(repr=False)
    before: str = field(repr=False)


class Drafts(Verbs):
    """The verbs about drafts and questions."""

    async def put_draft(self, *, id: str, person: str, flow: str, step: str, subject: str, answers: Mapping[str, str]) -> None:
        """Keep a draft for seven days from now. Raises `NotYours` where the id is somebody else's draft."""
        sealed = self.turn.sealer.seal("draft", id, "answers", json.dumps(dict(answers)))
        changes = {
            "flow": flow,
            "step": step,
            "subject": subject,
            "expires_at": self.turn.now + KEPT,
            "changed_at": self.turn.now,
            "answers": sealed,
        }
        stored = self.turn.insert(models.draft).values(id=id, person=person, **changes)
        mine = models.draft.c.person == person
        if not await self.turn.changed(stored.on_conflict_do_update(index_elements=["id"], set_=changes, where=mine)):
            raise NotYours("this draft is somebody else's: please start a new form")

    async def draft(self, id: str, person: str) -> DraftFile | None:
        """Somebody's own draft, held until the end of the transaction so that two sends of it take turns; or None."""
        table = models.draft
        mine = (table.c.id == id) & (table.c.person == person) & (table.c.expires_at > self.turn.now)
        row = await self.turn.first(self.turn.locked(select(table).where(mine)))
        return self._drafted(row) if row else None

    async def drafts_of(self, person: str, *, but_step: str) -> list[DraftFile]:
        """What somebody has left half filled in, last touched first; drafts at the step ``but_step`` are left out."""
        table = models.draft
        mine = (table.c.person == person) & (table.c.expires_at > self.turn.now) & (table.c.step != but_step)
        rows = await self.turn.all(select(table).where(mine).order_by(table.c.changed_at.desc(), table.c.id.desc()))
        return [self._drafted(row) for row in rows]

    async def drop_draft(self, id: str) -> None:
        """Forget a draft."""
        await self.turn.run(delete(models.draft).where(models.draft.c.id == id))

    async def question(self, id: str, person: str) -> str | None:
        """What somebody asked, while it is kept; or None."""
        table = models.question
        mine = (table.c.id == id) & (table.c.person == person) & (table.c.expires_at > self.turn.now)
        row = await self.turn.first(select(table).where(mine))
        return self._said(row) if row else None

    async def asked(self, id: str, person: str) -> Asked | None:
        """What somebody asked, while it is kept; or None. An empty id is the last question that is kept of theirs."""
        table = models.question
        mine = (table.c.person == person) & (table.c.expires_at > self.turn.now)
        named = mine & (table.c.id == id) if id else mine
        row = await self.turn.first(select(table).where(named).order_by(table.c.asked_at.desc()).limit(1))
        if row is None:
            return None
        since = (table.c.asked_at <= row.asked_at) & (table.c.asked_at > row.asked_at - FOLLOWED)
        there = mine & since & (table.c.place == row.place) & (table.c.id != row.id)
        before = select(table).where(there).order_by(table.c.asked_at.desc()).limit(1)
        earlier = await self.turn.first(before)
        return Asked(row.id, self._said(row), self._said(earlier) if earlier else "")

    async def forget_question(self, id: str, person: str) -> None:
        """Forget what somebody asked, before its day is over."""
        table = models.question
        await self.turn.run(delete(table).where(table.c.id == id, table.c.person == person))

    def _said(self, row: Row[Any]) -> str:
        return self.turn.sealer.open("question", row.id, "text", row.text)

    def _drafted(self, row: Row[Any]) -> DraftFile:
        answers = json.loads(self.turn.sealer.open("draft", row.id, "answers", row.answers))
        return DraftFile(row.id, row.flow, row.step, row.subject, answers, row.changed_at)
