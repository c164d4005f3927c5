"""The two danger gates (promise 1). They read a text; they never report, judge or keep it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.classifier import fit
from knowledge.features import Features, Row
from knowledge.words import fold


@dataclass(frozen=True)
class Gates:
    """What the gates found. ``narrow``: the emergency page first. ``broad``: a short line above the normal answer."""

    narrow: bool
    broad: bool


class Patterns:
    """The gates as words alone: no index, no network, no database. A false alarm is cheap, a miss is not."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._narrow = [re.compile(each) for each in words["narrow"]]
        self._narrow_not = [re.compile(each) for each in words.get("narrow_not", ())]
        self._broad = [re.compile(each) for each in words["broad"]]

    def gates(self, text: str) -> Gates:
        """What a text's words say by themselves."""
        plain = fold(text)
        narrow = _any(self._narrow, plain) and not _any(self._narrow_not, plain)
        return Gates(narrow, narrow or _any(self._broad, plain))


class Ear:
    """What words alone miss: a classifier that has heard disclosures, and ordinary questions beside them."""

    def __init__(self, features: Features, rows: Sequence[Row], told: NDArray[np.intp]) -> None:
        """``told`` is 1 for each row that is a disclosure, else 0."""
        (self._weights,) = fit(rows, features.size, [told])

    def hears(self, row: Row) -> float:
        """The chance, from 0 to 1, that a text tells of somebody at risk."""
        return float(self._weights.chances(row)[1]) if row.known else 0.0


def _any(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
