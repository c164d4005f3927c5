"""What the classifiers learn from: the cards' examples, questions nothing decides, disclosures and their look-alikes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card
from knowledge.features import Row
from knowledge.words import Lexicon

_ORDINARY = 2


class Lessons:
    """All texts in one order, so that each is read once: cards, undecided, disclosures, harmless look-alikes."""

    def __init__(self, cards: Sequence[Card], undecided: Sequence[str], heard: Mapping[str, Any]) -> None:
        groups = [_taught(card) for card in cards] + [[str(each) for each in undecided]]
        self._owners = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
        self._questions = [text for group in groups for text in group]
        self.cards = len(cards)
        self._told: list[str] = list(heard.get("disclosures", ()))
        self._harmless: list[str] = list(heard.get("harmless", ()))
        self._grave = {at for at, card in enumerate(cards) if card.danger or card.flow == "report_concern"}
        self.texts = [*self._questions, *self._told, *self._harmless]

    def questions(self, rows: Sequence[Row]) -> tuple[Sequence[Row], NDArray[np.intp]]:
        """The rows that teach which card answers, and each one's card; one past the last card is 'not decided'."""
        return rows[: len(self._questions)], self._owners

    def examples(self, lexicon: Lexicon) -> dict[str, int]:
        """The card of each example, by its stems with a space between. Two cards with the same example teach nothing here."""
        owners: dict[str, set[int]] = {}
        for text, owner in zip(self._questions, self._owners, strict=True):
            owners.setdefault(" ".join(lexicon.tokens(text).stems), set()).add(int(owner))
        return {stems: min(found) for stems, found in owners.items() if len(found) == 1 and min(found) < self.cards}

    def dangers(self, rows: Sequence[Row]) -> tuple[Sequence[Row], NDArray[np.intp]]:
        """The rows that teach what a disclosure sounds like, and 1 for each that is one."""
        calm = [row for row, owner in zip(rows, self._owners, strict=False) if owner not in self._grave][::_ORDINARY]
        told = rows[len(self._questions) :]
        marks = np.repeat([0, 1, 0], [len(calm), len(self._told), len(self._harmless)])
        return [*calm, *told], marks

    def english(self) -> frozenset[str]:
        """Every word of the lessons: a text made of these is in English."""
        return frozenset(re.findall(r"[a-z]+", " ".join(self.texts).lower()))


def _taught(card: Card) -> list[str]:
    """What a card teaches: its examples, and the words of its answer and of the policy it rests on."""
    return [card.answer, " ".join(basis.quote for basis in card.clauses), *card.examples]
