"""Where people talk to Lodge: what each surface can do for the rest of the process. None of it is about one message."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from handlers.event import Event, Reply
from handlers.message import Message

Receive = Callable[[Event], Awaitable[Reply]]


class SendRefused(Exception):
    """The platform said no for certain: nothing arrived. ``retry_after`` in seconds where it named one."""

    def __init__(self, why: str, retry_after: float | None = None, final: bool = False) -> None:
        super().__init__(why)
        self.why, self.retry_after, self.final = why, retry_after, final


class SendUnsure(Exception):
    """The platform did not answer, or not clearly: the message may have arrived."""


@dataclass(frozen=True)
class Someone:
    """A person as a surface knows them. ``email`` is lower case, and the same on every surface."""

    email: str
    name: str


class Surface(Protocol):
    """A place is ``<surface>:<the surface's own address>``; ``:only:`` in it means 'only to this person, here'."""

    name: str
    remembers: bool
    """Whether it can be asked by `find` what stands: where not, a send that may have landed is repeated once, saying so."""

    async def start(self, receive: Receive) -> None:
        """Begin to listen. Raises ``OSError`` where a port is taken."""

    async def stop(self) -> None:
        """Stop taking events in, and let those in hand finish."""

    async def send(self, place: str, message: Message, key: str) -> str:
        """Show a message; the reference that `replace` understands. Raises `SendRefused` or `SendUnsure`."""

    async def find(self, place: str, key: str) -> str | None:
        """The reference of the message sent with this key, or None where there is none."""

    async def replace(self, ref: str, message: Message) -> None:
        """Change a message that stands. Raises as `send` does."""

    async def person(self, id_or_email: str) -> Someone | None:
        """Who this is, or None where the surface does not know them."""

    async def members(self, place: str) -> tuple[str, ...]:
        """The e-mail addresses of those who can read a place."""

    async def trouble(self, place: str) -> str:
        """Why nothing can be shown at a place, with the mend; empty where it can."""

    async def show_home(self, person: str, message: Message) -> None:
        """Put a fresh home page before a person, where the surface has one."""
