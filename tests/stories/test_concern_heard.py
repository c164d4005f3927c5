"""Those who must act hear of a concern: discreetly, in a dialog only, and never with a verdict (promises 4, 5, 7, 12)."""

from dataclasses import replace

from storage.work import verify
from tests.stories.reporting import (
    PLACE,
    STORY,
    answers,
    heard_by,
    notices,
    opens,
    reports,
)


async def hears(world, role="safeguarding", about="conduct", who="Ben Carter"):
    """Amira has reported something, and it stands in the role's channel, or with its people."""
    return await reports(world.amira, about, who, role if about == "conduct" else "")


async def lines(world):
    """The audit chain of the first concern, checked."""
    async with world.app.database.read() as work:
        case = await work.case("CON-0001", actor="test", purpose="draw")
        found = await work.history(case.id)
        verify(found, work.turn.sealer)
        return found


async def told(staff):
    """What was last said to somebody in person."""
    return (await staff.reads())[-1]


async def test_the_notice_is_discreet(world):
    """A reference, an urgency and a button: no name, no story, no kind of concern (promise 5)."""
    await hears(world)
    (notice,) = await notices(world.sol, "safeguarding")
    assert notice.title == "CON-0001: urgent"
    assert "do not discuss it here" in notice
    assert [each.label for each in notice.buttons] == ["Open privately"]
    for word in ("amira", "ben", "conduct", "kestrel", "social"):
        assert word not in notice, word


async def test_it_opens_in_a_dialog_with_what_was_said(world):
    """Who reported it, about whom, what, where and when; and what can be done, none of it a verdict."""
    await hears(world)
    shown = await opens(world.sol, "safeguarding")
    for words in ("Amira Aziz", "amira@college.example", "Ben Carter", STORY, PLACE, "away from other eyes"):
        assert words in shown, words
    for label in ("Take it", "Ask them to ring me", "Add a role", "Say who it is about", "I should not handle this", "Close"):
        assert shown.has(label), label
    assert not shown.has("Ask the reporter")


async def test_the_opening_is_audited_and_stops_the_clock(world):
    """Who read it and when stands in its chain; once it is open, nobody further up is told."""
    await hears(world)
    await opens(world.sol, "safeguarding")
    found = [(line.actor, line.verb) for line in await lines(world)]
    assert ("sol@college.example", "read") in found
    assert ("sol@college.example", "opened it privately") in found
    world.clock.passes(hours=3)
    await world.settle()
    assert await heard_by(world) == {"sol"}


async def test_its_reporter_is_told_at_each_step_and_never_more_than_the_state(world):
    """Opened, acknowledged, taken, closed: that much and no opinion (promise 12)."""
    await hears(world)
    await opens(world.sol, "safeguarding")
    assert "opened by somebody who can act" in await told(world.amira)
    assert "Acknowledged" in await world.sol.fills()
    assert "has been read" in await told(world.amira)
    await world.sol.presses("Take it", await opens(world.sol, "safeguarding"))
    assert "in hand" in await told(world.amira)
    await world.sol.presses("Close", await opens(world.sol, "safeguarding"))
    await world.sol.fills(outcome="record")
    assert (await told(world.amira)).title == "CON-0001: closed"
    last = await told(world.amira)
    assert not any(word in last for word in ("record", "okafor", "safeguarding"))


async def test_closed_says_where_it_went_and_nothing_was_found(world):
    """The role chooses a procedural outcome; the reporter sees “closed”, and nothing can be done any more."""
    await hears(world)
    page = await world.sol.presses("Close", await opens(world.sol, "safeguarding"))
    for words in ("Moved to the record", "Dealt with elsewhere", "The same as another", "Sent by mistake"):
        assert words in page, words
    await world.sol.fills(outcome="mistaken")
    shown = await opens(world.sol, "safeguarding")
    assert "Closed" in shown
    assert not shown.has("Take it")
    assert not (await world.amira.presses("Show", await told(world.amira))).has("Withdraw")


async def test_a_second_press_is_told_who_was_first(world):
    """Once it is late the deputy can act too: whoever is first has it, the other is told who and when (promise 7)."""
    receipt = await hears(world, "hr")
    world.clock.passes(minutes=16)
    await world.settle()
    first = await opens(world.hana, "hr")
    second = await opens(world.hugo, "hr")
    assert "Yours now" in await world.hana.presses("Take it", first)
    await world.amira.presses("Withdraw it", receipt)
    assert "Hana Mori did that" in await world.hugo.presses("Take it", second)
    assert "Hana Mori did that" in await world.hugo.fills(second)


async def test_please_ring_me(world):
    """In a case of conduct nothing is asked in writing: the reporter gets a name and a number."""
    await hears(world)
    shown = await opens(world.sol, "safeguarding")
    assert "asked to ring you" in await world.sol.presses("Ask them to ring me", shown)
    assert "Please ring Sol Okafor, 01632 960 010, about CON-0001" in await told(world.amira)


async def test_a_question_and_its_answer(world):
    """In other cases a question may be put: its words and the answer's open in a dialog, and stand in no message."""
    await hears(world, "hr", "third", "")
    await world.hana.presses("Ask the reporter", await opens(world.hana, "hr"))
    assert "Asked" in await world.hana.fills(words="Which page was it, Kestrel-1?")
    asked = await told(world.amira)
    assert "Kestrel-1" not in asked
    assert "Kestrel-1" in await world.amira.presses("Answer privately", asked)
    assert "Added" in await world.amira.fills(words="The one of Kestrel-2")
    news = (await notices(world.hana, "hr"))[-1]
    assert "something new" in news
    assert "Kestrel" not in news
    assert "Kestrel-2" in await world.hana.presses("Open privately", news)


async def test_nothing_is_asked_in_writing_about_conduct(world):
    """Not by a forged press either: a question in writing could tip somebody off, or lead a witness."""
    await hears(world, "hr", "third", "")
    asking = (await opens(world.hana, "hr")).button("Ask the reporter")
    await reports(world.amira, "conduct", "Ben Carter", "hr")
    newest = await opens(world.hana, "hr")
    forged = replace(newest, buttons=(replace(asking, subject=newest.button("Take it").subject),))
    assert "Please ring instead" in await world.hana.presses("Ask the reporter", forged)


async def test_information_is_added(world):
    """What its reporter adds is in the dialog, and the role's notice says only that there is something."""
    receipt = await hears(world)
    await world.amira.presses("Add information", receipt)
    assert "Thank you" in await world.amira.fills(words="Kestrel-3 was there as well")
    news = (await notices(world.sol, "safeguarding"))[-1]
    assert "Kestrel-3" not in news
    assert "Kestrel-3" in await world.sol.presses("Open privately", news)


async def test_another_role_is_brought_in(world):
    """Both have it then, and only roles that nobody it is about belongs to are offered."""
    await hears(world, who="Hana Mori")
    page = await world.sol.presses("Add a role", await opens(world.sol, "safeguarding"))
    assert "The Principal" in page
    assert "Human Resources" not in page
    assert "with Safeguarding and The Principal now" in await world.sol.fills(role="principal", how="add")
    assert STORY in await opens(world.pat, "principal")
    assert STORY in await opens(world.sol, "safeguarding")
    assert "Safeguarding, The Principal" in await world.amira.presses("Show", await told(world.amira))


async def test_handed_over_it_has_still_to_be_opened(world):
    """The role that gave it away opens it no more, and the clock runs again for those who have it now."""
    await hears(world)
    old = (await notices(world.sol, "safeguarding"))[-1]
    await world.sol.presses("Add a role", await opens(world.sol, "safeguarding"))
    assert "with Human Resources now" in await world.sol.fills(role="hr", how="hand")
    assert "still to open it" in await told(world.amira)
    assert "Not found" in await world.sol.presses("Open privately", old)
    world.clock.passes(minutes=16)
    await world.settle()
    assert "Please ring" in await told(world.amira)
    assert STORY in await opens(world.pat, "principal")
    assert STORY in await opens(world.hana, "hr")


async def test_i_should_not_handle_this(world):
    """Whoever stands aside opens it no more: the deputy can, and has the time it takes to open it."""
    await hears(world)
    shown = await opens(world.sol, "safeguarding")
    assert "You cannot open CON-0001 now" in await world.sol.presses("I should not handle this", shown)
    assert not (await world.sol.home()).has("Open CON-0001")
    assert STORY in await opens(world.sue, "safeguarding")


async def test_where_both_stand_aside_it_goes_up(world):
    """With the lead and the deputy out of it, the Principal has it; where everybody has gone, its reporter hears whom to ring."""
    await hears(world)
    await world.sol.presses("I should not handle this", await opens(world.sol, "safeguarding"))
    await world.sue.presses("I should not handle this", await opens(world.sue, "safeguarding"))
    await world.pat.presses("I should not handle this", await opens(world.pat, "principal"))
    last = await world.gwen.presses("I should not handle this", await opens(world.gwen, "governors"))
    assert "LADO" in last
    assert "01632 960 015" in await told(world.amira)
    assert "Nobody has opened" not in await told(world.amira)


async def test_somebody_named_later_loses_it(world):
    """Its reporter says that it is about Sol: Sol and Sue lose it, the Principal has it, and is told (promise 4)."""
    receipt = await reports(world.amira, "conduct", "", "safeguarding")
    old = (await notices(world.sol, "safeguarding"))[-1]
    await opens(world.sol, "safeguarding")
    await world.amira.presses("Say who it is about", receipt)
    await world.amira.fills(who="Sol")
    assert "with The Principal now" in await answers(world.amira, "sol@college.example")
    assert STORY in await opens(world.pat, "principal")
    for other in (world.sol, world.sue):
        assert "Not found" in await other.reaches("Open privately", old)
        assert not any(STORY in seen or "named" in seen for seen in await other.reads())


async def test_the_role_says_who_it_is_about(world):
    """Whoever has it and finds out can name somebody too; where nobody has to lose it, it stays where it is."""
    await hears(world)
    await world.sol.presses("Say who it is about", await opens(world.sol, "safeguarding"))
    assert "with Safeguarding now" in await world.sol.fills(who="Pat Delaney")
    assert "Pat Delaney" in await opens(world.sol, "safeguarding")
