"""A database that cannot be used says why, and what to do; one that can is opened safely."""

import sqlite3
import sys

import pytest
from sqlalchemy import event, text

from storage import engines
from storage.database import Database, StorageError
from tests.storage.conftest import opens_in

UNUSABLE = {
    "mysql://localhost/lodge": "use sqlite:///… or postgresql://…",
    "lodge.db": "use sqlite:///… or postgresql://…",
    "sqlite://": "sqlite:///data/lodge.db",
    "sqlite:////proc/lodge/lodge.db": "may write",
    "sqlite:////tmp": "cannot be opened",
    "postgresql://lodge@127.0.0.1:9/lodge": "cannot be reached",
    "postgresql:///lodge?host=/nowhere": "cannot be reached",
}


@pytest.mark.parametrize("url", UNUSABLE)
async def test_an_address_that_cannot_be_used_says_what_to_do(sealer, url):
    """Every address that Lodge cannot use is refused in words that name the way out."""
    with pytest.raises(StorageError, match=UNUSABLE[url]):
        await Database.open(url, sealer)


async def test_a_file_that_is_no_database_is_left_alone(sealer, tmp_path):
    """Another program's file is refused and not changed."""
    file = tmp_path / "letter.txt"
    file.write_text("Dear Principal, " * 500)
    with pytest.raises(StorageError, match="not a database"):
        await Database.open(f"sqlite:///{file}", sealer)
    assert file.read_text() == "Dear Principal, " * 500


async def test_the_folder_is_made(sealer, tmp_path):
    """A first start needs no folder to be made by hand."""
    database = await Database.open(f"sqlite:///{tmp_path}/data/new/lodge.db", sealer)
    await database.close()


async def test_a_full_disk_is_told_and_loses_nothing(sealer, clock, tmp_path):
    """Where the file cannot grow the person is told so, and what was stored before is still there."""
    database = await Database.open(f"sqlite:///{tmp_path}/lodge.db", sealer, clock)
    first = await opens_in(database)
    full = "PRAGMA max_page_count=1"
    event.listen(database._writer.sync_engine, "begin", lambda connection: connection.exec_driver_sql(full))
    with pytest.raises(StorageError, match="disk is full"):
        await opens_in(database, key="form-2", details={"question": "word " * 20_000})
    async with database.read() as work:
        assert [case.id for case in await work.cases_with("marketing")] == [first.id]
    await database.close()


async def test_a_missing_database_is_told(sealer, postgres):
    """A PostgreSQL without the database named says that it must be made first."""
    with pytest.raises(StorageError, match="create them first"):
        await Database.open(postgres.replace("/postgres?", "/nothing?"), sealer)


async def test_postgres_without_its_driver_says_how_to_get_it(sealer, monkeypatch):
    """Without asyncpg a PostgreSQL address is refused with the line that installs it."""
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StorageError, match=r"pip install .\[postgres\]"):
        await Database.open("postgresql://localhost/lodge", sealer)


async def test_a_server_that_is_read_only_is_told(sealer, postgres):
    """Where nothing can be written, as on a standby, Lodge is refused with what to name instead."""
    engine = engines.migrator(engines.parse(postgres))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("CREATE ROLE reader LOGIN"))
        await connection.execute(text("ALTER ROLE reader SET default_transaction_read_only = on"))
    await engine.dispose()
    with pytest.raises(StorageError, match="not a standby"):
        await Database.open(postgres.replace("postgres:@", "reader:@"), sealer)


async def test_sqlite_is_kept_safe_from_power_cuts(sealer, tmp_path):
    """Every SQLite connection that writes syncs each commit, writes ahead, and holds foreign keys."""
    database = await Database.open(f"sqlite:///{tmp_path}/lodge.db", sealer)
    asked = ("synchronous", "journal_mode", "foreign_keys")
    async with database.turn() as turn:
        found = [(await turn.run(text(f"PRAGMA {name}"))).scalar_one() for name in asked]
    assert found == [2, "wal", 1]
    await database.close()


async def test_a_second_writer_on_a_file_is_told(sealer, tmp_path):
    """SQLite serves one process: where another holds the file, a write says so instead of hanging."""
    database = await Database.open(f"sqlite:///{tmp_path}/lodge.db", sealer)
    event.listen(database._writer.sync_engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout=0"))
    other = sqlite3.connect(tmp_path / "lodge.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="one Lodge at a time"):
        await opens_in(database)
    other.close()
    await opens_in(database)
    await database.close()
