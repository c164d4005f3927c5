"""The steps from an older shape of the database to the newest, and who takes them.

The revision of a step is the number its file begins with. Alembic is imported only where there is a step to take.
"""

from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import engines
from storage.turn import StorageError

FOLDER = Path(__file__).parent
REVISIONS = tuple(sorted(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py")))
_ONE_AT_A_TIME = 0x10D6F  # any number, the same in every replica


async def upgrade(url: URL) -> None:
    """Bring a database to the newest shape; of several processes one does, and the others wait. Raises `StorageError`."""
    engine = engines.migrator(url)
    try:
        if await _revision(engine) != REVISIONS[-1]:
            await _take_steps(engine)
    finally:
        await engine.dispose()


async def _take_steps(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
        await connection.run_sync(to_head)


async def _revision(engine: AsyncEngine) -> str | None:
    async with engine.connect() as connection:
        found = await connection.run_sync(revision)
    if found is not None and found not in REVISIONS:
        raise StorageError("This database was made by a newer Lodge: start that one, or a copy of it from before")
    return found


def revision(connection: Connection) -> str | None:
    """The step that a database stands at, or None where it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def to_head(connection: Connection) -> None:
    """Take every step that is due, on a connection whose transaction is open."""
    from alembic import command
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
