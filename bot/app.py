"""The composition root: everything is joined here, and every event comes through `App.receive`."""

import asyncio
import os
import signal
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot.metrics import Metrics
from bot.settings import Settings
from bot.surface import Surface
from bot.worker import Worker
from handlers import ask, emergency, router
from handlers.event import Event, Reply
from handlers.message import Message
from handlers.roles import College
from knowledge.answer import Answer, Answers
from knowledge.cards import RULINGS, CardError
from knowledge.clauses import PolicyError
from storage.database import Database, StorageError
from storage.questions import QuestionLog
from storage.sealing import Sealer, new_key

if TYPE_CHECKING:
    from bot.web import Web

log = structlog.get_logger("lodge")
TURN = timedelta(hours=1)
REMEMBERED = 10_000
HOME_WORDS = {"home", "menu", "my cases", "cases"}
STOP_WITHIN = 10.0


def utc_now() -> datetime:
    """The system's clock, in UTC."""
    return datetime.now(UTC)


class StartError(Exception):
    """Why Lodge cannot start, and how to mend it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass
class App:
    """One running Lodge."""

    college: College
    answers: Answers
    database: Database
    surfaces: Sequence[Surface] = ()
    metrics: Metrics = field(default_factory=Metrics)
    knowledge: Path = RULINGS.parent

    def __post_init__(self) -> None:
        self.questions = QuestionLog(self.database)
        self.worker = Worker(self)
        self._heard: OrderedDict[str, None] = OrderedDict()
        self._turns: OrderedDict[tuple[str, str], tuple[str, datetime]] = OrderedDict()

    async def start(self) -> None:
        """Start the surfaces and the worker. Raises `StartError` where a port is taken."""
        self.worker.start()
        for surface in self.surfaces:
            await surface.start(self.receive)

    async def stop(self) -> None:
        """Finish what is in hand, then let go of everything."""
        await asyncio.gather(*(surface.stop() for surface in self.surfaces))
        await self.worker.stop()
        await self.questions.close()
        await self.database.close()

    async def receive(self, event: Event) -> Reply:
        """What a person or a timer did, and what to show straight back."""
        if event.kind in ("said", "called") and event.text.strip().lower() not in HOME_WORDS:
            return await self._question(event)
        shown = (
            event
            if event.kind not in ("said", "called")
            else Event("opened", event.surface, event.person, event.place, event.id, event.at)
        )
        self.metrics.events.labels(event.kind).inc()
        await self.questions.flush()
        async with self.database.begin(college=self.college, answers=self.answers) as work:
            return await router.handle(shown, work)

    async def refresh_home(self, surface: Surface, person: str) -> None:
        """Put a fresh home page before somebody; that it cannot be shown now loses nothing."""
        try:
            async with self.database.read(college=self.college, answers=self.answers) as work:
                event = Event("opened", surface.name, person, "", "", work.now)
                message = await router.handle(event, work)
            if isinstance(message, Message):
                await surface.show_home(person, message)
        except Exception:
            self.metrics.failures.labels("home").inc()
            log.warning("home.failed", exc_info=True)

    async def rebuild(self) -> None:
        """Read the policy and the cards again, off the loop, and answer from them from then on.

        Cards that cannot be used are named in the log, and the index that stands goes on serving.
        """
        try:
            self.answers = await asyncio.to_thread(Answers.load, self.knowledge)
            log.info("index.rebuilt", cards=len(self.answers.cards), suspended=len(self.answers.suspended))
        except (CardError, PolicyError) as error:
            self.metrics.failures.labels("rebuild").inc()
            log.error("index.kept", why=str(error))

    async def _question(self, event: Event) -> Reply:
        """The question path: no database before the reply."""
        if event.id in self._heard:
            return None
        _remember(self._heard, event.id, None)
        if len(event.text) > ask.LONGEST:
            return self._too_long(event)
        started = time.perf_counter()
        answer = self.answers.answer(event.text, await self._turn_before(event))
        self.metrics.latency.observe(time.perf_counter() - started)
        self.metrics.questions.labels(answer.ruling or "nearest", event.surface).inc()
        self._keep(event, answer)
        return ask.hear(event, answer, self.college)

    def _too_long(self, event: Event) -> Reply:
        """A text too long to answer is still read by the gates."""
        gates = self.answers.gates(event.text[: 5 * ask.LONGEST])
        return ask.TOO_LONG if not gates.narrow else emergency.page(self.college)

    async def _turn_before(self, event: Event) -> str:
        if not self.answers.looks_back(event.text):
            return ""
        since = event.at - TURN
        text, at = self._turns.get((event.person, event.place), ("", since))
        if at > since:
            return text
        return await self.questions.previous(event.person, event.place, since) or ""

    def _keep(self, event: Event, answer: Answer) -> None:
        """One sealed row, for a day's buttons and an hour's follow-up; a gated question is never kept (promise 9)."""
        if answer.danger or answer.danger_page:
            self._turns.pop((event.person, event.place), None)
            return
        _remember(self._turns, (event.person, event.place), (event.text, event.at))
        self.questions.add(event.id, event.person, event.surface, event.place, event.text, event.at)


def _remember(kept: OrderedDict, key: object, value: object) -> None:  # type: ignore[type-arg]
    kept[key] = value
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)


async def open_database(settings: Settings, keys: str) -> Database:
    """The database, at its newest shape. Raises `StartError` with what to mend."""
    try:
        return await Database.open(settings.database_url, Sealer.parse(keys))
    except (StorageError, ValueError) as error:
        raise StartError([str(error)]) from None


def playground_keys(settings: Settings, tell: Callable[[str], None]) -> str:
    """The keys set, or the playground's own beside its database: made on the first start, and said so."""
    if keys := settings.secret_keys.get_secret_value():
        return keys
    path = key_file(settings)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_key() + "\n")
        tell(f"Made a key for this playground: {path}. Without it the stories in its database cannot be read.")
    return path.read_text().strip()


def key_file(settings: Settings) -> Path:
    """Where the playground keeps its key: beside a SQLite database, else in data/."""
    _, _, path = settings.database_url.partition("sqlite:///")
    return Path(f"{path}.key") if path else Path("data/playground.key")


async def run_playground(settings: Settings, college: College, tell: Callable[[str], None]) -> None:
    """Lodge in the browser until told to stop. Says where it is; raises `StartError` where it cannot start."""
    tell("Lodge is starting …")
    try:
        keys = playground_keys(settings, tell)
        answers = await asyncio.to_thread(Answers.load)
    except OSError as error:
        raise StartError(
            [f"{error.filename}: {error.strerror}. Give Lodge a folder it may write, with LODGE_DATABASE_URL."]
        ) from None
    database = await open_database(settings, keys)
    app = App(college, answers, database)
    try:
        surface = playground(app, settings.host, settings.port)
    except ValueError as error:
        raise StartError([str(error)]) from None
    app.surfaces = (surface,)
    await _until_told(app, settings, lambda: tell(f"Lodge is at http://127.0.0.1:{surface.port}/   (stop it with Ctrl-C)"))
    tell("Lodge has stopped.")


async def _until_told(app: App, settings: Settings, ready: Callable[[], None]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stopping.set)
        except NotImplementedError:  # Windows: Ctrl-C arrives as KeyboardInterrupt instead
            break
    if hasattr(signal, "SIGHUP"):
        loop.add_signal_handler(signal.SIGHUP, lambda: asyncio.ensure_future(app.rebuild()))
    try:
        await app.start()
        metrics = await _metrics(app, settings)
        ready()
        await stopping.wait()
        if metrics:
            await metrics.cleanup()
    except OSError as error:
        raise StartError([_taken(settings, error)]) from None
    finally:
        async with asyncio.timeout(STOP_WITHIN):
            await app.stop()


def _taken(settings: Settings, error: OSError) -> str:
    return f"Port {settings.port} on {settings.host} cannot be used ({error.strerror}). Is Lodge running? Set LODGE_PORT."


async def _metrics(app: App, settings: Settings) -> web.AppRunner | None:
    if not settings.metrics_port:
        return None
    page = web.Application()
    page.router.add_get("/metrics", app.metrics.show)
    runner = web.AppRunner(page, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", settings.metrics_port).start()
    return runner


def playground(app: App, host: str, port: int, clock: Callable[[], datetime] = utc_now) -> "Web":
    """The web surface, told who is who and who reads which channel. Raises ``ValueError`` for an address others could reach."""
    from bot.web import Web
    from bot.web_page import Channel, Resident

    def people() -> list[Resident]:
        return [Resident(each.email, each.name, each.post) for each in app.college.people.values()]

    def channels(email: str) -> list[Channel]:
        held = [role for role in app.college.roles_of(email) if role.channel == "web"]
        return [Channel(f"web:#{role.name}", role.title, role.members + role.deputies) for role in held]

    return Web(app.database, people, channels, host, port, now=clock, extra_routes=health_routes(app))


def health_routes(app: App) -> list[web.RouteDef]:
    """Whether the process lives, and whether it can work."""

    async def alive(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(request: web.Request) -> web.Response:
        found = await readiness(app)
        return web.json_response(found, status=200 if all(value == "ok" for value in found.values()) else 503)

    return [web.get("/healthz", alive), web.get("/readyz", ready)]


async def readiness(app: App) -> dict[str, str]:
    """'ok', or what is wrong, for the database, the index, the worker and each surface."""
    found = {"database": "ok", "index": "ok" if app.answers.cards else "no cards", "worker": app.worker.state()}
    try:
        await asyncio.wait_for(app.database.ping(), 2)
    except (StorageError, TimeoutError):
        found["database"] = "unreachable"
    return found | {surface.name: "ok" for surface in app.surfaces}
