"""The two danger gates (promise 1). They read a text; they never report, judge or keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.sieve import Sieve, grams
from knowledge.words import fold


@dataclass(frozen=True)
class Gates:
    """What the gates found. ``narrow``: the emergency page first. ``broad``: a short line above the normal answer.

    ``worry``: the writer says in so many words that they worry, which opens the broad gate by itself. ``certain``: words of
    wanting to die or of having come to the end, which open the narrow gate whatever stands around them.
    """

    narrow: bool
    broad: bool
    worry: bool = False
    certain: bool = False

    def __or__(self, other: "Gates") -> "Gates":
        """What either found."""
        worry, certain = self.worry or other.worry, self.certain or other.certain
        return Gates(self.narrow or other.narrow, self.broad or other.broad, worry, certain)


class Patterns:
    """The gates as words alone: no index, no network, no database. A false alarm is cheap, a miss is not."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._certain = Sieve(words["certain"])
        self._narrow = Sieve(words["narrow"])
        self._narrow_not = Sieve(words.get("narrow_not", ()))
        self._broad = Sieve(words["broad"])
        self._worry = Sieve(words["worry"])

    def gates(self, text: str) -> Gates:
        """What a text's words say by themselves."""
        plain = fold(text)
        held = grams(plain)
        asked = self._narrow_not.found(plain, held)
        certain = self._certain.found(plain, held) and not asked
        narrow = certain or (self._narrow.found(plain, held) and not asked)
        worry = self._worry.found(plain, held)
        return Gates(narrow, narrow or worry or self._broad.found(plain, held), worry, certain)
