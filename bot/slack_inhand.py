"""What is in hand: work that goes on after its ack, no more of it than can be answered soon."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

log = structlog.get_logger("lodge.slack")
AT_ONCE = 200
"""Things in hand at a time; more are refused with words, and Slack brings its events again."""
REMEMBERED = 10_000
Work = Callable[[], Awaitable[Any]]


class InHand:
    """Tasks under way, and the ids of the events that were taken in."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[Any]] = set()
        self._heard: OrderedDict[str, None] = OrderedDict()

    def start(self, work: Work) -> bool:
        """Begin work whose failure is logged without its words; False where too much is in hand."""
        if len(self._tasks) >= AT_ONCE:
            return False
        self.keep(quietly(work()))
        return True

    def start_once(self, event_id: str, work: Work) -> bool:
        """The same for an event: one that was heard before is done already. False where too much is in hand."""
        if event_id in self._heard:
            return True
        if not self.start(work):
            return False
        self._heard[event_id] = None
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        return True

    def keep(self, work: Awaitable[Any]) -> asyncio.Future[Any]:
        """Hold on to a task until it is done."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def empty(self) -> None:
        """Wait until nothing is in hand."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


async def quietly(work: Awaitable[Any]) -> None:
    """Work that nobody waits for."""
    try:
        await work
    except Exception as error:
        log.error("reply.failed", error=type(error).__name__, exc_info=True)
