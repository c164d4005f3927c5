"""The whole of what Lodge knows, in memory: a question in, an answer with its clauses out. Nothing here writes or logs."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge import cards as card_files
from knowledge import clauses as policy_file
from knowledge.cards import Card, CardError
from knowledge.clauses import Clause, Policy, PolicyError, folded
from knowledge.danger import Gates, Patterns
from knowledge.encoder import Encoder
from knowledge.features import NO_MEANING
from knowledge.index import Index, learn, write
from knowledge.lessons import Lessons, known_by
from knowledge.precedence import Precedence
from knowledge.search import Reading, Search
from knowledge.shelf import key, obtain
from knowledge.spelling import Spelling
from knowledge.talk import Talk
from knowledge.taught import NOTHING, Taught, stamp
from knowledge.turns import Turns
from knowledge.wording import Answer, Citation, Ruling, Wording
from knowledge.words import Lexicon, WordsError, fold, read

__all__ = ["UNUSABLE", "Answer", "Answers", "Card", "Citation", "Gates", "Ruling"]

UNUSABLE = (CardError, PolicyError, WordsError)  # what `load` raises where something it reads cannot be relied on
_HERE = Path(__file__).parent
_NUMBER = re.compile(r"(?<![\d.£$])([1-9](?:\.\d){1,2})(?![\d%]|\.\d)")
_PLAIN_ASK = re.compile(r"\b(clause|section|paragraph|say|says|read|show|text|wording|mean|means|quote)\b|^\W*[\d.]+\W*$")


class Answers:
    """The index of one policy. Build it once with `load`; every question after that is a pure function of its words."""

    def __init__(
        self,
        policy: Policy,
        cards: Sequence[Card],
        words: Path,
        index: Callable[[Callable[[], Index]], Index],
        taught: Taught = NOTHING,
        encoder: Encoder | None = None,
    ) -> None:
        """``index`` is given a way to learn what the words teach, for where it has none that was learnt before."""
        self.encoder = encoder
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
        undecided = read("negative.yml", words)["examples"]
        self.index = index(lambda: learn(Lessons(self.cards, undecided, heard, taught), self._lexicon, encoder))
        self._search = Search(self.index, self.cards)
        self._spelling = Spelling(self._lexicon, self.index.features, self.index.english)
        self._by_id = {card.id: card for card in self.cards}

    @classmethod
    def load(
        cls, folder: Path = _HERE, cache: Path | None = None, taught: Taught = NOTHING, encoder: Encoder | None = None
    ) -> "Answers":
        """Read policy, cards and words, with the index learnt from them: half a second, or some seconds where they are new.

        ``cache`` is where that index is kept, where that is not beside them; see `shelf`. ``taught``: phrasings beside the files.
        ``encoder`` reads every text beside its words. Raises one of `UNUSABLE`, with file and line, where something read
        cannot be relied on.
        """
        wanted = key(folder)
        return cls(*_sources(folder), lambda learnt: obtain(folder, cache, wanted, learnt, taught, encoder), taught, encoder)

    @property
    def size(self) -> Mapping[str, int]:
        """How much is known: clauses, cards, examples, features."""
        examples = sum(len(card.examples) for card in self.cards)
        clauses = len(self.policy.clauses)
        return {"clauses": clauses, "cards": len(self.cards), "examples": examples, "features": self.index.features.size}

    def clause(self, number: str) -> Clause:
        """One clause. Raises `KeyError` where there is none of that number."""
        return self.policy.clauses[number]

    def card(self, id: str) -> Card | None:
        """A card by its id, or None where there is none of that name."""
        return self._by_id.get(id)

    def likeliest(self, text: str, previous: str = "", *, but: Collection[str] = (), most: int = 3) -> tuple[Card, ...]:
        """The cards that come nearest to a text, best first, whatever it was answered with; ``but``: ids that were shown."""
        chances = self._search.look(self._read(self._whole(text, previous))).cards
        ranked = (self.cards[at] for at in np.argsort(-chances, kind="stable"))
        return tuple([card for card in ranked if card.id not in but][:most])

    def example(self, card: Card, text: str) -> str:
        """The example question of a card that has most of a text's words; the first of them where none has any."""
        stems = set(self._lexicon.tokens(text).stems)
        shared = [len(stems.intersection(self._lexicon.tokens(each).stems)) / (3 + len(each.split())) for each in card.examples]
        return card.examples[shared.index(max(shared))]

    def of(self, card: Card, text: str, previous: str = "") -> Answer:
        """What a card says to somebody who picked it. The gates are read as ever; a card whose clause changed gives no ruling."""
        joined = self._whole(text, previous)
        found, gates = self._search.look(self._read(joined)), self.gates(joined)
        if gates.narrow:
            return self._wording.duty(text, found)
        said = self._wording.changed if card.id in self._stale else self._wording.ruled
        return said(text, card, found, gates.broad)

    def _whole(self, text: str, previous: str) -> str:
        return f"{previous}\n{text}" if previous and self._turns.looks_back(text) else text

    def looks_back(self, text: str) -> bool:
        """Whether a turn wants the one before it: it is short, or begins as such turns do."""
        return self._turns.looks_back(text)

    def gates(self, text: str) -> Gates:
        """Both danger gates over any free text (promise 1)."""
        return self._gates(self._said(text), self._read(text).heard)

    def _said(self, text: str) -> Gates:
        """What a text's words say by themselves, as typed or as they were meant."""
        found, mended = self._patterns.gates(text), self._spelling.mended(text)
        return found if mended == fold(text) else found | self._patterns.gates(mended)

    def _gates(self, found: Gates, heard: float) -> Gates:
        bars = self._precedence.bars
        narrow = heard >= bars["page_words" if found.narrow else "page" if found.broad else "page_alone"]
        broad = narrow or found.narrow or found.worry or heard >= bars["heard_words" if found.broad else "heard"]
        return Gates(narrow, broad)

    def answer(self, text: str, previous: str = "") -> Answer:
        """The answer to a text, read with the turn before it where it looks back. Gates come first."""
        talk = self._talk.reply(text, self.index.english)
        following = previous if previous.strip() and not talk and self._turns.looks_back(text) else ""
        joined = f"{following}\n{text}" if following else text
        said, own = self._said(text), self._read(text)
        gates, whole = self._gates(said, own.heard), own
        if following:
            whole = self._read(joined)
            # Few words by themselves say little: alone they must say more than they must together with the turn before.
            alone = gates.narrow or said.worry or own.heard >= self._precedence.bars["heard_alone"]
            both = self._gates(self._said(joined), whole.heard)
            gates = Gates(gates.narrow or both.narrow, alone or both.broad)
        if gates.narrow:
            return replace(self._wording.duty(joined, self._search.look(whole)), text=text, following=following)
        if talk and not said.broad:
            return Answer(text, "talk", "not_covered", folded(talk))
        found = self._one(joined, whole, gates.broad, lift=self._lift(text, following))
        further = () if following else self._second(text, gates.broad)
        if further:
            found = replace(further[0], further=further[1:])
        return replace(found, text=text, following=following)

    def _second(self, text: str, broad: bool) -> tuple[Answer, ...]:
        """Both answers of a text with two questions, where both are sure and rest on different clauses."""
        parts, bar = self._turns.questions(text), self._precedence.bars["second"]
        found = [self._one(part, self._read(part), broad, bar) for part in parts]
        sure = all(each.kind == "ruling" and each.ruling for each in found)
        rests = {each.citations[0].clause for each in found if each.citations}
        return tuple(found) if len(found) == 2 == len(rests) and sure else ()

    def _lift(self, text: str, following: str) -> float:
        """What the turn before lends to the chance that the policy decides this one.

        All of it to a turn that says next to nothing ("why not?"); else enough for the closest clauses, never for a ruling.
        """
        if not following:
            return 0.0
        before = self._search.look(self._read(following)).decided
        return before if self._turns.thin(text) else min(before, self._precedence.bars["lent"])

    def _one(self, text: str, reading: Reading, broad: bool, bar: float = 0.0, lift: float = 0.0) -> Answer:
        """The answer to one question. ``bar`` is a chance its ruling must reach beyond the usual ones."""
        if number := self._named(text):
            return replace(self._wording.named(text, number), danger=broad)
        found = self._search.look(reading)
        found = replace(found, decided=max(found.decided, lift))
        if found.decided < self._precedence.bars["not_covered"]:
            worrying = broad and reading.heard >= self._precedence.bars["hush"]
            return self._wording.worrying(text, found) if worrying else self._wording.undecided(text, found, broad)
        card, sure = self._precedence.choose(found, reading.tokens.concepts)
        if card.id in self._stale:
            return self._wording.changed(text, card, found, broad or card.danger)
        if not sure or self._precedence.chance(found, card) < bar:
            grave = broad and reading.heard >= self._precedence.bars["grave"]
            return self._wording.worrying(text, found) if grave else self._wording.closest(text, found, broad)
        return self._wording.ruled(text, card, found, broad)

    def _named(self, text: str) -> str:
        """The clause a text asks for by its number, where it asks for nothing else."""
        numbers = [each for each in _NUMBER.findall(text) if each in self.policy.clauses]
        return numbers[0] if len(numbers) == 1 and len(text.split()) <= 8 and _PLAIN_ASK.search(text.lower()) else ""

    def _read(self, text: str) -> Reading:
        typed, mended = self._lexicon.tokens(text), self._spelling.mended(text)
        meant = typed if mended == fold(text) else self._lexicon.tokens(mended)
        return self._search.read(meant, known_by(typed), self.encoder(mended) if self.encoder else NO_MEANING)


def learn_into(folder: str, path: str, taught: Taught = NOTHING, encoder: str = "") -> None:
    """Learn the index of a folder and put it into a file: what a child process is started for; what is taught is on its input."""
    before, reading = key(Path(folder)), Encoder(Path(encoder)) if encoder else None
    answers = Answers(*_sources(Path(folder)), lambda learn: learn(), taught, reading)
    if key(Path(folder)) == before:
        write(answers.index, Path(path), stamp(before, taught, reading.key if reading else ""))


def _sources(folder: Path) -> tuple[Policy, tuple[Card, ...], Path]:
    policy = policy_file.load(folder / "policies" / "social-media.md")
    return policy, card_files.load(folder / "rulings", policy), folder / "words"
