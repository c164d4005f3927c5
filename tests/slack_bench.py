"""What an answer in Slack costs, beside a bolt echo written as bolt's documentation shows it. Run as a module.

Each bot is a process of its own (Lodge is the whole ``lodge serve``, with a database); the workspace and whoever asks are
in this one. Rounds go by turns and are compared in CPU a question, so that noise meets both alike.
Usage: ``python -m tests.slack_bench [questions] [rounds]``.
"""

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.college import EXAMPLE, load
from bot.slack import PATH
from tests import slack_limits
from tests.bench import QUESTIONS, cpu, environment, free_port, opened, row, rss, started
from tests.slack_driver import SECRET, SlackDriver, SocketDriver, slack_college
from tests.slack_fake import APP_TOKEN, TOKEN, SlackFake
from tests.world import Button

AT_ONCE = 32
ACKS = 40
ECHO = Path(__file__).with_name("slack_echo.py")
SETTLED = 0.2
"""Seconds after the last answer in which what was put off until then is still counted."""
BUTTON = Button("Read 4.1", "clause.show", "4.1", opens_form=False)


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class Quick(SlackFake):
    """The workspace, which checks no blocks here, and says to whoever waits that something was shown."""

    def __init__(self, now: Any) -> None:
        super().__init__(now)
        self.shown: dict[str, asyncio.Queue[float]] = {}

    def _chat_postMessage(self, arguments: Any) -> dict[str, Any]:
        self._tell(arguments["channel"])
        stamp = self.stamp()
        return {"channel": arguments["channel"], "ts": stamp, "message": {"ts": stamp, "text": arguments["text"]}}

    async def _answered(self, request: web.Request) -> web.Response:
        await request.read()
        self._tell(self.answers[request.match_info["key"]][1])
        return web.json_response({"ok": True})

    def _tell(self, channel: str) -> None:
        self.shown.setdefault(channel, asyncio.Queue()).put_nowait(time.perf_counter())


class Bot:
    """A bot in its own process, in a workspace of its own. ``name``: "lodge" or "echo"; ``way``: "http" or "socket"."""

    def __init__(self, name: str, way: str) -> None:
        self.name, self.way, self.numbers = name, way, iter(range(10**9))
        driver = SlackDriver if way == "http" else SocketDriver
        self.driver = driver(slack_college(load(EXAMPLE)), utc_now)
        self.driver.fake = self.fake = Quick(utc_now)
        self.folder = tempfile.TemporaryDirectory()

    async def start(self) -> None:
        """Fill the workspace, and start the process."""
        await self.driver.prepare()
        self.staff = [self.fake.add_user(f"staff{number}@college.example", f"Staff {number}") for number in range(AT_ONCE)]
        port = free_port()
        self.driver.url = f"http://127.0.0.1:{port}{PATH}"
        command = ("-m", "bot", "serve") if self.name == "lodge" else (str(ECHO), self.way)
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            env=environment("slack", self.folder.name, port) | self._credentials(),
            stdout=asyncio.subprocess.DEVNULL,
        )
        await started(self.process, self.fake.linked.wait() if self.way == "socket" else opened(port))

    def _credentials(self) -> dict[str, str]:
        way = {"SLACK_SIGNING_SECRET": SECRET} if self.way == "http" else {"SLACK_APP_TOKEN": APP_TOKEN}
        return way | {"SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": f"{self.fake.root}/api/"}

    async def stop(self) -> None:
        """End the process, and what it talked to."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        await self.process.wait()
        await self.driver.stop()
        await self.driver.close()
        self.folder.cleanup()

    async def ask(self, questions: int) -> float:
        """Milliseconds of CPU a question, with as many people asking at once as there are staff."""
        before, left = cpu(self.process.pid), iter(range(questions))
        await asyncio.gather(*(self._person(user, left) for user in self.staff))
        await asyncio.sleep(SETTLED)
        return 1000 * (cpu(self.process.pid) - before) / questions

    async def _person(self, user: str, left: Any) -> None:
        for number in left:
            channel = self.fake.conversation(user)
            message = self.driver.message(user, QUESTIONS[number % len(QUESTIONS)])
            await self.driver.event(f"Ev{next(self.numbers)}", message)
            await self._seen(channel)

    async def acks(self, what: str) -> float:
        """Milliseconds until a command's or a press's ack: the median, one at a time."""
        took, user = [], self.staff[0]
        channel = self.fake.conversation(user)
        for _ in range(ACKS):
            if what == "command":
                bringing = self.driver.command(self.driver.command_of(user, channel, "/policy", QUESTIONS[0]))
            else:
                pressing = self.driver.press_of(user, f"{channel}|{self.fake.stamp()}|", BUTTON)
                bringing = self.driver.interaction(pressing)
            began = time.perf_counter()
            await bringing
            took.append(1000 * (time.perf_counter() - began))
            await self._seen(channel)
        return statistics.median(took)

    async def _seen(self, channel: str) -> None:
        await asyncio.wait_for(self.fake.shown.setdefault(channel, asyncio.Queue()).get(), 20)


async def measure(questions: int, rounds: int, ways: tuple[str, ...] = ("http", "socket")) -> None:
    """A row for each figure: the median of interleaved rounds, with the smallest and the largest."""
    slack_limits.CONTRACTS = Path(os.devnull)
    for way in ways:
        ours, theirs = Bot("lodge", way), Bot("echo", way)
        try:
            await asyncio.gather(ours.start(), theirs.start())
            for bot in (ours, theirs):
                await bot.ask(4 * AT_ONCE)
            found = [(await theirs.ask(questions), await ours.ask(questions)) for _ in range(rounds)]
            row(f"Slack {way}: answers a core-second, Lodge / bolt echo", [echoed / answered for echoed, answered in found])
            row(f"Slack {way}: CPU ms an answer, Lodge", [answered for _, answered in found])
            row(f"Slack {way}: CPU ms an answer, bolt echo", [echoed for echoed, _ in found])
            for what in ("command", "press"):
                took = [(await theirs.acks(what), await ours.acks(what)) for _ in range(rounds)]
                row(f"Slack {way}: ack of a {what}, Lodge / bolt echo", [mine / other for other, mine in took])
                row(f"Slack {way}: ack of a {what} p50 ms, Lodge", [mine for _, mine in took])
            row(f"Slack {way}: resident MiB, Lodge / bolt echo", [rss(ours.process.pid) / rss(theirs.process.pid)])
            row(f"Slack {way}: resident MiB, Lodge", [rss(ours.process.pid)])
        finally:
            await asyncio.gather(ours.stop(), theirs.stop())


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(measure(int(given[0]) if given else 600, int(given[1]) if given[1:] else 3))
