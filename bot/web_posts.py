"""What stands in the playground's rooms: its posts, who may see each, and the small part of the store that it needs."""

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.web_page import Channel, Resident, Shown, conversation
from handlers.message import Message, pack, unpack

MOST = 500
"""Posts read at once; there may be more."""

_ONLY = ":only:"


class Post(Protocol):
    """A stored post. ``seq`` grows with every put and every replace; ``message`` is JSON text."""

    @property
    def ref(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def changed_at(self) -> datetime: ...
    @property
    def message(self) -> str: ...


class PostWork(Protocol):
    """The verbs on posts inside one transaction. ``put_post`` with a used key gives the post that stands."""

    async def put_post(self, place: str, key: str, message: str) -> str: ...
    async def find_post(self, place: str, key: str) -> str | None: ...
    async def replace_post(self, ref: str, message: str) -> bool: ...
    async def posts(self, places: Collection[str], after_seq: int = 0, limit: int = MOST) -> Sequence[Post]: ...


class PostStore(Protocol):
    """Where posts are kept: `storage.database.Database`, or a test's own."""

    def begin(self) -> AbstractAsyncContextManager[PostWork]: ...
    def read(self) -> AbstractAsyncContextManager[PostWork]: ...


@dataclass(frozen=True)
class Arrived:
    """A post as one person's stream carries it. ``fresh``: new, and not an older one that was changed."""

    seq: int
    fresh: bool
    shown: Shown


class Rooms:
    """Who lives here and which places each person sees; asked anew each time, so a change of role counts at once."""

    def __init__(self, people: Callable[[], Sequence[Resident]], channels: Callable[[str], Sequence[Channel]]) -> None:
        self.people, self.channels = people, channels

    def resident(self, email: str) -> Resident | None:
        """The person with this e-mail in any case of letters, or None."""
        wanted = email.strip().lower()
        return next((each for each in self.people() if each.email == wanted), None)

    def places(self, email: str) -> tuple[str, ...]:
        """Every place whose posts this person sees."""
        rooms = [channel.place for channel in self.channels(email)]
        return (conversation(email), *rooms, *(f"{place}{_ONLY}{email}" for place in rooms))

    def members(self, place: str) -> tuple[str, ...]:
        """Who can read a place; nobody where there is no such place."""
        return tuple(each.email for each in self.people() if place in self.places(each.email))


class Board:
    """The posts of every room."""

    def __init__(self, store: PostStore, rooms: Rooms) -> None:
        self._store, self._rooms = store, rooms

    async def put(self, place: str, key: str, message: Message) -> str:
        """Add a post once for its key; its reference."""
        async with self._store.begin() as work:
            return await work.put_post(place, key, _packed(message))

    async def find(self, place: str, key: str) -> str | None:
        """The reference of the post with this key, or None."""
        async with self._store.read() as work:
            return await work.find_post(place, key)

    async def replace(self, ref: str, message: Message) -> bool:
        """Change a post; False where there is no such post."""
        async with self._store.begin() as work:
            return await work.replace_post(ref, _packed(message))

    async def since(self, email: str, after: int) -> list[Arrived]:
        """What this person may see that was put or changed after a sequence number, in that order."""
        places = self._rooms.places(email)
        found: list[Post] = []
        async with self._store.read() as work:
            while batch := await work.posts(places, after_seq=after, limit=MOST):
                found += batch
                after = max(post.seq for post in batch)
        return [_arrived(post) for post in sorted(found, key=lambda post: post.seq)]

    async def standing(self, email: str) -> list[Arrived]:
        """All that stands in this person's places, by the time each was posted."""
        return sorted(await self.since(email, 0), key=lambda each: each.shown.at)


def _arrived(post: Post) -> Arrived:
    room, private, _ = post.place.partition(_ONLY)
    shown = Shown(post.ref, room, post.at, _unpacked(post.message), private=bool(private))
    return Arrived(post.seq, post.changed_at == post.at, shown)


def _packed(message: Message) -> str:
    return json.dumps(pack(message), ensure_ascii=False)


def _unpacked(text: str) -> Message:
    packed: dict[str, Any] = json.loads(text)
    return unpack(packed)
