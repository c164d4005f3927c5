"""The tables that the steps make are the tables that the models describe, whoever takes the steps."""

import asyncio
import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import column, inspect, table, text

from storage import engines, migrations, models
from storage.database import Database, StorageError
from storage.work import verify
from tests.storage.conftest import opened, opens_in


async def _run(url, function):
    engine = engines.migrator(engines.parse(url))
    async with engine.begin() as connection:
        found = await connection.run_sync(function)
    await engine.dispose()
    return found


def _differences(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, models.Row.metadata)


async def test_models_and_steps_agree(database, url):
    """Nothing is in the models that the steps did not make, and nothing was made that the models do not know."""
    assert await _run(url, _differences) == []


async def test_names_of_constraints_agree(database, url):
    """Every constraint has the name the models give it, so that a later step can drop it on both engines."""

    def made(connection):
        look = inspect(connection)
        return {
            name: {look.get_pk_constraint(name)["name"]}
            | {found["name"] for found in look.get_unique_constraints(name) + look.get_foreign_keys(name)}
            for name in models.Row.metadata.tables
        }

    wanted = {name: {str(each.name) for each in table.constraints} for name, table in models.Row.metadata.tables.items()}
    assert await _run(url, made) == wanted


def test_the_newest_step_is_the_last_file():
    """What Lodge compares a database with, without alembic, is what alembic itself calls the head."""
    settings = Config()
    settings.set_main_option("script_location", str(migrations.FOLDER))
    assert ScriptDirectory.from_config(settings).get_current_head() == migrations.REVISIONS[-1]


async def test_four_that_start_at_once_make_the_tables_once(url, sealer):
    """Of four replicas that start on an empty database one makes the tables, the others wait, and all of them run."""
    async with asyncio.timeout(30):
        opened = await asyncio.gather(*(Database.open(url, sealer) for _ in range(4)), return_exceptions=True)
    for database in opened:
        if isinstance(database, Database):
            await database.close()
    assert [type(each) for each in opened] == [Database] * 4
    assert await _run(url, migrations.revision) == migrations.REVISIONS[-1]


async def test_a_database_of_a_newer_lodge_is_left_alone(database, url, sealer):
    """An older Lodge does not touch tables whose shape it does not know."""
    await _run(url, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StorageError, match="newer Lodge"):
        await Database.open(url, sealer)


async def test_a_step_that_fails_leaves_nothing_behind(url, sealer, monkeypatch):
    """Tables are made in one transaction: where it fails the database is as empty as before, and the next start works."""
    whole = migrations.to_head

    def breaks(connection):
        whole(connection)
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(migrations, "to_head", breaks)
        with pytest.raises(RuntimeError):
            await Database.open(url, sealer)
    assert await _run(url, migrations.revision) is None
    await (await Database.open(url, sealer)).close()


def _steps(way, to):
    """Take steps up or down, as alembic does."""

    def taken(connection):
        settings = Config()
        settings.set_main_option("script_location", str(migrations.FOLDER))
        settings.attributes["connection"] = connection
        getattr(command, way)(settings, to)

    return taken


async def test_a_case_of_the_first_lodge_is_there_after_the_newer_one_starts(url, sealer, clock):
    """A database with a case in it is brought to the newest shape: the case opens, and nobody has escalated it."""
    sealed = sealer.seal("case", "c1", "details", '{"question": "words"}')
    texts = {"kind": "marketing", "reference": "MKT-0001", "state": "open", "role": "marketing", "opened_by": "a"}
    row = {**texts, "id": "c1", "opened_at": clock(), "changed_at": clock(), "submission_key": "s", "details": sealed}
    await _run(url, _steps("upgrade", "0001"))
    first = table("case", *(column(name, models.case.c[name].type) for name in row))  # the columns it had
    await _run(url, lambda connection: connection.execute(first.insert().values(row)))
    async with opened(url, sealer, clock) as (database,), database.begin() as work:
        case = await work.case("MKT-0001", actor="a", purpose="act")
        assert (case.escalation, case.details) == (0, {"question": "words"})
        assert await work.escalate(case, actor="lodge") == 1


async def test_the_second_step_can_be_taken_back_and_again(url, sealer, clock):
    """Down and up again loses no case, nothing said on it and no line of its chain, and the tables are as before."""
    async with opened(url, sealer, clock) as (database,):
        case = await opens_in(database)
        async with database.begin() as work:
            await work.say(case, author="a", kind="note", body="words")
            await work.escalate(case, actor="lodge")
    await _run(url, _steps("downgrade", "0001"))
    assert await _run(url, migrations.revision) == "0001"
    assert not {"item", "absence"} & set(await _run(url, lambda connection: inspect(connection).get_table_names()))
    assert "escalation" not in await _run(url, _columns_of_a_case)
    async with opened(url, sealer, clock) as (database,), database.begin() as work:
        again = await work.case(case.id, actor="a", purpose="act")
        assert (again.details, again.escalation) == (case.details, 0)
        assert [each.body for each in await work.entries(again)] == ["words"]
        verify(await work.history(case.id), sealer)
    assert await _run(url, _differences) == []


def _columns_of_a_case(connection):
    return {found["name"] for found in inspect(connection).get_columns("case")}


async def test_rebuilding_a_table_keeps_what_points_to_it(url, database):
    """A step that builds a table anew on SQLite loses no row of the tables that refer to it."""

    def rebuild(connection):
        from alembic.operations import Operations

        rows = "INSERT INTO seen (id, at) VALUES ('e', '2026-01-01 00:00:00+00:00')"
        connection.execute(text(rows))
        connection.execute(text("CREATE TABLE child (id TEXT REFERENCES seen (id) ON DELETE CASCADE)"))
        connection.execute(text("INSERT INTO child VALUES ('e')"))
        with Operations(MigrationContext.configure(connection)).batch_alter_table("seen", recreate="always") as table:
            table.create_index("ix_later", ["id"])
        return connection.execute(text("SELECT count(*) FROM child")).scalar()

    if url.startswith("postgresql"):
        pytest.skip("PostgreSQL changes a table in its place")
    assert await _run(url, rebuild) == 1


def test_alembic_is_imported_only_when_a_step_is_due(tmp_path):
    """A start on a database that is at its newest does not pay for the tool that changes it."""
    starts = (
        "import asyncio, sys; from storage.database import Database; from storage.sealing import Sealer\n"
        "async def start(): await (await Database.open('sqlite:///lodge.db', Sealer([bytes(32)]))).close()\n"
        "asyncio.run(start()); print('alembic' in sys.modules)"
    )
    house = str(migrations.FOLDER.parent.parent)
    told = [
        subprocess.run([sys.executable, "-c", starts], cwd=tmp_path, env={"PYTHONPATH": house}, capture_output=True, check=True)
        for _ in range(2)
    ]
    assert [each.stdout.strip() for each in told] == [b"True", b"False"]
