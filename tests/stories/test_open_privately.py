"""What a concern says opens in a dialog, wherever that is pressed, and stands in no message that a platform keeps (promise 5)."""

import pytest

from tests.stories.reporting import STORY, notices, reports


async def told_everywhere(world) -> str:
    """All that stands in channels and conversations."""
    staff = (world.amira, world.ben, world.hana, world.hugo, world.sol, world.pat, world.gwen)
    channels = [await world.hana.reads(role) for role in ("hr", "safeguarding", "principal", "marketing")]
    return repr([*channels, *[await each.reads() for each in staff]])


@pytest.mark.parametrize("where", ["notice", "home"])
async def test_a_concern_opens_in_a_dialog_and_leaves_nothing_behind(world, where):
    """From the notice or from the home page it opens where only its reader sees it, and no message holds a word of it."""
    await reports(world.amira, "conduct", to="hr")
    before = await told_everywhere(world)
    shown = (await notices(world.hana, "hr"))[0] if where == "notice" else await world.hana.home()
    opened = await world.hana.presses("Open", shown)
    assert (opened.kind, opened.step) == ("page", "read")
    assert STORY in opened
    after = await told_everywhere(world)
    assert STORY not in before + after


async def test_a_notice_to_one_person_opens_the_same_way(world):
    """Where the channel is overheard and each is written to, the conversation holds a button and no word of it either."""
    await reports(world.amira, "conduct", who="Ben Carter", to="hr")
    for notice in await notices(world.hana, "hr"):
        assert STORY in await world.hana.presses("Open privately", notice)
    assert STORY not in await told_everywhere(world)


@pytest.mark.parametrize("world", ["slack", "slack-socket", "teams"], indirect=True)
async def test_whoever_reads_a_channel_and_may_not_open_it_is_told_so_alone(world):
    """Pressed in the channel by somebody of another role, the button brings a short refusal to them and nothing to others."""
    await reports(world.amira, "conduct", to="hr")
    (notice,) = await notices(world.hana, "hr")
    before = await world.hana.reads("hr")
    refused = await world.ben.presses("Open privately", notice)
    assert (refused.kind, STORY in repr(refused)) == ("message", False)
    assert "no such case" in refused
    assert [each.text for each in await world.hana.reads("hr")] == [each.text for each in before]


async def test_a_forged_press_opens_nothing(world):
    """Whoever sends the press of a button that they were never shown is refused, and learns nothing of the case."""
    await reports(world.amira, "conduct", to="hr")
    (notice,) = await notices(world.hana, "hr")
    assert "no such case" in await world.ben.reaches("Open privately", notice)
    assert "opened it yourself" in await world.amira.reaches("Open privately", notice)


async def test_every_button_in_the_dialog_works(world):
    """What needs no form is answered in the dialog, what needs one is its next page, however often and in whatever order."""
    await reports(world.amira, "breach")
    (notice,) = await notices(world.hana, "hr")
    opened = await world.hana.presses("Open privately", notice)
    for _ in range(2):
        for label in ("Ask them to ring me", "Take it"):
            assert (await world.hana.presses(label, opened)).kind == "message"
    for label in ("Ask the reporter", "Add a role", "Say who it is about", "Close"):
        assert (await world.hana.presses(label, opened)).kind == "page"
    assert "Closed" in await world.hana.fills(outcome="record")


async def test_a_long_concern_is_read_on_in_the_dialog(world):
    """A concern longer than one window holds is turned like leaves, and all that was added is there."""
    await reports(world.amira, "breach")
    shown = await world.amira.presses("Show CON-0001")
    for number in range(4):
        await world.amira.presses("Add information", shown)
        await world.amira.fills(words=f"{number}. " + "and then " * 330)
    opened = await world.hana.presses("Open privately", (await notices(world.hana, "hr"))[-1])
    assert "Part 1 of 2" in opened
    assert "3. and then" in await world.hana.presses("Read on")
    assert STORY in await world.hana.presses("Back")
    assert "Acknowledged" in await world.hana.fills()
