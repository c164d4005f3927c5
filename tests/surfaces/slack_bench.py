"""The Slack surface on its own: a receiver that says what it is told, and the fake workspace on the other side."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bot.college import EXAMPLE, load
from handlers.event import Event, Reply
from handlers.message import Message, Text
from tests.slack_driver import SlackDriver, slack_college
from tests.world import Clock


class Receiver:
    """Keeps every event, and answers with ``reply``; while ``gate`` is closed it waits."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.reply: Reply = Message("Allowed", (Text("Yes."),), tone="yes")
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, event: Event) -> Reply:
        self.events.append(event)
        await self.gate.wait()
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


class Bench(SlackDriver):
    """A driver with its receiver and its clock at hand."""

    receiver: Receiver
    clock: Clock

    @property
    def amira(self) -> str:
        """Amira's id in Slack."""
        return self.fake.user_of("amira@college.example")

    def posted(self, channel: str) -> list[str]:
        """The titles of what stands in a channel, as notifications show them."""
        return [each["text"] for each in self.fake.messages.get(channel, [])]


@contextlib.asynccontextmanager
async def listening(driver: type = Bench, **settings: str) -> AsyncIterator[Bench]:
    """The surface, listening."""
    clock = Clock()
    bench = driver(slack_college(load(EXAMPLE)), clock, **settings)
    bench.clock, bench.receiver = clock, Receiver()
    surface = await bench.prepare()
    await surface.start(bench.receiver)
    await bench.serve()
    try:
        yield bench
    finally:
        await bench.stop()
        await surface.stop()
        await bench.close()
