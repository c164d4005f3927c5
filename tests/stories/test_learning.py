"""An answer that was not what somebody asked: the next best, and a question sent on without a name, from which Lodge learns."""

import asyncio

import pytest
from sqlalchemy import select

from bot import logs
from bot.app import App
from knowledge.answer import Answers
from knowledge.cards import approve
from knowledge.clauses import load as policy
from storage import models
from storage.database import Database
from storage.sealing import Sealer, new_key
from tests.knowledge.conftest import small as small_copy
from tests.stories.test_no_story_leaks import stored

MISSED = "is Quokka ok on my allotment forum after the certificate"
PROFILE = "linkedin parrots profile"
PLAIN = MISSED.replace("Quokka", "…")
NOT_THIS, NEW = "not.this.policy", "new.card"


@pytest.fixture
def few(tmp_path):
    """Three cards, so that learning takes no time."""
    room = tmp_path / "few"
    room.mkdir()
    small_copy.__wrapped__(room)
    approve(room / "rulings", policy())
    return room


@pytest.fixture
async def school(world, few):
    """A Lodge that knows three cards."""
    world.app.knowledge = few
    await world.app.rebuild()
    return world


async def sends(person, text=MISSED, **choices):
    """Ask, press "Not what I asked", and send the question on."""
    await person.asks(text)
    await person.presses("Not what I asked")
    await person.presses("None fits")
    await person.fills(**(choices or {"named": "out"}))
    return await person.fills()


async def decides(person, **given):
    """Open the first missed question and decide it."""
    await person.presses("Missed questions", await person.home())
    await person.presses("Open 1")
    return await person.fills(**given)


async def a_minute(world):
    """Let a minute pass, and what is to be learnt be learnt."""
    world.clock.passes(minutes=1)
    await world.settle()


async def test_the_next_best_answers_are_one_press_away(world):
    """ "Not what I asked" offers up to three other cards by their own example questions; each opens its full answer."""
    first = await world.amira.asks("can I friend a former student?")
    offered = await world.amira.presses("Not what I asked")
    cards = [button for button in offered.buttons if button.action == "card.show"]
    assert "Did you mean one of these?" in offered
    assert 1 <= len(cards) <= 3
    answer = await world.amira.presses(cards[0].label)
    assert answer.quotes
    assert answer.text != first.text
    again = await world.amira.presses("Not what I asked")
    assert cards[0].subject not in [button.subject for button in again.buttons]


async def test_a_kind_word_needs_no_answer(world):
    """ "Helpful" is counted and says nothing; where there is only a thumb for it, that is not in Lodge's hands."""
    shown = await world.amira.asks("can I friend a former student?")
    if shown.has("Helpful"):
        assert (await world.amira.presses("Helpful")).kind == "nothing"


async def test_a_follow_up_is_offered_cards_for_both_turns(world):
    """What is looked for is what was answered: a short turn with the one before it."""
    await world.amira.asks("can I accept a friend request from a student?")
    await world.amira.asks("what about after they leave?")
    await world.amira.presses("Not what I asked")
    page = await world.amira.presses("None fits")
    assert page.fields["question"] == "can I accept a friend request from a student? what about after they leave?"


@pytest.mark.parametrize("text", ["my nan saw one of the lads crying about a snap", "a student wants to end it all"])
async def test_where_danger_is_heard_only_the_emergency_way_is_offered(world, text):
    """A gated question is never offered for learning, nor other cards for it (promise 9)."""
    shown = await world.amira.asks(text)
    assert world.app.answers.gates(text).broad
    if shown.tone == "urgent":
        assert not shown.has("Not what I asked")
        return
    offered = await world.amira.presses("Not what I asked")
    assert {button.action for button in offered.buttons} == {"emergency.show", "concern.begin"}
    assert text not in offered


async def test_words_typed_into_the_form_go_through_the_gates(world):
    """Whoever writes of danger into the form sees the emergency way; nothing is sent, and the form is forgotten."""
    await world.amira.asks("can I friend a former student?")
    await world.amira.presses("Not what I asked")
    page = await world.amira.presses("None fits")
    heard = await world.amira.fills(question="a student has told me she wants to end it all")
    assert heard.has("How to report")
    assert "Missed questions (0)" in [each.label for each in (await world.ben.home()).buttons]
    assert "no longer kept" in await world.amira.fills(page)


async def test_names_are_proposed_and_the_asker_decides(world):
    """What may say who somebody is is listed with a proposal; nothing is sent, or taken out, before its asker has chosen."""
    await world.amira.asks("can Ben from marketing add Kayleigh O'Neil, k.oneil@mail.example, 07700 900 123?")
    await world.amira.presses("Not what I asked")
    page = await world.amira.presses("None fits")
    for name in ("Ben", "Kayleigh O'Neil", "k.oneil@mail.example", "07700 900 123"):
        assert name in page
    assert "can … from marketing add …, …, …?" in page
    unanswered = await world.amira.fills()
    assert unanswered.errors
    checked = await world.amira.fills(page, named="out")
    assert "can … from marketing add …, …, …?" in checked
    assert "Sent" in await world.amira.fills()


@pytest.mark.parametrize(("given", "sent"), [("as_it_is", MISSED), ("changed", "does my allotment forum count")])
async def test_the_proposal_may_be_refused_or_changed(world, given, sent):
    """The asker may send their words as they stand, or others; the owner sees those and no others."""
    choices = {"named": "as_it_is"} if given == "as_it_is" else {"question": sent}
    await world.amira.asks(MISSED)
    await world.amira.presses("Not what I asked")
    await world.amira.presses("None fits")
    await world.amira.fills(**choices)
    await world.amira.fills()
    shown = await world.ben.presses("Missed questions", await world.ben.home())
    assert sent in shown


async def test_the_owner_never_sees_who_asked(world, tmp_path, capsys):
    """Neither the owner's pages, nor any row, log or figure says whose question it was, where or when in the day it was sent."""
    logs.configure("debug", readable=False)
    world.clock.passes(minutes=17)
    assert "without your name" in await sends(world.amira)
    world.clock.passes(hours=1)
    home = await world.ben.home()
    listed = await world.ben.presses("Missed questions (1)", home)
    opened = await world.ben.presses("Open 1")
    assert PLAIN in listed
    assert PLAIN in opened
    for seen in (home, listed, opened):
        assert not [word for word in ("amira", "09:17", "Quokka") if word in f"{seen.title} {seen.text}".lower()]
    async with world.app.database.read() as work:
        (row,) = await work.turn.all(select(models.missed))
        left = [await work.turn.all(select(table)) for table in (models.question, models.delivery, models.audit)]
        drafts = [each.person for each in await work.turn.all(select(models.draft))]
    assert not any(left)
    assert drafts == [world.ben.email]
    kept = {name: value for name, value in row._mapping.items() if name not in ("id", "text", "phrasing")}
    assert kept == {"day": "2026-11-24", "state": "open", "card": "", "changed_at": None}
    out, err = capsys.readouterr()
    assert not [word for word in ("Quokka", "amira", "certificate") if word in out + err]
    assert not [word for word in (b"Quokka", b"certificate") if word in stored(tmp_path)]


async def test_a_question_is_sent_once(world):
    """The same press again finds the form done, and nothing is there twice."""
    await world.amira.asks(MISSED)
    await world.amira.presses("Not what I asked")
    await world.amira.presses("None fits")
    checked = await world.amira.fills(named="out")
    await world.amira.fills()
    assert "no longer kept" in await world.amira.fills(checked)
    assert (await world.ben.home()).has("Missed questions (1)")


async def test_lodge_learns_without_a_restart_and_forgets_again(school):
    """The owner picks the card: within a minute the very question finds it. Undone, it is answered as before."""
    assert (await school.amira.asks(PROFILE)).title != "Not allowed"
    assert "without your name" in await sends(school.amira, PROFILE, question=PROFILE)
    decided = await decides(school.ben, card="friend-former-student")
    assert "Decided" in decided
    await a_minute(school)
    answer = await school.amira.asks(PROFILE)
    assert answer.title == "Not allowed"
    assert "no further contact" in answer
    assert "Taken back" in await school.ben.presses("Undo", decided)
    await a_minute(school)
    assert (await school.amira.asks(PROFILE)).title != "Not allowed"
    assert (await school.ben.home()).has("Missed questions (1)")


async def test_what_is_not_about_the_policy_is_learnt_too(school):
    """Marked so, the question is said to be decided by nothing in the policy."""
    await sends(school.amira, PROFILE, question=PROFILE)
    await decides(school.ben, card=NOT_THIS)
    await a_minute(school)
    assert (await school.amira.asks(PROFILE)).title == "The policy does not decide this"


async def test_a_new_card_is_asked_for(school):
    """Where no card fits, the question is marked so, and nothing is learnt from it."""
    await sends(school.amira)
    assert "new card is needed" in await decides(school.ben, card=NEW)
    async with school.app.database.read() as work:
        assert await work.taught() == {}
        assert await work.taught_revision() == 0
    assert "new card is needed" in await school.ben.presses("Missed questions", await school.ben.home())


async def test_another_card_can_be_searched_for(school):
    """Words of another card's question bring it up, and the phrasing may be edited before it is learnt."""
    await sends(school.amira)
    page = await decides(school.ben, search="linkedin profile", phrasing="does my allotment forum count")
    assert "linkedin" in page
    await school.ben.fills(found="linkedin-profile")
    async with school.app.database.read() as work:
        assert await work.taught() == {"linkedin-profile": ["does my allotment forum count"]}


async def test_every_decision_is_audited_and_the_second_is_told_who_was_first(school):
    """Who did what and when stands in a chain; a late decision changes nothing and names whoever decided (promise 7)."""
    await sends(school.amira)
    first = await school.ben.presses("Missed questions", await school.ben.home())
    page = await school.ben.presses("Open 1")
    decided = await school.ben.fills(card=NEW)
    assert "Ben Carter was first" in await school.ben.presses("Open 1", first)
    assert "Decided" in await school.ben.fills(page, card=NOT_THIS)  # the same form again is answered as it was
    await school.ben.presses("Undo", decided)
    assert "no longer stands" in await school.ben.presses("Undo", decided)
    async with school.app.database.read() as work:
        (missed,) = await work.missed_in(("open",), 10)
        lines = await work.decisions(missed.id)
    assert [(line.actor, line.verb, line.state) for line in lines] == [
        (school.ben.email, "decided", "wanted"),
        (school.ben.email, "took back", "wanted"),
    ]


async def test_only_the_owner_teaches(school):
    """Nobody else has the button, and a forged press is refused; a deputy stands in while a member is away."""
    await sends(school.amira)
    home = await school.ben.home()
    assert not (await school.amira.home()).has("Missed questions")
    assert not (await school.bea.home()).has("Missed questions")
    assert "policy's owner" in await school.hana.reaches("Missed questions", home)
    listed = await school.ben.presses("Missed questions", home)
    assert "policy's owner" in await school.amira.reaches("Open 1", listed)


def test_what_is_taught_is_answered_the_same_by_another_process(few, tmp_path):
    """What is taught follows from the phrasings alone: their order does not matter, and another process learns the same."""
    taught = {"friend-former-student": ["zebra two", "zebra one"], "not_covered": ["zebra three"], "gone": ["zebra four"]}
    one = Answers.load(few, tmp_path / "a", taught)
    other = Answers.load(few, tmp_path / "b", {name: list(reversed(each)) for name, each in reversed(taught.items())})
    for text in ("zebra one", "zebra two", "zebra three", "can I friend a former student"):
        assert one.answer(text) == other.answer(text)
    assert one.answer("zebra two").card == "friend-former-student"
    assert one.answer("zebra three").kind == "not_covered"


async def test_every_replica_learns_what_one_was_taught(few, college, postgres_url):
    """Two replicas on one PostgreSQL: each sees that something was decided, or taken back, and both then answer the same."""
    sealer = Sealer.parse(new_key())
    databases = [await Database.open(postgres_url, sealer) for _ in range(2)]
    one, other = (App(college, Answers.load(few), each) for each in databases)
    one.knowledge = other.knowledge = few
    for app in (one, other):
        await app.rebuild()
    async with databases[0].begin() as work:
        missed = await work.missed(await work.put_missed(PROFILE))
        await work.decide_missed(
            missed, actor="ben@college.example", state="taught", card="friend-former-student", phrasing=PROFILE
        )
    assert (await one.behind(), await other.behind()) == (True, True)
    await asyncio.gather(one.rebuild(), other.rebuild())
    assert [each.answers.answer(PROFILE).card for each in (one, other)] == ["friend-former-student"] * 2
    async with databases[1].begin() as work:
        await work.undo_missed(await work.missed(missed.id), actor="ben@college.example")
    assert await one.behind()
    await asyncio.gather(one.rebuild(), other.rebuild())
    assert one.answers.answer(PROFILE).card != "friend-former-student"
    assert not await one.behind()
    for each in databases:
        await each.close()
