"""The policy's text: nothing lost, nothing added, every clause where it stands."""

import os
import re
from hashlib import sha256
from pathlib import Path

import pytest

from knowledge.clauses import POLICY, PolicyError, folded, load

# Of the published document with its white space folded, so that no copy of it is needed to know ours is whole.
PUBLISHED = "b9e600315172ab6f116379c268781835bf908c62d5ec2199ae79ac7a6418b0ba"
SHARED = Path(os.environ.get("LODGE_SHARED", Path(__file__).parents[2] / ".." / "shared"))
SOURCE = SHARED / "policy" / "social-media-policy.txt"


def plain() -> str:
    """Our Markdown without front matter and without our own marks: `#` before a heading, `**` around a number."""
    body = POLICY.read_text(encoding="utf-8").split("---\n", 2)[2]
    return folded(re.sub(r"(?m)^#+ |\*\*", "", body))


def test_nothing_of_the_document_is_lost_or_added() -> None:
    """Without our marks, the text is the published document to the last character, white space aside."""
    assert sha256(plain().encode()).hexdigest() == PUBLISHED


@pytest.mark.skipif(not SOURCE.exists(), reason="the published document is not beside this checkout")
def test_the_text_is_the_published_document() -> None:
    """Where the document itself is at hand, ours is the same."""
    assert plain() == folded(SOURCE.read_text(encoding="utf-8"))


def test_every_clause_is_there_in_order() -> None:
    """The numbered clauses, the lead-in of section 4, and the unnumbered sections: 41 of them, in the document's order."""
    numbers = list(load().clauses)
    assert numbers[:3] == ["1.1", "1.2", "1.3"]
    assert numbers[-11:] == ["4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "5", "6", "7", "8", "9"]
    assert len(numbers) == 41 == len(set(numbers))
    assert numbers == sorted(numbers)


def test_clauses_hold_all_text_under_the_headings() -> None:
    """Joined together, clauses hold every word of the body that is not a heading or a number."""
    policy = load()
    for clause in policy.clauses.values():
        assert clause.text
        assert folded(clause.text) in plain().replace(f"{clause.id}. ", "")


def test_a_list_and_what_follows_it_stay_in_their_clause() -> None:
    """Clause 3.2.3 keeps its bullets and the paragraph after them."""
    text = load().clauses["3.2.3"].text
    assert "\n- write in the first person, and\n" in text
    assert text.endswith("for example on a platform such as LinkedIn.")


@pytest.mark.parametrize(
    ("number", "heading"),
    [
        ("4.6", "4. Communication with students"),
        ("3.1.4", "3. Process / Procedure › 3.1. Acceptable use of College social media platforms"),
        ("9", "9. Policy Review and Ownership"),
    ],
)
def test_a_clause_says_where_it_stands(number: str, heading: str) -> None:
    """A heading is the path from the section down."""
    assert load().clauses[number].heading == heading


def test_a_file_without_its_front_matter_is_refused(tmp_path: Path) -> None:
    """A policy without name or version cannot be cited, and the error says what to add."""
    path = tmp_path / "policy.md"
    path.write_text("## 1. Scope\n\n**1.1.** Words.\n", encoding="utf-8")
    with pytest.raises(PolicyError, match=r"policy\.md:1: start the file with"):
        load(path)


def test_a_number_given_twice_is_refused(tmp_path: Path) -> None:
    """Two clauses of one number would make a citation unsure."""
    text = POLICY.read_text(encoding="utf-8")
    path = tmp_path / "policy.md"
    path.write_text(text.replace("**1.2.**", "**1.1.**"), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"clause 1\.1 is there twice"):
        load(path)
