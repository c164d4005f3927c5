"""A Teams surface on its real wire, with a desk behind it that says what a test tells it to."""

from collections.abc import Awaitable, Callable

from handlers.event import Event, Reply
from handlers.message import Message, Text
from tests.teams_driver import Office, channel
from tests.teams_fake import TEAM
from tests.teams_reading import seen
from tests.world import Clock, Seen

AMIRA, BEN = "amira@college.example", "ben@college.example"
ROOM = channel("marketing")
ANSWER = Message("Allowed", (Text("Yes, you may."),))


class Desk(Office):
    """Writes down every event and answers each with ``reply``."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.events: list[Event] = []
        self.reply: Reply | Exception = ANSWER
        self.before: Callable[[], Awaitable[None]] | None = None

    async def receive(self, event: Event) -> Reply:
        """What the rest of Lodge would do."""
        self.events.append(event)
        if self.before:
            await self.before()
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    async def settle_in(self, typing_after: float = 60.0) -> None:
        """Amira and Ben work here; Lodge is in their team, and in Amira's chat."""
        await self.open(self.receive, typing_after)
        users = [
            self.microsoft.hire(AMIRA, "Amira Aziz"),
            self.microsoft.hire(BEN, "Ben Carter"),
            self.microsoft.hire("x@y.example"),
        ]
        self.microsoft.places |= {TEAM: users, ROOM: users}
        await self.client.install(AMIRA)
        await self.client.install(AMIRA, TEAM)

    def in_chat(self, email: str = AMIRA) -> list[Seen]:
        """What stands in somebody's personal chat."""
        return self._at(f"a:29:{email.partition('@')[0]}")

    def in_room(self) -> list[Seen]:
        """What stands in the channel."""
        return self._at(ROOM)

    def _at(self, place: str) -> list[Seen]:
        return [seen(each.card) for each in self.microsoft.sent if each.conversation.partition(";")[0] == place]
