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

KEPT = timedelta(days=7)


@dataclass(frozen=True)
class DraftFile:
    """A form half filled in. ``answers`` are texts by name; they are left out when the draft is printed."""

    id: str
    flow: str
    step: str
    subject: str
    answers: Mapping[str, str] = field(repr=False)
    changed_at: datetime


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
        return self.turn.sealer.open("question", row.id, "text", row.text) if row else None

    def _drafted(self, row: Row[Any]) -> DraftFile:
        answers = json.loads(self.turn.sealer.open("draft", row.id, "answers", row.answers))
        return DraftFile(row.id, row.flow, row.step, row.subject, answers, row.changed_at)
