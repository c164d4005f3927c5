"""What makes a name the College's: its own word and a word for a college after it, its initials, or its bare consonants."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from handlers.lettering import Lettering, readings

# Words for what the College is. The long ones count wherever they stand; the short ones only where a word ends.
LONG = ("college", "university")
SHORT = ("coll", "col", "clg", "cllg", "colg", "uni", "univ", "unicentre", "unicenter")
# Words that say nothing of which college it is.
COMMON = frozenset(("the", "of", "and", "at", "for", "in", "city", "centre", "center", "further", "higher", "education", "group"))
BETWEEN = ("and", "the", "of", "at", "n", "fe", "s", "sixthform")
_VOWELS = re.compile("[aeiou]")
# What people put before or after a name: it never makes the name another one.
BEFORE = (
    "a am ask at be hello hey hi i iam im in inside its join life love me meet miss mr mrs my not official our real team the "
    "this thisis true we welcome x"
)
AFTER = (
    "academy account admissions alumni and apprentices apprenticeships art arts at beauty business campus careers catering chef "
    "childcare community computing confessions construction dance dept design digital drama education engineering english esol "
    "events farm fashion fe film fitness football gaming gossip hair hairdressing health he help hq hub info insta international "
    "it jobs law learning library life maths me media memes motor music news official online page performing photo photography "
    "plumbing podcast publicservices pub real restaurant salon science send sen shop sixthform social spa sport sports staff "
    "student students studio su support sustainability talk teacher teachers team theatre travel tutor tv uk union updates vets "
    "wellbeing x"
)


@dataclass(frozen=True)
class Signature:
    """One of the College's names. ``own`` is what tells it from others, ``initials`` what it is cut down to."""

    name: str
    own: str
    whole: str
    initials: tuple[str, ...]
    tails: tuple[str, ...]

    def seen_in(self, lettering: Lettering) -> str:
        """The letters in which this name can be read, or ''."""
        return self._cut_down(lettering) or self._followed(lettering) or self._turned(lettering) or self._nearly(lettering)

    def _cut_down(self, read: Lettering) -> str:
        """Its initials, as a word of their own or with nothing but everyday words around them."""
        for short in self.initials:
            for place in _places(read.letters, short):
                if _begins(read, place) and _ends(read, place + len(short)):
                    return short
        return ""

    def _followed(self, read: Lettering) -> str:
        """Its own word, near enough, and a word for a college after it."""
        for start, end in _own(read, self.own):
            last = _college(read, _past_fillers(read.letters, end), self.tails)
            if last:
                return read.letters[start:last]
        return ""

    def _turned(self, read: Lettering) -> str:
        """The other way round: ``college of wiltshire``."""
        for word in (*LONG, "coll", "uni"):
            for place in _places(read.letters, word):
                after = _past_fillers(read.letters, place + len(word), (self.own,))
                apart = word in LONG or {place, place + len(word)} <= read.edges
                if self.own and apart and read.letters.startswith(self.own, after):
                    return read.letters[place : after + len(self.own)]
        return ""

    def _nearly(self, read: Lettering) -> str:
        """The whole name with vowels left out."""
        bones = _bones(self.whole)
        fewer = len(_VOWELS.findall(read.letters)) < len(_VOWELS.findall(self.whole))
        return read.letters if fewer and len(bones) >= 6 and _bones(read.letters) == bones else ""


@cache
def signatures(names: tuple[str, ...]) -> tuple[Signature, ...]:
    """What to look for, from the names in `lodge.toml`: the short ones first, since they say most plainly what was seen."""
    return tuple(sorted(_signatures(names), key=lambda each: len(each.whole)))


def _signatures(names: tuple[str, ...]) -> Iterator[Signature]:
    tails = tuple({tail for name in names for tail in _tails(_words(name))})
    for name in names:
        words = _words(name)
        own = "".join(word for word in words if word not in COMMON and not _is_college(word))
        whole = "".join(words)
        one_word = " " not in name.strip() and not any(_is_college(whole[cut:]) for cut in range(1, len(whole)))
        if one_word:  # the College's own initials, or a name of one word
            yield Signature(name, "", whole, (whole,), ())
            continue
        yield Signature(name, _without_college(own), whole, _initials(words), tails)


def _words(name: str) -> list[str]:
    first = next(readings(name))
    cuts = sorted(first.edges)
    return [first.letters[a:b] for a, b in pairwise(cuts)]


def _initials(words: list[str]) -> tuple[str, ...]:
    """``wcuc`` for Wiltshire College University Centre. Two or three letters are too common to say anything."""
    kept = [word[0] for word in words if word not in ("the", "of", "and")]
    return ("".join(kept), "".join(kept[:2]) + "and" + "".join(kept[2:])) if len(kept) > 3 else ()


def _tails(words: list[str]) -> Iterator[str]:
    """The end of a long name cut down: ``cuc`` and ``uc`` after Wiltshire."""
    kept = [word for word in words if word not in ("the", "of", "and")]
    for place in range(1, len(kept) - 1):
        if _is_college(kept[place]):
            yield "".join(word[0] for word in kept[place:])


def _is_college(word: str) -> bool:
    return word in LONG or word in SHORT


def _without_college(own: str) -> str:
    ending = next((word for word in (*LONG, *SHORT) if own.endswith(word) and own != word), "")
    return own.removesuffix(ending)


def _places(letters: str, word: str) -> Iterator[int]:
    place = letters.find(word) if word else -1
    while place >= 0:
        yield place
        place = letters.find(word, place + 1)


def _own(read: Lettering, own: str) -> Iterator[tuple[int, int]]:
    """Where the College's own word stands: exactly anywhere, or nearly where a word begins."""
    for place in _places(read.letters, own):
        yield place, place + len(own)
    if len(own) < 5:
        return
    slips = 1 if len(own) < 12 else 2
    for place in range(len(read.letters)):
        for size in range(len(own) - slips, len(own) + slips + 1):
            part = read.letters[place : place + size]
            if len(part) == size and _alike(part, own, slips) and _begins(read, place):
                yield place, place + size


def _alike(part: str, own: str, slips: int) -> bool:
    """A short word is only ever alike with two letters swapped, one doubled or a z for an s: ``wills`` is not ``wilts``."""
    if len(own) >= 7:
        return OSA.distance(part, own, score_cutoff=slips) <= slips and part[0] == own[0]
    swapped = sorted(part) == sorted(own) and OSA.distance(part, own) == 1
    return swapped or _single(part.replace("z", "s")) == _single(own)


def _single(word: str) -> str:
    return re.sub(r"(.)\1+", r"\1", word)


def _past_fillers(letters: str, place: int, wanted: tuple[str, ...] = (*LONG, *SHORT)) -> int:
    for filler in BETWEEN:
        if letters.startswith(filler, place) and any(letters.startswith(word, place + len(filler)) for word in wanted):
            return place + len(filler)
    return place


def _college(read: Lettering, place: int, tails: tuple[str, ...]) -> int:
    """Where a word for a college that begins here ends; 0 where there is none."""
    for word in LONG:
        if read.letters.startswith(word, place):
            return place + len(word)
    for word in sorted((*SHORT, *tails), key=len, reverse=True):
        if read.letters.startswith(word, place) and _ends(read, place + len(word)):
            return place + len(word)
    for word in LONG:
        for size in (len(word) - 1, len(word), len(word) + 1):
            part = read.letters[place : place + size]
            if OSA.distance(part, word, score_cutoff=1) <= 1 and _ends(read, place + size):
                return place + size
    return 0


def _begins(read: Lettering, place: int) -> bool:
    """Whether a word can begin here: at an edge, or after everyday words alone."""
    return place in read.edges or _made_of(read.letters[max(e for e in read.edges if e < place) : place], BEFORE)


def _ends(read: Lettering, place: int) -> bool:
    return place in read.edges or (
        place <= len(read.letters) and _made_of(read.letters[place : min(e for e in read.edges if e > place)], AFTER)
    )


def _made_of(letters: str, words: str) -> bool:
    """Whether letters are some of these words, one after another, and nothing else."""
    reached = {0}
    for place in range(len(letters)):
        if place in reached:
            reached |= {place + len(word) for word in words.split() if letters.startswith(word, place)}
    return len(letters) in reached


def _bones(letters: str) -> str:
    return _single(_VOWELS.sub("", letters))
