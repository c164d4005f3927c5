"""A process from its start to its end: opens what is needed, says where it is, answers for its health, stops when told."""

import asyncio
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from bot.app import App
from bot.settings import Settings
from handlers.roles import College
from knowledge.answer import Answers
from storage.database import Database, StorageError
from storage.sealing import Sealer, new_key

if TYPE_CHECKING:
    from bot.web import Web

STOP_WITHIN = 10.0


def utc_now() -> datetime:
    """The system's clock, in UTC."""
    return datetime.now(UTC)


class StartError(Exception):
    """Why Lodge cannot start, and how to mend it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


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
