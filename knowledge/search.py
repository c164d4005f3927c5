"""From a question's words to the cards and clauses that may answer it, each with a chance between 0 and 1."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card
from knowledge.classifier import Features, Floats, Likeness, fit, score, softmax
from knowledge.words import Lexicon, Tokens

# Chosen by leaving out a quarter of the cards' examples at a time, never on the questions that measure.
_ALIKE = 2.0  # what the three likest examples of a card count beside the classifier
_KIN = 0.3  # how much a card gains from cards that rest on the same clause: it is often a near miss between them


@dataclass(frozen=True)
class Found:
    """The chances of every card, in the cards' order; ``none`` that the policy does not decide it; ``near`` how like the
    nearest example is."""

    cards: NDArray[np.float64]
    none: float
    near: float


class Search:
    """All cards' examples, and questions that none of them answers, learnt together."""

    def __init__(self, lexicon: Lexicon, cards: Sequence[Card], undecided: Sequence[str]) -> None:
        texts = [text for card in cards for text in (card.answer, *card.examples)] + list(undecided)
        counts = [1 + len(card.examples) for card in cards] + [len(undecided)]
        self._features = Features(lexicon, texts)
        self.size = self._features.size
        owners = np.repeat(np.arange(len(counts)), counts)
        self._weights = fit(self._features.rows, self.size, owners, len(counts))
        self._likeness = Likeness(self._features.rows, self.size)
        self._places = _places(counts)
        self._kin = _kin(cards)

    def look(self, tokens: Tokens) -> Found:
        """Weigh a question against every card."""
        row = self._features.row(tokens)
        likeness = np.append(self._likeness.to(row), 0.0)
        best = np.sort(likeness[self._places], axis=1)[:, -3:].mean(axis=1)
        chances = softmax(score(self._weights, row) + np.float32(_ALIKE) * best.astype(np.float32))
        chances = chances * (self._kin @ chances) ** _KIN
        chances = (chances / chances.sum()).astype(np.float64)
        return Found(chances[:-1], float(chances[-1]), float(likeness.max()))


def _kin(cards: Sequence[Card]) -> Floats:
    """Which cards rest on the same clause; the last place, for 'not decided', is kin to itself alone."""
    first = np.array([card.clauses[0].clause for card in cards] + [""])
    kin: Floats = (first[:, None] == first[None, :]).astype(np.float32)
    return kin


def _places(counts: Sequence[int]) -> NDArray[np.intp]:
    """For each card, where its texts stand among all; short rows are filled up with a place that is empty."""
    places = np.full((len(counts), max(3, *counts)), sum(counts))
    start = 0
    for card, count in enumerate(counts):
        places[card, :count] = np.arange(start, start + count)
        start += count
    return places
