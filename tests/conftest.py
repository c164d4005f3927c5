"""What every test may ask for: the college, the answers, and a world that runs on each surface in turn."""

import contextlib

import pytest

from bot.app import App, playground
from bot.college import EXAMPLE
from bot.college import load as load_college
from knowledge.answer import Answers
from storage.database import Database
from storage.sealing import Sealer, new_key
from tests.drivers import WebDriver
from tests.world import Clock, World

DRIVERS = ("web",)


@pytest.fixture(scope="session")
def answers() -> Answers:
    """The index over the real policy and the real cards; nothing changes it."""
    return Answers.load()


@pytest.fixture(scope="session")
def college():
    """The example college."""
    return load_college(EXAMPLE)


@contextlib.asynccontextmanager
async def running(tmp_path, answers, college):
    """A Lodge on a database of its own, with a clock that stands still."""
    clock = Clock()
    database = await Database.open(f"sqlite:///{tmp_path}/lodge.db", Sealer.parse(new_key()), clock)
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


@pytest.fixture(params=DRIVERS)
async def world(request, tmp_path, answers, college):
    """A running Lodge, driven through one surface."""
    async with running(tmp_path, answers, college) as made:
        yield made
