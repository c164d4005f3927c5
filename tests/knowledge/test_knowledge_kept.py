"""What was learnt is kept between starts, and an answer is the same with it, without it, and with a broken copy of it."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from knowledge.answer import Answers
from knowledge.cards import approve
from knowledge.clauses import load as policy
from knowledge.shelf import NAME

MOST = 80.0  # MiB at its height, for a process that loads the answers and answers
HEIGHT = """
import pathlib, sys
from knowledge.answer import Answers
Answers.load(cache=pathlib.Path(sys.argv[1])).answer("can I friend a former student?")
print(int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024)
"""
ASKED = (
    "can I friend a former student?",
    "I want a new account for our course",
    "should I have a LinkedIn profile",
    "what is the best time to post on instagram",
    "a student has told me she wants to end it all",
    "hello",
)


@pytest.fixture
def few(small: Path) -> Path:
    """The small copy of the knowledge, its cards approved."""
    approve(small / "rulings", policy())
    return small


def said(answers: Answers) -> list[object]:
    return [answers.answer(text) for text in ASKED]


def test_answers_are_the_same_with_and_without_what_was_kept(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Learnt in a child, read from its file, or learnt in this process: not a character differs."""
    kept = Answers.load()
    monkeypatch.setattr(sys, "executable", "")  # where no child can be started
    here = Answers.load(cache=tmp_path)
    texts = [*ASKED, *(example for card in answers.cards for example in card.examples[:4])]
    for text in texts:
        assert answers.answer(text) == kept.answer(text) == here.answer(text), text
        assert answers.gates(text) == kept.gates(text) == here.gates(text), text


def test_what_is_kept_is_used_again(few: Path) -> None:
    """A second start finds the file beside the words and leaves it as it is."""
    first = Answers.load(few)
    kept = few / "__pycache__" / NAME
    before = kept.stat()
    again = Answers.load(few)
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [each.name for each in kept.parent.iterdir()] == [NAME]
    assert said(first) == said(again)


def test_new_words_are_learnt_at_the_next_start(few: Path) -> None:
    """A changed card is answered from at once: what was kept for the old one is not used."""
    before = Answers.load(few).answer("xylophones flonk mascots")
    path = few / "rulings" / "few.yml"
    path.write_text(path.read_text().replace("I want a new account for our course", "xylophones flonk mascots"))
    after = Answers.load(few).answer("xylophones flonk mascots")
    assert before.card != after.card == "page-set-up"


def spoilt(path: Path, how: str) -> None:
    if how == "cut short":
        path.write_bytes(path.read_bytes()[:-5000])
    elif how == "one byte turned":
        held = bytearray(path.read_bytes())
        held[len(held) // 2] ^= 0xFF
        path.write_bytes(held)
    elif how == "of something else":
        np.savez(path, facts=np.zeros(3, np.uint8))
    elif how == "holding code":
        with path.open("wb") as file:
            np.savez(file, facts=np.array([{"key": "x"}], dtype=object))
    else:
        path.write_bytes(b"" if how == "empty" else b"not an index at all")


@pytest.mark.parametrize("how", ["cut short", "one byte turned", "of something else", "holding code", "empty", "no index"])
def test_a_broken_copy_is_learnt_again_and_replaced(few: Path, tmp_path: Path, how: str) -> None:
    """Nothing of a file that is not whole is used, and the next start finds a good one."""
    cache = tmp_path / "kept"
    good = said(Answers.load(few, cache))
    whole = (cache / NAME).read_bytes()
    spoilt(cache / NAME, how)
    assert said(Answers.load(few, cache)) == good
    assert len((cache / NAME).read_bytes()) == len(whole)


def test_a_place_that_cannot_be_written_is_no_obstacle(few: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be kept, or nothing written at all, Lodge learns at each start and answers the same."""
    (tmp_path / "a file").write_text("")
    nowhere = tmp_path / "a file" / "below"
    good = said(Answers.load(few, tmp_path / "kept"))
    assert said(Answers.load(few, nowhere)) == good
    monkeypatch.setattr(tempfile, "tempdir", str(nowhere))
    assert said(Answers.load(few, nowhere)) == good


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="a process's height is read from /proc")
def test_the_memory_that_learning_needs_is_never_lodges_own(tmp_path: Path) -> None:
    """Neither the first start nor a later one holds more than a chat bot should."""
    for _ in range(2):
        run = subprocess.run([sys.executable, "-c", HEIGHT, str(tmp_path)], capture_output=True, text=True, check=True)
        assert float(run.stdout) < MOST
