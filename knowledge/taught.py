"""Phrasings that the policy's owner has taught beside the files: which card answers each, or that the policy does not decide it.

They are learnt as the cards' own examples are, and one that a file holds already teaches nothing more.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from types import MappingProxyType

from knowledge.cards import Card
from knowledge.clauses import folded

NOT_COVERED = "not_covered"
Taught = Mapping[str, Sequence[str]]
"""Phrasings by the id of their card; those of `NOT_COVERED` teach Lodge to abstain. Cards that are gone teach nothing."""

NOTHING: Taught = MappingProxyType({})


def placed(cards: Sequence[Card], undecided: Sequence[str], taught: Taught) -> Iterator[tuple[str, int]]:
    """Each phrasing with the place of its card, or one past the last card, in an order that the cards alone decide."""
    held = [*(card.examples for card in cards), tuple(folded(str(each)) for each in undecided)]
    for at, name in enumerate([*(card.id for card in cards), NOT_COVERED]):
        yield from ((each, at) for each in sorted(set(map(folded, taught.get(name, ()))) - {"", *held[at]}))


def by_card(found: Taught) -> Taught:
    """Phrasings as they are stored, where those of no card stand under '', as they are learnt."""
    return {card or NOT_COVERED: each for card, each in found.items()}


def stamp(key: str, taught: Taught, encoder: str = "") -> str:
    """The key of an index that follows from files, from these phrasings, and from an encoder: the keys of both are given."""
    held = f"{key}\n{packed(taught)}\n{encoder}" if encoder or any(taught.values()) else ""
    return sha256(held.encode()).hexdigest() if held else key


def packed(taught: Taught) -> str:
    """The phrasings as one text, the same for the same ones in any order."""
    return json.dumps({name: sorted(set(each)) for name, each in taught.items() if each}, sort_keys=True)


def unpacked(text: str) -> Taught:
    """What `packed` packed; an empty text is nothing taught."""
    found: Taught = json.loads(text or "{}")
    return found
