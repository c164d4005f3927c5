"""Things of a case that have an end of their own: what the chain and their times say is what happened."""

import asyncio

import pytest

from tests.storage.conftest import MARKER, opens_in

BEN, BEA = "ben@college.example", "bea@college.example"


@pytest.fixture
async def case(database):
    """A case with one copy on it."""
    case = await opens_in(database)
    async with database.begin() as work:
        held = await work.case(case.id, actor=BEN, purpose="act")
        await work.add_items(held, kind="copy", texts=[MARKER], actor=BEN)
    return case


async def _moves(work, case, item, to, **how):
    moved = {"actor": BEN, "verb": to, "sources": ("asked", "hidden"), "to": to, **how}
    return await work.move_item(await work.case(case.id, actor=BEN, purpose="act"), item, **moved)


async def test_what_is_only_hidden_has_no_end(database, case):
    """A thing has an end when it was said to be ended, and not before; what was noted stays until another note is made."""
    async with database.begin() as work:
        await _moves(work, case, (await work.items(case))[0], "hidden", note=MARKER)
        (hidden,) = await work.items(case)
        assert (hidden.end_at, hidden.first_at, hidden.note) == (None, work.now, MARKER)
        await _moves(work, case, hidden, "removed", ended=True)
        (removed,) = await work.items(case)
    assert (removed.end_at, removed.note, removed.text) == (work.now, MARKER, MARKER)
    assert MARKER not in repr(removed)


async def test_the_chain_says_what_a_thing_truly_was(database, case, clock):
    """Somebody whose page is old moves a thing on: the chain and its first time tell what stood, not what they saw."""
    async with database.begin() as work:
        (old,) = await work.items(case)
        await _moves(work, case, old, "hidden")
        hidden_at = work.now
    clock.move(minutes=5)
    async with database.begin() as work:
        assert await _moves(work, case, old, "removed", actor=BEA, facts={"by": "platform"}, ended=True)
        (stands,) = await work.items(case)
        line = (await work.history(case.id))[-1]
    assert (stands.first_at, stands.end_at, stands.changed_by) == (hidden_at, clock(), BEA)
    assert (line.verb, line.actor) == ("removed", BEA)
    assert dict(line.facts) == {"item": 1, "from": "hidden", "to": "removed", "by": "platform"}


async def test_a_thing_is_moved_on_its_own_case_only(database, case):
    """A thing of another case is not moved, and neither chain says it was."""
    other = await opens_in(database, key="form-2")
    async with database.begin() as work:
        (item,) = await work.items(case)
        assert not await _moves(work, other, item, "removed")
        assert (await work.items(case))[0].state == "asked"
        assert [line.verb for line in await work.history(other.id)] == ["opened"]


async def test_things_added_at_once_have_a_place_each(replicas):
    """Six who add two things each at the same moment: twelve stand, numbered from 1 to 12, each pair together."""
    case = await opens_in(replicas[0])

    async def add(number):
        async with replicas[number % 3].begin() as work:
            held = await work.case(case.id, actor=BEN, purpose="act")
            return await work.add_items(held, kind="copy", texts=[f"{number}a", f"{number}b"], actor=BEN, state="new")

    made = await asyncio.gather(*map(add, range(6)))
    async with replicas[0].read() as work:
        found = await work.items(case)
        assert await work.items(case, "access") == []
    assert [each.position for each in found] == list(range(1, 13))
    assert {each.id for each in found} == {id for pair in made for id in pair}
    assert {each.state for each in found} == {"new"}
    assert all(first.text[0] == second.text[0] for first, second in zip(found[::2], found[1::2], strict=True))
