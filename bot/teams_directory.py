"""Where Lodge can write and to whom: conversation references and people, kept from what Teams has told Lodge.

To message a person or a channel first a bot needs such a reference, and it exists only where the app is installed.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

FRESH = timedelta(hours=12)
"""How long a person's e-mail is taken as known before Teams is asked again."""


class References(Protocol):
    """Where references are kept: a key each, and JSON text. They hold names and e-mail addresses, no words of anybody."""

    async def get(self, key: str) -> str | None: ...
    async def put(self, key: str, value: str) -> None: ...
    async def drop(self, key: str) -> None: ...


@dataclass(frozen=True)
class Conversation:
    """A place that Lodge can write to. ``kind`` is ``personal``, ``groupChat`` or ``channel``; ``bot`` is Lodge's id there."""

    id: str
    service: str
    kind: str
    bot: str
    tenant: str


@dataclass(frozen=True)
class Member:
    """A person as Teams knows them. ``email`` is lower case; ``chat`` is their personal chat with Lodge, or ''.

    ``directory`` is their id in the college's directory; ``guest`` is somebody from outside.
    """

    id: str
    email: str
    name: str
    service: str
    bot: str
    tenant: str
    directory: str = ""
    chat: str = ""
    guest: bool = False


class Directory:
    """References and people: in memory, and in the store so that a restart does not forget whom Lodge can reach."""

    def __init__(self, store: References, now: Callable[[], datetime]) -> None:
        self._store, self._now = store, now
        self._conversations: dict[str, Conversation] = {}
        self._people: dict[str, Member] = {}
        self._heard: dict[str, tuple[str, datetime]] = {}
        self._picked: dict[str, str] = {}

    async def keep(self, conversation: Conversation) -> None:
        """Remember a place; writes only what has changed."""
        if self._conversations.get(conversation.id) != conversation:
            self._conversations[conversation.id] = conversation
            await self._store.put(f"conversation {conversation.id}", json.dumps(asdict(conversation)))

    async def drop(self, conversation_id: str) -> None:
        """Forget a place that Lodge was taken out of."""
        self._conversations.pop(conversation_id, None)
        await self._store.drop(f"conversation {conversation_id}")

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """A place, or None where Lodge is not installed."""
        if conversation_id not in self._conversations:
            kept = await self._store.get(f"conversation {conversation_id}")
            if kept is None:
                return None
            self._conversations[conversation_id] = Conversation(**json.loads(kept))
        return self._conversations[conversation_id]

    async def meet(self, member: Member) -> Member:
        """Remember a person; a chat that is known already is kept. Writes only what has changed."""
        known = await self.person(member.email)
        member = replace(member, chat=member.chat or (known.chat if known else ""))
        self._heard[member.id] = member.email, self._now() + FRESH
        if member.directory:
            self._picked[member.directory] = member.email
        if member != known:
            if member.directory:
                await self._store.put(f"directory {member.directory}", member.email)
            self._people[member.email] = member
            await self._store.put(f"person {member.email}", json.dumps(asdict(member)))
        return member

    async def leave(self, member: Member) -> None:
        """A person took Lodge out of their chat."""
        without = replace(member, chat="")
        self._people[member.email] = without
        await self._store.put(f"person {member.email}", json.dumps(asdict(without)))

    async def person(self, email: str) -> Member | None:
        """The person with this e-mail, or None where Teams has not told Lodge of them."""
        email = email.lower()
        if email not in self._people:
            kept = await self._store.get(f"person {email}")
            if kept is None:
                return None
            self._people[email] = Member(**json.loads(kept))
        return self._people[email]

    def heard(self, user_id: str) -> Member | None:
        """The person with this Teams id, where they were met not long ago."""
        email, until = self._heard.get(user_id, ("", self._now()))
        return self._people.get(email) if self._now() < until else None

    async def picked(self, directory_id: str) -> str:
        """The e-mail of whoever has this id in the college's directory, or '' where Lodge does not know them."""
        known = self._picked.get(directory_id)
        return known or await self._store.get(f"directory {directory_id}") or ""


def channel_of(conversation_id: str) -> str:
    """The channel of a thread: Teams names a thread by its channel and its first message."""
    return conversation_id.partition(";messageid=")[0]
