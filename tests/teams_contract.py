"""What Teams itself says is a valid card or manifest, where its schemas are at hand; and its limits, always."""

import functools
import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema.protocols import Validator

from tests.contracts import validator

LARGEST = 28 * 1024
FOLDER = Path(os.environ.get("LODGE_CONTRACTS") or Path(__file__).parents[2] / "shared" / "contracts")


def schema(name: str) -> Validator:
    """A validator for one of Microsoft's schemas; skips the test where the folder is not there."""
    if not (FOLDER / name).exists():
        pytest.skip(f"the platforms' schemas are not here: set LODGE_CONTRACTS to the folder with {name}")
    return _validator(name)


@functools.cache
def _validator(name: str) -> Validator:
    return validator(json.loads((FOLDER / name).read_text(encoding="utf-8")))


def problems(card: dict[str, Any]) -> list[str]:
    """Everything in a card that the schema refuses. ``choices.data``, the people picker, is Teams' own and not in it."""
    return [f"{error.json_path}: {error.message[:200]}" for error in schema("adaptive-card-1.5.json").iter_errors(bare(card))]


def bare(drawn: Any) -> Any:
    """A card without Teams' own additions."""
    if isinstance(drawn, dict):
        return {key: bare(value) for key, value in drawn.items() if key not in ("msteams", "choices.data")}
    return [bare(each) for each in drawn] if isinstance(drawn, list) else drawn


def size(card: dict[str, Any]) -> int:
    """Bytes on the wire."""
    return len(json.dumps(card, ensure_ascii=False).encode())


def every(card: Any, kind: str) -> list[dict[str, Any]]:
    """Every element of a kind, wherever it stands, in order."""
    found = [card] if isinstance(card, dict) and card.get("type") == kind else []
    inside = card.values() if isinstance(card, dict) else card if isinstance(card, list) else ()
    return found + [each for part in inside for each in every(part, kind)]
