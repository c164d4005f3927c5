"""What is learnt from the lessons: the words that were seen, what each weighs, and which card each example belongs to.

Learning takes seconds and a hundred megabytes or more; what is learnt is small, always the same for the same lessons, and
can be written to a file and read back. The file holds no code, and one that is not whole is refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile
from zlib import error as BadData

import numpy as np
from numpy.typing import NDArray

from knowledge.classifier import Weights, fit
from knowledge.encoder import Encoder
from knowledge.features import Features, Floats, Row
from knowledge.lessons import Lessons
from knowledge.words import Lexicon

HEADS = ("card", "decided", "danger")
_BAD = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, BadData)


@dataclass(frozen=True)
class Index:
    """Features, the heads' weights side by side, and the cards of their own examples, by `known_by`."""

    features: Features
    weights: Weights
    widths: Sequence[int]
    examples: Mapping[str, int]
    english: frozenset[str]

    def chances(self, row: Row) -> list[Floats]:
        """A row's chance of each class, for each of `HEADS`."""
        return self.weights.chances(row, self.widths)


def learn(lessons: Lessons, lexicon: Lexicon, encoder: Encoder | None = None) -> Index:
    """Read every lesson and learn all heads: seconds of work; about a minute where an encoder reads them too."""
    features, rows = Features.learn(lexicon, lessons.texts, encoder.all(lessons.texts) if encoder else ())
    questions, owners = lessons.questions(rows)
    scope: NDArray[np.intp] = (owners < lessons.cards).astype(np.intp)
    told, marks = lessons.dangers(rows)
    heads = [*fit(questions, features.size, [owners, scope]), *fit(told, features.size, [marks])]
    # Half precision: no answer turns on the fourth digit of a weight, and they are most of what is held.
    each = np.hstack([head.each for head in heads]).astype(np.float16)
    weights = Weights(each, np.concatenate([head.start for head in heads]))
    return Index(features, weights, [len(head.start) for head in heads], lessons.examples(lexicon), lessons.english())


def write(index: Index, path: Path, key: str) -> None:
    """Put an index into a file. ``key`` says what it was learnt from. Raises `OSError` where that cannot be written."""
    facts = {
        "key": key,
        "names": index.features.names,
        "texts": index.features.texts,
        "width": index.features.width,
        "widths": list(index.widths),
        "examples": dict(index.examples),
        "english": sorted(index.english),
    }
    held = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    with path.open("wb") as file:
        np.savez(file, facts=held, seen=index.features.seen, each=index.weights.each, start=index.weights.start)


def read(path: Path, key: str) -> Index | None:
    """The index of a file, where it is whole and was learnt from what ``key`` stands for; else nothing."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as held:
            facts = json.loads(held["facts"].tobytes())
            return _index(facts, held["seen"], Weights(held["each"], held["start"])) if facts["key"] == key else None
    except _BAD:
        return None


def _index(facts: Mapping[str, Any], seen: NDArray[np.int32], weights: Weights) -> Index:
    features = Features(facts["names"], seen, facts["texts"], facts["width"])
    shape = (features.size, sum(facts["widths"]))
    if not (weights.each.shape == shape and weights.start.shape == shape[1:] and seen.shape == (len(facts["names"]),)):
        raise ValueError("the parts of this index do not fit together")
    return Index(features, weights, facts["widths"], facts["examples"], frozenset(facts["english"]))
