"""Where a surface can reach people and channels: what it must remember to write first. Sealed, for addresses name people."""

from sqlalchemy import delete, select

from storage import models
from storage.database import Database


class AddressBook:
    """Values by key, each read and written in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """What is kept under a key, or None."""
        async with self._database.read() as work:
            row = await work.turn.first(select(models.address.c.value).where(models.address.c.id == key))
            return work.turn.sealer.open("address", key, "value", row.value) if row else None

    async def put(self, key: str, value: str) -> None:
        """Keep a value, in place of the one before."""
        async with self._database.turn() as turn:
            row = {"value": turn.sealer.seal("address", key, "value", value), "changed_at": turn.now}
            stored = turn.insert(models.address).values(id=key, **row)
            await turn.run(stored.on_conflict_do_update(index_elements=["id"], set_=row))

    async def drop(self, key: str) -> None:
        """Forget a key."""
        async with self._database.turn() as turn:
            await turn.run(delete(models.address).where(models.address.c.id == key))
