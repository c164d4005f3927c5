"""Who is away, and until when: their deputies stand in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from storage import models
from storage.turn import Verbs, new_id


@dataclass(frozen=True)
class Absence:
    """Somebody is away, from ``first`` until ``until``, both included."""

    id: str
    person: str
    first: date
    until: date
    recorded_by: str


class Absences(Verbs):
    """The verbs about absences."""

    async def set_absence(self, *, person: str, first: date, until: date, recorded_by: str) -> str:
        """Record that somebody is away; gives the record's id. Raises `ValueError` where it ends before it begins."""
        if until < first:
            raise ValueError(f"{until} is before {first}: give the first day away and then the last")
        row = {"id": new_id(), "person": person, "first": first.isoformat(), "until": until.isoformat()}
        await self.turn.run(models.absence.insert().values(**row, recorded_by=recorded_by, recorded_at=self.turn.now))
        return row["id"]

    async def absences(self, since: date) -> list[Absence]:
        """The absences that end on a day or after it, in their order."""
        table = models.absence
        rows = await self.turn.all(select(table).where(table.c.until >= since.isoformat()).order_by(table.c.first, table.c.id))
        return [
            Absence(row.id, row.person, date.fromisoformat(row.first), date.fromisoformat(row.until), row.recorded_by)
            for row in rows
        ]

    async def absent_on(self, day: date) -> frozenset[str]:
        """Who is away on a day."""
        table = models.absence
        during = (table.c.first <= day.isoformat()) & (table.c.until >= day.isoformat())
        return frozenset(row.person for row in await self.turn.all(select(table.c.person).where(during)))

    async def drop_absence(self, id: str, person: str) -> bool:
        """Take back one of somebody's own absences; False where there is none of that id."""
        table = models.absence
        return bool(await self.turn.changed(delete(table).where(table.c.id == id, table.c.person == person)))
