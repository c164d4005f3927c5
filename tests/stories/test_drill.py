"""A drill: each role gets a notice that is marked as a test, by the road of a real one, and Lodge says who opened it how fast."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot import desk
from handlers.cases import Refused
from storage import models
from storage.database import Database
from storage.sealing import Sealer, new_key
from tests.world import Clock

MEMBERS = {"marketing": "ben", "hr": "hana", "safeguarding": "sol", "principal": "pat", "governors": "gwen"}
ROLES = tuple(MEMBERS)
MARK = "THIS IS A TEST"
SAFE = "DRL-0003"


async def at_desk(world, task, **how):
    """What the terminal does, in one transaction beside the running Lodge."""
    async with world.app.database.begin(college=world.app.college, answers=world.app.answers) as work:
        return await task(work, **how)


async def drills(world, **how):
    """Send the tests, and let Lodge deliver them."""
    sent = await at_desk(world, desk.drilled, **how)
    await world.settle()
    return sent


async def notices(world, role):
    """What one of its members reads in a role's channel."""
    return await getattr(world, MEMBERS[role]).reads(role)


async def reported(world, role="safeguarding"):
    """What the newest drill says of one role."""
    (found,) = await at_desk(world, desk.drill_report, role=role)
    return found


def loses(world, role):
    """Give a role a channel on a platform that is not there."""
    college = world.app.college
    away = "slack:C0GONE" if world.app.surfaces[0].name == "teams" else "teams:19:gone@thread.tacv2"
    world.app.college = replace(college, roles={**college.roles, role: replace(college.roles[role], channel=away)})


async def test_every_role_gets_one_test_with_a_button(world):
    """One notice to each role's channel, with a reference of its own and the button of a real one."""
    assert [each["reference"] for each in await drills(world)] == [f"DRL-000{n}" for n in range(1, 6)]
    for number, role in enumerate(ROLES, 1):
        (notice,) = await notices(world, role)
        assert f"DRL-000{number}" in notice
        assert [each.label for each in notice.buttons] == ["Open privately"]


async def test_nothing_reads_like_a_real_concern(world):
    """Title, text and dialog say that it is a test, and none has the number, the words or the colour of a concern."""
    await drills(world)
    for role in ROLES:
        (notice,) = await notices(world, role)
        assert MARK in notice.title
        assert MARK in notice.text.replace(notice.title, "", 1)
        assert notice.tone == "plain"
        assert not any(word in notice for word in ("CON-", "urgent", "to be opened", "do not discuss"))
    (notice,) = await world.sol.reads("safeguarding")
    page = await world.sol.presses("Open privately", notice)
    assert "This was a test" in page
    assert not page.has("Take it")


async def test_opened_by_a_member_it_is_timed(world):
    """The dialog thanks and says how soon; the channel and the report name who, and after how many minutes."""
    await drills(world)
    world.clock.passes(minutes=4, seconds=30)
    (notice,) = await world.sol.reads("safeguarding")
    page = await world.sol.presses("Open privately", notice)
    assert "This was a test. Thank you: you would have reached a real concern in 4 minutes." in page
    assert "Thank you" in await world.sol.fills()
    (after,) = await world.sol.reads("safeguarding")
    assert "THIS IS A TEST, and it has worked: Sol Okafor opened it after 4 minutes" in after
    assert (await reported(world))["opened"] == [{"name": "Sol Okafor", "minutes": 4}]
    assert (await reported(world, "hr"))["opened"] == []


async def test_a_deputy_counts_too_and_each_is_named_once(world):
    """Members and deputies are each reported with their own first time, in the order in which they opened it."""
    await drills(world, role="safeguarding")
    (notice,) = await world.sol.reads("safeguarding")
    assert "in less than a minute" in await world.sue.presses("Open privately", notice)
    world.clock.passes(minutes=1)
    assert "in 1 minute." in await world.sol.presses("Open privately", notice)
    world.clock.passes(minutes=7)
    assert "in 1 minute." in await world.sol.presses("Open privately", notice)
    opened = [{"name": "Sue Whitlock", "minutes": 0}, {"name": "Sol Okafor", "minutes": 1}]
    assert (await reported(world))["opened"] == opened


async def test_nobody_else_can_open_it(world):
    """Only members and deputies of that very role: a press by anybody else is refused, and is not counted."""
    await drills(world)
    (notice,) = await world.sol.reads("safeguarding")
    for other in (world.amira, world.ben, world.hana, world.pat):
        assert "This test is not for you" in await other.reaches("Open privately", notice)
    assert (await reported(world))["opened"] == []
    assert SAFE in await world.sol.home()


async def test_every_opening_is_audited(world):
    """The chain of a test holds who opened it: it is from there that the report is made."""
    await drills(world)
    (notice,) = await world.sol.reads("safeguarding")
    await world.sol.presses("Open privately", notice)
    async with world.app.database.read() as work:
        (case,) = await work.lines(kind="drill", role="safeguarding")
        lines = [(line.actor, line.verb) for line in await work.history(case.id)]
    assert lines == [("lodge", "opened"), (world.sol.email, "read"), (world.sol.email, "opened the test")]


async def test_it_waits_on_the_home_page_until_it_is_opened_and_no_longer(world):
    """It stands there as a drill, opens from there, and is gone once somebody of the role has opened it."""
    await drills(world)
    home = await world.sol.home()
    assert f"{SAFE} · Drill · Test, not opened yet" in home
    assert "DRL-0001" not in home
    assert SAFE not in await world.amira.home()
    assert "This was a test" in await world.sol.presses(f"Open {SAFE} privately", home)
    for each in (world.sol, world.sue):
        assert SAFE not in await each.home()


async def test_no_button_of_another_kind_works_on_it(world):
    """It cannot be taken, asked about or acknowledged, and what it shows is that it is a test."""
    await drills(world)
    home = await world.sol.home()
    button = home.button(f"Open {SAFE} privately")
    for action in ("case.take", "case.close", "concern.ring_me", "concern.aside"):
        forged = replace(home, buttons=(replace(button, label="Forged", action=action, opens_form=False),))
        assert "cannot be done here" in await world.sol.reaches("Forged", forged)
    show = replace(home, buttons=(replace(button, label="Forged", action="case.show", opens_form=False),))
    assert MARK in await world.sol.reaches("Forged", show)
    assert "Not found" in await world.hana.reaches("Forged", show)


async def test_it_does_not_go_out_twice_by_accident(world):
    """Within ten minutes a second is refused, whole, with the time of the first; afterwards it goes."""
    await drills(world, role="safeguarding")
    world.clock.passes(minutes=9, seconds=59)
    for again in ({}, {"role": "safeguarding"}):
        with pytest.raises(Refused) as refused:
            await drills(world, **again)
        assert "DRL-0001 at 09:00" in refused.value.message.parts[0].text
    assert await world.hana.reads("hr") == []
    world.clock.passes(seconds=1)
    assert len(await drills(world)) == 5
    assert len(await world.sol.reads("safeguarding")) == 2


async def test_it_takes_the_road_of_a_concern(world):
    """It is owed as a concern's notice is: same drawing and key, urgent for Safeguarding as a student's concern would be."""
    await drills(world)
    async with world.app.database.read() as work:
        owed = {row.recipient: row for row in await work.turn.all(select(models.delivery))}
    assert {each.drawing for each in owed.values()} == {"case.notice"}
    assert {name: row.urgent for name, row in owed.items()} == {f"role:{name}": name == "safeguarding" for name in ROLES}


async def test_a_channel_that_takes_nothing_shows_in_the_report(world):
    """The report says that the channel had nothing and why, whom Lodge messaged instead, and that they opened it."""
    loses(world, "safeguarding")
    await drills(world)
    for _ in range(6):
        world.clock.passes(minutes=1)
        await world.settle()
    found = await reported(world)
    assert not found["delivered"]
    assert "the channel does not take it" in found["why"]
    assert found["in_person"] == [{"name": name, "delivered": True, "why": ""} for name in ("Sol Okafor", "Sue Whitlock")]
    assert "messaged instead: Sol Okafor, Sue Whitlock" in desk.drill_rows([found])[0]["delivered"]
    (notice,) = await world.sue.reads()
    assert MARK in notice.title
    assert "in 6 minutes" in await world.sue.presses("Open privately", notice)
    assert (await reported(world))["opened"] == [{"name": "Sue Whitlock", "minutes": 6}]


async def test_in_person_it_is_as_urgent_as_in_the_channel(world):
    """What Safeguarding is sent because its channel is away goes first and is never given up, as a concern's notice is."""
    loses(world, "safeguarding")
    await drills(world, role="safeguarding")
    for _ in range(6):
        world.clock.passes(minutes=1)
        await world.settle()
    async with world.app.database.read() as work:
        owed = await work.turn.all(select(models.delivery).where(models.delivery.c.recipient.startswith("person:")))
    assert [row.urgent for row in owed] == [True, True]


async def test_two_begun_at_the_same_moment_are_one(postgres_url, college, answers):
    """On a database where transactions run side by side too, one drill goes out and the other is refused."""
    database, together = await Database.open(postgres_url, Sealer.parse(new_key()), Clock()), asyncio.Barrier(2)

    async def begun():
        async with database.begin(college=college, answers=answers) as work:
            await together.wait()
            return await desk.drilled(work, role="safeguarding")

    ended = await asyncio.gather(begun(), begun(), return_exceptions=True)
    assert [type(each) for each in ended if not isinstance(each, list)] == [Refused]
    async with database.read() as work:
        assert len(await work.lines(kind="drill")) == 1
    await database.close()


async def test_the_report_is_of_the_newest_drill_or_of_the_one_that_is_named(world):
    """Each drill is reported whole and alone; where there was none, the terminal says how to send one."""
    with pytest.raises(Refused):
        await at_desk(world, desk.drill_report)
    await drills(world)
    world.clock.passes(hours=1)
    await drills(world, role="hr")
    newest = await at_desk(world, desk.drill_report)
    assert [each["reference"] for each in newest] == ["DRL-0006"]
    older = await at_desk(world, desk.drill_report, reference="drl-0002")
    assert [each["role"] for each in older] == list(ROLES)
