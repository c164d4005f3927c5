"""A concern that is longer than one dialog shows: its parts in leaves, each small enough for every surface, none cut."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from handlers.message import Action, Part, Text

ROOM, MOST = 10_000, 40
"""Bytes and parts of one leaf. One part alone may have more: what a person writes at a time fits on every surface."""
Leaf = tuple[Part, ...]


def named(subject: str) -> tuple[str, int]:
    """What a dialog is about, and which leaf of it: ``<case>``, or ``<case> <number>`` from 1."""
    case_id, _, number = subject.partition(" ")
    return case_id, int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 1


def leaf(parts: Sequence[Part], number: int, action: str, case_id: str) -> tuple[Leaf, tuple[Action, ...]]:
    """One leaf, which says how many there are, and the buttons that turn to the ones beside it."""
    found = leaves(parts)
    number = min(max(number, 1), len(found))
    if len(found) == 1:
        return found[0], ()
    turns = ((number + 1, "Read on"), (number - 1, "Back"))
    buttons = tuple(
        Action(action, f"{label} ({to} of {len(found)})", f"{case_id} {to}", "main" if to > number else "plain", opens_form=True)
        for to, label in turns
        if 0 < to <= len(found)
    )
    words = f"**Part {number} of {len(found)}.** It is longer than one window holds; nothing of it is left out."
    return (Text(words), *found[number - 1]), buttons


def leaves(parts: Sequence[Part]) -> list[Leaf]:
    """All parts, in their order."""
    found: list[list[Part]] = [[]]
    left = ROOM
    for part in parts:
        left -= _weight(part)
        if found[-1] and (left < 0 or len(found[-1]) == MOST):
            found.append([])
            left = ROOM - _weight(part)
        found[-1].append(part)
    return [tuple(each) for each in found]


def _weight(part: Part) -> int:
    return len(json.dumps(asdict(part), ensure_ascii=False).encode("utf-8", "replace"))
