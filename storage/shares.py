"""The roles that a concern is with: there may be several, and one may be replaced by another."""

from sqlalchemy import delete, func, select

from storage import audit, models
from storage.cases import CaseFile, CaseLine, listed_line
from storage.turn import Verbs


class Shares(Verbs):
    """The verbs about the roles of a case. The caller holds the case."""

    async def share(self, case: CaseFile, role: str, *, actor: str) -> bool:
        """Bring a role in, with its audit line; False where it was there already."""
        table = models.share
        last = (await self.turn.run(select(func.max(table.c.position)).where(table.c.case_id == case.id))).scalar() or 0
        row = {"case_id": case.id, "role": role, "position": last + 1, "at": self.turn.now}
        stored = self.turn.insert(table).values(row).on_conflict_do_nothing(index_elements=["case_id", "role"])
        if not await self.turn.changed(stored):
            return False
        await audit.add(self.turn, case.id, actor, "brought in", {"role": role})
        return True

    async def unshare(self, case: CaseFile, role: str, *, actor: str) -> bool:
        """Take a role out, with its audit line; False where it was not there."""
        table = models.share
        if not await self.turn.changed(delete(table).where(table.c.case_id == case.id, table.c.role == role)):
            return False
        await audit.add(self.turn, case.id, actor, "taken out", {"role": role})
        return True

    async def shared(self, case_id: str) -> tuple[str, ...]:
        """The roles that a case is with, in the order in which they came to it."""
        table = models.share
        rows = await self.turn.all(select(table.c.role).where(table.c.case_id == case_id).order_by(table.c.position))
        return tuple(row.role for row in rows)

    async def shared_with(self, role: str) -> list[CaseLine]:
        """The cases that a role was brought into, latest change first."""
        case, table = models.case, models.share
        found = listed_line().join(table, table.c.case_id == case.c.id).where(table.c.role == role)
        rows = await self.turn.all(found.order_by(case.c.changed_at.desc(), case.c.id.desc()))
        return [CaseLine(**row._mapping) for row in rows]
