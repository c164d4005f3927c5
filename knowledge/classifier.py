"""A linear classifier over short texts: learnt from examples in about a second, asked in microseconds.

Logistic regression learnt from the cards as they stand, with numpy alone and the same result every time: no weights are
published or fetched, and those kept between starts are of these very words or not used.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from knowledge.features import Floats, Row

# Chosen by leaving out a quarter of the cards' examples at a time, with the labelled questions in view too.
_RIDGE = 0.05
_STEPS = 30
_SPREAD = 3.0  # a chance spread over many classes bends less: a step may be this much longer for each class, and no further
_MANY = 48  # a feature in more texts than this is common: it is held as a full column, the others as pairs
_BLOCK = 1024  # common features held at a time, so that memory stays small


@dataclass(frozen=True)
class Weights:
    """What a head has learnt: features by classes, and what every text starts from."""

    each: Floats
    start: Floats

    def chances(self, row: Row, widths: Sequence[int]) -> list[Floats]:
        """A row's chance of each class of each head. Heads stand side by side, each so many classes wide."""
        sums = row.values @ self.each[row.at] + self.start
        ends = list(accumulate(widths))
        return [softmax(sums[end - width : end]) for end, width in zip(ends, widths, strict=True)]


def fit(rows: Sequence[Row], size: int, heads: Sequence[NDArray[np.intp]]) -> list[Weights]:
    """Weights for each head. A head holds each row's class; the rows are compared once for all heads.

    The same rows always give the same weights.
    """
    groups = list(_groups(rows, size))
    gram = _gram(groups, len(rows))
    means = gram.mean(axis=0)
    # Texts are seen from their middle: what all of them share says nothing, and the steps below get there sooner.
    gram -= means
    gram -= (means - means.mean())[:, None]
    return [_weights(groups, size, _climb(gram, np.eye(int(head.max()) + 1, dtype=np.float32)[head])) for head in heads]


def softmax(sums: Floats) -> Floats:
    """Sums as chances: each row adds up to one."""
    raised = np.exp(sums - sums.max(axis=-1, keepdims=True))
    chances: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return chances


@dataclass(frozen=True)
class _Group:
    """Features that stand in equally many texts: their numbers, and for each the texts and its values there."""

    features: NDArray[np.intp]
    texts: NDArray[np.intp]
    values: Floats


def _groups(rows: Sequence[Row], size: int) -> Iterator[_Group]:
    at = np.concatenate([row.at for row in rows])
    order = np.argsort(at, kind="stable")
    texts = np.repeat(np.arange(len(rows)), [len(row.at) for row in rows])[order]
    values = np.concatenate([row.values for row in rows])[order]
    counts = np.bincount(at, minlength=size)
    starts = np.cumsum(counts) - counts
    for count in range(1, int(counts.max()) + 1):
        found = np.flatnonzero(counts == count)
        if len(found):
            places = starts[found][:, None] + np.arange(count)
            yield _Group(found, texts[places], values[places])


def _gram(groups: Sequence[_Group], count: int) -> Floats:
    """Every text against every other: rare features pair by pair, common ones as full columns."""
    gram = np.zeros((count, count), np.float32)
    common: list[Floats] = []
    for group in groups:
        if len(common) >= _BLOCK:
            _add(gram, common)
            common = []
        if group.texts.shape[1] <= _MANY:
            pairs = group.texts[:, :, None] * count + group.texts[:, None, :]
            np.add.at(gram.reshape(-1), pairs.reshape(-1), (group.values[:, :, None] * group.values[:, None, :]).reshape(-1))
        else:
            columns = np.zeros((len(group.features), count), np.float32)
            np.put_along_axis(columns, group.texts, group.values, axis=1)
            common.extend(columns)
    if common:
        _add(gram, common)
    return gram


def _add(gram: Floats, common: Sequence[Floats]) -> None:
    """Add what common features say, a band of texts at a time: what is held beside the whole stays small."""
    block = np.array(common)
    for first in range(0, len(gram), _BLOCK):
        gram[first : first + _BLOCK] += block[:, first : first + _BLOCK].T @ block


def _weights(groups: Sequence[_Group], size: int, dual: Floats) -> Weights:
    """From what each text pulls to what each feature weighs, seen from the middle of all texts."""
    each = np.zeros((size, dual.shape[1]), np.float32)
    middle = np.zeros(size, np.float32)
    for group in groups:
        middle[group.features] = group.values.sum(axis=1) / np.float32(len(dual))
        for feature, texts, values in zip(group.features, group.texts, group.values, strict=True):
            each[feature] = values @ dual[texts]
    each -= middle[:, None] * dual.sum(axis=0)
    return Weights(each, -(middle @ each))


def _climb(gram: Floats, wanted: Floats) -> Floats:
    """Multinomial logistic regression in its dual form, by Nesterov's steps, as long as the curvature allows."""
    balance = _balance(wanted)
    dual = ahead = np.zeros_like(wanted)
    bend = min(0.5, _SPREAD / wanted.shape[1])
    step = 1 / (_RIDGE + _steepest(gram) * float(balance.max()) * bend)
    pace = 1.0
    for _ in range(_STEPS):
        slope: Floats = balance * (softmax(gram @ ahead) - wanted) + np.float32(_RIDGE) * ahead
        new: Floats = ahead - np.float32(step) * slope
        faster = (1 + math.sqrt(1 + 4 * pace * pace)) / 2
        ahead = new + np.float32((pace - 1) / faster) * (new - dual)
        dual, pace = new, faster
    return dual


def _balance(wanted: Floats) -> Floats:
    """Between two classes the rarer counts for more, up to three times; among many, each row counts the same."""
    counts = wanted.sum(axis=0)
    shares = np.minimum(np.sqrt(counts.max() / counts), 3) if len(counts) == 2 else np.ones(len(counts))
    balance: Floats = (wanted @ shares.astype(np.float32))[:, None]
    return balance


def _steepest(gram: Floats) -> float:
    """The largest eigenvalue, near enough: ten rounds of powers."""
    vector = np.full(len(gram), 1 / math.sqrt(len(gram)), np.float32)
    length = 1.0
    for _ in range(10):
        vector = gram @ vector
        length = float(np.linalg.norm(vector)) or 1.0
        vector = vector / np.float32(length)
    return length
