"""Questions are kept for their buttons and the next turn, and no longer."""

import asyncio
from datetime import timedelta

import pytest

from storage.questions import QuestionLog
from storage.turn import StorageError
from tests.storage.conftest import MARKER

AMIRA, PLACE = "amira@college.example", "web:@amira@college.example"


@pytest.fixture
async def log(database):
    """A log of questions, written only when asked to."""
    made = QuestionLog(database, wait=3600, most=5)
    yield made
    await made.close()


def _ask(log, clock, id="q1", text=MARKER, person=AMIRA, place=PLACE):
    log.add(id, person, "web", place, text, clock())


async def test_a_question_comes_back_to_its_person_for_a_day(database, log, clock):
    """The words behind a button are there for whoever asked, for nobody else, and for one day."""
    _ask(log, clock)
    await log.flush()
    async with database.begin() as work:
        assert await work.question("q1", AMIRA) == MARKER
        assert await work.question("q1", "ben@college.example") is None
    clock.move(days=1)
    async with database.begin() as work:
        assert await work.question("q1", AMIRA) is None


async def test_the_previous_turn_is_the_last_question_here(log, clock):
    """A follow-up sees what this person last asked at this place, even before it is written, and nothing older."""
    _ask(log, clock, "q1", "first")
    clock.move(minutes=1)
    _ask(log, clock, "q2", "second")
    _ask(log, clock, "q3", "elsewhere", place="web:#marketing")
    _ask(log, clock, "q4", "somebody else's", person="ben@college.example")
    assert await log.previous(AMIRA, PLACE, clock() - timedelta(hours=1)) == "second"
    clock.move(minutes=61)
    assert await log.previous(AMIRA, PLACE, clock() - timedelta(hours=1)) is None


async def test_a_repeated_question_is_one_row(database, log, clock):
    """The same event heard again changes nothing, whether the first is written yet or not."""
    _ask(log, clock, text="first")
    _ask(log, clock, text="again")
    await log.flush()
    _ask(log, clock, text="again")
    await log.flush()
    async with database.begin() as work:
        assert await work.question("q1", AMIRA) == "first"


async def test_what_waits_is_bounded(log, clock):
    """Of more questions than fit, the newest are let go and counted; nothing grows without end."""
    for number in range(8):
        _ask(log, clock, f"q{number}")
    assert log.dropped == 3


async def test_closing_writes_what_waits(database, clock):
    """A Lodge that stops loses no question it took in."""
    log = QuestionLog(database, wait=3600)
    _ask(log, clock)
    await log.close()
    async with database.begin() as work:
        assert await work.question("q1", AMIRA) == MARKER


async def test_one_task_writes_all_that_came_in(database, clock):
    """Without being told to, questions are written a moment later, many in one transaction."""
    log = QuestionLog(database, wait=0)
    for number in range(20):
        _ask(log, clock, f"q{number}")
    await log._task
    async with database.begin() as work:
        assert [await work.question(f"q{number}", AMIRA) for number in range(20)] == [MARKER] * 20
    _ask(log, clock, "q20")
    await log.close()


async def test_a_database_that_is_away_loses_no_waiting_question(database, log, clock, monkeypatch):
    """Where the database does not take them, questions wait and are written when it does."""
    _ask(log, clock)

    def away():
        raise StorageError("away")

    with monkeypatch.context() as broken:
        broken.setattr(database, "turn", away)
        with pytest.raises(StorageError):
            await log.flush()
    await log.flush()
    async with database.begin() as work:
        assert await work.question("q1", AMIRA) == MARKER


async def test_questions_and_cases_take_turns(database, log, clock):
    """A burst of questions beside transactions fails neither: both wait for the one writer."""

    async def write(number):
        _ask(log, clock, f"q{number % 5}")
        await log.flush()
        async with database.begin() as work:
            return await work.seen(f"e{number}")

    assert all(await asyncio.gather(*map(write, range(30))))
