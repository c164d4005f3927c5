"""A linear classifier over short texts: built from examples in about a second, asked in microseconds.

Logistic regression learnt when Lodge starts, with numpy alone and the same result every time: there is no file of weights
to keep in step with the cards, and nothing is fetched.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.words import Lexicon, Tokens

Floats = NDArray[np.float32]
# What each family of features weighs, each scaled to length one by itself: single words, neighbours, concepts, pairs of
# concepts, and three or four letters in a row (which see through typing errors).
WEIGHTS = {"word": 1.0, "next": 0.7, "concept": 0.8, "pair": 0.8, "letters": 0.7}
FULL = sum(weight * weight for weight in WEIGHTS.values())  # the likeness of a text to itself
# Chosen by leaving out a quarter of the cards' examples at a time, never on the questions that measure.
_RIDGE = 0.1
_STEPS = 60
_BLOCK = 2048  # features held densely at a time, so that memory stays small


@dataclass(frozen=True)
class Row:
    """A text as features: their numbers and their values."""

    at: NDArray[np.int32]
    values: Floats


class Features:
    """The vocabulary of a set of texts. A feature seen in one text only says nothing about others and is left out."""

    def __init__(self, lexicon: Lexicon, texts: Sequence[str]) -> None:
        self._lexicon = lexicon
        read = [_families(lexicon.tokens(text)) for text in texts]
        seen = Counter(feature for families in read for counts in families.values() for feature in counts)
        kept = sorted(feature for feature, count in seen.items() if count > 1)
        self._numbers = {feature: number for number, feature in enumerate(kept)}
        self._rarity = {feature: math.log((1 + len(texts)) / (1 + count)) + 1 for feature, count in seen.items()}
        self._rarest = math.log(1 + len(texts)) + 1
        self.rows = [self._row(families) for families in read]
        self.size = len(kept)

    def row(self, tokens: Tokens) -> Row:
        """A new text in the features of this vocabulary."""
        return self._row(_families(tokens))

    def _row(self, families: dict[str, Counter[str]]) -> Row:
        at: list[int] = []
        values: list[float] = []
        for family, counts in families.items():
            worth = {each: (1 + math.log(n)) * self._rarity.get(each, self._rarest) for each, n in counts.items()}
            length = math.sqrt(sum(value * value for value in worth.values())) or 1.0
            known = [each for each in worth if each in self._numbers]
            at += [self._numbers[each] for each in known]
            values += [WEIGHTS[family] * worth[each] / length for each in known]
        return Row(np.array(at, np.int32), np.array(values, np.float32))


def _families(tokens: Tokens) -> dict[str, Counter[str]]:
    stems, concepts = tokens.stems, tokens.concepts
    edged = ("^", *stems, "$")
    spaced = f" {' '.join(stems)} "
    return {
        "word": Counter(stems),
        "next": Counter(f"{one} {two}" for one, two in pairwise(edged)),
        "concept": Counter(concepts),
        "pair": Counter(f"{one}{two}" for one in concepts for two in concepts if one < two),
        "letters": Counter(f"~{spaced[i : i + n]}" for n in (3, 4) for i in range(len(spaced) - n + 1)),
    }


def _blocks(rows: Sequence[Row], size: int) -> Iterator[tuple[int, Floats]]:
    """The rows as dense columns, a block of features at a time: first feature's number, rows by features."""
    at = np.concatenate([row.at for row in rows])
    values = np.concatenate([row.values for row in rows])
    owners = np.repeat(np.arange(len(rows)), [len(row.at) for row in rows])
    for first in range(0, size, _BLOCK):
        inside = (at >= first) & (at < first + _BLOCK)
        dense = np.zeros((len(rows), min(_BLOCK, size - first)), np.float32)
        dense[owners[inside], at[inside] - first] = values[inside]
        yield first, dense


def fit(rows: Sequence[Row], size: int, owners: NDArray[np.intp], classes: int) -> Floats:
    """Weights, features by classes: multinomial logistic regression with a ridge, in its dual form.

    ``owners`` is each row's class. The same rows always give the same weights.
    """
    gram = np.zeros((len(rows), len(rows)), np.float32)
    for _, dense in _blocks(rows, size):
        gram += dense @ dense.T
    dual = _climb(gram, np.eye(classes, dtype=np.float32)[owners])
    weights = np.empty((size, classes), np.float32)
    for first, dense in _blocks(rows, size):
        weights[first : first + dense.shape[1]] = dense.T @ dual
    return weights


def _climb(gram: Floats, wanted: Floats) -> Floats:
    """Nesterov's accelerated steps, as long as the curvature allows."""
    dual = ahead = np.zeros_like(wanted)
    step = np.float32(1 / (_RIDGE + _steepest(gram) / 2))
    ridge, pace = np.float32(_RIDGE), 1.0
    for _ in range(_STEPS):
        new = ahead - step * (softmax(gram @ ahead) - wanted + ridge * ahead)
        faster = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        ahead = new + np.float32((pace - 1) / faster) * (new - dual)
        dual, pace = new, faster
    return dual


def _steepest(gram: Floats) -> float:
    """The largest eigenvalue, near enough: ten rounds of powers."""
    vector = np.full(len(gram), 1 / math.sqrt(len(gram)), np.float32)
    length = 1.0
    for _ in range(10):
        vector = gram @ vector
        length = float(np.linalg.norm(vector)) or 1.0
        vector = vector / np.float32(length)
    return length


def softmax(sums: Floats) -> Floats:
    """Sums as chances: each row adds up to one."""
    raised = np.exp(sums - sums.max(axis=-1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return chances


def score(weights: Floats, row: Row) -> Floats:
    """A row's sums: one value for each column the weights were fitted to."""
    sums: Floats = row.values @ weights[row.at]
    return sums


class Likeness:
    """How like each of the example texts a new one is: 0 nothing shared, 1 the same text."""

    def __init__(self, rows: Sequence[Row], size: int) -> None:
        at = np.concatenate([row.at for row in rows])
        order = np.argsort(at, kind="stable")
        self._starts = np.searchsorted(at[order], np.arange(size + 1))
        self._owners = np.repeat(np.arange(len(rows), dtype=np.int32), [len(row.at) for row in rows])[order]
        self._values = np.concatenate([row.values for row in rows])[order]
        self._count = len(rows)

    def to(self, row: Row) -> NDArray[np.float64]:
        """The likeness to every row, in their order."""
        if not len(row.at):
            return np.zeros(self._count)
        starts, ends = self._starts[row.at], self._starts[row.at + 1]
        spans = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        owners = np.concatenate([self._owners[span] for span in spans])
        shared = np.concatenate([self._values[span] for span in spans])
        worth = shared * np.repeat(row.values, ends - starts)
        return np.bincount(owners, worth, self._count) / FULL
