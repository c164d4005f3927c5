"""What stands on the web page, for Lodge's own surface has nobody else to keep its messages."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update

from storage import claims, models
from storage.turn import Verbs, new_id


@dataclass(frozen=True)
class Post:
    """A message at a place. ``message`` is JSON text; ``seq`` is new whenever it is put or replaced."""

    ref: str
    place: str
    key: str
    seq: int
    at: datetime
    changed_at: datetime
    message: str = field(repr=False)


class Posts(Verbs):
    """The verbs about posts. A reader who asks for what came after the last ``seq`` it saw misses none.

    For that the next number is taken from a row that is held until the commit: numbers become visible in their order.
    """

    async def put_post(self, place: str, key: str, message: str) -> str:
        """Post a message, once for a key at a place; its reference, or that of the post that stands."""
        ref, seq = new_id(), await claims.next_number(self.turn, "post")
        row = {"ref": ref, "place": place, "key": key, "seq": seq, "at": self.turn.now, "changed_at": self.turn.now}
        stored = self.turn.insert(models.post).values(**row, message=self._sealed(ref, message))
        if await self.turn.changed(stored.on_conflict_do_nothing(index_elements=["place", "key"])):
            return ref
        return await self.find_post(place, key) or ref

    async def find_post(self, place: str, key: str) -> str | None:
        """The reference of the post with this key at a place, or None."""
        found = select(models.post.c.ref).where(models.post.c.place == place, models.post.c.key == key)
        row = await self.turn.first(found)
        return str(row.ref) if row else None

    async def replace_post(self, ref: str, message: str) -> bool:
        """Change a message that stands; False where there is none."""
        seq = await claims.next_number(self.turn, "post")
        changes = {"seq": seq, "changed_at": self.turn.now, "message": self._sealed(ref, message)}
        return bool(await self.turn.changed(update(models.post).where(models.post.c.ref == ref).values(changes)))

    async def posts(self, places: Collection[str], after_seq: int = 0, limit: int = 500) -> list[Post]:
        """The first ``limit`` posts at these places with a later ``seq``, in the order in which they were first put.

        Where as many come back as were asked for there may be more: ask again after the highest ``seq``.
        """
        table = models.post
        later = select(table).where(table.c.place.in_(places), table.c.seq > after_seq).order_by(table.c.seq).limit(limit)
        rows = [row._mapping for row in await self.turn.all(later)]
        opened = [
            Post(**{**row, "message": self.turn.sealer.open("post", row["ref"], "message", row["message"])}) for row in rows
        ]
        return sorted(opened, key=lambda post: (post.at, post.ref))

    def _sealed(self, ref: str, message: str) -> bytes:
        return self.turn.sealer.seal("post", ref, "message", message)
