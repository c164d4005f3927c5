"""How much of a core an answer in Teams costs, beside the CloudAdapter echo of Microsoft's samples. Run as a module.

Each bot is its own process; both are measured by turns in one run, in CPU per question, so that noise meets both alike.
Both check the token of every activity; the echo's own login is left out, which is in its favour. Lodge is the whole
``lodge serve``, with a database. Usage: ``python -m tests.teams_bench [questions] [rounds]``.
"""

import asyncio
import contextlib
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import cpu, environment, free_port, opened, row, rss, started
from tests.teams_client import Client
from tests.teams_fake import APP, ISSUER, PASSWORD, TENANT, Microsoft

ASKED = "can I accept a friend request from one of my students?"
AT_ONCE = 32
EMAIL = "amira@college.example"
ECHO = Path(__file__).with_name("teams_echo.py")


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


class Bot:
    """A bot in a process of its own, with a Microsoft of its own. ``command``: what python is to run."""

    def __init__(self, *command: str) -> None:
        self.command, self.microsoft, self.folder = command, Microsoft(utc_now), tempfile.TemporaryDirectory()
        self.microsoft.strict = False

    async def start(self) -> None:
        """Start Microsoft, and the process."""
        await self.microsoft.start()
        self.microsoft.hire(EMAIL, "Amira Aziz")
        port, root = free_port(), self.microsoft.root
        app = {"TEAMS_APP_ID": APP, "TEAMS_APP_PASSWORD": PASSWORD, "TEAMS_TENANT_ID": TENANT, "ECHO_ISSUER": ISSUER}
        told = app | {"TEAMS_LOGIN_URL": root, "TEAMS_OPENID_URL": f"{root}/openid"}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-W", "ignore", *self.command),
            env=environment("teams", self.folder.name, port) | told,
            stdout=asyncio.subprocess.DEVNULL,
        )
        await started(self.process, opened(port))
        self.client, self.bearer = Client(self.microsoft, port), self.microsoft.bearer()

    async def ask(self, questions: int) -> float:
        """Milliseconds of CPU a question."""
        gate = asyncio.Semaphore(AT_ONCE)
        before, sent = cpu(self.process.pid), len(self.microsoft.sent)
        await asyncio.gather(*(self._one(gate) for _ in range(questions)))
        assert len(self.microsoft.sent) - sent == questions, "a question was not answered"
        return 1000 * (cpu(self.process.pid) - before) / questions

    async def stop(self) -> None:
        """End the process, and what it talked to."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        await self.process.wait()
        await self.client.stop()
        await self.microsoft.stop()
        self.folder.cleanup()

    async def _one(self, gate: asyncio.Semaphore) -> None:
        async with gate:
            status, words = await self.client.post(self.client.activity("message", EMAIL, text=ASKED), self.bearer)
            assert status in (200, 201), (status, words)


async def measure(questions: int, rounds: int) -> None:
    """A row for each figure: the median of interleaved rounds, with the smallest and the largest."""
    ours, theirs = Bot("-m", "bot", "serve"), Bot(str(ECHO))
    try:
        await asyncio.gather(ours.start(), theirs.start())
        for bot in (ours, theirs):
            await bot.ask(4 * AT_ONCE)
        ours.microsoft.calls.clear()
        found = [(await theirs.ask(questions), await ours.ask(questions)) for _ in range(rounds)]
        logins = sum(ours.microsoft.calls[each] for each in ("token", "openid", "keys"))
        row("Teams: answers a core-second, Lodge / CloudAdapter echo", [echoed / answered for echoed, answered in found])
        row("Teams: CPU ms an answer, Lodge", [answered for _, answered in found])
        row("Teams: CPU ms an answer, CloudAdapter echo without its login", [echoed for echoed, _ in found])
        row(f"Teams: login and key calls in {questions * rounds} answers, Lodge", [logins])
        row("Teams: resident MiB, Lodge / CloudAdapter echo", [rss(ours.process.pid) / rss(theirs.process.pid)])
        row("Teams: resident MiB, Lodge", [rss(ours.process.pid)])
    finally:
        await asyncio.gather(ours.stop(), theirs.stop())


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(measure(int(given[0]) if given else 500, int(given[1]) if given[1:] else 3))
