"""A process from its start to its end: opens what is needed, says where it is, answers for its health, stops when told."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import structlog
from aiohttp import web

from bot.app import App
from bot.semantic import answers as answers_of
from bot.settings import Settings
from bot.surface import SendRefused, Surface
from handlers.roles import College
from storage.addresses import AddressBook
from storage.database import Database, StorageError
from storage.sealing import Sealer, new_key

if TYPE_CHECKING:
    from bot.web import Web

log = structlog.get_logger()
STOP_WITHIN = 10.0
OUT_WITHIN = 10.0
LARGEST = 2 * 1024 * 1024
REACH_EVERY, REACH_WITHIN = 300.0, 20.0
ASKING = "not asked yet: look again in a few seconds"
NOTHING = (
    "There is nothing to talk on: set SLACK_BOT_TOKEN with SLACK_APP_TOKEN or SLACK_SIGNING_SECRET for Slack, "
    "TEAMS_APP_ID with TEAMS_APP_PASSWORD and TEAMS_TENANT_ID for Teams, or try `lodge playground`."
)


def unused(why: str) -> None:
    """Say in the log that the installed encoder is not used."""
    log.warning("semantic.unused", why=why)


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
        answers = await asyncio.to_thread(answers_of, settings, unused)
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


async def run_serve(settings: Settings, college: College, insecure_teams: bool, tell: Callable[[str], None]) -> None:
    """Lodge for a college, on whatever is configured, until told to stop. Raises `StartError` where that is nothing."""
    tell("Lodge is starting …")
    answers = await asyncio.to_thread(answers_of, settings, unused)
    database = await open_database(settings, settings.secret_keys.get_secret_value())
    app = App(college, answers, database)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=OUT_WITHIN)) as session:
        app.surfaces = configured(app, settings, session, insecure_teams)
        if not app.surfaces:
            await database.close()
            raise StartError([NOTHING])
        for surface in app.surfaces:
            tell(f"Talking on {surface.name}.")
        routes = [*health_routes(app), *(route for surface in app.surfaces for route in getattr(surface, "routes", list)())]
        where = f"http://{settings.host}:{settings.port}"
        await _until_told(app, settings, lambda: tell(f"Lodge listens at {where}   (health: {where}/readyz)"), routes)
    tell("Lodge has stopped.")


@asynccontextmanager
async def checked_surfaces(settings: Settings, college: College) -> AsyncIterator[Sequence[Surface]]:
    """The configured surfaces, started but listening nowhere, for `lodge check`. Raises as `configured` and their starts do."""
    keys = settings.secret_keys.get_secret_value()
    if not keys or not (settings.slack_bot_token.get_secret_value() or settings.teams_app_id):
        yield ()
        return
    database = await open_database(settings, keys)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=OUT_WITHIN)) as session:
        app = App(college, answers_of(settings, unused), database)
        surfaces = configured(app, settings, session, insecure_teams=False, listening=False)
        try:
            for surface in surfaces:
                await surface.start(app.receive)
            yield surfaces
        finally:
            for surface in surfaces:
                await surface.stop()
            await database.close()


def configured(
    app: App, settings: Settings, session: aiohttp.ClientSession, insecure_teams: bool, listening: bool = True
) -> list[Surface]:
    """A surface for each platform whose credentials are set. Raises `StartError` naming what a half-set one lacks."""
    found: list[Surface] = []
    if settings.slack_bot_token.get_secret_value():
        found.append(_slack(app, settings, session, listening))
    if settings.teams_app_id or insecure_teams:
        found.append(_teams(app, settings, session, insecure_teams))
    return found


def _slack(app: App, settings: Settings, session: aiohttp.ClientSession, listening: bool) -> Surface:
    """Not ``listening``: no Socket Mode connection, or Slack would send it events that a running Lodge should get."""
    from bot.slack import Slack, SlackSettings

    secret, token = settings.slack_signing_secret.get_secret_value(), settings.slack_app_token.get_secret_value()
    if not (secret or token):
        raise StartError(["SLACK_BOT_TOKEN is set, but neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP)."])
    token = token if listening else ""
    found = SlackSettings(settings.slack_bot_token.get_secret_value(), secret, token, settings.slack_api_url)
    contacts = app.college.contacts
    line = f"In an emergency ring 999. Safeguarding: {contacts.safeguarding_day}, at night {contacts.safeguarding_night}."
    return Slack(found, app.college.name, line, utc_now, session, app.college.ids("slack"))


def _teams(app: App, settings: Settings, session: aiohttp.ClientSession, insecure: bool) -> Surface:
    from bot.teams import Teams
    from bot.teams_auth import LOGIN, OPENID, TeamsSettings

    urls = (settings.teams_login_url or LOGIN, settings.teams_openid_url or OPENID)
    try:
        password = settings.teams_app_password.get_secret_value()
        found = TeamsSettings(settings.teams_app_id, password, settings.teams_tenant_id, *urls, insecure=insecure)
    except ValueError as error:
        raise StartError([str(error)]) from None
    return Teams(found, AddressBook(app.database), now=utc_now, session=session, known=app.college.ids("teams"))


async def _until_told(
    app: App, settings: Settings, ready: Callable[[], None], routes: Sequence[web.AbstractRouteDef] = ()
) -> None:
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
        doors = await _listen(settings.host, settings.port, routes) if routes else None
        ready()
        await stopping.wait()
        for runner in filter(None, (doors, metrics)):
            await runner.cleanup()
    except SendRefused as refused:
        raise StartError([refused.why]) from None
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
    return await _listen("127.0.0.1", settings.metrics_port, [web.get("/metrics", app.metrics.show)])


async def _listen(host: str, port: int, routes: Sequence[web.AbstractRouteDef]) -> web.AppRunner:
    served = web.Application(client_max_size=LARGEST)
    served.add_routes(routes)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=8)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
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
    """Whether the process lives, and whether it can work. Roles that cannot be reached are named, and fail nothing."""
    reach = Reach(app)

    async def alive(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def ready(request: web.Request) -> web.Response:
        found = await readiness(app)
        fit = all(value == "ok" for value in found.values())
        return web.json_response({"ready": fit, **found, "roles": reach.known()}, status=200 if fit else 503)

    return [web.get("/healthz", alive), web.get("/readyz", ready)]


async def readiness(app: App) -> dict[str, str]:
    """'ok', or what is wrong, for the database, the index, the worker and each surface."""
    found = {"database": "ok", "index": "ok" if app.answers.cards else "no cards", "worker": app.worker.state()}
    try:
        await asyncio.wait_for(app.database.ping(), 2)
    except (StorageError, TimeoutError):
        found["database"] = "unreachable"
    return found | {surface.name: "ok" for surface in app.surfaces}


class Reach:
    """Which roles can be reached, as the platforms last said: asked beside the request, at most every five minutes."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._said = dict.fromkeys(app.college.roles, ASKING)
        self._asked: float | None = None
        self._task: asyncio.Task[None] | None = None

    def known(self) -> dict[str, str]:
        """'ok', or what to do, by role. Begins to ask anew where the answer is old; never waits for it."""
        now = asyncio.get_running_loop().time()
        if (self._asked is None or now - self._asked >= REACH_EVERY) and (self._task is None or self._task.done()):
            self._asked = now
            self._task = asyncio.create_task(self._ask(), name="reach")
        return dict(self._said)

    async def _ask(self) -> None:
        found = await asyncio.gather(*(self._role(name) for name in self._app.college.roles))
        self._said = dict(zip(self._app.college.roles, found, strict=True))
        self._app.metrics.unreachable.set(sum(said != "ok" for said in found))

    async def _role(self, name: str) -> str:
        channel = self._app.college.roles[name].channel
        place = f"web:#{name}" if channel == "web" else channel
        surface = next((each for each in self._app.surfaces if each.name == place.partition(":")[0]), None)
        if surface is None:
            return f"{channel} is not on a platform that is configured. Name a channel in lodge.toml"
        try:
            async with asyncio.timeout(REACH_WITHIN):
                return await surface.trouble(place) or "ok"
        except Exception as error:  # whatever a platform answers, the others are still told
            return f"{surface.name} could not be asked ({type(error).__name__}). Try again in a few minutes"
