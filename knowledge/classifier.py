"""A linear classifier over short texts: learnt from examples in some seconds, asked in microseconds.

Logistic regression learnt from the cards as they stand, with the same result every time: no weights are published or
fetched, and those kept between starts are of these very words or not used.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Floats, Row

# Chosen by leaving out a quarter of the cards' examples at a time, with the labelled questions in view too.
_RIDGE = 0.02
_STEPS = 40
_SPREAD = 3.0  # a chance spread over many classes bends less: a step may be this much longer for each class, and no further


@dataclass(frozen=True)
class Weights:
    """What a head has learnt: features by classes, at any precision, and what every text starts from."""

    each: NDArray[np.floating[Any]]
    start: Floats

    def chances(self, row: Row, widths: Sequence[int]) -> list[Floats]:
        """A row's chance of each class of each head. Heads stand side by side, each so many classes wide."""
        sums: Floats = row.values @ self.each[row.at] + self.start
        ends = list(accumulate(widths))
        return [softmax(sums[end - width : end]) for end, width in zip(ends, widths, strict=True)]


def fit(rows: Sequence[Row], size: int, heads: Sequence[NDArray[np.intp]]) -> list[Weights]:
    """Weights for each head, which holds each row's class. The same rows always give the same weights."""
    texts = _Texts(rows, size)
    return [_climb(texts, np.eye(int(head.max()) + 1, dtype=np.float32)[head]) for head in heads]


def softmax(sums: Floats) -> Floats:
    """Sums as chances: each row adds up to one."""
    raised = np.exp(sums - sums.max(axis=-1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return chances


class _Texts:
    """All rows as one sparse matrix, seen from their middle: what they all share says nothing, and steps get there sooner."""

    def __init__(self, rows: Sequence[Row], size: int) -> None:
        from scipy.sparse import csr_array  # here alone: who only asks never loads it

        ends = np.cumsum([0, *(len(row.at) for row in rows)])
        values, at = np.concatenate([row.values for row in rows]), np.concatenate([row.at for row in rows])
        self._rows: Any = csr_array((values, at, ends), shape=(len(rows), size))
        self._columns: Any = self._rows.T.tocsr()
        self._middle = np.asarray(self._rows.mean(axis=0), np.float32)

    def sums(self, weights: Floats) -> Floats:
        """What each text comes to: texts by classes."""
        found: Floats = self._rows @ weights
        found += self.start(weights)
        return found

    def pull(self, each: Floats) -> Floats:
        """What the texts pull each feature to: features by classes."""
        found: Floats = self._columns @ each
        found -= np.outer(self._middle, each.sum(axis=0))
        return found

    def start(self, weights: Floats) -> Floats:
        """What a text without a feature comes to."""
        found: Floats = -(self._middle @ weights)
        return found

    def steepest(self) -> float:
        """The largest eigenvalue of every text against every other, near enough: ten rounds of powers."""
        count = self._rows.shape[0]
        vector, length = np.full((count, 1), 1 / math.sqrt(count), np.float32), 1.0
        for _ in range(10):
            vector = self.sums(self.pull(vector))
            length = float(np.linalg.norm(vector)) or 1.0
            vector = vector / np.float32(length)
        return length


def _climb(texts: _Texts, wanted: Floats) -> Weights:
    """Multinomial logistic regression by Nesterov's steps, as long as the curvature allows."""
    balance = _balance(wanted)
    bend = min(0.5, _SPREAD / wanted.shape[1])
    step = np.float32(1 / (_RIDGE + texts.steepest() * float(balance.max()) * bend))
    each = ahead = texts.pull(np.zeros_like(wanted))
    pace = 1.0
    for _ in range(_STEPS):
        slope = texts.pull(balance * (softmax(texts.sums(ahead)) - wanted)) + np.float32(_RIDGE) * ahead
        new: Floats = np.asarray(ahead - step * slope, np.float32)
        faster = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        ahead = new + np.float32((pace - 1) / faster) * (new - each)
        each, pace = new, faster
    return Weights(each, texts.start(each))


def _balance(wanted: Floats) -> Floats:
    """Between two classes the rarer counts for more, up to three times; among many, each row counts the same."""
    counts = wanted.sum(axis=0)
    shares = np.minimum(np.sqrt(counts.max() / counts), 3) if len(counts) == 2 else np.ones(len(counts))
    balance: Floats = (wanted @ shares.astype(np.float32))[:, None]
    return balance
