"""What was taught goes into the files it belongs to: in their style, once, and nothing else of them changes."""

from pathlib import Path

import pytest
import yaml

from knowledge.cards import CardError
from knowledge.export import NEGATIVE, export

TAUGHT = {
    "friend-former-student": ["it's: a #leaver - ok?", "can I friend a former student", "two\nlines"],
    "linkedin-profile": ["'quoted' from the start"],
    "not_covered": ["where's my coat"],
    "gone": ["nobody"],
}


def examples(folder: Path) -> dict[str, list[str]]:
    cards = yaml.safe_load((folder / "rulings" / "few.yml").read_text())
    undecided = yaml.safe_load((folder / NEGATIVE).read_text())["examples"]
    return {**{card["id"]: card["examples"] for card in cards}, "not_covered": undecided}


def test_phrasings_are_written_where_they_belong(small: Path) -> None:
    """Each stands last among its card's examples, reads back as it was taught, and no other line has changed."""
    before = (small / "rulings" / "few.yml").read_text().splitlines()
    done = {each.card: (each.file, each.added, each.there) for each in export(small, TAUGHT)}
    assert done["friend-former-student"] == ("rulings/few.yml", 2, 1)
    assert done["not_covered"] == ("words/negative.yml", 1, 0)
    assert done["gone"] == ("", 0, 0)
    after = (small / "rulings" / "few.yml").read_text().splitlines()
    assert [line for line in after if line in before] == before
    found = examples(small)
    assert found["friend-former-student"][-2:] == ["it's: a #leaver - ok?", "two lines"]
    assert found["linkedin-profile"][-1] == "'quoted' from the start"
    assert found["not_covered"][-1] == "where's my coat"
    assert (small / NEGATIVE).read_text().rstrip().endswith("- 'where''s my coat'")


def test_a_second_export_changes_nothing(small: Path) -> None:
    """Written once, a phrasing is not written again, and that is said."""
    export(small, TAUGHT)
    before = [(small / name).read_bytes() for name in ("rulings/few.yml", NEGATIVE)]
    assert [(each.added, each.there) for each in export(small, TAUGHT) if each.file] == [(0, 3), (0, 1), (0, 1)]
    assert [(small / name).read_bytes() for name in ("rulings/few.yml", NEGATIVE)] == before


def test_a_folder_that_holds_no_cards_is_named(tmp_path: Path) -> None:
    """A wrong folder, or a file that is not YAML, says what to do, and nothing is written."""
    with pytest.raises(CardError, match="rulings and words"):
        export(tmp_path, TAUGHT)
