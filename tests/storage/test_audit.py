"""The audit chain shows what was changed behind Lodge's back."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, update

from storage import audit, models
from storage.audit import AuditBroken, verify
from storage.sealing import KeyMissing, Sealer, new_key
from tests.storage.conftest import opened, opens_in

BEN = "ben@college.example"
CHAIN = models.audit


async def _moved(database):
    """A case with a chain of four lines."""
    case = await opens_in(database)
    async with database.begin() as work:
        for verb, sources, to in (("took", "open", "taken"), ("answered", "taken", "answered"), ("closed", "answered", "closed")):
            assert await work.move(case, actor=BEN, verb=verb, sources=(sources,), to=to, facts={"naïve": "ünïcode", "n": 1})
    return case


async def _history(database, case):
    async with database.read() as work:
        return await work.history(case.id)


async def test_an_untouched_chain_fits(database, sealer):
    """What Lodge wrote fits, on both engines, with every line in its place."""
    lines = await _history(database, await _moved(database))
    verify(lines, sealer)
    assert [line.seq for line in lines] == [1, 2, 3, 4]


CHANGES = {
    "actor": lambda seq: update(CHAIN).where(CHAIN.c.seq == seq).values(actor="somebody else"),
    "verb": lambda seq: update(CHAIN).where(CHAIN.c.seq == seq).values(verb="withdrew"),
    "facts": lambda seq: update(CHAIN).where(CHAIN.c.seq == seq).values(facts={"to": "open"}),
    "time": lambda seq: update(CHAIN).where(CHAIN.c.seq == seq).values(at=datetime(2020, 1, 1, tzinfo=UTC)),
    "removal": lambda seq: delete(CHAIN).where(CHAIN.c.seq == seq),
    "hash": lambda seq: update(CHAIN).where(CHAIN.c.seq == seq).values(hash="0" * 64),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_is_noticed_at_its_line(database, sealer, change):
    """A line changed or taken out breaks the chain just there."""
    case = await _moved(database)
    async with database.turn() as turn:
        await turn.run(CHANGES[change](2))
    with pytest.raises(AuditBroken) as broken:
        verify(await _history(database, case), sealer)
    assert (broken.value.case_id, broken.value.seq) == (case.id, 2)


async def test_a_line_of_another_case_does_not_fit(database, sealer):
    """A line cannot be carried over from another case, though it was truly written."""
    first, second = await opens_in(database), await opens_in(database, key="form-2")
    lines = await _history(database, first)
    other = await _history(database, second)
    with pytest.raises(AuditBroken):
        verify([audit.AuditLine(**{**vars(other[0]), "case_id": first.id})], sealer)
    verify(lines, sealer)


async def test_what_was_cut_off_cannot_be_put_back_behind_something_else(database, sealer):
    """Lines that were truly written fit only behind the line they were written after."""
    case = await _moved(database)
    before = await _history(database, case)
    async with database.turn() as turn:
        await turn.run(delete(CHAIN).where(CHAIN.c.seq > 1))
    async with database.begin() as work:
        await work.case(case.id, actor=BEN, purpose="show")
    after = await _history(database, case)
    verify(after, sealer)
    with pytest.raises(AuditBroken) as broken:
        verify([*after, *before[2:]], sealer)
    assert broken.value.seq == 3


async def test_a_cut_end_and_a_removed_case_change_the_digest(database, sealer):
    """The chain of a case cannot show that its end was cut; the day's digest, kept elsewhere, does."""
    case = await _moved(database)
    async with database.turn() as turn:
        before = await audit.heads(turn)
        await turn.run(delete(CHAIN).where(CHAIN.c.seq == 4))
        after = await audit.heads(turn)
    verify(await _history(database, case), sealer)
    assert set(before) == {case.id}
    assert len({audit.digest(before), audit.digest(after), audit.digest({})}) == 3


async def test_many_at_once_make_one_chain(replicas, sealer):
    """Thirty looks at one case at the same moment are thirty lines in one chain, none lost and no fork."""
    case = await opens_in(replicas[0])

    async def look(number):
        async with replicas[number % 3].begin() as work:
            await work.case(case.id, actor=f"p{number}", purpose="show")

    await asyncio.gather(*map(look, range(30)))
    lines = await _history(replicas[0], case)
    verify(lines, sealer)
    assert len(lines) == 31
    assert len({line.actor for line in lines}) == 31


async def test_a_chain_goes_on_after_a_change_of_keys(url, clock):
    """Lines written with an old key and with the new one verify together, and not without the old key."""
    old, new = new_key(), new_key()
    async with opened(url, Sealer.parse(old), clock) as (before,):
        case = await opens_in(before)
    both = Sealer.parse(f"{new},{old}")
    async with opened(url, both, clock) as (after,):
        async with after.begin() as work:
            await work.case(case.id, actor=BEN, purpose="show")
        lines = await _history(after, case)
    verify(lines, both)
    with pytest.raises(KeyMissing):
        verify(lines, Sealer.parse(new))


async def test_a_chain_cannot_be_made_again_without_the_key(database):
    """Whoever can write the table, but has another key, makes no chain that fits."""
    lines = await _history(database, await _moved(database))
    forger = Sealer.parse(new_key())
    with pytest.raises(KeyMissing):
        verify(lines, forger)
