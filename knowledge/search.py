"""From a question's words to the cards that may answer it, each with a chance between 0 and 1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card
from knowledge.features import NO_MEANING, Floats, Row
from knowledge.index import Index
from knowledge.words import Tokens

# Chosen by leaving out a quarter of the cards' examples at a time, with the labelled questions in view too.
_KIN = 0.3  # how much a card gains from cards that rest on the same clause: it is often a near miss between them
# How a disclosure's own chance, the cards on concerns and the likeliest other reading bear on each other.
_SAID, _TOLD, _ORDINARY, _START, _LEAST = 0.7, 0.2, 0.5, -2.0, 1e-3
_AMONG = 0.7  # what the first of two readings of "not decided" counts, beside the second
_KNOWN = 0.34  # the share of words that must have been seen before: below it nothing is known of the question


@dataclass(frozen=True)
class Found:
    """The chance that the policy decides a question, and of each card if it does, in the cards' order."""

    decided: float
    cards: NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """A text read once: its words, its features, and what they make likely. It lives as long as its question."""

    tokens: Tokens
    key: str  # of the text as it was typed, by `known_by`
    row: Row
    cards: Floats
    scope: Floats  # not decided, decided
    heard: float  # the chance, from 0 to 1, that the text tells of somebody at risk: what the words of the gates miss


class Search:
    """Weighs questions against all cards' examples, and against questions that none of them answers."""

    def __init__(self, index: Index, cards: Sequence[Card]) -> None:
        """``cards`` in the order they were learnt in; in what was learnt, one more stands for 'not decided'."""
        self._index = index
        self._kin = _kin(cards)
        self._grave = np.array([card.danger or card.flow == "report_concern" for card in cards])

    def read(self, tokens: Tokens, key: str, meaning: Floats = NO_MEANING) -> Reading:
        """Weigh a text once, for the gates and for its answer.

        ``key``: what it is known by as it was typed; ``meaning``: what the encoder made of it, where there is one.
        """
        row = self._index.features.row(tokens, meaning)
        cards, scope, danger = self._index.chances(row)
        return Reading(tokens, key, row, cards, scope, self._heard(float(danger[1]), cards) if row.known else 0.0)

    def _heard(self, chance: float, cards: Floats) -> float:
        """The chance of a disclosure, held against the cards: what an ordinary one answers well is likely no disclosure."""
        grave = float(cards[:-1][self._grave].sum())
        ordinary = max(float(cards[:-1][~self._grave].max()), float(cards[-1]))
        odds = _SAID * _log_odds(chance) + _TOLD * math.log(grave + _LEAST) - _ORDINARY * math.log(ordinary + _LEAST) + _START
        return 1 / (1 + math.exp(-odds))

    def look(self, reading: Reading) -> Found:
        """Weigh a question against every card.

        Two readings of 'not decided' are taken together: as one class among the cards, where the best clause must beat
        it, and by itself against them all.
        """
        cards, none = reading.cards[:-1], float(reading.cards[-1])
        clauses = self._kin @ cards
        best, alone = float(clauses.max()) / max(none, 1e-6), float(reading.scope[1]) / max(float(reading.scope[0]), 1e-6)
        odds = best**_AMONG * alone ** (1 - _AMONG)
        raised = (cards * clauses**_KIN).astype(np.float64)
        decided = odds / (1 + odds) if reading.row.known >= _KNOWN else 0.0
        return self._as_written(reading.key, Found(decided, raised / raised.sum()))

    def _as_written(self, key: str, found: Found) -> Found:
        """A card's own example always finds its card, so that whoever adds one sees it answered; so too what nothing decides."""
        card = self._index.examples.get(key)
        if card is None:
            return found
        if card == len(found.cards):
            return Found(0.0, found.cards)
        chances = found.cards * 0.1
        chances[card] += 0.9
        return Found(1.0, chances)


def _log_odds(chance: float) -> float:
    held = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(held / (1 - held))


def _kin(cards: Sequence[Card]) -> Floats:
    """Which cards rest on the same clause."""
    first = np.array([card.clauses[0].clause for card in cards])
    kin: Floats = (first[:, None] == first[None, :]).astype(np.float32)
    return kin
