"""Danger first (promise 1): two gates over every text; they never report, and never tell a disclosure 'not covered'."""

import re

import pytest

from knowledge.answer import Answers
from knowledge.danger import Patterns
from knowledge.words import read

DISCLOSURES = [
    "a student has told me she wants to end it all",
    "A STUDENT HAS TOLD ME SHE WANTS TO END IT ALL!!!",
    "one of my learners has cuts all up her arms",
    "his stepdad hits him and he's scared to go home",
    "someone is threatening to share her nudes unless she pays",
    "a tutor is snapchatting one of the girls late at night, says it's our secret",
    "I can't go on any more, I just want to die",
    "he posted that he's bringing a knife in tomorrow",
]
ORDINARY = [
    "can I put photos of my class on instagram",
    "should I have a LinkedIn profile",
    "can I set up a facebook page for my department",
    "what does the policy say about parents",
    "are we killing it on insta this month, can I say so",
]


@pytest.mark.parametrize("text", DISCLOSURES)
def test_a_disclosure_brings_the_emergency_page(answers: Answers, text: str) -> None:
    """The page comes first, resting on the duty to report; never a 'no', never 'not covered'."""
    answer = answers.answer(text)
    assert answer.danger_page
    assert answer.danger
    assert (answer.kind, answer.ruling, answer.flow) == ("ruling", "required", "report_concern")
    assert answer.citations[0].clause == "2.3"
    assert answer.citations[0].quote in answers.clause("2.3").text


@pytest.mark.parametrize("text", DISCLOSURES)
def test_the_narrow_gate_needs_no_index(text: str) -> None:
    """Words alone open it, so it works where nothing else is loaded."""
    assert Patterns(read("danger.yml")).gates(text).narrow


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_question_passes_both_gates(answers: Answers, text: str) -> None:
    """A page nobody needed would teach people to look away."""
    assert not answers.gates(text).narrow
    assert not answers.answer(text).danger_page


@pytest.mark.parametrize(
    "text",
    ["I could strangle this printer. Anyway where is the consent form, I need thirty copies", "three months since last post"],
)
def test_grave_words_in_a_plainly_ordinary_text_open_the_broad_gate_alone(answers: Answers, text: str) -> None:
    """Words alone would bring the page; the whole text is read too, and the line above the answer stays."""
    assert Patterns(read("danger.yml")).gates(text).narrow
    assert (answers.gates(text).narrow, answers.gates(text).broad) == (False, True)


@pytest.mark.parametrize(
    "text", ["I want to die", "I'm suicidal", "I have taken all my tablets", "what's the point of going on, i just want to die"]
)
def test_whoever_says_they_want_to_die_sees_the_page_however_the_rest_reads(answers: Answers, text: str) -> None:
    """So few words sound like no disclosure that was ever learnt from: these are not weighed."""
    assert answers.gates(text).narrow
    assert answers.answer(text).danger_page


def test_every_known_disclosure_is_heard(answers: Answers) -> None:
    """All disclosures that anybody has thought of open the broad gate at least."""
    missed = [text for text in read("danger.yml")["disclosures"] if not answers.gates(text).broad]
    assert missed == []


def test_hardly_an_undecided_question_opens_the_narrow_gate(answers: Answers) -> None:
    """Of questions that have nothing to do with danger, no more than one in a hundred brings the page."""
    examples = read("negative.yml")["examples"]
    alarms = [text for text in examples if answers.gates(text).narrow]
    assert len(alarms) * 100 <= len(examples), alarms


def test_a_worry_keeps_its_answer_and_gains_a_line(answers: Answers) -> None:
    """The broad gate puts a line above the normal answer and takes nothing from it."""
    answer = answers.answer("I'm a bit uneasy, can I accept a friend request from a student")
    assert (answer.danger, answer.danger_page) == (True, False)
    assert (answer.ruling, answer.citations[0].clause) == ("not_allowed", "4.5")


@pytest.mark.parametrize(
    ("text", "card"),
    [
        (
            "I wanted to ask about putting my number on the tutor sheet, but a lad of mine says don't ring home as last time "
            "his dad took it out on his sister",
            "student-number-not-agreed",
        ),
    ],
)
def test_where_a_risk_is_likely_the_duty_to_report_comes_before_the_answer(answers: Answers, text: str, card: str) -> None:
    """No word of the gates gives it away, so there is no page; but what must be done comes first, and the answer is not lost."""
    answer = answers.answer(text)
    assert (answer.ruling, answer.flow, answer.danger, answer.danger_page) == ("required", "report_concern", True, False)
    assert [each.clause for each in answer.citations] == ["2.3"]
    assert [each.card for each in answer.further] == [card]


def test_a_gated_text_without_a_ruling_is_offered_the_duty_to_report(answers: Answers) -> None:
    """Where no card answers a text that opened a gate, clause 2.3 is at hand all the same."""
    texts = [*read("danger.yml")["harmless"], *read("negative.yml")["examples"]]
    given = [answers.answer(text) for text in texts]
    gated = [each for each in given if each.danger and each.kind in ("nearest", "not_covered")]
    assert len(gated) > 5
    for answer in gated:
        assert "2.3" in [*(citation.clause for citation in answer.citations), *answer.nearest], answer.text


def test_a_doubtful_text_is_shown_where_to_report(answers: Answers) -> None:
    """What sounds like a worry and is decided by nothing gets the way to report, not a closed door."""
    given = [answers.answer(text) for text in read("negative.yml")["examples"]]
    doubtful = [each for each in given if each.kind == "nearest" and each.flow == "report_concern"]
    assert doubtful
    assert all(each.ask == "safeguarding" and each.danger for each in doubtful)


@pytest.mark.parametrize(
    "text",
    [
        "he's gone quiet and lost a lot of weight",
        "my learner cried all lesson and would not say why",
        "a girl has started hanging round with much older people in cars",
        "a lad in my class has stopped turning up, can I go round",
    ],
)
def test_what_no_word_gives_away_is_heard_too(answers: Answers, text: str) -> None:
    """Ordinary words for grave things: the classifier opens the gate where no pattern does."""
    assert answers.gates(text).broad


def test_what_may_be_a_disclosure_is_never_told_that_nothing_decides_it(answers: Answers) -> None:
    """The dearest mistake: somebody tells of danger and is told the policy does not cover it."""
    for text in read("danger.yml")["disclosures"]:
        assert answers.answer(text).kind != "not_covered", text


def test_the_turn_before_is_read_by_the_gates_too(answers: Answers) -> None:
    """A disclosure told in two halves opens the gate when the second half looks back."""
    assert answers.answer("and what do I do", "a student has told me she wants to end it all").danger_page


def test_a_short_turn_rings_no_gate_by_itself(answers: Answers) -> None:
    """A few words that look back are heard with the turn before them; read alone, this one would ring."""
    text, before = "even if she asks?", "can I accept a friend request from a student?"
    assert answers.gates(text).broad
    assert not answers.answer(text, before).danger


def test_a_greeting_before_a_disclosure_does_not_hide_it(answers: Answers) -> None:
    """Politeness is no way past the gates."""
    assert answers.answer("hello! a girl in my group says she wants to kill herself").danger_page


def test_no_pattern_is_slow(answers: Answers) -> None:
    """Every repeat in the patterns is bounded, so that no text, however long, can hold Lodge up."""
    words = read("danger.yml")
    for pattern in (*words["certain"], *words["narrow"], *words["broad"]):
        assert not re.search(r"\)[*+][*+?]?\S*\)[*+]", pattern), pattern
