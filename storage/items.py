"""Things of a case that each have an end of their own: the copies of an image, the accesses of somebody who leaves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from storage import audit, claims, models
from storage.audit import Fact
from storage.cases import CaseFile
from storage.turn import Verbs, new_id


@dataclass(frozen=True)
class Item:
    """One of them. ``first_at``: when it left its first state; ``end_at``: when it came to its end."""

    id: str
    position: int
    kind: str
    state: str
    at: datetime
    changed_at: datetime
    changed_by: str
    first_at: datetime | None
    end_at: datetime | None
    text: str = field(repr=False)
    note: str = field(repr=False)


_PLAIN = [name for name in Item.__dataclass_fields__ if name not in ("text", "note")]


class Items(Verbs):
    """The verbs about the things of a case. The caller holds the case."""

    async def add_items(self, case: CaseFile, *, kind: str, texts: Sequence[str], actor: str, state: str = "asked") -> list[str]:
        """Put things on a case, in this order after those that are there, with one audit line. Gives their ids."""
        table = models.item
        last = (await self.turn.run(select(func.max(table.c.position)).where(table.c.case_id == case.id))).scalar() or 0
        rows = [self._item(case, kind, state, actor, text, last + place) for place, text in enumerate(texts, 1)]
        if rows:
            await self.turn.run(table.insert(), rows)
            await audit.add(self.turn, case.id, actor, f"added {kind}", {"items": len(rows)})
        return [row["id"] for row in rows]

    async def items(self, case: CaseFile, kind: str | None = None) -> list[Item]:
        """The things of a case, in their order."""
        table = models.item
        statement = select(table).where(table.c.case_id == case.id).order_by(table.c.position)
        rows = await self.turn.all(statement if kind is None else statement.where(table.c.kind == kind))
        return [self._read(row) for row in rows]

    async def move_item(
        self,
        case: CaseFile,
        item: Item,
        *,
        actor: str,
        verb: str,
        sources: Collection[str],
        to: str,
        note: str = "",
        ended: bool = False,
        facts: Mapping[str, Fact] | None = None,
    ) -> bool:
        """Take one thing on, with a line on its case's chain; False where it has moved on. ``note`` replaces the last one."""
        changes: dict[str, Any] = {"state": to, "changed_at": self.turn.now, "changed_by": actor}
        stands = await self._standing(case, item)  # the page the item was chosen on may be old, and the chain must be true
        if stands is None:
            return False
        changes["first_at"] = stands.first_at or self.turn.now
        if ended:
            changes["end_at"] = self.turn.now
        if note:
            changes["note"] = self.turn.sealer.seal("item", item.id, "note", note)
        moved = await claims.move_item(self.turn, item.id, sources, changes)
        if moved:
            told = {"item": item.position, "from": stands.state, "to": to, **(facts or {})}
            await audit.add(self.turn, case.id, actor, verb, told)
        return moved

    async def _standing(self, case: CaseFile, item: Item) -> Any | None:
        table = models.item
        mine = select(table).where(table.c.id == item.id, table.c.case_id == case.id)
        return await self.turn.first(self.turn.locked(mine))

    def _item(self, case: CaseFile, kind: str, state: str, actor: str, text: str, position: int) -> dict[str, Any]:
        item_id, now = new_id(), self.turn.now
        sealed = {name: self.turn.sealer.seal("item", item_id, name, said) for name, said in (("text", text), ("note", ""))}
        times: dict[str, datetime | None] = {"at": now, "changed_at": now, "first_at": None, "end_at": None}
        plain = {"id": item_id, "case_id": case.id, "kind": kind, "position": position, "state": state, "changed_by": actor}
        return {**plain, **times, **sealed}

    def _read(self, row: Any) -> Item:
        said = {name: self.turn.sealer.open("item", row.id, name, getattr(row, name)) for name in ("text", "note")}
        whole: dict[str, Any] = {**{name: getattr(row, name) for name in _PLAIN}, **said}
        return Item(**whole)
