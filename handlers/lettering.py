"""A handle as a reader's eye takes it: letters run together, with the places where words begin and end."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_YEARS = re.compile(r"(?:19|20)\d\d|\d+$")
_LOOKALIKES = str.maketrans("аеорсхуіјѕԁӏ", "aeopcxyijsdl")  # Cyrillic letters that look Latin
_FIGURES = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "$": "s", "€": "e", "@": "a", "!": "i"}
_BETWEEN = re.compile(r"[^a-z]+")


@dataclass(frozen=True)
class Lettering:
    """``letters`` are a to z only; ``edges`` are the places in them at which a word may begin or end."""

    letters: str
    edges: frozenset[int]


def readings(text: str) -> Iterator[Lettering]:
    """Every way a name is read: figures as gaps, and as the letters they look like (a 1 is an l or an i)."""
    plain = unicodedata.normalize("NFKD", text.translate(_LOOKALIKES)).strip().lstrip("@")
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    spaced = _CAMEL.sub(" ", bare).translate(_LOOKALIKES).lower()
    seen = set()
    for one in ("", "l", "i"):
        figures = _figures(one)
        read = _lettering(_YEARS.sub(" ", spaced).translate(figures))
        if read not in seen:
            seen.add(read)
            yield read


def _lettering(spaced: str) -> Lettering:
    words = [word for word in _BETWEEN.split(spaced) if word]
    edges, place = {0}, 0
    for word in words:
        place += len(word)
        edges.add(place)
    return Lettering("".join(words), frozenset(edges))


def _figures(one: str) -> dict[int, str]:
    pairs = {**_FIGURES, "1": one} if one else {}
    return {ord(figure): letter for figure, letter in pairs.items()}
