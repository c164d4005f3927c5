"""Who a concern is about is asked first, and matched with everybody Lodge knows: it reaches none of them (promise 4)."""

import pytest

from tests.stories.reporting import answers, heard_by, opens, says_who, tells


async def test_a_concern_about_the_principal_can_go_to_the_governors(world):
    """The governors are offered first, and the Principal is not offered; nothing reaches Pat."""
    page = await says_who(world.amira, "conduct", "Pat Delaney")
    assert "the one that you choose: the governors, Safeguarding or Human Resources" in page
    assert "01632 960 014" in page
    await tells(world.amira, "governors")
    assert await heard_by(world) == {"gwen"}


@pytest.mark.parametrize(("who", "offered"), [
    ("Sol Okafor", "choose: the Principal or Human Resources."),
    ("Sue Whitlock", "choose: the Principal or Human Resources."),
    ("Hana Mori", "choose: Safeguarding or the Principal."),
    ("Ben Carter", "choose: Safeguarding, Human Resources or the Principal."),
])  # fmt: skip
async def test_nobody_it_is_about_is_offered(world, who, offered):
    """A role in which they are member or deputy is not offered: the role above it is, once."""
    assert offered in await says_who(world.amira, "conduct", who)


async def test_a_colleague_who_is_named_is_an_adult_involved(world):
    """A welfare concern in which somebody who works here is named is about conduct, whatever was ticked."""
    assert (await says_who(world.amira, "student", "Ben Carter", adult="no")).title == "What happened?"


@pytest.mark.parametrize("typed", ["Sol", "sol okafr", "Okafor", "the Designated Safeguarding Lead"])
async def test_is_it_this_person(world, typed):
    """A short name, a slip of the pen or a post is asked about, and whoever it is gets nothing."""
    page = await says_who(world.amira, "conduct", typed)
    assert "Is it about one of these people?" in page
    assert "Sol Okafor, Designated Safeguarding Lead" in page
    page = await answers(world.amira, "sol@college.example")
    assert "choose: the Principal or Human Resources" in page
    await tells(world.amira, "hr")
    assert await heard_by(world) == {"hana"}
    assert f"Sol Okafor, {typed}" not in await opens(world.hana, "hr")


async def test_it_is_nobody_of_that_name(world):
    """A name that is somebody else's shuts nobody out, and is not asked about twice."""
    await says_who(world.amira, "conduct", "Sol")
    page = await answers(world.amira)
    assert "choose: Safeguarding, Human Resources or the Principal" in page
    assert "Is it about one of these people?" not in page
    await tells(world.amira, "safeguarding")
    assert await heard_by(world) == {"sol"}


async def test_several_people(world):
    """Each of them is kept away from it: with Sol and Hana named, it is the Principal's alone."""
    page = await says_who(world.amira, "conduct", "Sol Okafor", who_2="Hana Mori")
    assert "the one that you choose: the Principal." in page
    await tells(world.amira, "principal")
    assert await heard_by(world) == {"pat"}


async def test_who_must_be_said_or_that_it_is_not_known(world):
    """Nobody slips past the question by leaving it empty."""
    page = await says_who(world.amira, "conduct", unknown=[])
    assert "tick below that you cannot name anybody" in page.errors["who"]


async def test_a_name_in_the_story_changes_the_roles_and_they_are_shown_again(world):
    """Where the story names the Director of HR, nothing goes to HR: the new roles are shown and agreed to first (promise 12)."""
    await says_who(world.amira, "post", platform="personal")
    await tells(world.amira, what="It is Hana Mori who posts it")
    assert await heard_by(world) == set()
    page = await answers(world.amira, "hana@college.example")
    assert "Who will see this: The Principal" in page
    assert "Yes, send it to The Principal" in page
    assert "CON-0001" in await world.amira.fills(agreed="principal")
    assert await heard_by(world) == {"pat"}


async def test_a_second_name_in_the_story_is_asked_about_as_well(world):
    """Who was confirmed before stays so, and whoever comes up later is a question of its own."""
    await says_who(world.amira, "conduct", "Sol")
    await answers(world.amira, "sol@college.example")
    page = await tells(world.amira, "hr", what="Hana Mori knows and laughs")
    assert "Hana Mori, Director" in page
    assert "Sol Okafor, Designated" not in page
    await answers(world.amira, "hana@college.example")
    assert "CON-0001" in await world.amira.fills(to="principal")
    assert await heard_by(world) == {"pat"}


async def test_a_breach_notice_that_goes_elsewhere_is_shown_first(world):
    """The notice beside the chosen role is agreed to as well where a name in the story moves it."""
    await says_who(world.amira, "conduct+breach")
    await tells(world.amira, "safeguarding", what="Hana Mori posts it")
    page = await answers(world.amira, "hana@college.example")
    assert "Yes, send it to The Principal" in page
    await world.amira.fills(agreed="principal")
    assert await heard_by(world) == {"sol", "pat"}
