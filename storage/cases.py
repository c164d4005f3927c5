"""Cases: opened once, read through one door, moved by one statement, and what was said on them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import EllipsisType
from typing import Any, Literal

from sqlalchemy import Row, Select, or_, select

from storage import audit, claims, models
from storage.audit import AuditLine, Fact
from storage.turn import Verbs, new_id

Purpose = Literal["show", "act", "draw", "list"]


class NotYours(LookupError):
    """Something with this key or id exists, and belongs to somebody else."""


@dataclass
class CaseLine:
    """A case in a list: nobody's words."""

    id: str
    kind: str
    reference: str
    state: str
    role: str
    opened_by: str
    taken_by: str | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    changed_at: datetime
    escalation: int = field(default=0, kw_only=True)


_LINE = tuple(CaseLine.__dataclass_fields__)


@dataclass
class CaseFile(CaseLine):
    """A whole case. ``details`` are texts by name; they are left out when the case is printed."""

    details: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Entry:
    """Something said on a case."""

    id: str
    at: datetime
    author: str
    kind: str
    body: str = field(repr=False)


class Cases(Verbs):
    """The verbs about cases."""

    async def open_case(
        self,
        *,
        kind: str,
        prefix: str,
        opened_by: str,
        role: str,
        details: Mapping[str, str],
        submission_key: str,
        due_at: datetime | None = None,
        state: str = "open",
        verb: str = "opened",
    ) -> tuple[CaseFile, bool]:
        """A new case with its audit line; or the one this submission opened before, and False.

        Raises `NotYours` where somebody else used the key.
        """
        standing = await self.submitted(submission_key, opened_by)
        if standing:
            return standing, False
        row = self._new(kind, opened_by, role, details, submission_key, due_at)
        row["state"] = state
        row["reference"] = f"{prefix}-{await claims.next_number(self.turn, prefix):04d}"
        stored = self.turn.insert(models.case).values(row).on_conflict_do_nothing(index_elements=["submission_key"])
        if not await self.turn.changed(stored):
            return await self._overtaken(submission_key, opened_by), False
        case = CaseFile(**{name: row[name] for name in _LINE}, details=dict(details))
        await audit.add(self.turn, case.id, opened_by, verb, {"reference": case.reference, "role": role})
        return case, True

    async def case(self, case_id_or_reference: str, *, actor: str, purpose: Purpose) -> CaseFile | None:
        """The one door to what a case says. Holds the case until the end of the transaction.

        A ``show`` to anybody but its opener is written to the audit chain, whatever is then done with it.
        """
        table = models.case
        asked = or_(table.c.id == case_id_or_reference, table.c.reference == case_id_or_reference.upper())
        row = await self.turn.first(self.turn.locked(select(table).where(asked)))
        if row is None:
            return None
        if purpose == "show" and actor != row.opened_by:
            await audit.add(self.turn, row.id, actor, audit.READ, {})
        return self._file(row)

    async def cases_of(self, person: str) -> list[CaseLine]:
        """The cases somebody opened, latest change first."""
        return await self._listed(listed_line().where(models.case.c.opened_by == person))

    async def cases_with(self, role: str, states: Collection[str] | None = None) -> list[CaseLine]:
        """The cases a role has, in these states or in any, latest change first."""
        statement = listed_line().where(models.case.c.role == role)
        return await self._listed(statement if states is None else statement.where(models.case.c.state.in_(states)))

    async def move(
        self,
        case: CaseFile,
        *,
        actor: str,
        verb: str,
        sources: Collection[str],
        to: str,
        role: str | None = None,
        taken_by: str | EllipsisType | None = ...,
        closed: bool = False,
        facts: Mapping[str, Fact] | None = None,
    ) -> bool:
        """Take one arrow of a case's state machine, with its audit line; False where the case has moved on.

        Either way ``case`` then shows what stands. ``role`` and ``taken_by`` stay where they are not given.
        """
        changes: dict[str, Any] = {"state": to, "role": role or case.role, "changed_at": self.turn.now}
        if taken_by is not ...:
            changes["taken_by"] = taken_by
        if closed:
            changes["closed_at"] = self.turn.now
        was = case.state
        moved = await claims.move_case(self.turn, case.id, sources, changes)
        await self._refresh(case)
        if moved:
            told = {"from": was, "to": to, "role": changes["role"], **(facts or {})}
            await audit.add(self.turn, case.id, actor, verb, told)
        return moved

    async def escalate(self, case: CaseFile, *, actor: str, facts: Mapping[str, Fact] | None = None) -> int:
        """One rung up the ladder, with its audit line; the rung on which the case then stands."""
        if await claims.escalate_case(self.turn, case.id, case.escalation):
            await audit.add(self.turn, case.id, actor, "escalated", {"level": case.escalation + 1, **(facts or {})})
        await self._refresh(case)
        return case.escalation

    async def amend(
        self, case: CaseFile, *, actor: str, verb: str, details: Mapping[str, str], facts: Mapping[str, Fact] | None = None
    ) -> None:
        """Change what a held case says. Its audit line names the details that changed, never what they say."""
        changed = [name for name in details if case.details.get(name) != details[name]]
        case.details = {**case.details, **details}
        sealed = self.turn.sealer.seal("case", case.id, "details", json.dumps(dict(case.details)))
        table = models.case
        values = {"details": sealed, "changed_at": self.turn.now}
        await self.turn.run(table.update().where(table.c.id == case.id).values(values))
        await audit.add(self.turn, case.id, actor, verb, {"fields": ",".join(sorted(changed)), **(facts or {})})
        await self._refresh(case)

    async def files(self, kind: str, states: Collection[str] | None = None) -> list[CaseFile]:
        """Whole cases of a kind, latest change first: only for a kind whose details are nobody's story (the register).

        Neither held nor written to the audit chain: `case` is the door to everything else.
        """
        table = models.case
        statement = select(table).where(table.c.kind == kind)
        if states is not None:
            statement = statement.where(table.c.state.in_(states))
        newest = statement.order_by(table.c.changed_at.desc(), table.c.id.desc())
        return [self._file(row) for row in await self.turn.all(newest)]

    async def lines(
        self,
        *,
        kind: str | None = None,
        states: Collection[str] | None = None,
        role: str | None = None,
        overdue_before: datetime | None = None,
    ) -> list[CaseLine]:
        """Cases of any kind, state and role, or of those that are named; latest change first.

        ``overdue_before``: only those that were due before this time and are not closed.
        """
        table, statement = models.case, listed_line()
        if overdue_before is not None:
            statement = statement.where(table.c.due_at < overdue_before, table.c.closed_at.is_(None))
        for column, wanted in ((table.c.kind, kind), (table.c.role, role)):
            statement = statement.where(column == wanted) if wanted is not None else statement
        return await self._listed(statement if states is None else statement.where(table.c.state.in_(states)))

    async def last_move(self, case_id: str) -> AuditLine | None:
        """The last thing done to a case, and by whom; a look at it is not counted."""
        return await audit.last_move(self.turn, case_id)

    async def history(self, case_id: str) -> list[AuditLine]:
        """The audit chain of a case, oldest line first."""
        return await audit.lines(self.turn, case_id)

    async def say(self, case: CaseFile, *, author: str, kind: str, body: str) -> str:
        """Keep something said on a case. Gives its id."""
        entry = new_id()
        sealed = self.turn.sealer.seal("entry", entry, "body", body)
        row = {"id": entry, "case_id": case.id, "at": self.turn.now, "author": author, "kind": kind, "body": sealed}
        await self.turn.run(models.entry.insert().values(row))
        return entry

    async def entries(self, case: CaseFile) -> list[Entry]:
        """What was said on a case, oldest first."""
        table = models.entry
        rows = await self.turn.all(select(table).where(table.c.case_id == case.id).order_by(table.c.at, table.c.id))
        return [Entry(r.id, r.at, r.author, r.kind, self.turn.sealer.open("entry", r.id, "body", r.body)) for r in rows]

    def _new(
        self, kind: str, opened_by: str, role: str, details: Mapping[str, str], key: str, due_at: datetime | None
    ) -> dict[str, Any]:
        case_id, now = new_id(), self.turn.now
        return {
            **dict.fromkeys(("taken_by", "closed_at")),
            "id": case_id,
            "kind": kind,
            "escalation": 0,
            "role": role,
            "opened_by": opened_by,
            "opened_at": now,
            "due_at": due_at,
            "changed_at": now,
            "submission_key": key,
            "details": self.turn.sealer.seal("case", case_id, "details", json.dumps(dict(details))),
        }

    async def submitted(self, key: str, person: str) -> CaseFile | None:
        """The case that a submission opened, held; or None. Raises `NotYours` where somebody else used the key."""
        row = await self.turn.first(self.turn.locked(select(models.case).where(models.case.c.submission_key == key)))
        if row is None:
            return None
        if row.opened_by != person:
            raise NotYours("this form was already sent in by somebody else: please start a new one")
        return self._file(row)

    async def _overtaken(self, key: str, person: str) -> CaseFile:
        """Another transaction opened the case between our look and our insert; it has committed by now."""
        standing = await self.submitted(key, person)
        if standing is None:
            raise LookupError("the case of this submission was opened and removed meanwhile: please send again")
        return standing

    async def _refresh(self, case: CaseFile) -> None:
        row = await self.turn.first(listed_line().where(models.case.c.id == case.id))
        for name in _LINE if row else ():
            setattr(case, name, getattr(row, name))

    async def _listed(self, statement: Select[Any]) -> list[CaseLine]:
        newest = statement.order_by(models.case.c.changed_at.desc(), models.case.c.id.desc())
        return [CaseLine(**row._mapping) for row in await self.turn.all(newest)]

    def _file(self, row: Row[Any]) -> CaseFile:
        details = json.loads(self.turn.sealer.open("case", row.id, "details", row.details))
        return CaseFile(**{name: getattr(row, name) for name in _LINE}, details=details)


def listed_line() -> Select[Any]:
    """The columns of a case in a list."""
    return select(*(models.case.c[name] for name in _LINE))
