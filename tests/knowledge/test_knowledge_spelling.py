"""What is typed wrongly is read as it was meant; what a lesson knows, and what is like nothing, is left alone."""

import pytest

from knowledge.answer import Answers


@pytest.mark.parametrize(
    ("typed", "card"),
    [
        ("can i exept a freind reqest off a studnet", "student-friend-request"),
        ("who autorises a departmnet instagrm page", "account-who-authorises"),
    ],
)
def test_a_question_full_of_slips_finds_its_card(answers: Answers, typed: str, card: str) -> None:
    """Slips in the words that tell are no obstacle."""
    assert answers.answer(typed).card == card


def test_slips_do_not_hide_danger(answers: Answers) -> None:
    """The gates read a text as typed and as meant."""
    assert answers.gates("she saod she wants to end her lfie").narrow


def test_an_answer_shows_what_was_typed(answers: Answers) -> None:
    """Nobody is corrected: the text of the answer is their own."""
    assert answers.answer("can i exept a freind reqest").text == "can i exept a freind reqest"
