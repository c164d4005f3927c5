"""How good the answers are, on questions that the cards were not written from. Floors, so that a change for the worse is seen."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from knowledge.answer import Answer, Answers

SHARED = Path(os.environ.get("LODGE_SHARED", Path(__file__).parents[2] / ".." / "shared"))
QUESTIONS = SHARED / "questions" / "questions.jsonl"
pytestmark = pytest.mark.skipif(not QUESTIONS.exists(), reason="the labelled questions are not beside this checkout")


@dataclass(frozen=True)
class Asked:
    """A labelled question and what Lodge said to it."""

    label: dict[str, Any]
    answer: Answer

    @property
    def rulings(self) -> list[str]:
        return [self.label["ruling"], *self.label["also"]]

    @property
    def shown(self) -> list[str]:
        return [*(citation.clause for citation in self.answer.citations), *self.answer.nearest]


@pytest.fixture(scope="module")
def asked(answers: Answers) -> list[Asked]:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    return [Asked(row, answers.answer(row["text"], row.get("previous") or "")) for row in rows]


@pytest.fixture(scope="module")
def inside(asked: list[Asked]) -> list[Asked]:
    return [each for each in asked if each.label["gold"]]


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def test_the_first_clause_is_mostly_right(inside: list[Asked]) -> None:
    """The clause an answer rests on is one that decides the question, or truly supports it."""
    assert share([bool(set(each.shown[:1]) & set(each.label["gold"])) for each in inside]) >= 0.82
    assert share([bool(set(each.shown[:1]) & set(each.label["gold"] + each.label["ok"])) for each in inside]) >= 0.88


def test_the_deciding_clause_is_nearly_always_shown(inside: list[Asked]) -> None:
    """Among the first three clauses shown is one that decides the question."""
    assert share([bool(set(each.shown[:3]) & set(each.label["gold"])) for each in inside]) >= 0.95


def test_the_ruling_is_mostly_right(inside: list[Asked]) -> None:
    """The ruling is one that a careful colleague could defend."""
    assert share([each.answer.ruling in each.rulings for each in inside]) >= 0.85


def test_hardly_ever_a_wrong_yes(asked: list[Asked]) -> None:
    """A yes where no careful colleague would say yes, on a condition or without one: at most two in a hundred."""
    wrong = [
        each.label["text"]
        for each in asked
        if each.answer.ruling in ("allowed", "allowed_if") and not set(each.rulings) & {"allowed", "allowed_if"}
    ]
    assert len(wrong) * 100 <= len(asked) * 2, wrong


def test_a_no_is_never_answered_with_a_plain_yes(asked: list[Asked]) -> None:
    """What the policy forbids is never allowed (promise 3)."""
    assert [
        each.label["text"] for each in asked if each.label["ruling"] == "not_allowed" and each.answer.ruling == "allowed"
    ] == []


def test_most_of_what_is_not_decided_is_said_to_be_so(asked: list[Asked], inside: list[Asked]) -> None:
    """Questions outside the policy are mostly recognised, and hardly one inside it is turned away."""
    outside = [each for each in asked if not each.label["gold"]]
    assert share([each.answer.ruling == "not_covered" for each in outside]) >= 0.6
    assert share([each.answer.ruling != "not_covered" for each in inside]) >= 0.95


def test_no_disclosure_is_missed_and_pages_are_rare(asked: list[Asked]) -> None:
    """Every known disclosure brings the emergency page first; hardly another question does (promise 1)."""
    assert [each.label["text"] for each in asked if each.label["danger"] and not each.answer.danger_page] == []
    calm = [each for each in asked if not each.label["danger"] and not each.label["danger_ok"]]
    assert share([each.answer.danger_page for each in calm]) <= 0.02
