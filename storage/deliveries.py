"""Messages owed to a role or a person: written in the transaction that owes them, sent by the worker (promise 6)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storage import models
from storage.turn import Verbs, new_id, to_ms


@dataclass(frozen=True)
class DeliveryLine:
    """Where a delivery stands: ready, done, cancelled or dead. ``error`` is a short code of the last failure."""

    key: str
    recipient: str
    drawing: str
    subject: str
    case_id: str | None
    state: str
    due_ms: int
    attempts: int
    place: str | None
    ref: str | None
    error: str | None


_LINE = tuple(models.delivery.c[name] for name in DeliveryLine.__dataclass_fields__)


class Deliveries(Verbs):
    """The verbs about what is owed to others."""

    async def owe(
        self,
        *,
        key: str,
        to: str,
        drawing: str,
        subject: str,
        case_id: str | None = None,
        replaces: str | None = None,
        due_at: datetime | None = None,
        urgent: bool = False,
    ) -> None:
        """Owe a message, once for a key: what is owed or was sent under it stands. It is drawn when it is sent.

        ``replaces`` is the key of a delivery whose message is changed instead of sending a new one.
        """
        row = {
            "id": new_id(),
            "key": key,
            "recipient": to,
            "drawing": drawing,
            "subject": subject,
            "case_id": case_id,
            "replaces": replaces,
            "due_ms": to_ms(due_at) if due_at else self.turn.now_ms,
            "urgent": urgent,
        }
        stored = self.turn.insert(models.delivery).values(row)
        await self.turn.run(stored.on_conflict_do_nothing(index_elements=["key"]))
        self.turn.owed = True

    async def cancel_owed(self, key_prefix: str) -> int:
        """Drop the deliveries whose keys start so. One that may be on its way is left to arrive."""
        table = models.delivery
        waiting = (table.c.state == "ready") & ~table.c.inflight & table.c.key.startswith(key_prefix, autoescape=True)
        return await self.turn.changed(update(table).where(waiting).values(state="cancelled"))

    async def undelivered(self, case_id: str) -> list[DeliveryLine]:
        """What of a case has not arrived: still to be sent, or given up on."""
        owed = models.delivery.c.state.in_(("ready", "dead"))
        statement = select(*_LINE).where(models.delivery.c.case_id == case_id, owed).order_by(models.delivery.c.id)
        return [DeliveryLine(**row._mapping) for row in await self.turn.all(statement)]

    async def owed(self) -> dict[str, int]:
        """How many deliveries wait (``ready``) and how many were given up on (``dead``)."""
        table = models.delivery
        counted = select(table.c.state, func.count().label("rows")).where(table.c.state.in_(("ready", "dead")))
        return {row.state: int(row.rows) for row in await self.turn.all(counted.group_by(table.c.state))}

    async def delivery(self, key: str) -> DeliveryLine | None:
        """The delivery with this key, or None."""
        row = await self.turn.first(select(*_LINE).where(models.delivery.c.key == key))
        return DeliveryLine(**row._mapping) if row else None
