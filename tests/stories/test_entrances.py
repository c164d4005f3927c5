"""The ways into each flow, and back into a form that was left half filled in."""

import pytest


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("request account", "Request an account"),
        ("/request-account", "Request an account"),
        ("Image removal", "Have an image removed"),
        ("ask marketing", "Ask Marketing"),
        ("speak for the college", "Speak for the College"),
        ("answer a comment", "Answer a comment or query"),
    ],
)
async def test_the_name_of_a_form_leads_to_it(world, typed, title):
    """Typed as a command or as plain words, the name of a form brings its button, and the button opens it."""
    door = await world.amira.asks(typed)
    assert title in door
    page = await world.amira.presses(title)
    assert page.kind == "page"


@pytest.mark.parametrize(
    ("question", "button"),
    [
        ("do i need permission to create a tiktok for construction", "Request an account"),
        ("a parent asked us to remove a picture of their son from facebook", "Have an image removed"),
        ("a parent wants their child's photo taken down from our instagram", "Have an image removed"),
    ],
)
async def test_an_answer_leads_to_its_form(world, question, button):
    """Under an answer stands the button for what the policy asks next."""
    await world.amira.asks(question)
    assert (await world.amira.presses(button)).kind == "page"


async def test_the_colleges_voice_is_asked_for_with_its_place_and_its_day(world):
    """To speak for the College (1.7), Marketing gets what is wanted, where and by when, takes it and answers."""
    await world.amira.home()
    await world.amira.presses("Speak for the College")
    await world.amira.fills(question="Our open day, on the town's page", link="facebook.com/town", by="2026-12-01")
    receipt = await world.amira.fills()
    assert "MKT-0001" in receipt
    (notice,) = await world.ben.reads("marketing")
    for words in ("speak for the college", "facebook.com/town", "2026-12-01", "Our open day"):
        assert words in notice
    await world.ben.presses("Answer", notice)
    await world.ben.fills(answer="Yes, use the text on the intranet.")
    assert any("intranet" in seen for seen in await world.amira.reads())


async def test_a_comment_goes_to_marketing_and_is_not_answered_by_oneself(world):
    """A query on the College's page (3.2.7) is put to Marketing, with the page it stands on."""
    await world.amira.home()
    page = await world.amira.presses("Answer a comment")
    assert "do not answer it yourself" in page
    await world.amira.fills(link="facebook.com/college/posts/1", question="They ask when term starts")
    await world.amira.fills()
    assert "facebook.com/college/posts/1" in (await world.ben.reads("marketing"))[0]


async def test_marketing_asks_back_and_the_case_holds_both(world):
    """A question on a case reaches who opened it; their reply stands on the notice; more can be added at any time."""
    receipt = await world.amira.puts_to_marketing("how many days of annual leave do I get?")
    await world.ben.presses("Ask a question", (await world.ben.reads("marketing"))[0])
    await world.ben.fills(words="Which contract are you on?")
    asked = (await world.amira.reads())[-1]
    assert "Which contract" in asked
    await world.amira.presses("Reply", asked)
    await world.amira.fills(words="Term time only.")
    await world.amira.presses("Show MKT-0001", receipt)
    await world.amira.presses("Add information")
    await world.amira.fills(words="Since September.")
    (notice,) = await world.ben.reads("marketing")
    for words in ("Which contract", "Term time only.", "Since September."):
        assert words in notice


async def test_nobody_else_replies_or_asks(world):
    """Only who opened a case adds to it, and only its role asks; an ended case takes neither."""
    receipt = await world.amira.puts_to_marketing("how many days of annual leave do I get?")
    shown = await world.amira.presses("Show MKT-0001", receipt)
    assert "Only the person who asked" in await world.ben.reaches("Add information", shown)
    (notice,) = await world.ben.reads("marketing")
    assert "not yours" in await world.hana.reaches("Ask a question", notice)
    await world.amira.presses("Withdraw it", receipt)
    assert "Already withdrawn" in await world.ben.presses("Ask a question", notice)
    assert "Already withdrawn" in await world.amira.presses("Add information", shown)


async def test_a_handle_is_looked_at_for_itself(world):
    """A personal handle that mirrors the College's name is not acceptable (3.3.2); one that does not is said to be clear."""
    seen = await world.amira.asks("handle @MeWiltsColl")
    assert "mirrors the College's name" in seen
    assert any("@MeWiltsColl would not be acceptable" in quote for quote in seen.quotes)
    assert "does not mirror" in await world.amira.asks("handle @amira_teaches")


async def test_a_form_left_half_filled_in_waits_under_home(world):
    """It is offered for seven days, opens where it was left, and can be begun afresh."""
    await world.amira.home()
    await world.amira.presses("Speak for the College")
    await world.amira.fills(question="Our open day", link="facebook.com/town")
    world.clock.passes(days=6)
    home = await world.amira.home()
    assert "Not sent yet" in home
    page = await world.amira.presses("Go on: Speak for the College")
    assert "Our open day" in page
    fresh = await world.amira.presses("Start afresh")
    assert fresh.fields["question"] == ""
    assert "Not sent yet" in await world.amira.home()
    world.clock.passes(days=8)
    assert "Not sent yet" not in await world.amira.home()
