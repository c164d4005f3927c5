"""What is owed at a time: a reminder, an escalation, a check-in."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from storage import models
from storage.turn import Verbs, new_id, to_ms


class Timers(Verbs):
    """The verbs about timers."""

    async def set_timer(self, *, key: str, action: str, subject: str, due_at: datetime) -> None:
        """Raise ``action`` about ``subject`` at a time, once for a key: one set, cancelled or raised before stands."""
        row = {"id": new_id(), "key": key, "action": action, "subject": subject, "due_ms": to_ms(due_at)}
        await self.turn.run(self.turn.insert(models.timer).values(row).on_conflict_do_nothing(index_elements=["key"]))
        self.turn.owed = True

    async def timer(self, key: str) -> datetime | None:
        """When a timer that waits is due, in UTC; while it is being raised, when it would come again. None where none waits."""
        table = models.timer
        row = await self.turn.first(select(table.c.due_ms).where(table.c.key == key, table.c.state == "ready"))
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=row.due_ms) if row else None

    async def cancel_timer(self, key: str) -> bool:
        """Take a timer back; False where it was raised already, or never set."""
        table = models.timer
        waiting = (table.c.key == key) & (table.c.state == "ready")
        return bool(await self.turn.changed(update(table).where(waiting).values(state="cancelled")))
