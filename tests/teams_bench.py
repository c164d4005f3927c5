"""How much of a core an answer in Teams costs, beside the CloudAdapter echo of Microsoft's samples. Run as a module.

Each bot is its own process; both are measured by turns in one run, in CPU per question, so that noise meets both alike.
The echo checks no tokens, which is in its favour; Lodge does. Usage: ``python -m tests.teams_bench [questions] [rounds]``.
"""

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from bot.app import App
from tests.teams_client import Client
from tests.teams_fake import APP, PASSWORD, TENANT, Microsoft

ASKED = "can I accept a friend request from one of my students?"
AT_ONCE = 32
EMAIL = "amira@college.example"


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


async def lodge(root: str) -> None:
    """A whole Lodge in Teams."""
    from bot.college import EXAMPLE, load
    from bot.teams import Teams
    from bot.teams_auth import TeamsSettings
    from knowledge.answer import Answers
    from storage.database import Database
    from storage.sealing import Sealer, new_key
    from tests.teams_driver import Kept

    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite:///{folder}/lodge.db", Sealer.parse(new_key()))
        app = App(load(EXAMPLE), Answers.load(), database)
        async with aiohttp.ClientSession() as session:
            settings = TeamsSettings(APP, PASSWORD, TENANT, login_url=root, openid_url=f"{root}/openid")
            surface = Teams(settings, Kept(), now=utc_now, session=session)
            app.surfaces = (surface,)
            await app.start()
            await _serve(surface.routes())


async def echo(root: str) -> None:
    """The echo of Microsoft's samples: CloudAdapter's own base, as CloudAdapter drives it."""
    from botbuilder.core import ActivityHandler, CloudAdapterBase, TurnContext
    from botbuilder.schema import Activity
    from botframework.connector.auth import BotFrameworkAuthenticationFactory, PasswordServiceClientCredentialFactory

    class Echo(ActivityHandler):
        async def on_message_activity(self, turn_context: TurnContext) -> None:
            await turn_context.send_activity(f"Echo: {turn_context.activity.text}")

    unsigned = BotFrameworkAuthenticationFactory.create(credential_factory=PasswordServiceClientCredentialFactory("", ""))
    adapter, bot = CloudAdapterBase(unsigned), Echo()

    async def messages(request: web.Request) -> web.Response:
        """What the samples' CloudAdapter.process does with a message."""
        await adapter.process_activity("", Activity().deserialize(await request.json()), bot.on_turn)
        return web.Response(status=201)

    await _serve([web.post("/api/messages", messages)])


async def _serve(routes: list[web.RouteDef]) -> None:
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


class Bot:
    """A bot in a process of its own, with a Microsoft of its own."""

    def __init__(self, name: str, signed: bool) -> None:
        self.name, self.microsoft, self.signed = name, Microsoft(utc_now), signed
        self.microsoft.signed, self.microsoft.strict = signed, False

    async def start(self) -> None:
        await self.microsoft.start()
        self.microsoft.hire(EMAIL, "Amira Aziz")
        command = (sys.executable, "-W", "ignore", "-m", "tests.teams_bench", self.name, self.microsoft.root)
        self.process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert self.process.stdout
        self.client = Client(self.microsoft, int(await self.process.stdout.readline()))
        self.bearer = self.microsoft.bearer() if self.signed else ""

    async def ask(self, questions: int) -> float:
        """Milliseconds of CPU a question."""
        gate = asyncio.Semaphore(AT_ONCE)
        before, sent = self._cpu(), len(self.microsoft.sent)
        await asyncio.gather(*(self._one(gate) for _ in range(questions)))
        assert len(self.microsoft.sent) - sent == questions, "a question was not answered"
        return 1000 * (self._cpu() - before) / questions

    async def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()
        await self.client.stop()
        await self.microsoft.stop()

    async def _one(self, gate: asyncio.Semaphore) -> None:
        async with gate:
            status, words = await self.client.post(self.client.activity("message", EMAIL, text=ASKED), self.bearer)
            assert status in (200, 201), (status, words)

    def _cpu(self) -> float:
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss(self) -> float:
        """MiB of resident memory."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def measure(questions: int, rounds: int) -> None:
    """The medians of interleaved rounds, and what Lodge asked of Microsoft meanwhile."""
    ours, theirs = Bot("lodge", signed=True), Bot("echo", signed=False)
    try:
        await asyncio.gather(ours.start(), theirs.start())
        for bot in (ours, theirs):
            await bot.ask(AT_ONCE)
        ours.microsoft.calls.clear()
        found = [(await theirs.ask(questions), await ours.ask(questions)) for _ in range(rounds)]
        calls, memory = dict(ours.microsoft.calls), (theirs.rss(), ours.rss())
    finally:
        await asyncio.gather(ours.stop(), theirs.stop())
    ratios = [echoed / answered for echoed, answered in found]
    sys.stdout.write(
        f"Teams: {statistics.median(each[1] for each in found):.2f} ms of CPU an answer with JWT, CloudAdapter echo without "
        f"{statistics.median(each[0] for each in found):.2f} ms: ratio {statistics.median(ratios):.1f} "
        f"({min(ratios):.1f} to {max(ratios):.1f}); calls {calls} for {questions * rounds} answers; "
        f"resident {memory[1]:.0f} MiB, echo {memory[0]:.0f} MiB\n"
    )


if __name__ == "__main__":
    given = sys.argv[1:]
    if given[:1] in (["lodge"], ["echo"]):
        asyncio.run({"lodge": lodge, "echo": echo}[given[0]](given[1]))
    else:
        asyncio.run(measure(int(given[0]) if given else 500, int(given[1]) if given[1:] else 3))
