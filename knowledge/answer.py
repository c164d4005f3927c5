"""The whole of what Lodge knows, in memory: a question in, an answer with its clauses out. Nothing here writes or logs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from knowledge import cards as card_files
from knowledge import clauses as policy_file
from knowledge.cards import Basis, Card
from knowledge.clauses import Clause, Policy, folded
from knowledge.danger import Ear, Gates, Patterns
from knowledge.features import Features, Row
from knowledge.lessons import Lessons
from knowledge.precedence import Precedence
from knowledge.search import Found, Search
from knowledge.talk import Talk
from knowledge.turns import Turns
from knowledge.words import Lexicon, read

__all__ = ["Answer", "Answers", "Citation", "Gates", "Ruling"]

Ruling = Literal["allowed", "allowed_if", "ask_first", "required", "not_allowed", "explained", "not_covered"]
Kind = Literal["ruling", "nearest", "not_covered", "talk"]
_NUMBER = re.compile(r"(?<![\d.£$])([1-9](?:\.\d){1,2})(?![\d%]|\.\d)")
_PLAIN_ASK = re.compile(r"\b(clause|section|paragraph|say|says|read|show|text|wording|mean|means|quote)\b|^\W*[\d.]+\W*$")


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
    ``danger``: a line and a button above. ``following`` is the turn before, where the text was read with it.
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


class Answers:
    """The index of one policy. Build it once with `load`; every question after that is a pure function of its words."""

    def __init__(self, policy: Policy, cards: Sequence[Card], words: Path) -> None:
        self.policy = policy
        self.cards = tuple(cards)
        self.suspended = tuple(card for card in cards if card.stale(policy))
        self._stale = {card.id for card in self.suspended}
        bases = [basis for card in cards for basis in card.clauses if basis.clause in policy.clauses]
        self._exact = {(b.clause, b.quote): _exact(b.quote, policy.clauses[b.clause].text) for b in bases}
        heard = read("danger.yml", words)
        self._patterns = Patterns(heard)
        self._talk = Talk(read("talk.yml", words))
        self._turns = Turns(read("turns.yml", words))
        self._says: dict[str, dict[str, str]] = read("precedence.yml", words)
        self._precedence = Precedence(read("precedence.yml", words), self.cards)
        self._lexicon = Lexicon(read("thesaurus.yml", words))
        lessons = Lessons(self.cards, read("negative.yml", words)["examples"], heard)
        self._features = Features(self._lexicon, lessons.texts)
        self._english = lessons.english()
        rows = self._features.rows
        self._search = Search(self._features, *lessons.questions(rows), self.cards)
        self._ear = Ear(self._features, *lessons.dangers(rows))
        self._features.rows = []  # learnt from, and not needed again

    @classmethod
    def load(cls, folder: Path = Path(__file__).parent) -> "Answers":
        """Read policy, cards and words, and build the index: a second or two.

        Raises `CardError` or `PolicyError`, with file and line, where something read cannot be relied on.
        """
        policy = policy_file.load(folder / "policies" / "social-media.md")
        return cls(policy, card_files.load(folder / "rulings", policy), folder / "words")

    @property
    def size(self) -> Mapping[str, int]:
        """How much is known: clauses, cards, examples, features."""
        examples = sum(len(card.examples) for card in self.cards)
        clauses = len(self.policy.clauses)
        return {"clauses": clauses, "cards": len(self.cards), "examples": examples, "features": self._features.size}

    def clause(self, number: str) -> Clause:
        """One clause. Raises `KeyError` where there is none of that number."""
        return self.policy.clauses[number]

    def looks_back(self, text: str) -> bool:
        """Whether a turn wants the one before it: it is short, or begins as such turns do."""
        return self._turns.looks_back(text)

    def gates(self, text: str) -> Gates:
        """Both danger gates over any free text (promise 1)."""
        found = self._patterns.gates(text)
        return found if found.broad else Gates(False, self._ear.hears(self._row(text)) >= self._precedence.bars["heard"])

    def answer(self, text: str, previous: str = "") -> Answer:
        """The answer to a text, read with the turn before it where it looks back. Gates come first."""
        talk = self._talk.reply(text, self._english)
        following = previous if previous.strip() and not talk and self._turns.looks_back(text) else ""
        joined = f"{following}\n{text}" if following else text
        gates = self._both(text, joined)
        if gates.narrow:
            return replace(self._duty(joined), text=text, following=following)
        if talk and not gates.broad:
            return Answer(text, "talk", "not_covered", folded(talk))
        found = self._one(joined, gates.broad)
        further = () if following else self._second(text, gates.broad)
        if further:
            found = replace(further[0], further=further[1:])
        return replace(found, text=text, following=following)

    def _row(self, text: str) -> Row:
        return self._features.row(self._lexicon.tokens(text))

    def _both(self, text: str, joined: str) -> Gates:
        found = [self.gates(each) for each in dict.fromkeys((text, joined))]
        return Gates(any(each.narrow for each in found), any(each.broad for each in found))

    def _second(self, text: str, broad: bool) -> tuple[Answer, ...]:
        """Both answers of a text with two questions, where both are sure and rest on different clauses."""
        found = [self._one(part, broad, self._precedence.bars["second"]) for part in self._turns.questions(text)]
        sure = all(each.kind == "ruling" and each.ruling for each in found)
        rests = {each.citations[0].clause for each in found if each.citations}
        return tuple(found) if len(found) == 2 == len(rests) and sure else ()

    def _one(self, text: str, broad: bool, bar: float = 0.0) -> Answer:
        if number := self._named(text):
            return replace(self._show(text, number), danger=broad)
        tokens = self._lexicon.tokens(text)
        found = self._search.look(self._features.row(tokens))
        if found.decided < self._precedence.bars["not_covered"]:
            return self._undecided(text, found, broad)
        card, sure = self._precedence.choose(found, tokens.concepts)
        if card.id in self._stale:
            return replace(self._changed(text, card, found), danger=broad or card.danger)
        if not sure or self._precedence.chance(found, card) < bar:
            return self._closest(text, found, broad)
        return self._ruled(text, card, found, broad)

    def _named(self, text: str) -> str:
        """The clause a text asks for by its number, where it asks for nothing else."""
        numbers = [each for each in _NUMBER.findall(text) if each in self.policy.clauses]
        return numbers[0] if len(numbers) == 1 and len(text.split()) <= 8 and _PLAIN_ASK.search(text.lower()) else ""

    def _show(self, text: str, number: str) -> Answer:
        says = self._says["named"]
        return Answer(text, "ruling", "explained", says["answer"], says["next"], citations=(self._cite(number),))

    def _ruled(self, text: str, card: Card, found: Found, broad: bool) -> Answer:
        citations = tuple(self._cite(basis.clause, basis.quote) for basis in card.clauses)
        ruling: Any = card.ruling
        return Answer(
            text,
            "ruling",
            ruling,
            card.answer,
            card.next,
            card.ask,
            citations,
            self._nearest(found, [basis.clause for basis in card.clauses], card),
            card.flow,
            broad or card.danger,
            card=card.id,
        )

    def _closest(self, text: str, found: Found, broad: bool) -> Answer:
        ranked = self._precedence.clauses(found)
        first = ["2.3"] if broad and "2.3" in self.policy.clauses and "2.3" not in ranked[:3] else []
        cited = [*ranked[: 3 - len(first)], *first]
        says = self._says["unsure"]
        citations = tuple(self._cite(each, self._quote(each, found)) for each in cited)
        return Answer(
            text, "nearest", None, says["answer"], says["next"], "marketing", citations,
            self._nearest(found, cited), None, broad,
        )  # fmt: skip

    def _undecided(self, text: str, found: Found, broad: bool) -> Answer:
        """Nothing decides it. A text that may tell of danger is never told so; the duty to report is offered first."""
        if broad and self._ear.hears(self._row(text)) >= self._precedence.bars["hush"]:
            return replace(self._closest(text, found, broad), flow="report_concern", ask="safeguarding")
        says = self._says["undecided"]
        ranked = [*([self._says["duty"]["clause"]] if broad else ()), *self._precedence.clauses(found)]
        near = tuple(dict.fromkeys(ranked))[:3]
        return Answer(
            text, "not_covered", "not_covered", says["answer"], says["next"], "marketing",
            nearest=near, flow="ask_marketing", danger=broad,
        )  # fmt: skip

    def _changed(self, text: str, card: Card, found: Found) -> Answer:
        says = self._says["changed"]
        held = [basis for basis in card.clauses if basis.clause in self.policy.clauses]
        citations = tuple(self._cite(basis.clause, review=says["review"]) for basis in held)
        near = self._nearest(found, [basis.clause for basis in held], card)
        return Answer(text, "nearest", None, says["answer"], says["next"], "marketing", citations, near, card=card.id)

    def _duty(self, text: str) -> Answer:
        says = self._says["duty"]
        found = self._search.look(self._row(text))
        number = says["clause"]
        cited = (self._cite(number, says["quote"]),) if number in self.policy.clauses else ()
        return Answer(
            text, "ruling", "required", says["answer"], says["next"], "safeguarding", cited,
            self._nearest(found, [number]), "report_concern", danger=True, danger_page=True,
        )  # fmt: skip

    def _nearest(self, found: Found, cited: Sequence[str], card: Card | None = None) -> tuple[str, ...]:
        ranked = self._precedence.clauses(found, card)
        return tuple(each for each in ranked if each not in cited)[:3]

    def _quote(self, clause: str, found: Found) -> str:
        """The words that the likeliest card on this clause rests on."""
        bases: list[Basis] = [card.clauses[0] for card in self._precedence.ranked(found)]
        return next((basis.quote for basis in bases if basis.clause == clause), "")

    def _cite(self, number: str, quote: str = "", review: str = "") -> Citation:
        """A citation of the live text; words no longer in it are never quoted."""
        clause = self.policy.clauses[number]
        exact = self._exact.get((number, quote)) or _exact(quote, clause.text) or clause.text
        return Citation(number, clause.heading, exact, clause.text, self.policy.name, self.policy.version, review)


def _exact(quote: str, text: str) -> str:
    """The quote as it stands in the text, its white space included; nothing where it does not stand there."""
    words = [re.escape(word) for word in quote.split()]
    found = re.search(r"\s+".join(words), text) if words else None
    return found[0] if found else ""
