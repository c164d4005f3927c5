"""Which of the cards that could answer comes first, and whether that is sure enough (promise 3: never a wrong yes)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card
from knowledge.search import Found

_SECOND, _ALSO, _OWN = 0.5, 0.15, 0.3  # what a card's further clauses, its `also`, and the chosen card's `also` count


@dataclass(frozen=True)
class Rule:
    """One line of `precedence`: which cards give way to which, where a concept is named."""

    when: tuple[frozenset[str], ...]
    over: NDArray[np.bool_]
    by: NDArray[np.bool_]
    least: float


class Precedence:
    """Bars and rules from `words/precedence.yml`, held against the cards."""

    def __init__(self, words: Mapping[str, Any], cards: Sequence[Card]) -> None:
        self.bars: Mapping[str, float] = words["bars"]
        self._cards = cards
        self._rules = [_rule(entry, cards) for entry in words["precedence"]]
        self._rulings = np.array([card.ruling for card in cards])
        self._names, self._shares = _shares(cards)
        firsts = np.array([card.clauses[0].clause for card in cards])
        self._twins = (firsts[:, None] == firsts) & (self._rulings[:, None] == self._rulings)

    def choose(self, found: Found, concepts: Sequence[str]) -> tuple[Card, bool]:
        """The card that answers, and whether it is sure enough to give its ruling where the policy decides at all."""
        # Cards that rule the same from the same clause stand together: which of them it is may be open.
        together = found.cards @ self._twins
        at = int((found.cards * together).argmax())
        held = True
        for rule in self._rules:
            if rule.over[at] and any(when.issubset(concepts) for when in rule.when):
                better = np.where(rule.by, found.cards, -1.0)
                held = bool(better.max() >= rule.least)
                at = int(better.argmax()) if held else at
        card = self._cards[at]
        sure = together[at] >= self.bars["card"]
        likely = self.chance(found, card) >= self._bar(card)
        return card, bool(sure and likely and (held or card.ruling != "allowed"))

    def chance(self, found: Found, card: Card) -> float:
        """The chance of a card's ruling, over all cards that give it, among those the policy decides."""
        return float(found.cards[self._rulings == card.ruling].sum())

    def ranked(self, found: Found) -> list[Card]:
        """All cards, likeliest first."""
        return [self._cards[at] for at in np.argsort(-found.cards, kind="stable")]

    def clauses(self, found: Found, chosen: Card | None = None) -> list[str]:
        """Clauses by how likely they are to matter, best first; what the chosen card also names comes early."""
        worth = found.cards @ self._shares
        if chosen is not None:
            for clause in chosen.also:
                worth[self._names.index(clause)] += _OWN * float(found.cards.max())
        return [self._names[at] for at in np.argsort(-worth, kind="stable")]

    def _bar(self, card: Card) -> float:
        return self.bars["allowed" if card.ruling == "allowed" else "ruling"]


def _rule(entry: Mapping[str, Any], cards: Sequence[Card]) -> Rule:
    only = entry.get("only")
    over = [(only is None or card.ruling in only) and _beneath(card, entry["over"]) for card in cards]
    by = [_beneath(card, entry["by"]) for card in cards]
    when = tuple(frozenset(f"#{concept.strip()}" for concept in each.split("+")) for each in entry["when"])
    return Rule(when, np.array(over), np.array(by), entry["least"])


def _beneath(card: Card, clauses: Sequence[str]) -> bool:
    first = card.clauses[0].clause
    return any(first == clause or first.startswith(f"{clause}.") for clause in clauses)


def _shares(cards: Sequence[Card]) -> tuple[list[str], NDArray[np.float64]]:
    """Which clauses each card speaks for, and how much: cards by clauses."""
    names = sorted({name for card in cards for name in (*(basis.clause for basis in card.clauses), *card.also)})
    shares = np.zeros((len(cards), len(names)))
    for at, card in enumerate(cards):
        for clause in card.also:
            shares[at, names.index(clause)] = _ALSO
        for place, basis in enumerate(card.clauses):
            shares[at, names.index(basis.clause)] = 1.0 if place == 0 else _SECOND
    return names, shares
