"""A role's channel takes nothing: the people of the role are messaged themselves, and nothing else waits for it."""

from dataclasses import replace
from datetime import date

from tests.stories.test_account_request import asks

QUESTION = "how many days of annual leave do I get?"


def _loses(world, role):
    """Give a role a channel on a platform that is not there."""
    college = world.app.college
    away = "slack:C0GONE" if world.app.surfaces[0].name == "teams" else "teams:19:gone@thread.tacv2"
    world.app.college = replace(college, roles={**college.roles, role: replace(college.roles[role], channel=away)})


async def _after_some_tries(world):
    for _ in range(6):
        world.clock.passes(minutes=1)
        await world.settle()


async def test_the_people_of_the_role_are_messaged_themselves(world):
    """After a few tries the notice goes to the members and deputies in person, once, and can be acted on there."""
    _loses(world, "marketing")
    await world.amira.puts_to_marketing(QUESTION)
    assert await world.ben.reads() == []
    await _after_some_tries(world)
    (notice,) = await world.ben.reads()
    assert QUESTION in notice
    assert len(await world.bea.reads()) == 1
    assert "Yours now" in await world.ben.presses("Take it", notice)
    assert "Taken by Ben" in (await world.ben.reads())[0]
    assert "Taken by Ben" in (await world.bea.reads())[0]


async def test_the_case_says_that_it_has_not_arrived(world):
    """Whoever asked sees that the channel has not had it yet."""
    _loses(world, "marketing")
    receipt = await world.amira.puts_to_marketing(QUESTION)
    assert "Not yet delivered" not in await world.amira.presses("Show MKT-0001", receipt)
    await _after_some_tries(world)
    assert "Not yet delivered" in await world.amira.presses("Show MKT-0001", receipt)


async def test_who_is_away_is_not_messaged(world):
    """Somebody recorded as away is left in peace; their deputy has it."""
    _loses(world, "marketing")
    async with world.app.database.begin() as work:
        day = date(2026, 11, 24)
        await work.set_absence(person=world.ben.email, first=day, until=day, recorded_by=world.ben.email)
    await world.amira.puts_to_marketing(QUESTION)
    await _after_some_tries(world)
    assert await world.ben.reads() == []
    (notice,) = await world.bea.reads()
    assert "Yours now" in await world.bea.presses("Take it", notice)


async def test_one_dead_channel_delays_no_other(world):
    """While Marketing's channel takes nothing, Safeguarding's has its notice at once."""
    _loses(world, "marketing")
    await world.amira.puts_to_marketing(QUESTION)
    await world.amira.home()
    await world.amira.presses("Have an image removed")
    await world.amira.fills(risk="yes")
    assert "CON-0001" in (await world.sol.reads("safeguarding"))[0]


async def test_a_members_own_request_says_why_it_went_up(world):
    """Ben asks for an account: it is with the Principal because a member of Marketing asked, not because nobody was there."""
    await asks(world.ben)
    await world.ben.home()
    shown = await world.ben.presses("Show ACC-0001")
    assert "somebody in Marketing asked" in shown
    assert "could act" not in shown
