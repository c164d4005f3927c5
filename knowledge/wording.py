"""An answer, and how it is put together from a card, the live clauses and our own few words. Nothing is made up here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from knowledge.cards import Card
from knowledge.clauses import Policy
from knowledge.precedence import Precedence
from knowledge.search import Found

Ruling = Literal["allowed", "allowed_if", "ask_first", "required", "not_allowed", "explained", "not_covered"]
Kind = Literal["ruling", "nearest", "not_covered", "talk"]


@dataclass(frozen=True)
class Citation:
    """A clause as published: ``quote`` its deciding words, ``text`` all of it; ``review`` is empty, or why to be careful."""

    clause: str
    heading: str
    quote: str
    text: str
    policy: str
    version: str
    review: str = ""


@dataclass(frozen=True)
class Answer:
    """What Lodge says to a text.

    ``kind``: a ``ruling`` with its clauses; ``nearest``, the closest clauses and no ruling; ``not_covered``; or ``talk``.
    ``nearest`` are further clause ids, best first, never those cited. ``danger_page``: the emergency page comes first;
    ``danger``: a line and a button above. ``following`` is the turn before, where the text was read with it. ``chance``: how
    likely its ruling is thought to be right, from 0 to 1; 0 where nothing was weighed.
    """

    text: str
    kind: Kind
    ruling: Ruling | None
    answer: str
    next: str = ""
    ask: str = ""
    citations: tuple[Citation, ...] = ()
    nearest: tuple[str, ...] = ()
    flow: str | None = None
    danger: bool = False
    danger_page: bool = False
    further: tuple["Answer", ...] = ()
    card: str = ""
    following: str = ""
    chance: float = 0.0


class Wording:
    """Puts answers together over one policy. ``says`` are our own words, from `words/precedence.yml`."""

    def __init__(self, policy: Policy, cards: Sequence[Card], precedence: Precedence, says: Mapping[str, Any]) -> None:
        self._policy = policy
        self._precedence = precedence
        self._says: Mapping[str, Mapping[str, str]] = says
        bases = [basis for card in cards for basis in card.clauses]
        self._quotes = {(b.clause, b.quote): _exact(b.quote, policy.clauses[b.clause].text) for b in bases}

    def named(self, text: str, number: str) -> Answer:
        """A clause that was asked for by its number."""
        says = self._says["named"]
        return Answer(text, "ruling", "explained", says["answer"], says["next"], citations=(self._cite(number),))

    def ruled(self, text: str, card: Card, found: Found, danger: bool) -> Answer:
        """A card's ruling with the clauses it rests on."""
        cited = [basis.clause for basis in card.clauses]
        ruling: Any = card.ruling  # checked when the card was read
        return Answer(
            text,
            "ruling",
            ruling,
            card.answer,
            card.next,
            card.ask,
            tuple(self._cite(basis.clause, basis.quote) for basis in card.clauses),
            self._nearest(found, cited, card),
            card.flow,
            danger or card.danger,
            card=card.id,
            chance=self._precedence.chance(found, card) * found.decided,
        )

    def closest(self, text: str, found: Found, danger: bool) -> Answer:
        """The three closest clauses and no ruling; where a gate opened, the duty to report is the next at hand."""
        return self._near(text, found, self._precedence.clauses(found)[:3], danger)

    def worrying(self, text: str, found: Found) -> Answer:
        """Nothing decides a text that may tell of danger: it is never told so, and is shown where to report."""
        ranked, duty = self._precedence.clauses(found)[:3], self._says["duty"]["clause"]
        shown = ranked if duty in ranked else [*ranked[:2], duty]
        return replace(self._near(text, found, shown, danger=True), flow="report_concern", ask="safeguarding")

    def _near(self, text: str, found: Found, shown: Sequence[str], danger: bool) -> Answer:
        cited = tuple(self._cite(number, self._likeliest(number, found)) for number in shown)
        duty = [self._says["duty"]["clause"]] if danger else []
        near = dict.fromkeys(number for number in (*duty, *self._precedence.clauses(found)) if number not in shown)
        return self._plain("unsure", text, "nearest", None, cited, tuple(near)[:3], danger)

    def undecided(self, text: str, found: Found) -> Answer:
        """The policy does not decide it: the nearest clauses, and a way on to Marketing."""
        near = tuple(self._precedence.clauses(found))[:3]
        return replace(self._plain("undecided", text, "not_covered", "not_covered", (), near, False), flow="ask_marketing")

    def changed(self, text: str, card: Card, found: Found, danger: bool) -> Answer:
        """A suspended card: its ruling is withheld, its clauses are shown as they stand."""
        cited = [basis.clause for basis in card.clauses]
        citations = tuple(self._cite(number, review=self._says["changed"]["review"]) for number in cited)
        near = self._nearest(found, cited, card)
        return replace(self._plain("changed", text, "nearest", None, citations, near, danger), card=card.id)

    def duty(self, text: str, found: Found) -> Answer:
        """What a text at the narrow gate is told beside the emergency page (promise 1)."""
        return replace(self._report("duty", text, found), danger_page=True)

    def grave(self, text: str, found: Found) -> Answer:
        """What a text is told first that likely tells of somebody at risk, though no words open the narrow gate."""
        return self._report("grave", text, found)

    def _report(self, name: str, text: str, found: Found) -> Answer:
        says = self._says["duty"]
        cited = (self._cite(says["clause"], says["quote"]),)
        answer = self._plain(name, text, "ruling", "required", cited, self._nearest(found, [says["clause"]]), True)
        return replace(answer, ask="safeguarding", flow="report_concern")

    def _plain(
        self,
        name: str,
        text: str,
        kind: Kind,
        ruling: Ruling | None,
        citations: tuple[Citation, ...],
        nearest: tuple[str, ...],
        danger: bool,
    ) -> Answer:
        """An answer in our own words, for want of a card's."""
        says = self._says[name]
        return Answer(text, kind, ruling, says["answer"], says["next"], "marketing", citations, nearest, danger=danger)

    def _nearest(self, found: Found, cited: Sequence[str], card: Card | None = None) -> tuple[str, ...]:
        ranked = self._precedence.clauses(found, card)
        return tuple(number for number in ranked if number not in cited)[:3]

    def _likeliest(self, number: str, found: Found) -> str:
        """The words that the likeliest card on this clause rests on."""
        bases = (card.clauses[0] for card in self._precedence.ranked(found))
        return next((basis.quote for basis in bases if basis.clause == number), "")

    def _cite(self, number: str, quote: str = "", review: str = "") -> Citation:
        """A citation of the live text; words no longer in it are never quoted: the whole clause is."""
        clause, policy = self._policy.clauses[number], self._policy
        exact = self._quotes.get((number, quote)) or _exact(quote, clause.text) or clause.text
        return Citation(number, clause.heading, exact, clause.text, policy.name, policy.version, review)


def _exact(quote: str, text: str) -> str:
    """The quote as it stands in the text, its white space included; nothing where it does not stand there."""
    words = [re.escape(word) for word in quote.split()]
    found = re.search(r"\s+".join(words), text) if words else None
    return found[0] if found else ""
