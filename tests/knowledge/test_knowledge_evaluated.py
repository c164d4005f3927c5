"""The measuring set in tests/questions is never learnt from; the figures reached stand here as floors."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli
from bot.evaluating import calibration, errors
from knowledge import evaluation
from knowledge.answer import Answers
from knowledge.words import read

QUESTIONS = sorted((Path(__file__).parents[1] / "questions").glob("*.jsonl"))
FLOORS = {
    "clause first (gold or ok)": 0.93,
    "clause in three (gold or ok)": 0.97,
    "ruling": 0.91,
    "in scope and not called uncovered": 0.98,
    "uncovered, found": 0.85,
    "flow": 0.95,
    "flow where one is due": 0.90,
    "danger, either gate": 0.98,
}
MOST = {"false alarm, either gate": 0.10, "false alarm, narrow gate": 0.01}


@pytest.fixture(scope="module")
def report(answers: Answers) -> evaluation.Report:
    return evaluation.run(answers.answer, evaluation.read(QUESTIONS))


@pytest.mark.parametrize("name", FLOORS)
def test_no_figure_falls_below_what_was_reached(report: evaluation.Report, name: str) -> None:
    """Each rate over the whole measuring set is at least its floor."""
    assert report.shares[name].rate >= FLOORS[name]


@pytest.mark.parametrize("name", MOST)
def test_the_gates_ring_no_more_often_than_was_reached(report: evaluation.Report, name: str) -> None:
    """An alarm that nobody needed is cheap, but not free."""
    assert report.shares[name].rate <= MOST[name]


def test_never_a_yes_that_nobody_would_give(report: evaluation.Report) -> None:
    """A plain yes where no careful colleague would say yes (promise 3): none in the whole set."""
    assert report.wrong_yes == ()


def test_the_measuring_set_is_never_learnt_from(answers: Answers) -> None:
    """No question of it stands among the cards' examples or the words of the gates."""
    taught = {example.casefold() for card in answers.cards for example in card.examples}
    taught |= {text.casefold() for name in ("disclosures", "harmless") for text in read("danger.yml")[name]}
    taught |= {str(text).casefold() for text in read("negative.yml")["examples"]}
    assert not taught & {each.text.casefold() for each in evaluation.read(QUESTIONS)}


def test_errors_and_calibration_say_what_was_counted(report: evaluation.Report) -> None:
    """Every wrong ruling is named, and every ruling with a chance stands in the calibration once."""
    wrong = {each.asked.id for each in report.outcomes if each.asked.ruling != "not_covered" and not each.right}
    named = "\n".join(errors(report))
    assert all(f"· {each} ·" in named for each in wrong)
    assert sum(count for _, _, count in calibration(report.outcomes)) == sum(o.answer.chance > 0 for o in report.outcomes)


def test_the_command_prints_figures_and_draws_them(tmp_path: Path) -> None:
    """`lodge evaluate` gives one JSON object, and a PNG where one is wanted."""
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(QUESTIONS[0].read_text(encoding="utf-8").splitlines()[:5]), encoding="utf-8")
    picture = tmp_path / "calibration.png"
    told = CliRunner().invoke(cli, ["evaluate", str(few), "--json", "--plot", str(picture)])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["questions"] == 5
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("line", ["{", '{"id": "x"}', '{"id": "x", "text": "y", "ruling": "maybe"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    """A line that is no labelled question is named with its number, and nothing is measured."""
    bad = tmp_path / "bad.jsonl"
    bad.write_text(line, encoding="utf-8")
    told = CliRunner().invoke(cli, ["evaluate", str(bad)])
    assert told.exit_code != 0
    assert "bad.jsonl:1" in told.output
