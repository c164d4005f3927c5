"""A student's welfare is raised on MyConcern: Lodge points there, tells Safeguarding, and follows it day and night (2.3)."""

from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from storage import models
from tests.stories.reporting import heard_by, is_away, notices, opens, points, reports, says_who

NIGHT = datetime(2026, 11, 28, 23, 0, tzinfo=UTC)  # a Saturday
NOTE = "Kestrel-2209 did not come home"


async def told(staff):
    """What was last said to somebody in person."""
    return (await staff.reads())[-1]


async def passes(world, **span):
    """Time goes by, and what is due then is done."""
    world.clock.passes(**span)
    await world.settle()


async def opened_at_once(world):
    """Safeguarding opens it, so that no clock runs but that of the question."""
    await points(world.amira)
    await opens(world.sol, "safeguarding")


async def test_the_way_to_myconcern(world):
    """The link, the number, who will see it; and no field for a story."""
    page = await says_who(world.amira, "student", adult="no")
    for words in (
        "Raise it on MyConcern",
        "does not ask you to tell it here",
        "01632 960 010",
        "Who will see this: Safeguarding",
    ):
        assert words in page, words
    assert set(page.fields) == {"reach"}


async def test_safeguarding_is_told_discreetly_and_the_receipt_says_what_to_do(world):
    """A pointer and no more: who reported, and that they say they are raising it; nothing reaches anybody else."""
    receipt = await points(world.amira)
    for words in ("CON-0001", "Now raise it on MyConcern", "In an hour", "ring Safeguarding, 01632 960 010"):
        assert words in receipt, words
    (notice,) = await notices(world.sol, "safeguarding")
    assert notice.title == "CON-0001: urgent"
    assert "student" not in notice
    shown = await opens(world.sol, "safeguarding")
    assert "They say that they are raising it on MyConcern" in shown
    assert await heard_by(world) == {"sol"}


async def test_after_an_hour_it_is_asked_once_whether_it_was_raised(world):
    """One question, one hour later, for which no reference is needed; a yes is told to Safeguarding."""
    await opened_at_once(world)
    await passes(world, minutes=59)
    assert not any("did you get there" in each for each in await world.amira.reads())
    await passes(world, minutes=2)
    asked = await told(world.amira)
    assert "did you get there" in asked
    assert "No reference is needed" in asked
    assert "Safeguarding is told that it is on MyConcern" in await world.amira.presses("Yes, I have raised it", asked)
    assert "something new" in (await notices(world.sol, "safeguarding"))[-1]
    assert "They say that it is on MyConcern" in await opens(world.sol, "safeguarding")
    await passes(world, hours=5)
    assert sum("did you get there" in each for each in await world.amira.reads()) == 1


async def test_not_yet(world):
    """The number is shown at once, and Safeguarding is asked to ring."""
    await opened_at_once(world)
    await passes(world, minutes=61)
    reply = await world.amira.presses("Not yet", await told(world.amira))
    assert "01632 960 010" in reply
    assert "not on MyConcern yet. Please ring them" in await opens(world.sol, "safeguarding")
    assert "Thank you" in await world.amira.presses("I have raised it now", reply)
    assert "They say that it is on MyConcern" in await opens(world.sol, "safeguarding")


async def test_silence_is_told_as_silence(world):
    """Where no answer comes, Safeguarding hears that Lodge asked and had none, and no more is made of it."""
    await opened_at_once(world)
    await passes(world, minutes=61)
    await passes(world, minutes=31)
    assert "something new" in (await notices(world.sol, "safeguarding"))[-1]
    assert "had no answer" in await opens(world.sol, "safeguarding")


async def test_raised_already_nothing_is_asked(world):
    """Whoever says that it is there is believed: no question comes."""
    await points(world.amira, "done")
    assert "They say that it is on MyConcern" in await opens(world.sol, "safeguarding")
    await passes(world, hours=2)
    assert not any("did you get there" in each for each in await world.amira.reads())


async def test_myconcern_cannot_be_reached(world, tmp_path):
    """The number first, then a short note: sealed, in the dialog of those who have it, and in no message."""
    page = await points(world.amira, "cannot")
    assert "Please ring Safeguarding now: 01632 960 010" in page
    assert "Who will see this: Safeguarding" in page
    receipt = await world.amira.fills(note=NOTE)
    assert "As soon as you can, raise it on MyConcern" in receipt
    assert not any(NOTE in each for each in (receipt, *await world.sol.reads("safeguarding")))
    assert NOTE in await opens(world.sol, "safeguarding")
    assert NOTE.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("lodge.db*"))


async def test_three_roles_are_named_as_a_sentence_names_them(world):
    """Who has it reads as one list, to whoever is asked to ring."""
    world.clock.now = NIGHT
    await points(world.amira)
    for _ in range(2):
        await passes(world, minutes=16)
    assert "with Safeguarding, The Principal and The governors now" in await told(world.amira)


async def test_only_its_reporter_can_answer(world):
    """A forged press of somebody else's says nothing about MyConcern."""
    await opened_at_once(world)
    await passes(world, minutes=61)
    asked = await told(world.amira)
    assert "Not found" in await world.ben.reaches("Yes, I have raised it", asked)
    assert "Only the person who reported it" in await world.sol.reaches("Yes, I have raised it", asked)


async def test_at_night_it_is_not_left_lying(world):
    """Unopened for fifteen minutes on a Saturday night: the Principal and the deputy hear, and its reporter whom to ring."""
    world.clock.now = NIGHT
    assert "ring Safeguarding, 01632 960 011" in await points(world.amira)
    await passes(world, minutes=14)
    assert await heard_by(world) == {"sol"}
    await passes(world, minutes=2)
    assert await heard_by(world) == {"sol", "pat"}
    assert "has not been opened" in (await world.sue.reads())[-1]
    ring = await told(world.amira)
    assert ring.tone == "urgent"
    assert "Please ring: Safeguarding, 01632 960 011; the Principal, 01632 960 013" in ring


async def test_it_goes_on_until_somebody_opens_it(world):
    """Every quarter of an hour one role more, and at the top it goes on being told; opened once, it stops."""
    world.clock.now = NIGHT
    await points(world.amira)
    for _ in range(2):
        await passes(world, minutes=16)
    assert await heard_by(world) == {"sol", "pat", "gwen"}
    before = len(await world.amira.reads())
    await passes(world, minutes=16)
    await passes(world, minutes=61)
    assert len(await world.amira.reads()) > before
    assert "Lodge goes on telling them" in await told(world.amira)
    assert "Amira Aziz" in await opens(world.gwen, "governors")
    await passes(world, hours=9)
    unopened = [each for each in await world.amira.reads() if "Nobody has opened" in each]
    assert len(unopened) == 4


async def test_a_breach_waits_for_the_office_to_open(world):
    """What is not urgent counts working time: sent on Saturday night, it is late on Monday at half past twelve."""
    world.clock.now = NIGHT
    assert "opened it by Mon 30 Nov 2026, 12:30" in await reports(world.amira, "breach")
    (notice,) = await notices(world.hana, "hr")
    assert notice.title == "CON-0001: to be opened"
    world.clock.now = datetime(2026, 11, 30, 12, 29, tzinfo=UTC)
    await world.settle()
    assert await heard_by(world) == {"hana"}
    await passes(world, minutes=2)
    assert await heard_by(world) == {"hana", "pat"}
    assert "Please ring: Human Resources" in await told(world.amira)


async def test_a_role_that_is_all_away_is_passed_over(world):
    """With Sol and Sue away the Principal gets it at once, and the page has said so."""
    await is_away(world, world.sol, world.sue)
    assert "Who will see this: The Principal" in await says_who(world.amira, "student", adult="no")
    assert "going to The Principal" in await world.amira.fills(reach="now")
    assert await heard_by(world) == {"pat"}


def _shuts(world):
    """Safeguarding's channel takes nothing and never will; how it is mended."""
    name = world.app.surfaces[0].name
    if name == "slack":
        shut = world.driver.fake.channels.pop("CSAFEGUARDING")
        return lambda: world.driver.fake.channels.update(CSAFEGUARDING=shut)
    college = world.app.college
    away = replace(college.roles["safeguarding"], channel="slack:C0GONE")
    world.app.college = replace(college, roles={**college.roles, "safeguarding": away})
    return lambda: setattr(world.app, "college", college)


async def _tries(world, hours):
    for _ in range(hours * 6):
        await passes(world, minutes=10)


async def test_a_notice_of_safeguarding_is_never_given_up(world):
    """Its people are messaged themselves; the channel is tried for hours on end, and has the notice once it takes one."""
    mend = _shuts(world)
    await points(world.amira)
    await _tries(world, 1)
    assert "CON-0001" in (await world.sol.reads())[0]
    await opens(world.sol, "safeguarding")
    await _tries(world, 8)
    async with world.app.database.read() as work:
        assert {each.state for each in await work.turn.all(select(models.delivery))} <= {"ready", "done"}
    mend()
    await _tries(world, 1)
    assert any(each.has("Open privately") for each in await world.sol.reads("safeguarding"))
