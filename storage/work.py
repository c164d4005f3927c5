"""One transaction and its verbs: the only thing handlers see of what is remembered."""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, Table, delete, select

from storage import models
from storage.absences import Absence, Absences
from storage.audit import AuditBroken, AuditLine, verify
from storage.cases import CaseFile, CaseLine, Cases, Entry, NotYours
from storage.deliveries import Deliveries, DeliveryLine
from storage.drafts import Asked, DraftFile, Drafts
from storage.items import Item, Items
from storage.missed import Missed, MissedQuestions
from storage.posts import Posts
from storage.shares import Shares
from storage.timers import Timers
from storage.turn import Turn, new_id, to_ms

__all__ = [
    "Absence",
    "Asked",
    "AuditBroken",
    "AuditLine",
    "CaseFile",
    "CaseLine",
    "DeliveryLine",
    "DraftFile",
    "Entry",
    "Item",
    "Missed",
    "NotYours",
    "Work",
    "new_id",
    "verify",
]

College = TypeVar("College")
Answers = TypeVar("Answers")

SEEN_KEPT = timedelta(days=3)
DONE_KEPT = timedelta(days=90)
ABSENCE_KEPT = timedelta(days=366)
MISSED_KEPT = timedelta(days=180)


class Work(Cases, Items, Shares, Absences, Deliveries, Timers, Drafts, MissedQuestions, Posts, Generic[College, Answers]):
    """A transaction, and what may be read in it. ``college`` and ``answers`` are carried, never looked into."""

    def __init__(self, turn: Turn, college: College, answers: Answers) -> None:
        super().__init__(turn)
        self.college, self.answers = college, answers

    @property
    def now(self) -> datetime:
        """The one time of everything in this transaction, in UTC."""
        return self.turn.now

    async def seen(self, event_id: str) -> bool:
        """True the first time this id comes in, False at every repeat within three days."""
        stored = self.turn.insert(models.seen).values(id=event_id, at=self.now)
        return bool(await self.turn.changed(stored.on_conflict_do_nothing(index_elements=["id"])))

    async def purge(self) -> dict[str, int]:
        """Remove what has outlived its time; how many rows, by table. Cases, entries and the audit chain stay."""
        expired = {"question": models.question.c.expires_at <= self.now, "draft": models.draft.c.expires_at <= self.now}
        forgotten = {"seen": models.seen.c.at < self.now - SEEN_KEPT}
        over = {"delivery": _over(models.delivery, self.now) & _unneeded(), "timer": _over(models.timer, self.now)}
        gone = _day(self.now - ABSENCE_KEPT)
        forgotten["absence"] = models.absence.c.until < gone
        forgotten["missed"] = (models.missed.c.state == "open") & (models.missed.c.day < _day(self.now - MISSED_KEPT))
        tables = models.Row.metadata.tables
        ended: dict[str, ColumnElement[bool]] = {**expired, **forgotten, **over}
        return {name: await self.turn.changed(delete(tables[name]).where(where)) for name, where in ended.items()}


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _over(table: Table, now: datetime) -> ColumnElement[bool]:
    return table.c.state.in_(("done", "cancelled")) & (table.c.due_ms < to_ms(now - DONE_KEPT))


def _unneeded() -> ColumnElement[bool]:
    """The notice of a case that goes on is still to be changed, so its reference is kept."""
    going = select(models.case.c.id).where(models.case.c.closed_at.is_(None))
    return models.delivery.c.case_id.is_(None) | models.delivery.c.case_id.not_in(going)
