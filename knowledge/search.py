"""From a question's words to the cards that may answer it, each with a chance between 0 and 1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card
from knowledge.classifier import fit
from knowledge.features import Features, Floats, Row
from knowledge.words import Tokens

# Chosen by leaving out a quarter of the cards' examples at a time, with the labelled questions in view too.
_KIN = 0.3  # how much a card gains from cards that rest on the same clause: it is often a near miss between them
_KNOWN = 0.34  # the share of words that must have been seen before: below it nothing is known of the question


@dataclass(frozen=True)
class Found:
    """The chance that the policy decides a question, and of each card if it does, in the cards' order."""

    decided: float
    cards: NDArray[np.float64]


class Search:
    """All cards' examples, and questions that none of them answers, learnt together."""

    def __init__(
        self,
        features: Features,
        rows: Sequence[Row],
        owners: NDArray[np.intp],
        cards: Sequence[Card],
        examples: Mapping[tuple[str, ...], int],
    ) -> None:
        """``owners`` is each row's card, by its place; one more than the last card stands for 'not decided'.

        ``examples`` gives the card of a question that is word for word an example, by its stems.
        """
        self._features = features
        self._examples = examples
        scope = (owners < len(cards)).astype(np.intp)
        self._cards, self._scope = fit(rows, features.size, [owners, scope])
        self._kin = _kin(cards)

    def look(self, tokens: Tokens) -> Found:
        """Weigh a question against every card.

        Two readings of 'not decided' are taken together: as one class among the cards, where the best clause must beat
        it, and by itself against them all.
        """
        row = self._features.row(tokens)
        chances, scope = self._cards.chances(row), self._scope.chances(row)
        cards, none = chances[:-1], float(chances[-1])
        clauses = self._kin @ cards
        odds = float(clauses.max()) * float(scope[1]) / max(none * float(scope[0]), 1e-12)
        raised = (cards * clauses**_KIN).astype(np.float64)
        decided = odds**0.5 / (1 + odds**0.5) if row.known >= _KNOWN else 0.0
        return self._as_written(tokens, Found(decided, raised / raised.sum()))

    def _as_written(self, tokens: Tokens, found: Found) -> Found:
        """A card's own example always finds its card, so that whoever adds one sees it answered."""
        card = self._examples.get(tokens.stems)
        if card is None:
            return found
        chances = found.cards * 0.1
        chances[card] += 0.9
        return Found(1.0, chances)


def _kin(cards: Sequence[Card]) -> Floats:
    """Which cards rest on the same clause."""
    first = np.array([card.clauses[0].clause for card in cards])
    kin: Floats = (first[:, None] == first[None, :]).astype(np.float32)
    return kin
