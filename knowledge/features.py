"""A text as numbers: its words, neighbours, concepts and letters, weighed by how rare they are; and what it means, where
an encoder says so."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.words import Lexicon, Tokens

Floats = NDArray[np.float32]
# What each family of features weighs, each scaled to length one by itself: single words, neighbours, concepts, pairs of
# concepts, and three letters in a row (which see through typing errors).
WEIGHTS = {"word": 1.0, "next": 1.1, "concept": 0.5, "pair": 0.2, "letters": 1.0}
MEANING = 1.0  # what an encoder's direction weighs beside them
NO_MEANING: Floats = np.zeros(0, np.float32)


@dataclass(frozen=True)
class Row:
    """A text as features, their numbers and values; ``known`` is the share of its words that were seen before."""

    at: NDArray[np.int32]
    values: Floats
    known: float


class Features:
    """The vocabulary of a set of texts. A feature seen in one text only says nothing about others and is left out."""

    def __init__(self, names: Sequence[str], seen: NDArray[np.int32], texts: int, width: int = 0) -> None:
        """``names`` are the features, ``seen`` in how many of the ``texts`` each was met; ``width`` is that of the encoder."""
        self.seen, self.texts, self.width, self.size = seen, texts, width, len(names) + width
        self._meant = np.arange(len(names), self.size, dtype=np.int32)
        self._numbers = {feature: at for at, feature in enumerate(names)}
        worth = [_rarity(texts, count) for count in range(int(seen.max(initial=0)) + 1)]
        self._rarity = [worth[count] for count in seen.tolist()]
        self._rarest = worth[0]

    @classmethod
    def learn(cls, lexicon: Lexicon, texts: Sequence[str], meanings: Sequence[Floats] = ()) -> tuple["Features", list[Row]]:
        """The vocabulary of some texts, and their rows. ``meanings``: what an encoder makes of each, where there is one."""
        read = [_families(lexicon.tokens(text)) for text in texts]
        seen = Counter(feature for families in read for feature in set().union(*families.values()))
        kept = sorted(feature for feature, count in seen.items() if count > 1)
        width = len(meanings[0]) if meanings else 0
        features = cls(kept, np.array([seen[feature] for feature in kept], np.int32), len(texts), width)
        return features, [features._row(*each) for each in zip(read, meanings or [NO_MEANING] * len(read), strict=True)]

    @property
    def names(self) -> list[str]:
        """The features in the order of their numbers."""
        return list(self._numbers)

    def count(self, feature: str) -> int:
        """In how many texts a feature was met; 0 where it is not of this vocabulary."""
        at = self._numbers.get(feature)
        return 0 if at is None else int(self.seen[at])

    def row(self, tokens: Tokens, meaning: Floats = NO_MEANING) -> Row:
        """A new text in the features of this vocabulary."""
        return self._row(_families(tokens), meaning)

    def _row(self, families: dict[str, list[str]], meaning: Floats) -> Row:
        at: list[int] = []
        values: list[float] = []
        for family, features in families.items():
            numbers, worth = self._weighed(features, WEIGHTS[family])
            at += numbers
            values += worth
        words = families["word"]
        known = sum(map(self._numbers.__contains__, words)) / len(words) if words else 0.0
        row = Row(np.array(at, np.int32), np.array(values, np.float32), known)
        if not self.width:
            return row
        meant = meaning * np.float32(MEANING)
        return Row(np.concatenate([row.at, self._meant]), np.concatenate([row.values, meant]), known)

    def _weighed(self, features: Sequence[str], weight: float) -> tuple[list[int], list[float]]:
        """The known ones of a family and their values. The unknown count in the length: they dilute what is known."""
        counts: dict[int, int] = {}
        unknown = 0
        for feature in features:
            if (at := self._numbers.get(feature)) is None:
                unknown += 1
            else:
                counts[at] = counts.get(at, 0) + 1
        worth = [self._rarity[at] * (1 + math.log(n) if n > 1 else 1.0) for at, n in counts.items()]
        length = math.sqrt(sum([value * value for value in worth]) + unknown * self._rarest**2)
        return list(counts), [value * weight / length for value in worth]


def _rarity(texts: int, seen: int) -> float:
    """What a feature is worth: the rarer the more, gently, since a common word may still turn a question round."""
    return math.sqrt(math.log((1 + texts) / (1 + seen)) + 1)


def _families(tokens: Tokens) -> dict[str, list[str]]:
    stems, concepts = tokens.stems, tokens.concepts
    spaced = f" {' '.join(stems)} "
    return {
        "word": list(stems),
        "next": [f"{one} {two}" for one, two in pairwise(("^", *stems, "$"))],
        "concept": list(concepts),
        "pair": [f"{one}{two}" for one in concepts for two in concepts if one < two],
        "letters": [f"~{spaced[i : i + 3]}" for i in range(len(spaced) - 2)],
    }
