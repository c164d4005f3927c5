"""Where the policy is unclear: nobody is given a yes or a no, both clauses are shown, and the owner is told what to decide."""

import re

import pytest

from knowledge.answer import Answers
from knowledge.clauses import folded

# In the words of nobody's example: each topic on which the policy is silent or says two things, and a clause it lies in.
TOPICS = [
    ("our new technician used to be my student, can we be in the same team whatsapp", "4.6"),
    ("someone who finished with us two years back has asked me for a job reference", "4.6"),
    ("alumni evening, the college has asked me to invite people who used to study here", "4.6"),
    ("my own daughter is a student here, may I stay friends with her on facebook", "4.5"),
    ("my cousin has enrolled and we have been linked on insta for years", "4.5"),
    ("a friend I have known since school has joined a course, do I drop her on facebook", "4.5"),
    ("does the student picture rule hold on my own profile or only on college pages", "3.1.4"),
    ("for how many years does photo consent last", "3.1.4"),
    ("do I need consent from other members of staff before I post a team picture", "3.1.4"),
    ("who agrees to a class group chat, the vice principal or marketing", "4.3"),
    ("may I be facebook friends with a mum I know from church whose son is a student", "3.1.5"),
    ("a colleague moans about managers on her private insta, do I tell anybody", "3.3.2"),
    ("our ofsted report is public now, may I share it and say well done", "3.2.6"),
    ("may I campaign for a political party on my own twitter", "3.3.2"),
    ("a dad is calling me useless in the village facebook group", "6"),
    ("is one post every two months regular enough for our page", "3.1.2"),
    ("is a shared spreadsheet safe enough for the account passwords", "3.1.2"),
    ("who may grant an exception to this policy, its owner or its manager", "2.2"),
]


@pytest.mark.parametrize(("text", "clause"), TOPICS)
def test_what_the_policy_leaves_open_is_asked_first(answers: Answers, text: str, clause: str) -> None:
    """No ruling is made up: the answer names whom to ask and shows two clauses (promise 3)."""
    answer = answers.answer(text)
    assert answer.ruling == "ask_first"
    assert clause in [each.clause for each in answer.citations[:2]]
    assert len({each.clause for each in answer.citations[:2]}) == 2
    assert answer.ask


def test_every_open_card_is_whole(answers: Answers) -> None:
    """Two clauses, a line for the policy's owner, and at least twenty-five ways to ask; none is taught twice."""
    cards = [card for card in answers.cards if card.ruling == "ask_first"]
    assert cards
    for card in cards:
        assert len({basis.clause for basis in card.clauses[:2]}) == 2, card.place
        assert card.open, card.place
        assert len(card.examples) >= 25, card.place
        assert len(set(card.examples)) == len(card.examples), card.place


def test_an_open_question_names_its_clauses(answers: Answers) -> None:
    """The owner reads in each line between which clauses it lies, and what is to be decided."""
    for card in answers.cards:
        if card.open:
            named = re.findall(r"\b\d(?:\.\d)*\b", card.open)
            assert set(named) & {basis.clause for basis in card.clauses}, card.place
            assert "Decide" in card.open, card.place


def test_an_answer_that_asks_first_says_what_not_to_do_meanwhile(answers: Answers) -> None:
    """Whoever reads it in a hurry knows whom to ask and what to leave alone until then."""
    for card in answers.cards:
        if card.ruling == "ask_first":
            assert re.search(r"\b(ask|tell) ", card.answer.lower()), card.place
            assert re.search(r"\b(meanwhile|until)\b", card.answer.lower()), card.place


def test_class_groups_name_the_vice_principal(answers: Answers) -> None:
    """Clause 4.3 gives the agreement to the Vice Principal of the area, who is no role of Lodge's."""
    answer = answers.answer("who agrees to a class group chat, the vice principal or marketing")
    assert "your area's Vice Principal" in answer.answer
    assert [each.clause for each in answer.citations] == ["4.3", "3.1.2", "4.4"]


@pytest.mark.parametrize("text", ["definiton of socal media", "how is social media defined", "defintion social media pls"])
def test_the_definition_is_found_however_it_is_typed(answers: Answers, text: str) -> None:
    """Whoever asks for the definition gets the policy's own words (1.3)."""
    answer = answers.answer(text)
    assert (answer.ruling, answer.citations[0].clause) == ("explained", "1.3")
    assert "social media is defined as" in folded(answer.citations[0].quote)


@pytest.mark.parametrize("text", ["which channels are official", "what does the policy say about talking to parents"])
def test_the_clause_on_parents_is_explained(answers: Answers, text: str) -> None:
    """That the policy names no channels is said, not hidden (3.1.5)."""
    answer = answers.answer(text)
    assert (answer.ruling, answer.citations[0].clause) == ("explained", "3.1.5")
    assert "does not list" in answer.answer
