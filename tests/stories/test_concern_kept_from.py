"""Who never hears of a concern: those it is about, those outside, and whoever reported it as a member of its role (promise 4)."""

from tests.stories.reporting import STORY, heard_by, is_away, notices, opens, reports


async def test_outsiders_get_nothing_by_button_or_reference(world):
    """Whoever has no part in it is told that there is no such case: by a forged press, and by its reference."""
    await reports(world.amira, "conduct", "Ben Carter", "safeguarding")
    (notice,) = await notices(world.sol, "safeguarding")
    shown = await opens(world.sol, "safeguarding")
    for other in (world.ben, world.hana, world.pat):
        assert "Not found" in await other.reaches("Open privately", notice)
        assert "Not found" in await other.reaches("Take it", shown)
        assert "CON-0001" not in await other.asks("show CON-0001")
        assert "CON-0001" not in await other.home()
    assert "Not found" in await world.ben.reaches("Show", await world.amira.home())


async def test_the_person_it_is_about_hears_nothing(world):
    """Sol and Sue get no message, see nothing in their channel, and find nothing under their buttons."""
    await reports(world.amira, "conduct", "Sol Okafor", "hr")
    (notice,) = await notices(world.hana, "hr")
    for each in (world.sol, world.sue):
        assert await each.reads() == []
        assert await each.reads("safeguarding") == []
        assert "CON-" not in await each.home()
        assert "Not found" in await each.reaches("Open privately", notice)
    assert await heard_by(world) == {"hana"}


async def test_they_read_in_the_channel_so_the_role_is_messaged(world):
    """Where somebody it is about can read a role's channel, its people are messaged themselves."""
    place = await _joins(world, world.ben, "hr")
    await reports(world.amira, "conduct", "Ben Carter", "hr")
    assert not any("CON-" in each for each in await world.ben.reads("hr"))
    assert await world.ben.reads() == []
    for each in (world.hana, world.hugo):
        assert "CON-0001" in (await each.reads())[-1], place
    assert STORY in await opens(world.hana, "hr")


async def _joins(world, staff, role):
    """Somebody who has no part in a role can read in its channel; everybody can in Teams."""
    fake = getattr(world.driver, "fake", None)
    if fake:
        fake.channels[f"C{role.upper()}"]["members"].append(fake.user_of(staff.email))
    elif hasattr(world.driver, "root"):
        rooms = world.app.surfaces[0]._rooms
        shown = rooms.channels
        extra = next(each for each in shown("hana@college.example") if each.place == f"web:#{role}")
        rooms.channels = lambda email: [*shown(email), *([extra] if email == staff.email else [])]
    return world.app.surfaces[0].name


async def test_a_deputy_only_where_a_member_cannot(world):
    """Sue opens nothing while Sol is there; once Sol is recorded as away, she does."""
    await reports(world.amira, "conduct", "Ben Carter", "safeguarding")
    (notice, *_) = await notices(world.sol, "safeguarding")
    assert "Not found" in await world.sue.presses("Open privately", notice)
    await is_away(world, world.sol)
    assert STORY in await world.sue.presses("Open privately", notice)


async def test_a_deputy_once_it_is_late(world):
    """After fifteen minutes Sue is told herself, and opens it."""
    await reports(world.amira, "conduct", "Ben Carter", "safeguarding")
    world.clock.passes(minutes=16)
    await world.settle()
    reminder = (await world.sue.reads())[-1]
    assert "has not been opened" in reminder
    assert STORY in await world.sue.presses("Open privately", reminder)


async def test_a_member_who_reports_it_cannot_act_on_it(world):
    """Sol reports to Safeguarding: the deputy opens it, and Sol follows it as any reporter does (promise 7)."""
    receipt = await reports(world.sol, "conduct", "Ben Carter", "safeguarding")
    (notice, *_) = await notices(world.sue, "safeguarding")
    refused = await world.sol.presses("Open privately", notice)
    assert STORY not in refused
    assert "your own" in refused
    assert STORY in await world.sue.presses("Open privately", notice)
    shown = await world.sol.presses("Show", receipt)
    assert not shown.has("Take it")
    assert "Opened" in shown
    assert not (await world.sol.home()).has("Open CON-0001")


async def test_withdrawing_cancels_nothing(world):
    """Those who have it are told, it stays open, and whoever was pressed to take it back reads whom to ring."""
    receipt = await reports(world.amira, "conduct", "Ben Carter", "safeguarding")
    reply = await world.amira.presses("Withdraw it", receipt)
    assert "Nothing is cancelled" in reply
    assert "Safeguarding, 01632 960 010" in reply
    shown = await opens(world.sol, "safeguarding")
    assert "withdrawn it. That cancels nothing" in shown
    assert STORY in shown
    assert shown.has("Take it")


async def test_the_reporters_words_are_in_no_message(world):
    """Whatever happens to it, nobody's conversation and no channel holds what was said (promise 5)."""
    receipt = await reports(world.amira, "conduct", "Ben Carter", "safeguarding")
    await world.amira.presses("Add information", receipt)
    await world.amira.fills(words=STORY)
    await world.sol.presses("Take it", await opens(world.sol, "safeguarding"))
    world.clock.passes(hours=1)
    await world.settle()
    everybody = (world.amira, world.ben, world.hana, world.sol, world.sue, world.pat, world.gwen)
    seen = [each for staff in everybody for each in await staff.reads()]
    seen += [each for role in world.app.college.roles for each in await world.sol.reads(role)]
    seen += [await world.amira.presses("Show", receipt), await world.sol.home(), await world.amira.home()]
    assert not any(word in each for each in seen for word in ("Kestrel", "Ben Carter", "ben@college"))
