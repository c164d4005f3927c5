"""Cases: opened once, moved by one, read through one door."""

import asyncio
from datetime import timedelta

import pytest

from storage.work import NotYours
from tests.storage.conftest import MARKER, opens, opens_in

BEN, AMIRA = "ben@college.example", "amira@college.example"


async def test_same_form_again_finds_the_case_that_stands(database):
    """A form that is sent twice opens one case, and both times the person is told the same reference."""
    async with database.begin() as work:
        first, new = await opens(work)
    async with database.begin() as work:
        second, again = await opens(work, details={"question": "another text"})
    assert (new, again) == (True, False)
    assert (second.id, second.reference, second.details) == (first.id, "MKT-0001", {"question": MARKER})


async def test_same_form_many_times_at_once_is_one_case(replicas):
    """Of twelve sends of one form at the same moment, one opens the case and eleven find it."""

    async def send(database):
        async with database.begin() as work:
            return await opens(work)

    sent = await asyncio.gather(*(send(replicas[number % 3]) for number in range(12)))
    assert sorted(new for _, new in sent) == [False] * 11 + [True]
    assert len({case.id for case, _ in sent}) == 1


async def test_somebody_elses_form_is_refused(database):
    """A submission key that somebody else used opens nothing and shows nothing."""
    await opens_in(database)
    with pytest.raises(NotYours):
        await opens_in(database, by=BEN)


async def test_references_are_given_out_once(replicas):
    """Thirty cases opened at once carry thirty references, each kind counted by itself."""
    prefixes = ("MKT", "ACC", "IMG")
    opened = await asyncio.gather(
        *(opens_in(replicas[number % 3], key=str(number), prefix=prefixes[number // 10]) for number in range(30))
    )
    assert {case.reference for case in opened} == {f"{prefix}-{number:04d}" for prefix in prefixes for number in range(1, 11)}


async def test_of_twelve_who_take_it_at_once_one_does(replicas):
    """Twelve people press Take at the same moment: one has it, and the others see who."""
    case = await opens_in(replicas[0])

    async def take(number):
        async with replicas[number % 3].begin() as work:
            mine = await work.case(case.id, actor=f"p{number}", purpose="act")
            taken = await work.move(mine, actor=f"p{number}", verb="took", sources=("open",), to="taken", taken_by=f"p{number}")
            return taken, mine.taken_by

    outcomes = await asyncio.gather(*map(take, range(12)))
    assert sorted(taken for taken, _ in outcomes) == [False] * 11 + [True]
    assert len({holder for _, holder in outcomes}) == 1
    async with replicas[0].read() as work:
        assert [line.verb for line in await work.history(case.id)] == ["opened", "took"]


async def test_a_case_that_moved_on_is_left_alone_and_shown(database, clock):
    """A press that comes too late changes nothing, and the case in hand then shows what stands."""
    case = await opens_in(database)
    clock.move(minutes=5)
    async with database.begin() as work:
        current = await work.case(case.id, actor=BEN, purpose="act")
        assert await work.move(current, actor=BEN, verb="closed", sources=("open",), to="closed", closed=True, taken_by=BEN)
    async with database.begin() as work:
        assert not await work.move(case, actor="late", verb="took", sources=("open",), to="taken", taken_by="late")
        latest = await work.last_move(case.id)
    assert (case.state, case.taken_by, case.closed_at, case.changed_at) == ("closed", BEN, clock.now, clock.now)
    assert (latest.verb, latest.actor, latest.facts["from"], latest.facts["to"]) == ("closed", BEN, "open", "closed")


async def test_a_move_keeps_what_it_does_not_name(database):
    """An arrow that names no role and no taker leaves both as they were."""
    await opens_in(database)
    async with database.begin() as work:
        case = await work.case("mkt-0001", actor=BEN, purpose="act")
        await work.move(case, actor=BEN, verb="took", sources=("open",), to="taken", taken_by=BEN)
        await work.move(case, actor=BEN, verb="answered", sources=("taken",), to="answered")
        assert (case.role, case.taken_by) == ("marketing", BEN)
        await work.move(case, actor=BEN, verb="passed on", sources=("answered",), to="open", role="hr", taken_by=None)
        assert (case.role, case.taken_by) == ("hr", None)


async def test_the_door_writes_down_who_looked(database):
    """A look by anybody but the opener stands in the audit chain; acting, drawing and the opener's own look do not."""
    case = await opens_in(database)
    async with database.begin() as work:
        for purpose in ("show", "act", "draw"):
            await work.case(case.id, actor=AMIRA, purpose=purpose)
        await work.case(case.id, actor=BEN, purpose="act")
        await work.case(case.id, actor=BEN, purpose="draw")
        await work.case(case.reference, actor=BEN, purpose="show")
        assert [(line.verb, line.actor) for line in await work.history(case.id)] == [("opened", AMIRA), ("read", BEN)]
        assert (await work.last_move(case.id)).verb == "opened"


async def test_no_such_case(database):
    """A reference that was never given out is nothing, not an error."""
    async with database.begin() as work:
        assert await work.case("MKT-0099", actor=BEN, purpose="show") is None
        assert await work.last_move("nothing") is None


async def test_lists_hold_nobodys_words(database, clock):
    """A person's cases and a role's come latest first, by state where asked, without what was said in them."""
    first = await opens_in(database)
    clock.move(minutes=1)
    second = await opens_in(database, key="form-2")
    await opens_in(database, key="form-3", by=BEN)
    clock.move(minutes=1)
    async with database.begin() as work:
        case = await work.case(first.id, actor=BEN, purpose="act")
        await work.move(case, actor=BEN, verb="took", sources=("open",), to="taken", taken_by=BEN)
    async with database.read() as work:
        mine, taken = await work.cases_of(AMIRA), await work.cases_with("marketing", ("taken",))
        assert [line.id for line in mine] == [first.id, second.id]
        assert [line.id for line in taken] == [first.id]
        assert len(await work.cases_with("marketing")) == 3
        assert MARKER not in repr(mine)
        assert not hasattr(mine[0], "details")


async def test_a_case_can_begin_elsewhere_than_open(database):
    """A kind may begin in a state and with a verb of its own; the chain says how it began, and the same form finds it."""
    asked = {"kind": "account", "prefix": "ACC", "opened_by": AMIRA, "role": "marketing", "details": {}, "submission_key": "s"}
    async with database.begin() as work:
        case, _ = await work.open_case(**asked, state="listed", verb="imported")
        again, new = await work.open_case(**asked, state="listed", verb="imported")
        history = await work.history(case.id)
    assert (case.state, again.state, again.id, new) == ("listed", "listed", case.id, False)
    assert [line.verb for line in history] == ["imported"]


async def test_overdue_cases_are_found(database, clock):
    """What was due before a time and is not closed is found; what is due at that time, later, never, or is closed is not."""
    asked = {"kind": "account", "prefix": "ACC", "opened_by": AMIRA, "role": "marketing", "details": {}}
    hours = {"late": 1, "ended": 1, "just": 2, "later": 3, "never": None}
    async with database.begin() as work:
        cases = {}
        for key, hour in hours.items():
            due = clock() + timedelta(hours=hour) if hour else None
            cases[key], _ = await work.open_case(**asked, submission_key=key, due_at=due)
        await work.move(cases["ended"], actor=BEN, verb="closed", sources=("open",), to="closed", closed=True)
    clock.move(hours=2)
    async with database.read() as work:
        assert [line.id for line in await work.lines(overdue_before=clock())] == [cases["late"].id]
        assert await work.lines(overdue_before=clock(), role="hr") == []
        assert len(await work.lines()) == 5


async def test_whole_cases_of_a_kind_come_latest_change_first(database, clock):
    """The register is read whole, by kind and by state; a changed detail brings its case to the top; no look is written down."""
    asked = {"prefix": "ACC", "opened_by": AMIRA, "role": "marketing"}
    async with database.begin() as work:
        for number, (kind, state) in enumerate((("account", "open"), ("account", "listed"), ("marketing", "listed"))):
            of = {"kind": kind, "state": state, "details": {"number": str(number)}}
            await work.open_case(**asked, **of, submission_key=str(number))
    clock.move(minutes=1)
    async with database.begin() as work:
        held = await work.case("ACC-0001", actor=BEN, purpose="act")
        await work.amend(held, actor=BEN, verb="amended", details=held.details)
        assert held.changed_at == clock()
    async with database.read() as work:
        assert [case.details["number"] for case in await work.files("account")] == ["0", "1"]
        assert [case.details["number"] for case in await work.files("account", ("listed",))] == ["1"]
        assert await work.files("account", ()) == []
        assert [line.verb for line in await work.history(held.id)] == ["opened", "amended"]


async def test_a_climb_is_written_down_and_moves_the_case_to_the_top(database, clock):
    """An escalation tells its rung and what caused it, counts as a change, and the case in hand shows it."""
    case = await opens_in(database)
    clock.move(minutes=30)
    async with database.begin() as work:
        held = await work.case(case.id, actor="lodge", purpose="act")
        assert await work.escalate(held, actor="lodge", facts={"why": "late"}) == 1
        assert await work.escalate(held, actor="lodge") == 2
        assert (held.escalation, held.changed_at, held.state) == (2, clock(), "open")
        assert await work.escalate(case, actor="lodge") == 2
        told = [(line.verb, dict(line.facts)) for line in await work.history(case.id)][1:]
    assert told == [("escalated", {"level": 1, "why": "late"}), ("escalated", {"level": 2})]
    assert case.escalation == 2


async def test_of_many_who_amend_at_once_nobodys_change_is_lost(replicas):
    """Six who each change another detail of one case at the same moment: all six changes stand, with a line each."""
    case = await opens_in(replicas[0], details={"question": MARKER})

    async def amend(number):
        async with replicas[number % 3].begin() as work:
            held = await work.case(case.id, actor=BEN, purpose="act")
            await work.amend(held, actor=BEN, verb="amended", details={**held.details, f"field{number}": "x"})

    await asyncio.gather(*map(amend, range(6)))
    async with replicas[0].begin() as work:
        stands = (await work.case(case.id, actor=BEN, purpose="act")).details
        lines = await work.history(case.id)
    assert stands == {"question": MARKER, **{f"field{number}": "x" for number in range(6)}}
    assert sorted(line.facts["fields"] for line in lines[1:]) == [f"field{number}" for number in range(6)]
    assert MARKER not in repr(lines)


async def test_what_was_said_comes_back_in_order(database, clock):
    """Answers and notes on a case come back whole, oldest first, each with its author."""
    case = await opens_in(database)
    async with database.begin() as work:
        await work.say(case, author=BEN, kind="note", body="<!channel> first")
        clock.move(minutes=1)
    async with database.begin() as work:
        await work.say(case, author=AMIRA, kind="answer", body="second")
        entries = await work.entries(case)
    assert [(each.author, each.kind, each.body) for each in entries] == [
        (BEN, "note", "<!channel> first"),
        (AMIRA, "answer", "second"),
    ]


async def test_drafts_are_their_persons_own(database, clock):
    """A draft comes back to its own person as last kept, to nobody else, and for seven days."""
    kept = {"id": "d1", "flow": "ask", "subject": ""}
    async with database.begin() as work:
        await work.put_draft(**kept, person=AMIRA, step="one", answers={"question": "a"})
        await work.put_draft(**kept, person=AMIRA, step="two", answers={"question": "b"})
        with pytest.raises(NotYours):
            await work.put_draft(**kept, person=BEN, step="one", answers={})
        assert await work.draft("d1", BEN) is None
        mine = await work.draft("d1", AMIRA)
    assert (mine.step, mine.answers) == ("two", {"question": "b"})
    assert "question" not in repr(mine)
    clock.move(days=7)
    async with database.begin() as work:
        assert await work.draft("d1", AMIRA) is None


async def test_a_draft_that_is_sent_twice_at_once_takes_turns(replicas):
    """Two sends of one draft at the same moment are handled one after the other, so the second sees the first's end."""
    async with replicas[0].begin() as work:
        await work.put_draft(id="d1", person=AMIRA, flow="ask", step="check", subject="", answers={})

    async def send(database):
        async with database.begin() as work:
            draft = await work.draft("d1", AMIRA)
            await work.put_draft(id="d1", person=AMIRA, flow="ask", step=draft.step + "+", subject="", answers={})

    await asyncio.gather(*map(send, replicas * 3))
    async with replicas[0].begin() as work:
        assert (await work.draft("d1", AMIRA)).step == "check" + "+" * 9
        await work.drop_draft("d1")
        assert await work.draft("d1", AMIRA) is None


async def test_an_event_is_new_once(replicas):
    """An event that a platform sends again and again is taken in once, whichever replica hears it."""

    async def hear(database):
        async with database.begin() as work:
            return await work.seen("Ev1")

    assert sorted(await asyncio.gather(*map(hear, replicas * 3))) == [False] * 8 + [True]
