"""Small copies of the knowledge, to break."""

from pathlib import Path
from shutil import copytree

import pytest
import yaml

import knowledge
from knowledge.words import LOADER

KNOWLEDGE = Path(knowledge.__file__).parent


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A copy of the knowledge with a few cards of its own, which a test may change."""
    for part in ("policies", "words"):
        copytree(KNOWLEDGE / part, tmp_path / part)
    _fewer(tmp_path / "words" / "negative.yml", "examples")
    _fewer(tmp_path / "words" / "danger.yml", "disclosures", "harmless")
    (tmp_path / "rulings").mkdir()
    (tmp_path / "rulings" / "few.yml").write_text(FEW, encoding="utf-8")
    return tmp_path


def _fewer(path: Path, *lists: str) -> None:
    """Every fifteenth text of some lists, so that learning takes no time."""
    words = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    path.write_text(yaml.safe_dump({**words, **{name: words[name][::15] for name in lists}}), encoding="utf-8")


FEW = """\
- id: friend-former-student
  ruling: not_allowed
  answer: No. Once a student has left, the policy asks staff to have no further contact.
  clauses:
    - id: "4.6"
      quote: "staff should not have any further contact with them"
  next: "Decline the request."
  examples:
    - can I friend a former student
    - a leaver has asked to connect with me
- id: page-set-up
  ruling: allowed_if
  answer: Yes, once the Marketing & Communications Manager has agreed.
  clauses:
    - id: "3.1.2"
      quote: "must authorise the creation of a College social media presence"
  flow: request_account
  next: "Ask before you set anything up."
  examples:
    - can I set up a page for my department
    - I want a new account for our course
- id: linkedin-profile
  ruling: allowed
  answer: Yes, the College encourages it.
  clauses:
    - id: "3.3.1"
      quote: "encourages staff to have a LinkedIn profile"
  next: "Keep posts in line with the policy."
  examples:
    - should I have a LinkedIn profile
"""
