"""One transaction is kept whole or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from storage import claims
from storage.database import Database, StorageError
from storage.questions import QuestionLog
from tests.storage.conftest import opens, opens_in


async def test_read_then_write_loses_nothing(replicas):
    """Fifty who read a number and write it plus one, at the same moment, end at fifty."""

    async def count(database):
        async with database.turn() as turn:
            return await claims.next_number(turn, "MKT")

    numbers = await asyncio.gather(*(count(replicas[number % 3]) for number in range(50)))
    assert sorted(numbers) == list(range(1, 51))


async def test_a_command_beside_the_service_takes_turns_with_it(sealer, clock, tmp_path):
    """Two who open one SQLite file read and then write in turn: nobody is refused, nothing is lost."""
    service, command = [await Database.open(f"sqlite:///{tmp_path}/lodge.db", sealer, clock) for _ in range(2)]
    case = await opens_in(service)

    async def look(database):
        async with database.begin() as work:
            await work.case(case.id, actor="ben@college.example", purpose="show")

    await asyncio.gather(*map(look, [service, command] * 5))
    async with command.read() as work:
        assert len(await work.history(case.id)) == 11
    await service.close()
    await command.close()


async def test_a_cancelled_caller_stores_all_or_nothing(database):
    """Whenever a request is cancelled, its case is stored with its audit line and notice, or no part of it is."""

    async def submit(number):
        async with database.begin() as work:
            case, _ = await opens(work, key=str(number))
            await work.owe(key=str(number), to="a", drawing="d", subject=case.id, case_id=case.id)

    for number in range(40):
        task = asyncio.create_task(submit(number))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
    async with database.read() as work:
        stored = await work.cases_with("marketing")
        for case in stored:
            assert len(await work.history(case.id)) == len(await work.undelivered(case.id)) == 1
    await opens_in(database, key="after")


async def test_a_commit_that_began_is_not_undone_by_a_cancellation(database, monkeypatch):
    """A caller cancelled while its commit runs is told so only when the commit has ended, and its case is stored."""
    from sqlalchemy.ext.asyncio import AsyncConnection

    began, really = asyncio.Event(), AsyncConnection.commit

    async def slowly(connection):
        began.set()
        await asyncio.sleep(0)
        await really(connection)

    monkeypatch.setattr(AsyncConnection, "commit", slowly)
    task = asyncio.create_task(opens_in(database))
    await began.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    async with database.read() as work:
        assert len(await work.cases_with("marketing")) == 1


async def test_a_cancelled_writer_lets_the_next_one_go(database):
    """Whoever is cancelled in the middle of a transaction leaves neither rows nor a lock behind."""
    entered, never = asyncio.Event(), asyncio.Event()

    async def stuck():
        async with database.begin() as work:
            await opens(work)
            entered.set()
            await never.wait()

    task = asyncio.create_task(stuck())
    await entered.wait()
    task.cancel()
    await asyncio.wait({task})
    async with asyncio.timeout(5):
        assert (await opens_in(database)).reference == "MKT-0001"


async def test_readers_wait_for_no_writer(database):
    """While somebody writes, others read what was committed before, at once."""
    await opens_in(database)
    async with database.begin() as writing:
        await opens(writing, key="form-2")
        async with asyncio.timeout(5), database.read() as work:
            assert len(await work.cases_with("marketing")) == 1


async def test_a_read_cannot_write(database):
    """What only reads is refused a write by the database itself, and a look that must be written down is a write."""
    case = await opens_in(database)
    with pytest.raises((DBAPIError, StorageError)):
        async with database.read() as work:
            await work.seen("Ev1")
    with pytest.raises((DBAPIError, StorageError)):
        async with database.read() as work:
            await work.case(case.id, actor="ben@college.example", purpose="show")
    async with database.begin() as work:
        assert await work.seen("Ev1")


async def test_what_may_be_read_is_carried(database):
    """The college and the answers that a transaction was begun with are the ones its handler sees."""
    college, answers = object(), object()
    async with database.begin(college=college, answers=answers) as work:
        assert (work.college, work.answers) == (college, answers)


async def test_times_are_utc_and_come_back_as_they_were(database, clock):
    """A time given in another zone is the same instant when it is read, in UTC."""
    from datetime import timezone

    due = datetime(2026, 12, 1, 12, 0, tzinfo=timezone(timedelta(hours=1)))
    async with database.begin() as work:
        case, _ = await work.open_case(
            kind="k", prefix="MKT", opened_by="a", role="r", details={}, submission_key="s", due_at=due
        )
        read = await work.case(case.id, actor="a", purpose="act")
    assert (read.due_at, read.due_at.utcoffset(), read.opened_at) == (due, timedelta(0), clock())


async def test_without_a_clock_the_time_is_now(url, sealer):
    """Left to themselves transactions take the present time, in UTC, from the database or this computer."""
    database = await Database.open(url, sealer)
    async with database.begin() as work:
        assert abs(datetime.now(UTC) - work.now) < timedelta(minutes=1)
    await database.close()


async def test_ping_says_whether_the_database_answers(database):
    """A database that answers is silent."""
    await database.ping()


async def test_purge_removes_what_has_outlived_its_time(database, clock):
    """Questions go after a day, event ids after three, drafts after seven, what is done after ninety; cases stay."""
    log = QuestionLog(database, wait=3600)
    log.add("q1", "a", "web", "p", "text", clock())
    await log.close()
    async with database.begin() as work:
        case, _ = await opens(work)
        await work.seen("Ev1")
        await work.put_draft(id="d1", person="a", flow="f", step="s", subject="", answers={})
        await work.set_timer(key="t1", action="a", subject="s", due_at=clock())
        await work.cancel_timer("t1")
        for key, of in (("loose", None), ("notice", case.id), ("waiting", case.id)):
            await work.owe(key=key, to=key, drawing="d", subject="s", case_id=of)
    async with database.turn() as turn:
        for held in await claims.claim_deliveries(turn, 2, 1000):
            await claims.finish_delivery(turn, held.id, held.token, "p", "r")
    kept = {"question": 0, "draft": 0, "seen": 0, "absence": 0, "missed": 0, "delivery": 0, "timer": 0}
    late = {"delivery": 1, "timer": 1}
    for days, gone in ((0.9, {}), (0.2, {"question": 1}), (2.1, {"seen": 1}), (4, {"draft": 1}), (84, late)):
        clock.move(days=days)
        async with database.begin() as work:
            assert await work.purge() == {**kept, **gone}
    async with database.begin() as work:
        standing = await work.case(case.id, actor="a", purpose="act")
        await work.move(standing, actor="a", verb="closed", sources=("open",), to="closed", closed=True)
        assert (await work.purge())["delivery"] == 1
        assert [line.key for line in await work.undelivered(case.id)] == ["waiting"]
        assert len(await work.history(case.id)) == 2
