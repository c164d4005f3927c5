"""Cards: refused unless every part can be shown to rest on the policy (promise 2)."""

from pathlib import Path

import pytest

from knowledge.answer import Answers
from knowledge.cards import CardError, approve, load
from knowledge.clauses import folded
from knowledge.clauses import load as policy

GOOD = """\
- id: a-card
  ruling: not_allowed
  answer: No.
  clauses:
    - id: "4.6"
      quote: "staff should not have any further contact with them"
  next: "Decline it."
  examples:
    - can I friend a former student
"""


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "rulings").mkdir(exist_ok=True)
    (tmp_path / "rulings" / "students.yml").write_text(text, encoding="utf-8")
    return tmp_path / "rulings"


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("answer: No.", "anwser: No.", "unknown key 'anwser'"),
        ('id: "4.6"', 'id: "4.7"', r"there is no clause 4\.7\. Check its number"),
        ("further contact with them", "more contact with them", r"the quote is not in clause 4\.6"),
        ("ruling: not_allowed", "ruling: forbidden", "ruling is 'forbidden'. Choose one of"),
        ("ruling: not_allowed", "ruling: not_covered", "ruling is 'not_covered'. Choose one of"),
        ("ruling: not_allowed", "ruling: ask_first", "ask_first names nobody to ask"),
        ("ruling: not_allowed", "ruling: allowed", "gives no permission"),
        ('next: "Decline it."', "", "next is missing"),
        ("    - can I friend a former student", "    []", "examples is missing"),
        ("- id: a-card", "- id: A card", "is not small letters and hyphens"),
        ("next:", "flow: tell_them\n  next:", "flow is 'tell_them'. Choose one of"),
        ("next:", "also: [4.5]\n  next:", "put numbers in quotes"),
        ("next:", "danger: maybe\n  next:", "danger is true or left out"),
        ("answer: No.", "answer: [No.]", "are text. Put them in quotes"),
        ('id: "4.6"', 'di: "4.6"', "clauses is a list of id, quote and sha256"),
    ],
)
def test_a_malformed_card_is_refused(tmp_path: Path, good: str, bad: str, fault: str) -> None:
    """Whatever is wrong is named with file and line and what to do, and nothing is approved."""
    with pytest.raises(CardError, match=rf"rulings/students\.yml:1: .*{fault}"):
        approve(folder(tmp_path, GOOD.replace(good, bad)), policy())


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    """The second card is named, with the place of the first."""
    with pytest.raises(CardError, match=r"students\.yml:10: the id a-card is taken, at rulings/students\.yml:1"):
        approve(folder(tmp_path, GOOD + GOOD), policy())


def test_a_card_nobody_approved_is_refused(tmp_path: Path) -> None:
    """Without the hash of its clause a card cannot show what it was approved against."""
    with pytest.raises(CardError, match=r"students\.yml:1: a-card: clause 4\.6 has no sha256\. Run `lodge cards approve`"):
        load(folder(tmp_path, GOOD), policy())


@pytest.mark.parametrize("text", ["- id: [", "id: a-card"])
def test_a_file_that_is_no_list_of_cards_is_refused(tmp_path: Path, text: str) -> None:
    """Broken YAML is named by line, without its text."""
    with pytest.raises(CardError, match=r"rulings/students\.yml:\d: not "):
        load(folder(tmp_path, text), policy())


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    """Somebody mending cards sees all that is wrong, not one thing at a time."""
    bad = GOOD.replace("a-card", "b-card").replace("4.6", "4.7").replace("answer: No.", "answer: No.\n  ask: nobody")
    with pytest.raises(CardError) as raised:
        approve(folder(tmp_path, GOOD + bad), policy())
    assert len(str(raised.value).splitlines()) == 2


def test_approving_records_hashes_and_changes_nothing_else(tmp_path: Path) -> None:
    """Only lines with the hash are added; approving again finds nothing to do."""
    held = folder(tmp_path, GOOD)
    assert approve(held, policy()) == 1
    text = (held / "students.yml").read_text(encoding="utf-8")
    hashed = f'sha256: "{policy().clauses["4.6"].sha256[:16]}"'
    assert hashed in text
    assert "".join(line for line in text.splitlines(keepends=True) if hashed not in line) == GOOD
    assert approve(held, policy()) == 0


def test_a_card_written_on_one_line_is_not_broken(tmp_path: Path) -> None:
    """Where a hash has no line to go on, the file is left as it is and the error says how to write it."""
    flat = GOOD.replace(
        '- id: "4.6"\n      quote: "staff should not have any further contact with them"',
        '- {id: "4.6", quote: "staff should not have any further contact with them"}',
    )
    held = folder(tmp_path, flat)
    with pytest.raises(CardError, match=r"students\.yml:5: write id and quote on a line each"):
        approve(held, policy())
    assert (held / "students.yml").read_text(encoding="utf-8") == flat


def test_approving_refreshes_an_old_hash(small: Path) -> None:
    """After a clause has changed, approving again lifts the suspension."""
    approve(small / "rulings", policy(small / "policies" / "social-media.md"))
    change(small, "as their professional relationship has ceased", "as their professional relationship has ended")
    assert [card.id for card in Answers.load(small).suspended] == ["friend-former-student"]
    assert approve(small / "rulings", policy(small / "policies" / "social-media.md")) == 1
    assert Answers.load(small).suspended == ()


def test_a_card_whose_clause_changed_is_suspended(small: Path) -> None:
    """Its ruling is withheld, the clause is shown as it stands now, and the answer says why (promise 2)."""
    approve(small / "rulings", policy(small / "policies" / "social-media.md"))
    change(small, "should not have any further contact with them", "may keep in touch with them")
    answers = Answers.load(small)
    answer = answers.answer("can I friend a former student?")
    assert [card.id for card in answers.suspended] == ["friend-former-student"]
    assert (answer.kind, answer.ruling) == ("nearest", None)
    assert "changed" in answer.answer
    assert "may keep in touch with them" in answer.citations[0].text
    assert answer.citations[0].review


def test_a_new_example_is_answered_by_its_card(small: Path) -> None:
    """An editor who adds a missed question to a card sees it answered, however odd its words."""
    cards = small / "rulings" / "few.yml"
    added = "    - should I have a LinkedIn profile\n    - wibble the flonkbook, innit\n"
    cards.write_text(
        cards.read_text(encoding="utf-8").replace("    - should I have a LinkedIn profile\n", added), encoding="utf-8"
    )
    approve(small / "rulings", policy(small / "policies" / "social-media.md"))
    assert Answers.load(small).answer("Wibble the flonkbook, innit?").card == "linkedin-profile"


def test_every_quote_of_the_product_is_in_the_live_text(answers: Answers) -> None:
    """A ruling is only ever sent with words that stand in its clause (promise 2)."""
    clauses = answers.policy.clauses
    assert answers.suspended == ()
    for card in answers.cards:
        for basis in card.clauses:
            assert folded(basis.quote) in folded(clauses[basis.clause].text), card.place


def test_every_clause_has_a_card(answers: Answers) -> None:
    """No clause is left that no question can reach."""
    rested = {basis.clause for card in answers.cards for basis in card.clauses}
    also = {clause for card in answers.cards for clause in card.also}
    assert set(answers.policy.clauses) <= rested | also


def change(small: Path, old: str, new: str) -> None:
    path = small / "policies" / "social-media.md"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
