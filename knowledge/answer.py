"""The whole of what Lodge knows, in memory: a question in, an answer with its clauses out. Nothing here writes or logs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge import cards as card_files
from knowledge import clauses as policy_file
from knowledge.cards import Card, CardError
from knowledge.clauses import Clause, Policy, PolicyError, folded
from knowledge.danger import Ear, Gates, Patterns
from knowledge.features import Features
from knowledge.lessons import Lessons
from knowledge.precedence import Precedence
from knowledge.search import Search
from knowledge.talk import Talk
from knowledge.turns import Turns
from knowledge.wording import Answer, Citation, Ruling, Wording
from knowledge.words import Lexicon, Tokens, WordsError, read

__all__ = ["UNUSABLE", "Answer", "Answers", "Citation", "Gates", "Ruling"]

UNUSABLE = (CardError, PolicyError, WordsError)  # what `load` raises where something it reads cannot be relied on
_NUMBER = re.compile(r"(?<![\d.£$])([1-9](?:\.\d){1,2})(?![\d%]|\.\d)")
_PLAIN_ASK = re.compile(r"\b(clause|section|paragraph|say|says|read|show|text|wording|mean|means|quote)\b|^\W*[\d.]+\W*$")


class Answers:
    """The index of one policy. Build it once with `load`; every question after that is a pure function of its words."""

    def __init__(self, policy: Policy, cards: Sequence[Card], words: Path) -> None:
        self.policy = policy
        self.cards = tuple(cards)
        self.suspended = tuple(card for card in cards if card.stale(policy))
        self._stale = {card.id for card in self.suspended}
        heard, says = read("danger.yml", words), read("precedence.yml", words)
        self._patterns = Patterns(heard)
        self._talk = Talk(read("talk.yml", words))
        self._turns = Turns(read("turns.yml", words))
        self._precedence = Precedence(says, self.cards)
        self._wording = Wording(policy, self.cards, self._precedence, says)
        self._lexicon = Lexicon(read("thesaurus.yml", words))
        self._learn(Lessons(self.cards, read("negative.yml", words)["examples"], heard))

    def _learn(self, lessons: Lessons) -> None:
        self._features = Features(self._lexicon, lessons.texts)
        self._english = lessons.english()
        rows = self._features.rows
        self._search = Search(self._features, *lessons.questions(rows), self.cards, lessons.examples(self._lexicon))
        self._ear = Ear(self._features, *lessons.dangers(rows))
        self._features.rows = []  # learnt from, and not needed again

    @classmethod
    def load(cls, folder: Path = Path(__file__).parent) -> "Answers":
        """Read policy, cards and words, and build the index: a second or two.

        Raises one of `UNUSABLE`, with file and line, where something read cannot be relied on.
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
        heard = self._hears(self._tokens(text))
        bars = self._precedence.bars
        narrow = found.narrow or heard >= bars["page" if found.broad else "page_alone"]
        return Gates(narrow, narrow or found.broad or heard >= bars["heard"])

    def answer(self, text: str, previous: str = "") -> Answer:
        """The answer to a text, read with the turn before it where it looks back. Gates come first."""
        talk = self._talk.reply(text, self._english)
        following = previous if previous.strip() and not talk and self._turns.looks_back(text) else ""
        joined = f"{following}\n{text}" if following else text
        gates = self._both(text, joined)
        if gates.narrow:
            return replace(self._wording.duty(joined, self._search.look(self._tokens(joined))), text=text, following=following)
        if talk and not self._patterns.gates(text).broad:
            return Answer(text, "talk", "not_covered", folded(talk))
        found = self._one(joined, gates.broad, lift=self._lift(text, following))
        further = () if following else self._second(text, gates.broad)
        if further:
            found = replace(further[0], further=further[1:])
        return replace(found, text=text, following=following)

    def _both(self, text: str, joined: str) -> Gates:
        found = [self.gates(each) for each in dict.fromkeys((text, joined))]
        return Gates(any(each.narrow for each in found), any(each.broad for each in found))

    def _second(self, text: str, broad: bool) -> tuple[Answer, ...]:
        """Both answers of a text with two questions, where both are sure and rest on different clauses."""
        found = [self._one(part, broad, self._precedence.bars["second"]) for part in self._turns.questions(text)]
        sure = all(each.kind == "ruling" and each.ruling for each in found)
        rests = {each.citations[0].clause for each in found if each.citations}
        return tuple(found) if len(found) == 2 == len(rests) and sure else ()

    def _lift(self, text: str, following: str) -> float:
        """What the turn before lends to the chance that the policy decides this one.

        All of it to a turn that says next to nothing ("why not?"); else enough for the closest clauses, never for a ruling.
        """
        if not following:
            return 0.0
        before = self._search.look(self._tokens(following)).decided
        return before if self._turns.thin(text) else min(before, self._precedence.bars["lent"])

    def _one(self, text: str, broad: bool, bar: float = 0.0, lift: float = 0.0) -> Answer:
        """The answer to one question. ``bar`` is a chance its ruling must reach beyond the usual ones."""
        if number := self._named(text):
            return replace(self._wording.named(text, number), danger=broad)
        tokens = self._tokens(text)
        found = self._search.look(tokens)
        found = replace(found, decided=max(found.decided, lift))
        if found.decided < self._precedence.bars["not_covered"]:
            worrying = broad and self._hears(tokens) >= self._precedence.bars["hush"]
            return self._wording.worrying(text, found) if worrying else self._wording.undecided(text, found, broad)
        card, sure = self._precedence.choose(found, tokens.concepts)
        if card.id in self._stale:
            return self._wording.changed(text, card, found, broad or card.danger)
        if not sure or self._precedence.chance(found, card) < bar:
            return self._wording.closest(text, found, broad)
        return self._wording.ruled(text, card, found, broad)

    def _named(self, text: str) -> str:
        """The clause a text asks for by its number, where it asks for nothing else."""
        numbers = [each for each in _NUMBER.findall(text) if each in self.policy.clauses]
        return numbers[0] if len(numbers) == 1 and len(text.split()) <= 8 and _PLAIN_ASK.search(text.lower()) else ""

    def _tokens(self, text: str) -> Tokens:
        return self._lexicon.tokens(text)

    def _hears(self, tokens: Tokens) -> float:
        return self._ear.hears(self._features.row(tokens))
