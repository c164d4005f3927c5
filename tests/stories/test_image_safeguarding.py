"""An image that may harm goes to Safeguarding first: no link, no name, and nothing at all to Marketing (2.3, 3.1.4)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from storage import models

MARKER = "Quokka-4711"
UNSAFE = pytest.mark.parametrize("risk", ["yes", "unsure"])
ELSEWHERE = ("marketing", "hr", "principal", "governors")


async def alerts(staff, risk="yes"):
    """Say at the first question that it might harm."""
    await staff.home()
    await staff.presses("Have an image removed")
    return await staff.fills(risk=risk)


async def changes_their_mind(staff, risk):
    """Fill in everything, links and names, and only then say that it might harm."""
    await staff.home()
    await staff.presses("Have an image removed")
    await staff.fills(risk="no")
    await staff.fills(places=f"https://social.example/{MARKER}")
    await staff.fills(whose=MARKER, under_18="yes", scope="these", consent="self", contact=MARKER)
    await staff.presses("Change “Might it show")
    return await staff.fills(risk=risk)


@UNSAFE
async def test_the_emergency_page_is_the_reply(world, college, risk):
    """At the first question: 999, the lead's numbers, leave it alone, a reference, and that Safeguarding knows."""
    reply = await alerts(world.amira, risk)
    assert reply.tone == "urgent"
    for words in ("999", college.contacts.safeguarding_day, "Do not view, copy, forward", "CON-0001", "you need a call"):
        assert words in reply
    assert "Where is it" not in reply


@UNSAFE
async def test_safeguarding_is_told_discreetly(world, risk):
    """Their channel shows a reference, an urgency and a button: no name, no story, no kind of harm (promise 5)."""
    await alerts(world.amira, risk)
    (notice,) = await world.sol.reads("safeguarding")
    assert notice.tone == "urgent"
    assert "CON-0001" in notice
    for word in ("amira", "image", "nud", "sexual", "risk"):
        assert word not in notice, word
    shown = await world.sol.presses("Show CON-0001", notice)
    assert "amira@college.example" in shown
    assert "Do not ask for a copy" in shown


@UNSAFE
async def test_nothing_reaches_marketing_whatever_was_filled_in_before(world, tmp_path, risk):
    """Links and names typed before the answer was changed reach no channel, no person and no row of the database."""
    assert "you need a call" in await changes_their_mind(world.amira, risk)
    for channel in ELSEWHERE:
        assert await world.ben.reads(channel) == []
    for person in (world.ben, world.bea, world.pat):
        assert await person.reads() == []
    assert not any(MARKER in seen for seen in await world.sol.reads("safeguarding"))
    async with world.app.database.read() as work:
        kept = await work.case("CON-0001", actor="test", purpose="draw")
        assert (kept.kind, kept.details, kept.role) == ("alert", {}, "safeguarding")
        assert await work.turn.all(select(models.item)) == await work.turn.all(select(models.entry)) == []
        (draft,) = await work.turn.all(select(models.draft))
        assert work.turn.sealer.open("draft", draft.id, "answers", draft.answers) == "{}"
    assert MARKER.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("lodge.db*"))


async def test_marketing_cannot_reach_it(world):
    """Neither the button nor the reference opens it for anybody outside Safeguarding."""
    await alerts(world.amira)
    (notice,) = await world.sol.reads("safeguarding")
    for other in (world.ben, world.hana):
        assert "Not found" in await other.reaches("Show CON-0001", notice)
        assert "Sol Okafor can act" in await other.reaches("Take it", notice)


async def test_taken_and_closed_the_person_is_told(world):
    """Safeguarding takes it and closes it; the person who asked hears both, and sees the state and no story."""
    await alerts(world.amira)
    await world.sol.presses("Take it", (await world.sol.reads("safeguarding"))[0])
    assert "The Safeguarding team has it" in (await world.amira.reads())[-1]
    await world.sol.presses("Close", (await world.sol.reads("safeguarding"))[0])
    assert "closed" in (await world.amira.reads())[-1]
    assert "Closed" in await world.amira.home()


async def test_a_late_press_is_told_who_was_first(world):
    """Taken twice, or closed twice, it happens once; closed before it was taken, it is refused (promise 7)."""
    await alerts(world.amira)
    (notice,) = await world.sol.reads("safeguarding")
    await world.sol.presses("Take it", notice)
    (taken,) = await world.sol.reads("safeguarding")
    assert "you did that" in await world.sol.presses("Take it", notice)
    await world.sol.presses("Close", taken)
    assert "Already closed" in await world.sol.presses("Close", taken)
    assert "Already closed" in await world.sol.presses("Take it", notice)


async def test_the_leads_own_alert_is_for_the_deputy(world):
    """Where the lead is the one who asks, the deputy can act and the lead cannot (promise 7)."""
    await alerts(world.sol)
    (notice,) = await world.sue.reads("safeguarding")
    assert "your own request" in await world.sol.presses("Take it", notice)
    assert "Yours now" in await world.sue.presses("Take it", notice)


async def test_not_taken_it_climbs_without_a_word_more(world):
    """After half an hour the deputy is told and may act, then the Principal: each sees a reference and no story."""
    await alerts(world.amira)
    world.clock.passes(minutes=31)
    await world.settle()
    assert "overdue" in (await world.sue.reads())[-1]
    world.clock.passes(minutes=30)
    await world.settle()
    seen = await world.pat.reads("principal")
    assert any("CON-0001" in each for each in seen)
    assert not any("amira" in each or "image" in each for each in (*seen, *await world.sue.reads()))
    assert await world.ben.reads("marketing") == []


async def test_out_of_hours_the_lead_is_messaged_personally(world):
    """At night the channel is not enough: the emergency contact gets it too, as discreetly."""
    world.clock.now = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)
    await alerts(world.amira)
    (seen,) = await world.sol.reads()
    assert "CON-0001" in seen
    assert "amira" not in seen
    assert "Yours now" in await world.sol.presses("Take it", seen)


async def test_the_lead_who_asks_at_night_calls_out_the_deputy(world):
    """Where it is the contact who asks, the rest of the role is messaged: never nobody."""
    world.clock.now = datetime(2026, 11, 28, 22, 0, tzinfo=UTC)
    await alerts(world.sol)
    (seen,) = await world.sue.reads()
    assert "Yours now" in await world.sue.presses("Take it", seen)


async def test_the_answer_sent_twice_is_one_case(world):
    """A lost reply comes again, with the same reference, and Safeguarding is told once (promise 6)."""
    await world.amira.home()
    page = await world.amira.presses("Have an image removed")
    assert "CON-0001" in await world.amira.fills(page, risk="yes")
    assert "you need a call" in await world.amira.fills(page, risk="yes")
    assert len(await world.sol.reads("safeguarding")) == 1


async def test_the_first_question_must_be_answered(world):
    """Nobody gets past it unanswered: there is no way to Marketing around it."""
    await world.amira.home()
    await world.amira.presses("Have an image removed")
    assert "Please fill in" in (await world.amira.fills(risk="")).errors["risk"]
    assert await world.ben.reads("marketing") == []


async def test_a_story_in_a_later_page_still_brings_the_emergency_page(world):
    """Words that sound like danger among the links stop the form before anything is kept (promise 1)."""
    await world.amira.home()
    await world.amira.presses("Have an image removed")
    await world.amira.fills(risk="no")
    warned = await world.amira.fills(places="one of my lads says someone is threatening to share his nudes unless he pays")
    assert warned.tone == "urgent"
    assert warned.has("How to report")
    assert await world.ben.reads("marketing") == []
