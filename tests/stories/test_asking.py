"""Staff ask, and Lodge answers with a ruling and its clause, or says honestly that the policy does not decide it."""

import uuid

import pytest

RULINGS = [
    ("am I encouraged to have a LinkedIn profile?", "Allowed", "yes", "3.3.1"),
    ("can I set up an Instagram page for the hair and beauty department?", "Allowed, on a condition", "condition", "3.1.2"),
    ("my own daughter has started as a student here, can she stay on my facebook friends?", "Ask first", "condition", "4.5"),
    ("HR are investigating my post, do I have to co-operate?", "You need to do this", "condition", "1.5"),
    ("can I accept a friend request from one of my students?", "Not allowed", "no", "4.5"),
    ("does the policy count blogs as social media?", "What the policy says", "plain", "1.3"),
]


@pytest.mark.parametrize(("question", "title", "tone", "clause"), RULINGS)
async def test_each_ruling_comes_with_its_clause_word_for_word(world, answers, question, title, tone, clause):
    """A ruling is shown with the clause it rests on, exactly as published, and the policy's name and version."""
    seen = await world.amira.asks(question)
    assert (seen.title, seen.tone) == (title, tone)
    assert seen.quotes[0] == answers.clause(clause).text
    assert f"Clause {clause}" in seen
    assert "Social Media Policy (Code of Practice)" in seen
    assert answers.policy.version in seen


async def test_a_former_student_may_not_be_befriended(world, answers):
    """The question Lodge was made for: clause 4.6, not allowed, and what to do instead."""
    seen = await world.amira.asks("can I friend a former student?")
    assert seen.title == "Not allowed"
    assert seen.quotes[0] == answers.clause("4.6").text
    assert "What to do next" in seen


async def test_what_the_policy_does_not_decide_is_said_and_passed_on(world):
    """No clause, no ruling: Lodge says what it searched and offers Marketing in one tap."""
    seen = await world.amira.asks("how many days of annual leave do I get?")
    assert seen.title == "The policy does not decide this"
    assert seen.has("Put this question to Marketing")
    assert "01632 960 020" in seen


async def test_a_further_clause_is_one_press_away(world, answers):
    """'Also relevant' clauses can be read whole."""
    seen = await world.amira.asks("can I friend a former student?")
    number = next(button.subject for button in seen.buttons if button.action == "clause.show")
    shown = await world.amira.presses(f"Read {number}")
    assert shown.quotes == (answers.clause(number).text,)


async def test_a_follow_up_is_read_with_the_question_before(world, answers):
    """'And after they leave?' is about whatever was asked a moment ago, and the answer says so."""
    await world.amira.asks("can I accept a friend request from a student?")
    seen = await world.amira.asks("what about after they leave?")
    assert seen.title == "Not allowed"
    assert "Following on from your last question" in seen
    assert "can I accept a friend request from a student?" in seen
    assert seen.quotes[0] == answers.clause("4.6").text


async def test_a_question_that_follows_nothing_can_be_read_by_itself(world):
    """Where no follow-up was meant, one press gives the answer to the words alone."""
    await world.amira.asks("can I accept a friend request from a student?")
    await world.amira.asks("and reddit?")
    seen = await world.amira.presses("Read it by itself")
    assert "Following on" not in seen
    assert not seen.has("Read it by itself")


async def test_the_turn_before_is_forgotten_after_an_hour(world):
    """An hour later a short question stands alone."""
    await world.amira.asks("can I accept a friend request from a student?")
    world.clock.passes(minutes=61)
    assert "Following on" not in await world.amira.asks("what about after they leave?")


async def test_two_people_do_not_share_a_conversation(world):
    """One person's last question never colours another's."""
    await world.amira.asks("can I accept a friend request from a student?")
    assert "Following on" not in await world.ben.asks("what about after they leave?")


async def test_a_greeting_is_greeted(world):
    """A hello is no question: no ruling, and nothing to pass on."""
    seen = await world.amira.asks("hello")
    assert not seen.has("Put this question to Marketing")
    assert "policy does not decide" not in seen


async def test_the_same_event_twice_is_answered_once(world):
    """A question that the platform sends again is not answered again."""
    same = str(uuid.uuid4())
    first = await world.driver.say(world.amira.email, "can I have a LinkedIn profile?", same)
    assert first.kind == "message"
    assert (await world.driver.say(world.amira.email, "can I have a LinkedIn profile?", same)).kind == "nothing"


async def test_a_text_too_long_is_refused_kindly(world):
    """A page pasted in is not answered at random: Lodge asks for a shorter question."""
    assert "too long" in await world.amira.asks("can I post this? " * 1000)
