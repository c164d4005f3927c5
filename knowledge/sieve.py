"""Many patterns over one text, trying only those whose necessary letters are in it. What is found never differs.

Each pattern is taken apart once: whatever it matches must hold one of a few literals ("nude" or "naked"), often of several
such sets. A text that lacks them cannot match, so the pattern need not be tried. Where no literal can be shown to be
necessary, the pattern is always tried: a miss is dearer than a microsecond (promise 1).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from importlib import import_module
from itertools import product
from typing import Any

try:
    _parser: Any = import_module("re._parser")
except ImportError:  # an interpreter that keeps it elsewhere: every pattern is tried
    _parser = None

_GRAM = 4  # letters of a literal that are looked for; the pattern itself sees to the rest
_SETS = 3  # how many of a pattern's sets are looked at
_MOST = 50  # literals in a set, beyond which it says too little
_PARTS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
_WHOLE = re.compile(r"\\\d|\(\?P|\(\?\(|\(\?[aiLmsux-]")  # names, references and flags reach over a whole pattern

Literals = frozenset[str]


class Sieve:
    """Patterns, of which it matters only whether any is found."""

    def __init__(self, patterns: Iterable[str]) -> None:
        branches = [branch for pattern in patterns for branch in _branches(pattern)]
        self._patterns = [re.compile(branch) for branch in branches]
        needs = [_needs(branch) for branch in branches]
        common = Counter(gram for sets in needs for each in sets for literal in each for gram in set(_runs(literal)))
        # A pattern is a bit in each of the blocks of `_SETS` numbers laid end to end, one block for each of its sets.
        self._always, self._index = 0, dict[str, int]()
        for bit, held in enumerate(each for sets in zip(*map(_padded, needs), strict=True) for each in sets):
            self._always |= 0 if held else 1 << bit
            for literal in held:
                gram = min(_runs(literal), key=lambda gram: (common[gram], gram))
                self._index[gram] = self._index.get(gram, 0) | 1 << bit

    def found(self, text: str, grams: Set[str]) -> bool:
        """Whether any pattern is found in the text. ``grams`` are `grams` of it."""
        return any(self._patterns[at].search(text) for at in self._possible(grams))

    def _possible(self, grams: Set[str]) -> Iterator[int]:
        """The patterns, by their place, that the letters of a text leave possible."""
        held = self._always
        for gram in grams & self._index.keys():
            held |= self._index[gram]
        width = len(self._patterns)
        left = (1 << width) - 1
        for block in range(_SETS):
            left &= held >> block * width
        while left:
            lowest = left & -left
            yield lowest.bit_length() - 1
            left ^= lowest


def grams(text: str) -> Set[str]:
    """Every run of up to four letters in a text: what the patterns of any `Sieve` are sifted by."""
    return {text[at : at + size] for size in range(1, _GRAM + 1) for at in range(len(text) - size + 1)}


def _padded(sets: Sequence[Literals]) -> list[Literals]:
    return [*sets, *[Literals()] * (_SETS - len(sets))]


def _runs(literal: str) -> list[str]:
    """The longest runs of letters that are looked for, of those in a literal."""
    size = min(_GRAM, len(literal))
    return [literal[at : at + size] for at in range(len(literal) - size + 1)]


def _branches(pattern: str) -> list[str]:
    """The alternatives of a pattern, each by itself, where that is the same: any of them is found where it is."""
    if _WHOLE.search(pattern):
        return [pattern]
    cuts, depth = [-1], 0
    for part in _PARTS.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if part[0] == "|" and depth == 0:
            cuts.append(part.start())
    ends = [*cuts[1:], len(pattern)]
    return [pattern[start + 1 : end] for start, end in zip(cuts, ends, strict=True)]


def _needs(pattern: str) -> list[Literals]:
    """Sets of literals, of each of which any match holds one; the most telling first. None where nothing can be shown."""
    if _parser is None:
        return []
    tree = _parser.parse(pattern)
    return [] if tree.state.flags & ~re.UNICODE else sorted(_sequence(tree).sets, key=_telling)[:_SETS]


def _telling(literals: Literals) -> tuple[int, int]:
    return -min(_GRAM, *map(len, literals)), len(literals)


@dataclass(frozen=True)
class _Need:
    """What a part of a pattern needs: every text it can be, where those are few and known, and sets of literals."""

    exact: Literals | None = None
    sets: Sequence[Literals] = ()


_NOTHING = frozenset({""})


def _sequence(items: Iterable[Any]) -> _Need:
    """One thing after another: texts side by side are joined, and what is not known parts them."""
    found: list[Literals] = []
    run, whole = _NOTHING, True
    for name, value in items:
        need = _part(str(name), value)
        if need.exact is not None and len(run) * len(need.exact) <= _MOST:
            run = frozenset(map("".join, product(run, need.exact)))
            found += need.sets if str(name) == "ASSERT" else ()
            continue
        found += [run, *(need.sets if need.exact is None else ())]
        run, whole = need.exact or _NOTHING, False
    return _Need(run if whole else None, [each for each in (*found, run) if "" not in each])


def _part(name: str, value: Any) -> _Need:
    if name in ("AT", "ASSERT", "ASSERT_NOT"):  # these take no letters; what is ahead or behind is in the text all the same
        return _Need(_NOTHING, _sequence(value[1]).sets if name == "ASSERT" else ())
    if name == "LITERAL":
        return _Need(frozenset({chr(value)}))
    if name == "IN" and all(str(kind) == "LITERAL" for kind, _ in value):
        return _Need(frozenset(chr(letter) for _, letter in value))
    if name == "SUBPATTERN" and not (value[1] or value[2]):  # else it turns flags on or off
        return _sequence(value[3])
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _repeated(*value)
    return _either([_sequence(branch) for branch in value[1]]) if name == "BRANCH" else _Need()


def _repeated(least: int, most: int, items: Iterable[Any]) -> _Need:
    once = _sequence(items)
    if (least, most) == (0, 1) and once.exact is not None:
        return _Need(once.exact | _NOTHING)
    return _Need(None, once.sets if least else ())


def _either(branches: Sequence[_Need]) -> _Need:
    """One of several: each gives its most telling set, and all must have one."""
    exact = [each.exact for each in branches if each.exact is not None]
    if len(exact) == len(branches):
        return _Need(frozenset().union(*exact))
    best = [min(each.sets, key=_telling) for each in branches if each.sets]
    return _Need(None, [frozenset().union(*best)] if len(best) == len(branches) else ())
