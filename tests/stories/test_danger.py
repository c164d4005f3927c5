"""Danger first: when somebody may be at risk, that comes before any answer (promise 1)."""

import pytest
from sqlalchemy import select

from storage import models

DISCLOSURES = [
    "a student has told me she wants to end it all",
    "one of my lads says someone is threatening to share his nudes unless he pays",
    "I don't want to be here any more, I can't cope",
    "my colleague has been secretly messaging a 16 year old and asked her to keep it quiet",
]


@pytest.mark.parametrize("text", DISCLOSURES)
async def test_the_emergency_page_comes_first(world, college, text):
    """999, the college's own numbers, MyConcern, what to leave alone; then the duty to report, in the policy's words."""
    seen = await world.amira.asks(text)
    assert seen.tone == "urgent"
    for words in (
        "999",
        college.contacts.safeguarding_day,
        college.contacts.safeguarding_night,
        "MyConcern",
        "LADO",
        "Do not investigate",
    ):
        assert words in seen
    assert "2.3" in seen
    assert "does not decide" not in seen


async def test_example_numbers_are_never_passed_off_as_the_colleges(world):
    """Until the college has put in its own numbers, the page says that these are examples."""
    assert "These numbers are examples" in await world.amira.asks(DISCLOSURES[0])


async def test_a_disclosure_leaves_no_trace(world):
    """A gated question is never stored, and is not the turn before the next one (promise 9)."""
    await world.amira.asks(DISCLOSURES[0])
    await world.app.questions.flush()
    async with world.app.database.read() as work:
        assert await work.turn.all(select(models.question)) == []
    assert "Following on" not in await world.amira.asks("and what about that?")


async def test_a_worry_gets_a_line_and_a_button_above_the_answer(world):
    """The broad gate adds where to report above the ordinary answer, which is still there."""
    seen = await world.amira.asks("a colleague's posts about a student make me uneasy, who do I tell?")
    assert seen.has("How to report")
    assert "999" in await world.amira.presses("How to report")


async def test_a_danger_in_a_form_is_shown_before_anything_is_kept(world):
    """A story typed into the form for Marketing brings the emergency page; nothing is kept, lost or sent."""
    await world.amira.asks("how many days of annual leave do I get?")
    await world.amira.presses("Put this question to Marketing")
    warned = await world.amira.fills(question=DISCLOSURES[0])
    assert warned.tone == "urgent"
    assert warned.fields["question"] == DISCLOSURES[0]
    assert await world.ben.reads("marketing") == []
    checked = await world.amira.fills(nobody_at_risk=["yes"])
    assert checked.step == "check"


async def test_a_clause_that_a_worried_person_asks_for_is_shown_as_a_clause(world):
    """The line stands above it; the title says what it is, and only the duty to report is headed as one."""
    asked = await world.amira.asks("read 2.3, I'm worried")
    assert asked.title == "What the policy says"
    assert "may be at risk" in asked
    told = await world.amira.asks(
        "I wanted to ask about putting my number on the tutor sheet, but a lad of mine says don't ring home as last time "
        "his dad took it out on his sister"
    )
    assert told.title == "If somebody may be at risk, report it"
    assert "You also asked. Not allowed." in told
