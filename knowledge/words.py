"""Words: how a text is folded, cut, stemmed and read for the things it speaks of.

What staff type differs from what the policy says: `words/thesaurus.yml` holds the difference, as data.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import Stemmer
import yaml

WORDS = Path(__file__).parent / "words"
_CURLY = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00ad": None})
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_LONGEST_PHRASE = 5
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def fold(text: str) -> str:
    """Lower case, one form for every character, straight quotes, single spaces: what all words are matched in."""
    plain = unicodedata.normalize("NFKC", text).translate(_CURLY).lower()
    return " ".join(plain.split())


class WordsError(ValueError):
    """A file of words cannot be read: which, where, and what to do."""


def read(name: str, folder: Path = WORDS) -> Any:
    """One of the word files, as plain values."""
    try:
        return yaml.load((folder / name).read_text(encoding="utf-8"), Loader=LOADER)
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise WordsError(f"words/{name} cannot be read: {error}. Mend that line and try again.") from None


@dataclass(frozen=True)
class Tokens:
    """A text as stems in their order, and the concepts it names."""

    stems: tuple[str, ...]
    concepts: tuple[str, ...]


class Lexicon:
    """Stems and concepts, from the thesaurus. Reading a text changes nothing and keeps nothing."""

    def __init__(self, thesaurus: Mapping[str, Any]) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._stemmer.maxCacheSize = 0  # it would keep words that people typed
        self._spelt = {str(word): str(meant).replace("'", "") for word, meant in thesaurus["spell"].items()}
        self._phrases: dict[str, list[str]] = {}
        for concept, phrases in thesaurus["concepts"].items():
            for phrase in phrases:
                held = self._phrases.setdefault(" ".join(self._stemmed(fold(str(phrase)))), [])
                held.append(f"#{concept}")
        self._firsts = {phrase.partition(" ")[0] for phrase in self._phrases}

    def tokens(self, text: str) -> Tokens:
        """The stems and concepts of a text, each concept once."""
        stems = tuple(self._stemmed(fold(text)))
        return Tokens(stems, tuple(dict.fromkeys(self._concepts(stems))))

    def _stemmed(self, folded: str) -> Iterator[str]:
        for found in _WORD.finditer(folded):
            plain = found[0].replace("'", "")
            for word in self._spelt.get(plain, plain).split():
                yield self._stemmer.stemWord(word)

    def _concepts(self, stems: tuple[str, ...]) -> Iterator[str]:
        for start, first in enumerate(stems):
            if first not in self._firsts:
                continue
            for length in range(min(_LONGEST_PHRASE, len(stems) - start), 0, -1):
                yield from self._phrases.get(" ".join(stems[start : start + length]), ())
