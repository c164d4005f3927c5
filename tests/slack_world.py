"""A Lodge that runs in Slack only, on a database of its own, with a clock that stands still."""

import contextlib

from bot.app import App
from storage.database import Database
from storage.sealing import Sealer, new_key
from tests.slack_driver import SlackDriver, slack_college
from tests.world import Clock, World


@contextlib.asynccontextmanager
async def running_in_slack(tmp_path, answers, college, sealer=None, driver=SlackDriver):
    """The world of the stories; ``driver`` says whether Slack comes by HTTP or by Socket Mode."""
    clock = Clock()
    college = slack_college(college)
    database = await Database.open(f"sqlite:///{tmp_path}/lodge.db", sealer or Sealer.parse(new_key()), clock)
    app = App(college, answers, database)
    driven = driver(college, clock)
    surface = await driven.prepare()
    app.surfaces = (surface,)
    await surface.start(app.receive)
    await driven.serve()
    try:
        yield World(app, driven, clock)
    finally:
        await driven.stop()
        await app.stop()
        await driven.close()
