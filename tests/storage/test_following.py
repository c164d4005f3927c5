"""What it takes to follow a case to its end: rungs of the ladder, things with an end of their own, absences."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import text

from storage import engines
from storage.work import verify
from tests.storage.conftest import opens, opens_in

BEN, BEA, HANA = (f"{name}@college.example" for name in ("ben", "bea", "hana"))


async def _held(work, case):
    found = await work.case(case.id, actor=BEN, purpose="act")
    assert found is not None
    return found


async def test_of_many_that_climb_at_once_one_does(replicas):
    """A case escalates by one rung, however many replicas see that its time has passed."""
    case = await opens_in(replicas[0])

    async def climb(database):
        async with database.begin() as work:
            seen = await _held(work, case)
            seen.escalation = 0  # as it stood when each of them looked
            return await work.escalate(seen, actor="lodge")

    assert await asyncio.gather(*map(climb, replicas)) == [1, 1, 1]
    async with replicas[0].begin() as work:
        assert [line.verb for line in await work.history(case.id)] == ["opened", "escalated"]


async def test_of_many_that_mark_a_thing_at_once_one_does(replicas):
    """Two people who mark the same copy: one is first, and the chain holds one line of it."""
    case = await opens_in(replicas[0])
    async with replicas[0].begin() as work:
        await work.add_items(await _held(work, case), kind="copy", texts=["here", "there"], actor=BEN)

    async def mark(database, to):
        async with database.begin() as work:
            held = await _held(work, case)
            item = (await work.items(held))[0]
            return await work.move_item(held, item, actor=BEN, verb=to, sources=("asked",), to=to, ended=True)

    marked = await asyncio.gather(*(mark(*each) for each in zip(replicas, ("removed", "outside", "hidden"), strict=True)))
    assert sorted(marked) == [False, False, True]
    async with replicas[0].begin() as work:
        lines = await work.history(case.id)
        verify(lines, work.turn.sealer)
        assert [line.verb for line in lines][:2] == ["opened", "added copy"]
        assert len(lines) == 3


async def test_a_thing_knows_its_times_and_its_note(database, clock):
    """When it first left where it was, when it came to its end, what was noted; things added later come after."""
    case = await opens_in(database)
    async with database.begin() as work:
        held = await _held(work, case)
        await work.add_items(held, kind="copy", texts=["one"], actor=BEN)
        await work.add_items(held, kind="copy", texts=["two", "three"], actor=BEN)
        assert [(each.position, each.text, each.state) for each in await work.items(held)] == [
            (1, "one", "asked"),
            (2, "two", "asked"),
            (3, "three", "asked"),
        ]
    for to, ended in (("hidden", False), ("removed", True)):
        clock.move(minutes=10)
        async with database.begin() as work:
            held = await _held(work, case)
            item = (await work.items(held, "copy"))[1]
            assert await work.move_item(held, item, actor=BEN, verb=to, sources=("asked", "hidden"), to=to, note=to, ended=ended)
    async with database.begin() as work:
        item = (await work.items(await _held(work, case)))[1]
    assert (item.state, item.note, item.changed_by) == ("removed", "removed", BEN)
    assert [(at - item.at).seconds for at in (item.first_at, item.end_at)] == [600, 1200]


async def test_a_changed_detail_is_kept_and_its_words_are_not_in_the_chain(database):
    """The chain names which details changed, not what they say."""
    case = await opens_in(database, details={"curator": "amira", "handle": "@hair"})
    async with database.begin() as work:
        held = await _held(work, case)
        await work.amend(held, actor=BEN, verb="corrected", details={"curator": "bea", "handle": "@hair", "address": "x"})
        assert held.details == {"curator": "bea", "handle": "@hair", "address": "x"}
    async with database.begin() as work:
        assert (await _held(work, case)).details["curator"] == "bea"
        line = (await work.history(case.id))[-1]
    assert (line.verb, dict(line.facts)) == ("corrected", {"fields": "address,curator"})


async def test_cases_are_listed_by_what_is_asked_for(database):
    """By kind, by state and by role, latest change first; whole ones with what they say."""
    async with database.begin() as work:
        first, _ = await opens(work)
        second, _ = await opens(work, key="form-2")
        await work.move(first, actor=BEN, verb="took", sources=("open",), to="taken")
    async with database.read() as work:
        assert {each.id for each in await work.lines(kind="marketing")} == {first.id, second.id}
        assert [each.id for each in await work.lines(states=("taken",))] == [first.id]
        assert await work.lines(role="hr") == []
        assert [each.details["question"] for each in await work.files("marketing", ("taken",))]
        assert await work.files("account") == []


async def test_an_absence_counts_from_its_first_day_to_its_last(database, clock):
    """Both days included; taken back, it never was; a year after its end it is forgotten."""
    async with database.begin() as work:
        away = await work.set_absence(person=BEN, first=date(2026, 12, 1), until=date(2026, 12, 4), recorded_by=HANA)
        for day, who in ((30, []), (1, [BEN]), (4, [BEN]), (5, [])):
            month = 11 if day == 30 else 12
            assert list(await work.absent_on(date(2026, month, day))) == who
        assert [each.person for each in await work.absences(date(2026, 12, 4))] == [BEN]
        assert await work.absences(date(2026, 12, 5)) == []
        assert not await work.drop_absence(away, BEA)
        assert await work.drop_absence(away, BEN)
        assert not await work.absent_on(date(2026, 12, 1))
        await work.set_absence(person=BEN, first=date(2026, 12, 1), until=date(2026, 12, 4), recorded_by=HANA)
    clock.move(days=400)
    async with database.begin() as work:
        assert (await work.purge())["absence"] == 1


async def test_an_absence_that_ends_before_it_begins_is_refused(database):
    """Its two days the wrong way round say so."""
    async with database.begin() as work:
        with pytest.raises(ValueError, match="first day away"):
            await work.set_absence(person=BEN, first=date(2026, 12, 4), until=date(2026, 12, 1), recorded_by=HANA)


async def test_half_filled_forms_are_found_again_by_their_person(database, clock):
    """Last touched first, without those that were sent, for seven days and for nobody else."""
    async with database.begin() as work:
        for id, step in (("d1", "first"), ("d2", "second"), ("d3", "sent")):
            clock.move(minutes=1)
            work.turn.now = clock()
            await work.put_draft(id=id, person=BEN, flow="f", step=step, subject="", answers={"a": id})
    async with database.read() as work:
        assert [(each.id, dict(each.answers)) for each in await work.drafts_of(BEN, but_step="sent")] == [
            ("d2", {"a": "d2"}),
            ("d1", {"a": "d1"}),
        ]
        assert await work.drafts_of(BEA, but_step="sent") == []
    clock.move(days=8)
    async with database.read() as work:
        assert await work.drafts_of(BEN, but_step="sent") == []


async def test_a_case_from_before_has_not_been_escalated(database, url):
    """A row that names no rung stands on the lowest: so do the cases of the Lodge before this one."""
    case = await opens_in(database)
    engine = engines.migrator(engines.parse(url))
    async with engine.begin() as connection:
        columns = (await connection.execute(text('SELECT * FROM "case"'))).keys()
        names = ", ".join(f'"{name}"' for name in columns if name != "escalation")
        copied = names.replace('"id"', "'old'").replace('"reference"', "'OLD-1'").replace('"submission_key"', "'old'")
        await connection.execute(text(f'INSERT INTO "case" ({names}) SELECT {copied} FROM "case"'))  # noqa: S608
    await engine.dispose()
    async with database.read() as work:
        assert {each.escalation for each in await work.lines()} == {0}
    assert case.escalation == 0
