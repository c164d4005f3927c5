"""A question put to Marketing: asked, checked, sent, taken, answered, closed, and every refusal on the way."""

QUESTION = "how many days of annual leave do I get?"


async def test_the_question_is_shown_and_can_be_edited_before_it_is_sent(world):
    """The asker sees their own words, may change them, and checks them before they go."""
    await world.amira.asks(QUESTION)
    page = await world.amira.presses("Put this question to Marketing")
    assert page.fields == {"question": QUESTION}
    checked = await world.amira.fills(question="How many days off for support staff?")
    assert "How many days off for support staff?" in checked
    again = await world.amira.presses("Change")
    assert again.fields == {"question": "How many days off for support staff?"}


async def test_it_reaches_marketing_and_the_answer_comes_back(world):
    """Sent, it stands in Marketing's channel; taken, answered and closed, and the asker sees each step."""
    receipt = await world.amira.puts_to_marketing(QUESTION)
    assert "MKT-0001" in receipt
    (notice,) = await world.ben.reads("marketing")
    assert QUESTION in notice
    await world.ben.presses("Take it", notice)
    await world.ben.presses("Answer", (await world.ben.reads("marketing"))[0])
    assert "Amira" in await world.ben.fills(answer="Thirty-seven, plus bank holidays.")
    assert any("Thirty-seven, plus bank holidays." in seen for seen in await world.amira.reads())
    await world.ben.presses("Close", (await world.ben.reads("marketing"))[0])
    assert "Closed" in await world.amira.home()


async def test_the_notice_is_one_message_that_changes(world):
    """Marketing's channel never fills up with copies: the notice shows how the case stands."""
    await world.amira.puts_to_marketing(QUESTION)
    await world.ben.presses("Take it", (await world.ben.reads("marketing"))[0])
    (notice,) = await world.ben.reads("marketing")
    assert "Taken by Ben" in notice
    assert not notice.has("Take it")


async def test_the_asker_always_sees_the_state(world):
    """'My cases' shows the reference, who has it and by when, from the moment it is sent."""
    await world.amira.puts_to_marketing(QUESTION)
    assert "Waiting to be taken" in await world.amira.home()
    shown = await world.amira.presses("Show MKT-0001")
    assert QUESTION in shown
    assert "Answer due by" in shown


async def test_an_empty_question_is_refused_and_a_secret_never_kept(world):
    """An error is the same form again, with what was typed and what is wrong beside it (promise 8)."""
    await world.amira.asks(QUESTION)
    await world.amira.presses("Put this question to Marketing")
    assert "Please fill in" in (await world.amira.fills(question="  ")).errors["question"]
    refused = await world.amira.fills(question="The insta password is Sunny2Day! who should have it?")
    assert "password" in refused.errors["question"]
    assert refused.fields["question"].startswith("The insta password")
    assert "Please shorten" in (await world.amira.fills(question="x" * 2001)).errors["question"]


async def test_the_same_submission_twice_is_one_case(world):
    """A press repeated after a lost answer gives the same receipt and no second case (promise 6)."""
    await world.amira.asks(QUESTION)
    await world.amira.presses("Put this question to Marketing")
    checked = await world.amira.fills()
    first = await world.amira.fills(checked)
    assert "MKT-0001" in first
    assert "MKT-0001" in await world.amira.fills(checked)
    assert len(await world.ben.reads("marketing")) == 1


async def test_a_page_sent_twice_is_that_page_and_no_other(world):
    """When the answer to a page is lost and it is sent again, the check page comes again, and nothing is sent unseen."""
    await world.amira.asks(QUESTION)
    page = await world.amira.presses("Put this question to Marketing")
    assert (await world.amira.fills(page)).step == "check"
    assert (await world.amira.fills(page)).step == "check"
    assert await world.ben.reads("marketing") == []


async def test_an_answer_sent_again_is_confirmed_again_and_given_once(world):
    """When the confirmation is lost, Marketing sends the answer again, is told that it went, and the asker has it once."""
    await world.amira.puts_to_marketing(QUESTION)
    form = await world.ben.presses("Answer", (await world.ben.reads("marketing"))[0])
    assert "Answer sent" in await world.ben.fills(form, answer="Thirty-seven.")
    assert "Answer sent" in await world.ben.fills(form, answer="Thirty-seven.")
    assert sum("Thirty-seven." in seen for seen in await world.amira.reads()) == 1


async def test_only_the_role_may_act(world):
    """Somebody who is not Marketing cannot take it or answer it, whatever button they reach; Marketing can."""
    await world.amira.puts_to_marketing(QUESTION)
    (notice,) = await world.ben.reads("marketing")
    assert "Ben Carter can act" in await world.hana.reaches("Take it", notice)
    assert "Ben Carter can act" in await world.bea.presses("Answer", notice)
    assert "Yours now" in await world.ben.presses("Take it", notice)


async def test_nobody_reads_a_case_that_is_not_theirs(world):
    """A case opens for its asker and its role; for everybody else it is not there."""
    receipt = await world.amira.puts_to_marketing(QUESTION)
    shown = await world.hana.reaches("Show MKT-0001", receipt)
    assert "Not found" in shown
    assert QUESTION not in shown
    assert QUESTION in await world.ben.reaches("Show MKT-0001", receipt)


async def test_a_second_press_is_told_who_was_first(world):
    """Pressed twice, it happens once, and the second is told who and when (promise 7)."""
    await world.amira.puts_to_marketing(QUESTION)
    (notice,) = await world.ben.reads("marketing")
    await world.ben.presses("Take it", notice)
    assert "you did that" in await world.ben.presses("Take it", notice)


async def test_a_closed_case_stays_closed(world):
    """Late presses on an old message change nothing and say so."""
    await world.amira.puts_to_marketing(QUESTION)
    (notice,) = await world.ben.reads("marketing")
    await world.ben.presses("Answer", notice)
    await world.ben.fills(answer="Thirty-seven.")
    (answered,) = await world.ben.reads("marketing")
    await world.ben.presses("Close", answered)
    assert "Already closed" in await world.ben.presses("Close", answered)
    assert "Already closed" in await world.ben.presses("Answer", notice)


async def test_a_withdrawn_question_is_withdrawn_for_everybody(world):
    """The asker may take it back; Marketing sees that, and can no longer answer. Nobody else may withdraw it."""
    receipt = await world.amira.puts_to_marketing(QUESTION)
    (notice,) = await world.ben.reads("marketing")
    assert "Only the person who asked" in await world.ben.reaches("Withdraw it", receipt)
    assert "Withdrawn" in await world.amira.presses("Withdraw it", receipt)
    assert "Withdrawn" in (await world.ben.reads("marketing"))[0]
    assert "Already withdrawn" in await world.ben.presses("Answer", notice)
    assert "Already withdrawn" in await world.amira.presses("Withdraw it", receipt)


async def test_nobody_answers_their_own_question(world):
    """The Manager's own question is for the deputy, who may act on it; the Manager may not (promise 7)."""
    await world.ben.puts_to_marketing(QUESTION)
    (notice,) = await world.bea.reads("marketing")
    assert "your own request" in await world.ben.presses("Take it", notice)
    assert "Yours now" in await world.bea.presses("Take it", notice)


async def test_an_unanswered_question_is_not_forgotten(world):
    """When the time to answer has passed, Marketing is told again; an answered question is left in peace."""
    await world.amira.puts_to_marketing(QUESTION)
    world.clock.passes(days=2, minutes=1)
    await world.settle()
    assert "overdue" in (await world.ben.reads("marketing"))[-1]
    await world.ben.presses("Answer", (await world.ben.reads("marketing"))[0])
    await world.ben.fills(answer="Thirty-seven.")
    world.clock.passes(days=4)
    await world.settle()
    assert len(await world.ben.reads("marketing")) == 2


async def test_other_peoples_words_are_never_markup(world):
    """Mentions, links and tags in a question reach Marketing as plain characters (promise 11)."""
    hostile = "<b>hi</b> <!channel> @everyone **bold** [x](https://evil.example)"
    await world.amira.asks(QUESTION)
    await world.amira.presses("Put this question to Marketing")
    await world.amira.fills(question=hostile)
    await world.amira.fills()
    assert hostile in (await world.ben.reads("marketing"))[0]


async def test_an_old_form_says_that_it_is_too_old(world):
    """A form filled in after its seven days says so and shows the way; nothing happens."""
    await world.amira.asks(QUESTION)
    await world.amira.presses("Put this question to Marketing")
    world.clock.passes(days=8)
    assert "no longer kept" in await world.amira.fills(question="Late?")


async def test_a_question_is_kept_for_its_button_for_a_day(world):
    """After a day the button still opens the form, and the asker types the question again."""
    asked = await world.amira.asks(QUESTION)
    world.clock.passes(hours=25)
    page = await world.amira.presses("Put this question to Marketing", asked)
    assert page.fields == {"question": ""}
