"""What is owed arrives: claimed by one, finished once, never forgotten."""

import asyncio

import pytest
from sqlalchemy import text

from storage import claims
from storage.turn import to_ms
from tests.storage.conftest import opens, opens_in

LEASE = 60_000


async def _owe(database, key="n1", to="role:marketing", **more):
    async with database.begin() as work:
        await work.owe(key=key, to=to, drawing="marketing.notice", subject="s", **more)


async def _claim(database, limit=10):
    async with database.turn() as turn:
        return await claims.claim_deliveries(turn, limit, LEASE)


async def _finish(database, held, ref="r1"):
    async with database.turn() as turn:
        return await claims.finish_delivery(turn, held.id, held.token, "web:#marketing", ref)


async def _retry(database, held, clock, *, unsure, seconds=5.0):
    async with database.turn() as turn:
        due_ms = to_ms(clock()) + int(1000 * seconds)
        return await claims.retry_delivery(turn, held.id, held.token, due_ms, unsure=unsure, error="http_500")


async def _state(database, key="n1"):
    async with database.read() as work:
        return await work.delivery(key)


@pytest.mark.parametrize("recipients", [40, 5])
async def test_three_claimers_send_each_of_forty_once(replicas, recipients):
    """Three replicas at once: each message is sent once, none is left, and never two to one recipient at a time."""
    for number in range(40):
        await _owe(replicas[0], f"n{number}", f"person:{number % recipients}")
    sent, sending = [], set()

    async def work_off(database):
        while len(sent) < 40:
            for held in await _claim(database, 4):
                assert held.recipient not in sending
                sending.add(held.recipient)
                await asyncio.sleep(0)
                sent.append(held.key)
                sending.discard(held.recipient)
                assert await _finish(database, held)

    await asyncio.gather(*map(work_off, replicas))
    assert sorted(sent) == sorted(f"n{number}" for number in range(40))


async def test_one_at_a_time_for_a_recipient(database):
    """While a message is being sent to somebody, the next one to them waits and those to others do not."""
    await _owe(database, "n1")
    await _owe(database, "n2")
    await _owe(database, "n3", "person:hana")
    first, other = await _claim(database)
    assert ({first.key, other.key}, await _claim(database)) == ({"n1", "n3"}, [])
    await _finish(database, first)
    assert [held.key for held in await _claim(database)] == ["n2"]


async def _until_it_waits(task, database):
    """Until a task is over, or stands in PostgreSQL before a lock that another holds."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    while not task.done():
        async with database.turn() as turn:
            if (await turn.run(waiting)).scalar_one():
                return


async def test_two_who_claim_at_once_do_not_send_to_one_recipient(replicas, url):
    """A message that comes in between two replicas' claims is not sent beside the one just being taken."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite serves one process")
    await _owe(replicas[0], "n1")
    async with replicas[0].turn() as turn:
        (held,) = await claims.claim_deliveries(turn, 10, LEASE)
        await _owe(replicas[2], "n2", urgent=True)
        second = asyncio.create_task(_claim(replicas[1]))
        await _until_it_waits(second, replicas[2])
    assert (held.key, await second) == ("n1", [])


async def test_a_claim_waits_for_nobody_who_is_finishing(replicas, clock, url):
    """A replica that is slow to say that it is done holds up nobody else's claim, and nothing is sent twice."""
    if url.startswith("sqlite"):
        pytest.skip("SQLite serves one process")
    await _owe(replicas[0], "n1")
    (slow,) = await _claim(replicas[0])
    clock.move(milliseconds=LEASE)
    await _owe(replicas[0], "n2", "person:hana")
    async with replicas[0].turn() as turn:
        assert await claims.finish_delivery(turn, slow.id, slow.token, "p", "r")
        async with asyncio.timeout(5):
            assert [held.key for held in await _claim(replicas[1])] == ["n2"]


async def test_a_claimer_that_dies_loses_nothing(database, clock):
    """A message whose sender was killed is taken again after the lease, and the next sender is told to ask first."""
    await _owe(database)
    (dead,) = await _claim(database)
    assert (dead.probe, dead.attempts, await _claim(database)) == (False, 1, [])
    clock.move(milliseconds=LEASE)
    (held,) = await _claim(database)
    assert (held.key, held.probe, held.attempts) == ("n1", True, 2)


async def test_a_lost_lease_finishes_nothing(database, clock):
    """Whoever lost the lease can neither finish, postpone nor bury what another now holds."""
    await _owe(database)
    (late,) = await _claim(database)
    clock.move(milliseconds=LEASE)
    (held,) = await _claim(database)
    assert not await _finish(database, late)
    assert not await _retry(database, late, clock, unsure=False)
    async with database.turn() as turn:
        assert not await claims.bury_delivery(turn, late.id, late.token, "gone")
    assert await _finish(database, held)
    assert not await _finish(database, held)


@pytest.mark.parametrize(("unsure", "probe"), [(True, True), (False, False)])
async def test_only_a_send_that_may_have_arrived_is_asked_after(database, clock, unsure, probe):
    """A clear no is simply sent again; after a cut connection the next sender asks the place first."""
    await _owe(database)
    (held,) = await _claim(database)
    assert await _retry(database, held, clock, unsure=unsure)
    assert (await _state(database)).error == "http_500"
    assert await _claim(database) == []
    clock.move(seconds=5)
    (again,) = await _claim(database)
    assert again.probe is probe


async def test_a_closed_gate_holds_a_recipient_for_every_replica(replicas, clock):
    """After a 429 nothing is sent to that recipient before the time the platform named; others are not held."""
    await _owe(replicas[0])
    await _owe(replicas[0], "n2", "person:hana")
    async with replicas[0].turn() as turn:
        until = turn.now_ms + 30_000
        await claims.close_gate(turn, "role:marketing", until)
        await claims.close_gate(turn, "role:marketing", until - 20_000)  # an older answer opens nothing
    assert [held.key for held in await _claim(replicas[1])] == ["n2"]
    clock.move(seconds=29)
    assert await _claim(replicas[2]) == []
    clock.move(seconds=1)
    assert [held.key for held in await _claim(replicas[2])] == ["n1"]


async def test_an_edit_waits_for_the_message_it_changes(database, clock):
    """A change to a notice is taken only when the notice stands, and then knows where."""
    await _owe(database)
    await _owe(database, "n1:2", "person:hana", replaces="n1")
    (notice,) = await _claim(database)
    assert notice.key == "n1"
    assert await _finish(database, notice, "r7")
    (edit,) = await _claim(database)
    assert (edit.key, edit.place, edit.ref) == ("n1:2", "web:#marketing", "r7")


async def test_an_edit_of_a_message_that_never_arrived_is_sent_as_a_new_one(database):
    """Where the notice was given up on, what changes it goes out by itself instead of waiting for ever."""
    await _owe(database)
    await _owe(database, "n1:2", replaces="n1")
    (notice,) = await _claim(database)
    async with database.turn() as turn:
        assert await claims.bury_delivery(turn, notice.id, notice.token, "channel_gone")
    (edit,) = await _claim(database)
    assert (edit.key, edit.ref) == ("n1:2", None)


async def test_urgent_ones_go_first_and_future_ones_wait(database, clock):
    """An urgent message goes first, whoever it is for, then the oldest; one for tomorrow waits until then."""
    await _owe(database, "tomorrow", due_at=clock().replace(day=24))
    await _owe(database, "old", due_at=clock().replace(hour=7))
    await _owe(database, "plain", "person:sol", due_at=clock().replace(hour=8))
    await _owe(database, "urgent", "person:sol", urgent=True)
    order = []
    for _ in range(3):
        (held,) = await _claim(database, 1)
        order.append(held.key)
        await _finish(database, held)
    assert order == ["urgent", "old", "plain"]
    assert await _claim(database) == []
    clock.move(days=1)
    assert [held.key for held in await _claim(database)] == ["tomorrow"]


async def test_a_message_is_owed_once_for_its_key(database):
    """Owing the same key again, even after it was sent, sends nothing more."""
    await _owe(database)
    await _owe(database, to="person:other")
    (held,) = await _claim(database)
    assert held.recipient == "role:marketing"
    await _finish(database, held)
    await _owe(database)
    assert await _claim(database) == []


async def test_what_was_cancelled_is_not_sent(database):
    """Cancelling drops what waits under a key and its followers, no other key, and nothing that is on its way."""
    await _owe(database, "c%1:notice", "a")
    (on_its_way,) = await _claim(database)
    await _owe(database, "c%1:notice:2", "b")
    await _owe(database, "cX1:notice", "c")
    async with database.begin() as work:
        assert await work.cancel_owed("c%1:") == 1
    assert [held.key for held in await _claim(database)] == ["cX1:notice"]
    assert await _finish(database, on_its_way)


async def test_what_did_not_arrive_is_known_by_case(database):
    """A case shows what of it was not delivered: waiting, and given up on with its short reason."""
    case = await opens_in(database)
    for key in ("sent", "dead", "waiting"):
        await _owe(database, key, f"person:{key}", case_id=case.id)
    held = {each.key: each for each in await _claim(database, 2)}
    assert await _finish(database, held["sent"])
    async with database.turn() as turn:
        await claims.bury_delivery(turn, held["dead"].id, held["dead"].token, "channel_gone")
    async with database.read() as work:
        left = await work.undelivered(case.id)
    assert [(each.key, each.state, each.error) for each in left] == [("dead", "dead", "channel_gone"), ("waiting", "ready", None)]


async def test_nothing_is_owed_by_a_transaction_that_failed(database):
    """A case and its notice are stored together or not at all, and the worker is not woken for nothing."""

    async def fail():
        async with database.begin() as work:
            case, _ = await opens(work)
            await work.owe(key="n1", to="role:marketing", drawing="d", subject=case.id, case_id=case.id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert not database.wake.is_set()
    async with database.begin() as work:
        assert (await work.delivery("n1"), await work.cases_with("marketing")) == (None, [])
    assert not database.wake.is_set()


async def test_the_worker_is_woken_when_something_is_owed(database, clock):
    """After a commit that owes a message or sets a timer the worker need not wait for its next look."""
    await _owe(database)
    assert database.wake.is_set()
    database.wake.clear()
    async with database.begin() as work:
        await work.set_timer(key="t", action="a", subject="s", due_at=clock())
        assert not database.wake.is_set()
    assert database.wake.is_set()
