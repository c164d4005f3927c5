"""Somebody is leaving (3.1.2): their accounts are handed over, each access is revoked, and nothing is said to them."""

import pytest

from handlers import leavers
from handlers.cases import Refused
from tests.stories.test_register import SHOW, count, filled, found, keeps, names, until
from tests.world import Button, Seen

DOOR = Seen("message", buttons=(Button("Someone is leaving", leavers.BEGIN, "", True),))


async def says(staff, who):
    """Say that somebody is leaving."""
    await staff.presses("Someone is leaving", DOOR)
    return await names(staff, who=who)


async def standing(world):
    """The account's own notice in Marketing's channel."""
    return await found(world.ben, "ACC-0001: College account", "marketing")


async def leaving(world, **held):
    """Amira curates a live account and is leaving."""
    await keeps(world, **held)
    await says(world.hana, world.amira.email)
    return await found(world.ben, "Amira Aziz is leaving", "marketing")


async def revokes(world, notice, *numbers):
    """Marketing ticks off accesses one by one."""
    for number in numbers:
        await world.ben.presses(f"Access {number} revoked", notice)
    return world.ben.shown


async def test_a_leavers_account_is_handed_over(world):
    """Said by HR, each access is ticked off by Marketing, a successor named: only then is the account live again."""
    notice = await leaving(world)
    assert "Being handed over" in await standing(world)
    assert "2 accesses to revoke and somebody to follow Amira Aziz" in await revokes(world, notice, 1)
    assert "somebody to follow Amira Aziz" in await revokes(world, notice, 2, 3)
    page = await world.ben.presses("Name who follows", notice)
    assert filled(page, "curator") == ""
    assert "is handed over" in await names(world.ben, curator=world.sol.email, deputy=world.hana.email)
    assert "Being handed over" not in await standing(world)
    assert (await standing(world)).has("Ask to take down")
    assert "Sol Okafor" in await found(world.sol, "who answers for it now")


async def test_a_successor_alone_does_not_end_a_hand_over(world):
    """While one access still stands the account stays in hand-over, whoever is named."""
    notice = await leaving(world)
    await world.ben.presses("Name who follows", notice)
    assert "still needs 3 accesses to revoke" in await names(world.ben, curator=world.sol.email, deputy=world.hana.email)
    await revokes(world, notice, 1, 2)
    assert "Being handed over" in await standing(world)
    assert "is handed over" in await revokes(world, notice, 3)


async def test_nothing_is_said_to_whoever_is_leaving(world):
    """That somebody leaves is for people to say: Lodge sends the leaver nothing, from beginning to end."""
    await keeps(world, opener="amira@college.example")
    before = len(await world.amira.reads())
    await says(world.ben, "Amira Aziz")
    notice = await found(world.ben, "Amira Aziz is leaving", "marketing")
    await revokes(world, notice, 1, 2, 3)
    await world.ben.presses("Name who follows", notice)
    await names(world.ben, curator=world.sol.email, deputy=world.hana.email)
    await until(world, days=42)
    assert len(await world.amira.reads()) == before
    assert await count(world.sol, "still used?") == 1


async def test_a_leavers_page_may_be_closed_instead(world):
    """Marketing may ask to close rather than hand over: the one who stays is asked, and the leaver still hears nothing."""
    notice = await leaving(world, opener="amira@college.example")
    before = len(await world.amira.reads())
    await world.ben.presses("Ask to close", notice)
    await world.ben.fills(note="Nobody follows.")
    assert "Thank you" in await world.hana.presses("It is closed", await found(world.hana, "asks you to close"))
    assert len(await world.amira.reads()) == before


async def test_the_successor_is_somebody_else_who_stays(world):
    """The leaver, or one person twice, is refused as curator, and nothing changes."""
    notice = await leaving(world)
    page = await world.ben.presses("Name who follows", notice)
    assert "somebody else as deputy" in (await names(world.ben, curator=world.hana.email)).errors["deputy"]
    assert "is leaving" in await names(world.ben, page, curator=world.amira.email)
    assert "Amira Aziz" in await standing(world)


async def test_an_access_is_revoked_once_and_by_marketing(world):
    """The second press is told who was first; HR and the curator cannot tick it off."""
    notice = await leaving(world)
    assert "not yours" in await world.hana.reaches("Access 1 revoked", notice)
    assert "not yours" in await world.amira.reaches("Name who follows", notice)
    await revokes(world, notice, 1)
    assert "Already done" in await revokes(world, notice, 1)
    assert "Ben Carter did that" in world.ben.shown


async def test_a_leaving_deputy_leaves_the_page_live(world):
    """The page stays live; a new deputy is asked for in the same way, and then asked to sign in."""
    await keeps(world)
    await says(world.ben, world.hana.email)
    notice = await found(world.ben, "Hana Mori is leaving", "marketing")
    await revokes(world, notice, 1, 2, 3)
    page = await world.ben.presses("Name who follows", notice)
    assert (filled(page, "curator"), filled(page, "deputy")) == (world.amira.email, "")
    assert "is handed over" in await names(world.ben, deputy=world.sol.email)
    assert "Can you sign in" in await found(world.sol, "Can you sign in")
    assert await count(world.hana, "leaving") == 0


async def test_an_approved_account_is_handed_on_before_it_is_live(world):
    """With a new curator it is approved again, not live: there is no page of it yet."""
    notice = await leaving(world, state="approved")
    await revokes(world, notice, 1, 2, 3)
    await world.ben.presses("Name who follows", notice)
    await names(world.ben, curator=world.sol.email, deputy=world.hana.email)
    await world.sol.presses("Show", SHOW)
    assert "Approved, not live yet" in world.sol.shown
    assert world.sol.shown.has("It is live")


async def test_only_marketing_and_hr_say_that_somebody_is_leaving(world):
    """Anybody else is told whom to tell; and so is Safeguarding."""
    for staff in (world.amira, world.sol):
        assert "Human Resources says so" in await staff.presses("Someone is leaving", DOOR)


async def test_somebody_whom_the_register_does_not_name_is_refused_clearly(world):
    """Who answers for nothing has nothing to hand over, and a name nobody bears is wrong in the form."""
    await keeps(world)
    assert "answers for no account" in await says(world.ben, world.sol.email)
    await world.ben.presses("Someone is leaving", DOOR)
    assert "e-mail address" in (await names(world.ben, who="Nobody Known")).errors["who"]


async def test_a_request_that_waits_and_names_a_leaver_is_pointed_out(world):
    """Marketing learns that a request to decide on names somebody who is leaving."""
    await keeps(world, state="open")
    await says(world.hana, world.amira.email)
    assert "Ask who answers for it" in await found(world.ben, "is leaving", "marketing")


async def test_said_twice_it_begins_once(world):
    """The terminal and a button may both say it: the same accounts, and each access once."""
    await leaving(world)
    async with world.app.database.begin(college=world.app.college, answers=world.app.answers) as work:
        (case,) = await leavers.leaving(work, " Amira@college.example", "lodge")
        assert len(await work.items(case)) == 3
        with pytest.raises(Refused):
            await leavers.leaving(work, "nobody@college.example", "lodge")
    await world.settle()
    assert await count(world.ben, "Amira Aziz is leaving", "marketing") == 1


async def test_an_access_that_is_not_revoked_is_not_forgotten(world):
    """After five working days Marketing is told again, and after five more; the curator's check-ins wait meanwhile."""
    await leaving(world)
    await until(world, days=50)
    assert await count(world.ben, "Amira Aziz is leaving", "marketing") == 3
    assert await count(world.amira, "still used?") == 0
