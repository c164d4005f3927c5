"""Missed questions: words and a day, decided by the policy's owner, taken back, and learnt by every replica."""

from datetime import timedelta

from storage import models
from storage.work import MISSED_KEPT

BEN = "ben@college.example"
WHO = {"person", "surface", "place", "at", "asked_at", "author", "opened_by", "question_id"}


async def _missed(database, words="is it fine"):
    async with database.begin() as work:
        return await work.missed(await work.put_missed(words))


async def test_no_column_says_who_asked_or_when(database, clock):
    """The row has a day and nothing finer, no place for a person, and an id that tells no time."""
    first, second = await _missed(database), await _missed(database)
    assert not WHO & set(models.missed.c.keys())
    assert (first.day, first.changed_at) == (clock().date().isoformat(), None)
    assert first.id[:8] != second.id[:8]
    assert "is it fine" not in repr(first)


async def test_a_decision_stands_until_it_is_taken_back(database):
    """What is taught is what stands decided; each change raises the revision and is written down with who made it."""
    missed = await _missed(database)
    async with database.begin() as work:
        assert await work.decide_missed(missed, actor=BEN, state="taught", card="c", phrasing="fine?")
        assert not await work.decide_missed(missed, actor=BEN, state="outside", phrasing="late")
        assert (await work.taught(), await work.taught_revision(), await work.missed_count()) == ({"c": ["fine?"]}, 1, 0)
    async with database.begin() as work:
        standing = await work.missed(missed.id)
        assert not await work.undo_missed(missed, actor=BEN)
        assert await work.undo_missed(standing, actor=BEN)
        assert (await work.taught(), await work.taught_revision(), await work.missed_count()) == ({}, 2, 1)
        done = [(each.actor, each.verb, each.state, each.card) for each in await work.decisions(missed.id)]
    assert done == [(BEN, "decided", "taught", "c"), (BEN, "took back", "taught", "c")]


async def test_what_nothing_decides_is_taught_and_a_wish_for_a_card_is_not(database):
    """'Not about this policy' is learnt under no card; 'a new card' teaches nothing and changes no revision."""
    outside, wanted = await _missed(database, "one"), await _missed(database, "two")
    async with database.begin() as work:
        await work.decide_missed(wanted, actor=BEN, state="wanted", phrasing="two")
        assert (await work.taught(), await work.taught_revision()) == ({}, 0)
        await work.decide_missed(outside, actor=BEN, state="outside", phrasing="one")
        assert (await work.taught(), await work.taught_revision()) == ({"": ["one"]}, 1)


async def test_another_replica_sees_that_something_was_taught(replicas):
    """The revision is in the database: whoever did not hear of the decision sees that it is behind."""
    missed = await _missed(replicas[0])
    async with replicas[0].begin() as work:
        await work.decide_missed(missed, actor=BEN, state="taught", card="c", phrasing="fine?")
    async with replicas[1].read() as work:
        assert (await work.taught_revision(), await work.taught()) == (1, {"c": ["fine?"]})


async def test_what_nobody_decided_is_forgotten_and_what_is_taught_stays(database, clock):
    """Undecided questions go after half a year; phrasings stay, and so does what was done with each."""
    taught, _ = await _missed(database, "one"), await _missed(database, "two")
    async with database.begin() as work:
        await work.decide_missed(taught, actor=BEN, state="taught", card="c", phrasing="one")
    clock.move(days=(MISSED_KEPT + timedelta(days=1)).days)
    async with database.begin() as work:
        assert (await work.purge())["missed"] == 1
        assert (await work.taught(), await work.missed_count()) == ({"c": ["one"]}, 0)
