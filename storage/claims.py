"""Every statement that races with another process or another press: one function each, right on both engines.

SQLite: one process, and a transaction that writes is alone from its first moment. PostgreSQL: rows are locked one by
one, and what another claimer holds is skipped. A claim is a lease: whoever takes one has until ``lease_ms`` from now to
finish it with the claim's token, and must have given up sending by then.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, Update, and_, exists, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from storage import models
from storage.turn import Turn

_delivery, _timer, _gate = models.delivery, models.timer, models.gate
_CLAIMERS = 0x10D6E  # any number, the same in every replica


@dataclass(frozen=True)
class ClaimedDelivery:
    """A message to send now. ``probe``: an earlier send may have arrived, so ask the place for ``key`` first.

    ``place`` and ``ref`` name the message to change; None where there is none, and then a new one is sent.
    """

    id: str
    key: str
    recipient: str
    drawing: str
    subject: str
    case_id: str | None
    urgent: bool
    attempts: int
    probe: bool
    token: str
    place: str | None = None
    ref: str | None = None
    replaces: str | None = None


@dataclass(frozen=True)
class ClaimedTimer:
    """A timer to raise now; `finish_timer` belongs in the transaction that does what it asks for."""

    id: str
    key: str
    action: str
    subject: str
    attempts: int
    token: str


async def next_number(turn: Turn, kind: str) -> int:
    """The next number of a kind, from 1. Others who want one wait until this transaction ends."""
    stored = turn.insert(models.counter).values(kind=kind, last=1)
    raised = stored.on_conflict_do_update(index_elements=["kind"], set_={"last": models.counter.c.last + 1})
    return int((await turn.run(raised.returning(models.counter.c.last))).scalar_one())


async def move_case(turn: Turn, case_id: str, sources: Collection[str], changes: Mapping[str, Any]) -> bool:
    """Change a case if it is still in one of these states: of many at once, one does."""
    case = models.case
    return bool(await turn.changed(update(case).where(case.c.id == case_id, case.c.state.in_(sources)).values(changes)))


async def escalate_case(turn: Turn, case_id: str, seen: int) -> bool:
    """One rung up, if it still stands on the rung that was seen."""
    case = models.case
    climbing = update(case).where(case.c.id == case_id, case.c.escalation == seen)
    return bool(await turn.changed(climbing.values(escalation=seen + 1, changed_at=turn.now)))


async def move_item(turn: Turn, item_id: str, sources: Collection[str], changes: Mapping[str, Any]) -> bool:
    """Change one thing of a case if it is still in one of these states."""
    item = models.item
    return bool(await turn.changed(update(item).where(item.c.id == item_id, item.c.state.in_(sources)).values(changes)))


async def claim_deliveries(turn: Turn, limit: int, lease_ms: int) -> list[ClaimedDelivery]:
    """Take up to ``limit`` deliveries that are due, urgent ones first; one at a time for each recipient.

    Left for later: a recipient that somebody is sending to, a closed gate, and a change to a message still unsent.
    """
    await _alone(turn)
    ids = [row.id for row in await turn.all(_due_deliveries(turn.now_ms, limit))]
    token = secrets.token_hex(8)
    taken = _leased(_delivery, turn.now_ms + lease_ms, token).where(_delivery.c.id.in_(ids))
    claim = taken.values(probe=_delivery.c.inflight, inflight=True).returning(_delivery)
    rows = await turn.all(claim) if ids else []
    placed = await _standing(turn, [row.replaces for row in rows if row.replaces])
    claimed = {row.id: _claimed(row, *placed.get(row.replaces, (None, None))) for row in rows}
    return [claimed[each] for each in ids]


async def finish_delivery(turn: Turn, id: str, token: str, place: str, ref: str) -> bool:
    """The message stands at ``place`` as ``ref``. False where the lease was lost, and then nothing is changed."""
    done = {"state": "done", "due_ms": turn.now_ms, "place": place, "ref": ref, "error": None, "inflight": False}
    return bool(await turn.changed(_held(_delivery, id, token).values(done)))


async def retry_delivery(turn: Turn, id: str, token: str, due_ms: int, *, unsure: bool, error: str) -> bool:
    """Try again at ``due_ms``. ``unsure``: it may have arrived; then ``due_ms`` must not come before the lease's end.

    ``error`` is a short code, never a text. False where the lease was lost.
    """
    later = {"due_ms": due_ms, "inflight": unsure, "token": None, "error": error}
    return bool(await turn.changed(_held(_delivery, id, token).values(later)))


async def bury_delivery(turn: Turn, id: str, token: str, error: str) -> bool:
    """Give up on a message: it stays as ``dead``, for somebody to be told. False where the lease was lost."""
    dead = {"state": "dead", "due_ms": turn.now_ms, "inflight": False, "error": error}
    return bool(await turn.changed(_held(_delivery, id, token).values(dead)))


async def drop_delivery(turn: Turn, id: str, token: str, error: str) -> bool:
    """A message that must not be sent, for a reason that is nobody's fault. False where the lease was lost."""
    dropped = {"state": "cancelled", "due_ms": turn.now_ms, "inflight": False, "error": error}
    return bool(await turn.changed(_held(_delivery, id, token).values(dropped)))


async def close_gate(turn: Turn, place: str, until_ms: int) -> None:
    """Send nothing to a place, or to a recipient, before a time: for every replica. It is never opened sooner."""
    stored = turn.insert(_gate).values(place=place, open_ms=until_ms)
    sooner = _gate.c.open_ms < until_ms
    await turn.run(stored.on_conflict_do_update(index_elements=["place"], set_={"open_ms": until_ms}, where=sooner))


async def claim_timers(turn: Turn, limit: int, lease_ms: int) -> list[ClaimedTimer]:
    """Take up to ``limit`` timers that are due, the oldest first."""
    due = (_timer.c.state == "ready") & (_timer.c.due_ms <= turn.now_ms)
    oldest = select(_timer.c.id).where(due).order_by(_timer.c.due_ms, _timer.c.id).limit(limit)
    ids = [row.id for row in await turn.all(oldest.with_for_update(skip_locked=True))]
    taken = _leased(_timer, turn.now_ms + lease_ms, secrets.token_hex(8)).where(_timer.c.id.in_(ids))
    rows = await turn.all(taken.returning(_timer)) if ids else []
    claimed = {row.id: ClaimedTimer(row.id, row.key, row.action, row.subject, row.attempts, row.token) for row in rows}
    return [claimed[each] for each in ids]


async def finish_timer(turn: Turn, id: str, token: str) -> bool:
    """Raised, if this transaction commits. False where the lease was lost or the timer cancelled: do nothing."""
    return bool(await turn.changed(_held(_timer, id, token).values(state="done", due_ms=turn.now_ms)))


async def retry_timer(turn: Turn, id: str, token: str, due_ms: int) -> bool:
    """Raise the timer again at ``due_ms``. False where the lease was lost."""
    return bool(await turn.changed(_held(_timer, id, token).values(due_ms=due_ms, token=None)))


async def _alone(turn: Turn) -> None:
    """One claimer at a time, or two could each take a message for the same recipient: a claim lasts milliseconds."""
    if turn.postgres:
        await turn.run(select(func.pg_advisory_xact_lock(_CLAIMERS)))


def _due_deliveries(now_ms: int, limit: int) -> Select[Any]:
    """The ids to take: of each free recipient's due deliveries, the first in line."""
    waiting = _delivery.alias("waiting")
    order = (waiting.c.urgent.desc(), waiting.c.due_ms, waiting.c.id)
    place = func.row_number().over(partition_by=waiting.c.recipient, order_by=order).label("place")
    line = select(waiting.c.id, place).where(_sendable(waiting, now_ms)).subquery()
    first = _delivery.c.id.in_(select(line.c.id).where(line.c.place == 1))
    still = (_delivery.c.state == "ready") & (_delivery.c.due_ms <= now_ms)  # checked again once the row is held
    ordered = select(_delivery.c.id).where(first, still).order_by(_delivery.c.urgent.desc(), _delivery.c.due_ms, _delivery.c.id)
    return ordered.limit(limit).with_for_update(skip_locked=True)


def _sendable(waiting: Any, now_ms: int) -> ColumnElement[bool]:
    held, original = _delivery.alias("held"), _delivery.alias("original")
    leased = and_(held.c.state == "ready", held.c.token.is_not(None), held.c.due_ms > now_ms)
    busy = exists().where(held.c.recipient == waiting.c.recipient, leased)
    named = or_(_gate.c.place == waiting.c.recipient, _gate.c.place == waiting.c.place)
    closed = exists().where(named, _gate.c.open_ms > now_ms)
    early = exists().where(original.c.key == waiting.c.replaces, original.c.state == "ready")
    return and_(waiting.c.state == "ready", waiting.c.due_ms <= now_ms, ~busy, ~closed, ~early)


def _claimed(row: Row[Any], place: str | None, ref: str | None) -> ClaimedDelivery:
    own = {name: row._mapping[name] for name in ClaimedDelivery.__dataclass_fields__}
    return ClaimedDelivery(**{**own, "place": place, "ref": ref})


def _leased(table: Any, until_ms: int, token: str) -> Update:
    return update(table).values(due_ms=until_ms, token=token, attempts=table.c.attempts + 1)


def _held(table: Any, id: str, token: str) -> Update:
    return update(table).where(table.c.id == id, table.c.token == token, table.c.state == "ready")


async def _standing(turn: Turn, keys: Collection[str]) -> dict[str, tuple[str | None, str | None]]:
    """Where the messages stand that are to be changed, by key."""
    if not keys:
        return {}
    rows = await turn.all(select(_delivery.c.key, _delivery.c.place, _delivery.c.ref).where(_delivery.c.key.in_(keys)))
    return {row.key: (row.place, row.ref) for row in rows}
