"""Turns of a conversation: whether one wants the turn before it, and whether it holds two questions."""

import re
from collections.abc import Mapping
from typing import Any

from knowledge.words import fold


class Turns:
    """The cues of `words/turns.yml`."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._cues = [re.compile(cue) for cue in words["cues"]]
        self._pronouns = re.compile(words["pronouns"])
        self._longest = (int(words["cue_longest"]), int(words["pronoun_longest"]))
        self._short = int(words["short_longest"])
        self._empty = frozenset(words["empty"].split())
        starts = words["starts"]
        self._asks = re.compile(rf"{words['before']}{starts}\b")
        self._between = re.compile(
            rf"\?+\s+|[.!;]\s+|,?\s+(?:and|also|plus)(?: also)?,?\s+(?={starts}\b)|\s+also,?\s+(?={starts}\b)"
        )

    def looks_back(self, text: str) -> bool:
        """Whether a turn is short, or has a cue, so that it wants the turn before it."""
        plain, said = fold(text), self._said(text)
        cued, pointing = self._longest
        if said <= 1 or (said <= cued and any(cue.match(plain) for cue in self._cues)):
            return True
        return said <= pointing and bool(self._pronouns.search(plain))

    def thin(self, text: str) -> bool:
        """Whether a turn says so little that it is about whatever came before it."""
        return self._said(text) <= 1

    def short(self, text: str) -> bool:
        """Whether a turn says so little that what it is about may stand in the one before it."""
        return self._said(text) <= self._short

    def _said(self, text: str) -> int:
        """How many of a text's words say something by themselves."""
        words = re.findall(r"[a-z0-9']+", fold(text))
        return sum(word.replace("'", "") not in self._empty for word in words)

    def questions(self, text: str) -> list[str]:
        """The questions of a text that holds exactly two, else nothing. A story before a question is no question."""
        parts = [part for part in self._between.split(fold(text)) if part and len(part.split()) > 2]
        asked = [part for part in parts if self._asks.match(part) or part.endswith("?")]
        return asked if len(asked) == 2 == len(parts) else []
