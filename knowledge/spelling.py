"""Words that were typed wrongly, put right before a question is weighed: what is shown, kept and sent stays as it was typed."""

import re
from collections.abc import Collection

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.features import Features
from knowledge.words import Lexicon, fold

_WORD = re.compile(r"[a-z]{4,}")
_OFTEN = 5  # a word must stand in so many lessons before another is taken for it
_ALIKE = 0.75  # the share of letters that must agree, two that changed places counting as one


class Spelling:
    """Only words that no lesson knows are looked at: whoever writes an example with a word in it has said what it means."""

    def __init__(self, lexicon: Lexicon, features: Features, english: Collection[str]) -> None:
        """``english``: every word of the lessons, as it stands there."""
        self._lexicon, self._features = lexicon, features
        seen = {word: self._seen(word) for word in english if _WORD.fullmatch(word)}
        self._known = frozenset(word for word, count in seen.items() if count)
        self._often = sorted((word for word, count in seen.items() if count >= _OFTEN), key=lambda word: (-seen[word], word))

    def mended(self, text: str) -> str:
        """A text, folded, with each unknown word as the likeliest known one that begins with the same letter."""
        return _WORD.sub(lambda found: self._mended(found[0]), fold(text))

    def _mended(self, word: str) -> str:
        if word in self._known or self._seen(word):
            return word
        found = process.extractOne(word, self._often, scorer=OSA.normalized_similarity, score_cutoff=_ALIKE)
        return found[0] if found and found[0][0] == word[0] else word

    def _seen(self, word: str) -> int:
        """In how many lessons a word stands, with whatever ending; one that means several is known."""
        stems = self._lexicon.tokens(word).stems
        return self._features.count(stems[0]) if len(stems) == 1 else _OFTEN
