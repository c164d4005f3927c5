"""What the policy leaves open is for its owner to decide: it waits on the owner's home page, with clauses and cards."""

import pytest

from handlers import openings

BUTTON = "Open questions in the policy"


async def test_the_owner_reads_every_open_question(world):
    """Page by page, and none is missing or cut."""
    await world.ben.home()
    shown = await world.ben.presses(BUTTON)
    text = shown.text
    while shown.has("Read on"):
        shown = await world.ben.presses("Read on")
        text += shown.text
    read = " ".join(text.split())
    assert [each.question for each in openings.found(world.app.answers) if each.question not in read] == []


async def test_an_open_question_says_where_it_lies(world):
    """The clauses, whom staff are sent to meanwhile, and the cards that send them."""
    await world.ben.home()
    shown = await world.ben.presses(BUTTON)
    first = openings.found(world.app.answers)[0]
    assert f"Clauses {', '.join(first.clauses)}" in shown
    assert "Staff are sent to" in shown
    assert first.cards[0] in shown


async def test_reading_goes_back_as_well(world):
    """Whoever has read on can turn back."""
    await world.ben.home()
    first = await world.ben.presses(BUTTON)
    second = await world.ben.presses("Read on")
    assert second.text != first.text
    assert (await world.ben.presses("Back")).text == first.text


@pytest.mark.parametrize("name", ["amira", "hana", "sol", "pat"])
async def test_only_the_owner_has_them_on_the_home_page(world, name):
    """They are Marketing's to decide (2.2, 9): nobody else's page is longer for them."""
    assert not (await getattr(world, name).home()).has(BUTTON)


async def test_staff_who_meet_an_open_question_see_both_clauses(world):
    """No ruling is made up: both clauses, whom to ask, and what not to do meanwhile."""
    shown = await world.amira.asks("my own daughter is a student here, may I stay friends with her on facebook")
    assert shown.title == "Ask first"
    assert len(shown.quotes) == 2
    assert "Tell HR" in shown
    assert "meanwhile" in shown
