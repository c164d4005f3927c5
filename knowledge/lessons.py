"""What the classifiers learn from: the cards' examples, questions nothing decides, disclosures and their look-alikes."""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.cards import Card
from knowledge.features import Row
from knowledge.taught import NOTHING, Taught, placed
from knowledge.words import Lexicon, Tokens

_ORDINARY = 3


class Lessons:
    """All texts in one order, so that each is read once: cards, undecided, disclosures, harmless look-alikes."""

    def __init__(
        self, cards: Sequence[Card], undecided: Sequence[str], heard: Mapping[str, Any], taught: Taught = NOTHING
    ) -> None:
        groups = [_lesson(card) for card in cards] + [[str(each) for each in undecided]]
        written = [text for group in groups for text in group]
        more = list(placed(cards, undecided, taught))
        self._written = len(written)
        self._owners = np.append(
            np.repeat(np.arange(len(groups)), [len(group) for group in groups]), [at for _, at in more]
        ).astype(np.intp)
        self._questions = [*written, *(text for text, _ in more)]
        self.cards = len(cards)
        self._told: list[str] = list(heard.get("disclosures", ()))
        self._harmless: list[str] = list(heard.get("harmless", ()))
        self._grave = {at for at, card in enumerate(cards) if card.danger or card.flow == "report_concern"}
        self.texts = [*self._questions, *self._told, *self._harmless]

    def questions(self, rows: Sequence[Row]) -> tuple[Sequence[Row], NDArray[np.intp]]:
        """The rows that teach which card answers, and each one's card; one past the last card is 'not decided'."""
        return rows[: len(self._questions)], self._owners

    def examples(self, lexicon: Lexicon) -> dict[str, int]:
        """The card of each example, by `known_by`; one past the last is 'not decided'.

        Two cards with the same example teach nothing here, unless the policy's owner has said which it is.
        """
        owners: dict[str, set[int]] = {}
        keys = [known_by(lexicon.tokens(text)) for text in self._questions]
        for at, (key, owner) in enumerate(zip(keys, self._owners.tolist(), strict=True)):
            if at == self._written:
                owners |= {key: set() for key in keys[at:]}
            owners.setdefault(key, set()).add(owner)
        return {key: min(found) for key, found in owners.items() if len(found) == 1}

    def dangers(self, rows: Sequence[Row]) -> tuple[Sequence[Row], NDArray[np.intp]]:
        """The rows that teach what a disclosure sounds like, and 1 for each that is one."""
        written = zip(rows[: self._written], self._owners[: self._written], strict=True)
        calm = [row for row, owner in written if owner not in self._grave][::_ORDINARY]
        told = rows[len(self._questions) :]
        marks = np.repeat([0, 1, 0], [len(calm), len(self._told), len(self._harmless)])
        return [*calm, *told], marks

    def english(self) -> frozenset[str]:
        """Every word of the lessons that stand in files: a text made of these is in English."""
        written = [*self._questions[: self._written], *self._told, *self._harmless]
        return frozenset(re.findall(r"[a-z]+", " ".join(written).lower()))


def known_by(tokens: Tokens) -> str:
    """What a text is found again by, whatever its endings and marks: a hash, since what is kept on disk holds no sentence."""
    return sha256(" ".join(tokens.stems).encode()).hexdigest()[:16]


def _lesson(card: Card) -> list[str]:
    """What a card teaches: its examples, and the words of its answer and of the policy it rests on."""
    return [card.answer, " ".join(basis.quote for basis in card.clauses), *card.examples]
