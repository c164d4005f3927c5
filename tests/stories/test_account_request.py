"""Asking for a College account (3.1.2): page by page, checked, kept, sent; and what is refused on the way."""

from dataclasses import replace

import pytest

PAGES = (
    {"department": "Hair and Beauty", "purpose": "marketing", "platform": "Instagram", "platform_other": ""},
    {"handle": "@wiltscoll_hair"},
    {"audience": "Applicants and their parents", "content": "Finished styles, twice a week", "start": "2027-01-11"},
    {"curator": "amira@college.example", "deputy": "bea@college.example"},
    {"credentials": "The department safe", "reach": "Amira and the head of department"},
    {"undertakings": ["content", "outside", "consent", "removal", "acceptable"]},
)
HOSTILE = "<b>hi</b> <!channel> @everyone **bold** [x](https://evil.example)"


async def begins(staff):
    """The first page, from the home page."""
    await staff.home()
    return await staff.presses("Request an account")


async def fills_in(staff, pages=PAGES, **changed):
    """Every page after the first press, with some answers changed; the page that comes then."""
    for page in pages:
        shown = await staff.fills(**{name: changed.get(name, value) for name, value in page.items()})
    return shown


async def asks(staff, **changed):
    """The whole request, sent: the receipt."""
    await begins(staff)
    await fills_in(staff, **changed)
    return await staff.fills()


async def reaches_page(staff, number):
    """The page of that number, the ones before it filled in."""
    shown = await begins(staff)
    return await fills_in(staff, PAGES[: number - 1]) if number > 1 else shown


async def test_marketing_gets_all_facts(world):
    """The prompt in Marketing's channel holds everything that was asked for, and the receipt says who has it and by when."""
    receipt = await asks(world.amira)
    assert "ACC-0001" in receipt
    assert "It is with Marketing" in receipt
    assert "Do not set the page up before" in receipt
    (prompt,) = await world.ben.reads("marketing")
    for words in ("Hair and Beauty", "Instagram", "@wiltscoll_hair", "Finished styles", "2027-01-11", "The department safe"):
        assert words in prompt
    assert "Amira Aziz" in prompt
    assert "Bea Lindqvist" in prompt


async def test_every_page_names_the_phone(world):
    """Whoever would rather talk can ring from any page, and reads that the form is kept."""
    page = await begins(world.amira)
    for answers in PAGES:
        assert "01632 960 020" in page
        page = await world.amira.fills(**answers)
    assert "Ring Marketing" in page


async def test_answers_are_checked_and_any_can_be_changed(world):
    """The check page shows every answer; one that is changed leads straight back to it."""
    await begins(world.amira)
    check = await fills_in(world.amira)
    assert "Finished styles, twice a week" in check
    await world.amira.presses("Change “Proposed name")
    again = await world.amira.fills(handle="@wiltscoll_beauty")
    assert again.step == "check"
    assert "@wiltscoll_beauty" in again


async def test_a_half_filled_form_is_kept_for_seven_days(world):
    """Left at the third page, it is offered at home and by its own button for seven days, and then it is gone."""
    await reaches_page(world.amira, 3)
    world.clock.passes(days=6, hours=23)
    assert (await begins(world.amira)).step == "content"
    home = await world.amira.home()
    page = await world.amira.presses("Go on: Request an account", home)
    assert page.step == "content"
    assert "you began this" in page
    world.clock.passes(days=7, minutes=1)
    assert (await begins(world.amira)).step == "who"


async def test_a_form_that_was_left_is_finished_later(world):
    """Taken up again, it is sent with what was answered before."""
    await reaches_page(world.amira, 4)
    world.clock.passes(days=3)
    await begins(world.amira)
    await fills_in(world.amira, PAGES[3:])
    assert "ACC-0001" in await world.amira.fills()
    assert "Hair and Beauty" in (await world.ben.reads("marketing"))[0]


async def test_a_policy_question_in_the_middle_loses_nothing(world):
    """The policy can be asked halfway through, and the form goes on at its page."""
    page = await reaches_page(world.amira, 3)
    assert (await world.amira.asks("can I post photos of students?")).quotes
    assert (await world.amira.fills(page, **PAGES[2])).step == "people"


@pytest.mark.parametrize("field", ["credentials", "reach"])
async def test_a_password_is_never_taken(world, field):
    """A text that looks like a credential is refused with the reason, and the form goes on without it (promise 8)."""
    await reaches_page(world.amira, 5)
    refused = await world.amira.fills(**{**PAGES[4], field: "In the safe, the password is Sunny2Day!"})
    assert "password" in refused.errors[field]
    assert (await world.amira.fills(**PAGES[4])).step == "undertakings"


async def test_curator_and_deputy_are_two_people(world):
    """One person cannot be both: somebody must be left when one of them leaves (3.1.2)."""
    await reaches_page(world.amira, 4)
    refused = await world.amira.fills(curator="Amira Aziz", deputy="AMIRA@college.example")
    assert "somebody else as deputy" in refused.errors["deputy"]


async def test_a_typed_name_becomes_the_person_it_means(world):
    """A name that the College knows becomes that person; one that it does not is asked for as an address."""
    await reaches_page(world.amira, 4)
    refused = await world.amira.fills(curator="amira aziz", deputy="Nobody Known")
    assert "e-mail address" in refused.errors["deputy"]
    await world.amira.fills(curator="amira aziz", deputy="new.starter@college.example")
    await fills_in(world.amira, PAGES[4:])
    await world.amira.fills()
    (prompt,) = await world.ben.reads("marketing")
    assert "Amira Aziz" in prompt
    assert "new.starter@college.example" in prompt


async def test_each_undertaking_is_ticked(world):
    """Nothing is sent while one undertaking is not given; the error says which."""
    await reaches_page(world.amira, 6)
    refused = await world.amira.fills(undertakings=["content", "outside", "consent", "acceptable"])
    assert "removed at once" in refused.errors["undertakings"]


async def test_another_platform_is_named(world):
    """“Another one” needs its name, and Marketing reads that name."""
    await begins(world.amira)
    refused = await world.amira.fills(**{**PAGES[0], "platform": "other"})
    assert "which platform" in refused.errors["platform_other"]
    await world.amira.fills(**{**PAGES[0], "platform": "other", "platform_other": "Mastodon"})
    await fills_in(world.amira, PAGES[1:])
    await world.amira.fills()
    assert "Mastodon" in (await world.ben.reads("marketing"))[0]


async def test_a_name_like_one_in_the_register_is_pointed_out(world):
    """'Is it this one?': the page after the name shows the account that looks like it, and Marketing sees it too."""
    await asks(world.hana, handle="@wiltscoll.hair")
    await begins(world.amira)
    page = await fills_in(world.amira, PAGES[:2])
    assert "Is it this one?" in page
    assert "ACC-0001" in page
    await fills_in(world.amira, PAGES[2:])
    await world.amira.fills()
    assert "Is it this one?" in (await world.ben.reads("marketing"))[1]


async def test_a_name_of_its_own_is_not_pointed_out(world):
    """Where nothing in the register looks like it, nothing is asked."""
    await asks(world.hana, handle="@wiltscoll_motorsport")
    await begins(world.amira)
    assert "Is it this one?" not in await fills_in(world.amira, PAGES[:2])


async def test_the_handle_check_is_shown(world):
    """The form says whether people can read the College's name in the handle, and what that means (3.3.2)."""
    await begins(world.amira)
    page = await fills_in(world.amira, PAGES[:2])
    assert "can be read as “WiltsColl”" in page
    assert "A personal account may not be called this" in page
    await begins(world.hana)
    assert "None of the College's names" in await fills_in(world.hana, PAGES[:2], handle="@amira_teaches")


async def test_the_acceptable_use_policy_is_linked(world):
    """The undertakings name the Acceptable Use Policy, and the college's own link to it is there."""
    assert "Acceptable Use Policy" in await reaches_page(world.amira, 6)


async def test_sent_twice_is_one_request(world):
    """When the confirmation is lost and the last page is sent again, the same receipt comes and one prompt stands."""
    await begins(world.amira)
    check = await fills_in(world.amira)
    assert "ACC-0001" in await world.amira.fills(check)
    assert "ACC-0001" in await world.amira.fills(check)
    assert len(await world.ben.reads("marketing")) == 1


async def test_other_peoples_words_are_never_markup(world):
    """Mentions, links and tags in every field reach Marketing as plain characters (promise 11)."""
    texts = dict.fromkeys(("department", "platform_other", "audience", "content", "credentials", "reach"), HOSTILE)
    await asks(world.amira, **texts, platform="other", handle=HOSTILE)
    (prompt,) = await world.ben.reads("marketing")
    assert prompt.text.count(HOSTILE) >= 7
    assert not any("evil" in button.label for button in prompt.buttons)


async def test_a_stranger_does_not_see_it(world):
    """A request is its asker's, its curator's and deputy's, and Marketing's; for everybody else it is not there."""
    receipt = await asks(world.amira)
    assert "Not found" in await world.hana.reaches("Show ACC-0001", receipt)
    assert "Finished styles" in await world.bea.reaches("Show ACC-0001", receipt)


async def test_the_asker_sees_its_state_and_adds_to_it(world):
    """State, role and date are there from the first moment, and information can be added."""
    receipt = await asks(world.amira)
    shown = await world.amira.presses("Show ACC-0001", receipt)
    assert "Waiting for a decision" in shown
    assert "Answer due by" in shown
    await world.amira.presses("Add information", shown)
    await world.amira.fills(words="We have three photographers.")
    assert "three photographers" in (await world.ben.reads("marketing"))[0]


async def test_withdrawn_is_withdrawn_for_everybody(world):
    """The asker takes it back; Marketing sees that, and its buttons decide nothing any more."""
    receipt = await asks(world.amira)
    (prompt,) = await world.ben.reads("marketing")
    assert "Only the person who asked" in await world.ben.reaches("Withdraw it", receipt)
    assert "Withdrawn" in await world.amira.presses("Withdraw it", receipt)
    for button in ("Approve", "Approve with conditions", "Decline"):
        assert "Already withdrawn" in await world.ben.presses(button, prompt)
    assert not (await world.ben.reads("marketing"))[0].has("Approve")


async def test_a_question_from_marketing_is_answered_on_the_case(world):
    """Marketing asks back, the asker replies, and both stand on the request."""
    await asks(world.amira)
    await world.ben.presses("Ask a question", (await world.ben.reads("marketing"))[0])
    await world.ben.fills(words="Who takes the photos?")
    question = (await world.amira.reads())[-1]
    assert "Who takes the photos?" in question
    await world.amira.presses("Reply", question)
    await world.amira.fills(words="Our own students.")
    (prompt,) = await world.ben.reads("marketing")
    assert "Our own students." in prompt
    assert prompt.has("Approve")


async def test_where_nobody_in_marketing_is_left_the_next_role_up_has_it(world):
    """With every member and deputy of Marketing away, the request is with the Principal, and says why."""
    async with world.app.database.begin() as work:
        day = world.clock.now.date()
        for email in ("ben@college.example", "bea@college.example"):
            await work.set_absence(person=email, first=day, until=day, recorded_by=email)
    assert "It is with The Principal" in await asks(world.amira)
    assert "nobody in Marketing could act" in (await world.pat.reads("principal"))[0]


async def test_a_repeat_press_from_elsewhere_changes_nothing(world):
    """A receipt's button that somebody else presses withdraws nothing."""
    receipt = await asks(world.amira)
    assert "Not found" in await world.hana.presses("Withdraw it", replace(receipt, place=""))
    assert "Waiting for a decision" in await world.amira.home()
