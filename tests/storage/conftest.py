"""A database of its own for every test, on SQLite and on a real PostgreSQL, and a clock that is moved."""

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from storage.database import Database
from storage.sealing import Sealer, new_key

ENGINES = ("sqlite", "postgres")
MARKER = "Quokka-7f3a told me in tutorial that"


class Clock:
    """The time, until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass: days, hours, minutes, seconds, milliseconds."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    """Nine o'clock on a Monday."""
    return Clock()


@pytest.fixture
def sealer() -> Sealer:
    """A sealer with one fresh key."""
    return Sealer.parse(new_key())


@pytest.fixture(params=ENGINES)
def url(request, tmp_path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/lodge.db"
    return request.getfixturevalue("postgres_url")


@asynccontextmanager
async def opened(url, sealer, clock, count=1):
    """So many replicas of one database; on SQLite only one may be, so there it is the same one so many times."""
    several = 1 if url.startswith("sqlite") else count
    made = [await Database.open(url, sealer, clock) for _ in range(several)]
    try:
        yield made * (count // several)
    finally:
        for each in made:
            await each.close()


@pytest.fixture
async def database(url, sealer, clock):
    """A database at its newest shape."""
    async with opened(url, sealer, clock) as (made,):
        yield made


@pytest.fixture
async def replicas(url, sealer, clock):
    """Three that work on one database."""
    async with opened(url, sealer, clock, 3) as made:
        yield made


async def opens(work, key="form-1", by="amira@college.example", prefix="MKT", details=None):
    """Open a case, as a form would."""
    return await work.open_case(
        kind="marketing",
        prefix=prefix,
        opened_by=by,
        role="marketing",
        details=details or {"question": MARKER},
        submission_key=key,
    )


async def opens_in(database, **how):
    """Open a case in a transaction of its own."""
    async with database.begin() as work:
        return (await opens(work, **how))[0]
