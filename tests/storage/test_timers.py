"""Timers: raised once, together with what they do."""

import asyncio
from datetime import timedelta

import pytest

from storage import claims

LEASE = 10_000


async def _set(database, clock, key="t1"):
    async with database.begin() as work:
        await work.set_timer(key=key, action="case.remind", subject="c1", due_at=clock())


async def _claim(database):
    async with database.turn() as turn:
        return await claims.claim_timers(turn, 20, LEASE)


async def test_three_replicas_raise_each_of_forty_timers_once(replicas, clock):
    """What a timer does is stored with its being done, so forty timers leave forty effects, whoever raises them."""
    for number in range(40):
        await _set(replicas[0], clock, f"t{number}")

    async def raise_all(database):
        raised = 0
        for held in await _claim(database):
            async with database.begin() as work:
                if await claims.finish_timer(work.turn, held.id, held.token):
                    await work.owe(key=held.key, to="a", drawing="d", subject=held.subject)
                    raised += 1
        return raised

    counts = await asyncio.gather(*map(raise_all, replicas * 2))
    assert sum(counts) == 40


async def test_a_timer_whose_effect_failed_is_raised_again(database, clock):
    """A failure undoes the effect and the done mark together; after the lease the timer comes again."""
    await _set(database, clock)
    (held,) = await _claim(database)

    async def fail():
        async with database.begin() as work:
            assert await claims.finish_timer(work.turn, held.id, held.token)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await _claim(database) == []
    clock.move(milliseconds=LEASE)
    (again,) = await _claim(database)
    assert again.attempts == 2
    async with database.begin() as work:
        assert not await claims.finish_timer(work.turn, held.id, held.token)
        assert await claims.finish_timer(work.turn, again.id, again.token)
    clock.move(days=1)
    assert await _claim(database) == []


async def test_a_claim_waits_for_no_timer_that_is_being_raised(replicas, clock, url):
    """A handler that outlasts its lease holds up nobody's claim, and its timer is not raised a second time."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite serves one process")
    await _set(replicas[0], clock)
    (slow,) = await _claim(replicas[0])
    clock.move(milliseconds=LEASE)
    async with replicas[0].begin() as work:
        assert await claims.finish_timer(work.turn, slow.id, slow.token)
        async with asyncio.timeout(5):
            assert await _claim(replicas[1]) == []
    assert await _claim(replicas[1]) == []


async def test_a_timer_can_be_put_off_by_its_holder(database, clock):
    """Whoever holds a timer may put it off, and then holds it no longer."""
    await _set(database, clock)
    (held,) = await _claim(database)
    async with database.turn() as turn:
        assert await claims.retry_timer(turn, held.id, held.token, turn.now_ms + 5_000)
        assert not await claims.retry_timer(turn, held.id, held.token, turn.now_ms)
    assert await _claim(database) == []
    clock.move(seconds=5)
    assert len(await _claim(database)) == 1


async def test_a_cancelled_timer_is_never_raised(database, clock):
    """A timer taken back does nothing, even where somebody had just claimed it; setting it again changes nothing."""
    await _set(database, clock)
    (held,) = await _claim(database)
    async with database.begin() as work:
        assert await work.cancel_timer("t1")
        assert not await work.cancel_timer("t1")
    await _set(database, clock)
    async with database.begin() as work:
        assert not await claims.finish_timer(work.turn, held.id, held.token)
    clock.move(days=1)
    assert await _claim(database) == []


async def test_it_can_be_asked_when_a_timer_is_due(database, clock):
    """A timer that waits tells its time in UTC; one that was never set, taken back or raised tells none."""
    async with database.begin() as work:
        assert await work.timer("t1") is None
    await _set(database, clock)
    async with database.begin() as work:
        due = await work.timer("t1")
        assert (due, due.utcoffset()) == (clock(), timedelta(0))
        assert await work.timer("t") is None
    (held,) = await _claim(database)
    async with database.begin() as work:
        assert await claims.finish_timer(work.turn, held.id, held.token)
        assert await work.timer("t1") is None
        await work.set_timer(key="t2", action="a", subject="s", due_at=clock())
        await work.cancel_timer("t2")
        assert await work.timer("t2") is None


async def test_a_timer_waits_for_its_time(database, clock):
    """Nothing is raised before it is due."""
    async with database.begin() as work:
        await work.set_timer(key="t1", action="a", subject="s", due_at=clock().replace(hour=10))
    assert await _claim(database) == []
    clock.move(hours=1)
    assert [held.key for held in await _claim(database)] == ["t1"]
