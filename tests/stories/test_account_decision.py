"""The decision on an account (3.1.2, 3.3.3): who may give it, what is given in writing, and who is told."""

from dataclasses import replace

from tests.stories.test_account_request import HOSTILE, asks

LEAD = "This is the College's permission in writing"


async def prompt(staff, channel="marketing"):
    """The newest prompt that stands in a role's channel."""
    return (await staff.reads(channel))[-1]


async def away(world, staff):
    """Record somebody as away today."""
    async with world.app.database.begin() as work:
        day = world.clock.now.date()
        await work.set_absence(person=staff.email, first=day, until=day, recorded_by=staff.email)


async def approved(world, asker=None, **changed):
    """A request that Ben has approved."""
    await asks(asker or world.amira, **changed)
    return await world.ben.presses("Approve", await prompt(world.ben))


async def test_approval_is_permission_in_writing(world):
    """Approved, the asker has it dated, with reference, who and in which post, the facts, the clauses and what goes with it."""
    await approved(world)
    permission = (await world.amira.reads())[-1]
    assert "ACC-0001: permission in writing" in permission
    assert "Ben Carter, Marketing & Communications Manager" in permission
    assert "Tue 24 Nov 2026" in permission
    for words in ("@wiltscoll_hair", "Instagram", "Hair and Beauty", "Bea Lindqvist", "The department safe"):
        assert words in permission
    for words in ("you, the curator, answer for all content", "credentials stay in", "may be ended", "No conditions"):
        assert words in permission
    assert any("must authorise the creation of a College social media presence" in quote for quote in permission.quotes)
    assert any("written permission from the Marketing & Communications Manager" in quote for quote in permission.quotes)


async def test_asker_curator_and_deputy_each_have_it(world):
    """The permission reaches all three, and each can show it again from the case."""
    await asks(world.hana)
    await world.ben.presses("Approve", await prompt(world.ben))
    for staff in (world.hana, world.amira, world.bea):
        permission = (await staff.reads())[-1]
        assert "permission in writing" in permission
        await staff.presses("Show ACC-0001", permission)
        assert "Ben Carter, Marketing" in await staff.presses("Show the permission")


async def test_the_prompt_shows_the_outcome(world):
    """Marketing's one message becomes the account in the register; nothing is left to decide on it."""
    await approved(world)
    (standing,) = await world.ben.reads("marketing")
    assert "Approved, not live yet" in standing
    assert not standing.has("Approve")
    assert standing.has("Show the permission")


async def test_conditions_stand_word_for_word(world):
    """Approved with conditions, they are in the permission exactly as they were written."""
    await asks(world.amira)
    await world.ben.presses("Approve with conditions", await prompt(world.ben))
    assert "Approved" in await world.ben.fills(conditions=f"No faces before Easter. {HOSTILE}")
    permission = (await world.amira.reads())[-1]
    assert f"No faces before Easter. {HOSTILE}" in permission
    assert "On these conditions" in permission
    assert "No faces before Easter." in (await world.ben.reads("marketing"))[0]


async def test_conditions_cannot_be_empty(world):
    """A condition that is not written down is none: the form comes again, and nothing is decided."""
    await asks(world.amira)
    await world.ben.presses("Approve with conditions", await prompt(world.ben))
    assert "Please fill in" in (await world.ben.fills(conditions=" ")).errors["conditions"]
    assert "Waiting for a decision" in await world.amira.home()


async def test_declined_with_the_reason(world):
    """Declined, the asker has the reason; there is no permission, and the old prompt's buttons decide nothing any more."""
    await asks(world.amira)
    old = await prompt(world.ben)
    await world.ben.presses("Decline", old)
    assert "Declined" in await world.ben.fills(reason="Hair already has an account.")
    told = (await world.amira.reads())[-1]
    assert "declined" in told
    assert "Hair already has an account." in told
    assert not (await world.amira.presses("Show it", told)).has("Show the permission")
    assert "Already declined" in await world.ben.presses("Approve", old)


async def test_a_decision_sent_again_is_confirmed_again(world):
    """When the confirmation is lost and the form is sent again, it is confirmed again and decided once."""
    await asks(world.amira)
    form = await world.ben.presses("Approve with conditions", await prompt(world.ben))
    assert "Approved" in await world.ben.fills(form, conditions="Term time only.")
    assert "Approved" in await world.ben.fills(form, conditions="Term time only.")
    assert sum("permission in writing" in each for each in await world.amira.reads()) == 1


async def test_a_second_press_is_told_who_was_first(world):
    """Late or twice, a press is told who decided and when, and changes nothing (promise 7)."""
    await asks(world.amira)
    standing = await prompt(world.ben)
    form = await world.ben.presses("Decline", standing)
    await world.ben.presses("Approve", standing)
    assert "you did that" in await world.ben.presses("Approve", standing)
    assert "Already approved" in await world.ben.fills(form, reason="Too late.")
    await away(world, world.ben)
    assert "Ben Carter did that" in await world.bea.presses("Approve with conditions", standing)


async def test_only_those_who_may_decide_do(world):
    """Whoever is not the Manager cannot decide, whatever button they reach, and is told who can."""
    await asks(world.amira)
    standing = await prompt(world.ben)
    for button in ("Approve", "Approve with conditions", "Decline"):
        assert "Ben Carter can act" in await world.hana.reaches(button, standing)
    assert "your own request" in await world.amira.reaches("Approve", standing)
    assert "Waiting for a decision" in await world.amira.home()


async def test_the_deputy_decides_in_a_recorded_absence(world):
    """The deputy is refused while the Manager is here, and may decide while the Manager is recorded as away."""
    await asks(world.amira, deputy="hana@college.example")
    standing = await prompt(world.ben)
    assert "Ben Carter can act" in await world.bea.presses("Approve", standing)
    await away(world, world.ben)
    assert "Approved" in await world.bea.presses("Approve", standing)
    assert "Bea Lindqvist, Marketing Officer" in (await world.amira.reads())[-1]


async def test_the_deputy_decides_once_it_is_late(world):
    """Nothing is approved by waiting: after five working days Marketing and the deputy are told, and the deputy may decide."""
    await asks(world.amira, deputy="hana@college.example")
    standing = (await world.ben.reads("marketing"))[0]
    world.clock.passes(days=7, minutes=1)
    await world.settle()
    assert "Waiting for a decision" in await world.amira.home()
    assert any("overdue" in each for each in await world.bea.reads())
    assert "Approved" in await world.bea.presses("Approve", standing)


async def test_a_recorded_delegate_decides(world):
    """Whoever lodge.toml names as Marketing's delegate may give the permission, under their own name and post."""
    roles = world.app.college.roles
    marketing = replace(roles["marketing"], delegates=("hana@college.example",))
    world.app.college = replace(world.app.college, roles={**roles, "marketing": marketing})
    await asks(world.amira)
    assert "Approved" in await world.hana.reaches("Approve", await prompt(world.ben))
    assert "Hana Mori, Director of Human Resources" in (await world.amira.reads())[-1]


async def test_a_delegates_own_request_is_not_theirs_to_decide(world):
    """A delegate who asks is refused like anybody else (promise 7)."""
    roles = world.app.college.roles
    marketing = replace(roles["marketing"], delegates=("hana@college.example",))
    world.app.college = replace(world.app.college, roles={**roles, "marketing": marketing})
    await asks(world.hana)
    assert "your own request" in await world.hana.reaches("Approve", await prompt(world.ben))


async def test_the_managers_own_request_goes_to_the_principal(world):
    """It is never Marketing's to decide, not even the deputy's; once approved, the register is Marketing's again."""
    assert "It is with The Principal" in await asks(world.ben)
    assert await world.bea.reads("marketing") == []
    standing = await prompt(world.pat, "principal")
    assert "your own request" in await world.ben.reaches("Approve", standing)
    assert "Pat Delaney can act" in await world.sol.reaches("Approve", standing)
    await world.pat.presses("Approve", standing)
    assert "Pat Delaney, Principal" in (await world.ben.reads())[-1]
    assert "Approved, not live yet" in (await world.pat.reads("principal"))[0]
    assert "Approved, not live yet" in (await world.ben.reads("marketing"))[0]


async def test_the_permission_reads_the_same_a_year_later(world):
    """Names, posts and the rest may be others by then: the permission still says what it said."""
    await approved(world)
    shown = await world.amira.presses("Show ACC-0001", (await world.amira.reads())[-1])
    first = await world.amira.presses("Show the permission", shown)
    people = {**world.app.college.people}
    people["ben@college.example"] = replace(people["ben@college.example"], name="Ben Married", post="Retired")
    world.app.college = replace(world.app.college, people=people)
    world.clock.passes(days=365)
    later = await world.amira.presses("Show the permission", shown)
    assert later.text.partition(LEAD)[2] == first.text.partition(LEAD)[2] != ""


async def test_an_approved_request_can_still_be_withdrawn(world):
    """Whoever asked may take it back before the page is live; Marketing's prompt shows that."""
    await approved(world)
    shown = await world.amira.presses("Show ACC-0001", (await world.amira.reads())[-1])
    assert "Withdrawn" in await world.amira.presses("Withdraw it", shown)
    assert "Withdrawn" in (await world.ben.reads("marketing"))[0]
