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
_NOW = 4  # how often a turn's words count beside those of the turn before it
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
        """The cards that come nearest to a text, best first, whatever it was answered with; ``but``: ids that were shown.

        ``previous``: the turn before, where the answer followed on from it.
        """
        chances = self._search.look(self._whole(text, previous)).cards
        ranked = (self.cards[at] for at in np.argsort(-chances, kind="stable"))
        return tuple([card for card in ranked if card.id not in but][:most])

    def example(self, card: Card, text: str) -> str:
        """The example question of a card that has most of a text's words; the first of them where none has any."""
        stems = set(self._lexicon.tokens(text).stems)
        shared = [len(stems.intersection(self._lexicon.tokens(each).stems)) / (3 + len(each.split())) for each in card.examples]
        return card.examples[shared.index(max(shared))]

    def of(self, card: Card, text: str, previous: str = "") -> Answer:
        """What a card says to somebody who picked it. The gates are read as ever; a card whose clause changed gives no ruling.

        ``previous``: the turn before, where the answer followed on from it.
        """
        found, gates = self._search.look(self._whole(text, previous)), self.gates(_joined(previous, text))
        if gates.narrow:
            return self._wording.duty(text, found)
        said = self._wording.changed if card.id in self._stale else self._wording.ruled
        return said(text, card, found, gates.broad)

    def looks_back(self, text: str) -> bool:
        """Whether a turn wants the one before it: it is short, begins as such turns do, or has no sure answer by itself."""
        return self._turns.looks_back(text) or not self._stands(text, self.answer(text))

    def _stands(self, text: str, found: Answer) -> bool:
        """Whether a text's answer needs nothing that was said before."""
        if found.kind == "not_covered":
            return not self._turns.short(text)
        weighed = found.kind == "nearest" or (found.card and not found.further)
        return not weighed or found.chance >= self._precedence.bars["stands"]

    def gates(self, text: str) -> Gates:
        """Both danger gates over any free text (promise 1)."""
        return self._gates(self._said(text), self._read(text).heard)

    def _said(self, text: str) -> Gates:
        """What a text's words say by themselves, as typed or as they were meant."""
        found, mended = self._patterns.gates(text), self._spelling.mended(text)
        return found if mended == fold(text) else found | self._patterns.gates(mended)

    def _gates(self, found: Gates, heard: float) -> Gates:
        bars = self._precedence.bars
        narrow = found.certain or heard >= bars["page_words" if found.narrow else "page" if found.broad else "page_alone"]
        broad = narrow or found.narrow or found.worry or heard >= bars["heard_words" if found.broad else "heard"]
        return Gates(narrow, broad)

    def answer(self, text: str, previous: str = "") -> Answer:
        """The answer to a text. Gates come first.

        It is read with the turn before it where it looks back; and where it has no sure answer by itself but has one with it.
        """
        talk = self._talk.reply(text, self.index.english)
        before = "" if talk else previous.strip()
        if before and self._turns.looks_back(text):
            return self._after(text, before, self._lift(text, before))
        found = self._by_itself(text, talk)
        if not before or found.danger_page or self._stands(text, found):
            return found
        after = self._after(text, before)
        needed = self._precedence.bars["drawn"] if found.kind == "not_covered" else found.chance
        surer = after.kind == "ruling" and after.chance > needed
        return after if surer or after.danger_page or after.danger > found.danger else found

    def _by_itself(self, text: str, talk: str) -> Answer:
        said, own = self._said(text), self._read(text)
        gates = self._gates(said, own.heard)
        if gates.narrow:
            return self._wording.duty(text, self._search.look(own))
        if talk and not said.broad:
            return Answer(text, "talk", "not_covered", folded(talk))
        grave = gates.broad and own.heard >= self._precedence.bars["grave"]
        further = () if grave else self._second(text, gates.broad)
        return replace(further[0], text=text, further=further[1:]) if further else self._one(text, own, gates.broad)

    def _after(self, text: str, before: str, lift: float = 0.0) -> Answer:
        """The answer to a turn that follows on from the one before it."""
        joined = _joined(before, text)
        said, own, heard = self._said(text), self._read(text), self._read(joined).heard
        gates, both = self._gates(said, own.heard), self._gates(self._said(joined), heard)
        # Few words by themselves say little: alone they must say more than they must together with the turn before.
        alone = gates.narrow or said.worry or own.heard >= self._precedence.bars["heard_alone"]
        reading = replace(self._whole(text, before), heard=heard)
        if gates.narrow or both.narrow:
            found = self._wording.duty(joined, self._search.look(reading))
        else:
            found = self._one(joined, reading, alone or both.broad, lift=lift)
        if found.ruling == "allowed":
            by_itself = self._precedence.chance(self._search.look(own), self._by_id[found.card])
            if by_itself < self._precedence.bars["allowed_own"]:
                found = self._wording.closest(joined, self._search.look(reading), found.danger)
        return replace(found, text=text, following=before)

    def _whole(self, text: str, previous: str) -> Reading:
        """A turn as it is meant after another: what is asked now says most, and what it is asked of some."""
        return self._read(_joined(previous, *[text] * _NOW) if previous else text)

    def _second(self, text: str, broad: bool) -> tuple[Answer, ...]:
        """Both answers of a text with two questions, where both are sure and rest on different clauses."""
        parts, bar = self._turns.questions(text), self._precedence.bars["second"]
        found = [self._one(part, self._read(part), broad, bar) for part in parts]
        sure = all(each.kind == "ruling" and each.ruling for each in found)
        rests = {each.citations[0].clause for each in found if each.citations}
        return tuple(found) if len(found) == 2 == len(rests) and sure else ()

    def _lift(self, text: str, before: str) -> float:
        """What the turn before lends to the chance that the policy decides one that looks back.

        All of it to a turn that says next to nothing ("why not?"); else enough not to be told that nothing decides it.
        """
        lent = self._search.look(self._read(before)).decided
        return lent if self._turns.thin(text) else min(lent, self._precedence.bars["lent"])

    def _one(self, text: str, reading: Reading, broad: bool, bar: float = 0.0, lift: float = 0.0) -> Answer:
        """The answer to one question. ``bar`` is a chance its ruling must reach beyond the usual ones."""
        if number := self._named(text):
            return replace(self._wording.named(text, number), danger=broad)
        found = self._search.look(reading)
        found = replace(found, decided=max(found.decided, lift))
        decided = found.decided >= self._precedence.bars["not_covered"]
        card, sure = self._precedence.choose(found, reading.tokens.concepts)
        sure = decided and sure and self._precedence.chance(found, card) >= bar
        ruled = (self._wording.changed if card.id in self._stale else self._wording.ruled)(text, card, found, broad)
        if broad and reading.heard >= self._precedence.bars["grave"] and not (sure and _reports(card)):
            return replace(self._wording.grave(text, found), further=(ruled,) if sure else ())
        if not decided:
            return self._wording.worrying(text, found) if broad else self._wording.undecided(text, found)
        return ruled if sure or card.id in self._stale else self._wording.closest(text, found, broad)

    def _named(self, text: str) -> str:
        """The clause a text asks for by its number, where it asks for nothing else."""
        numbers = [each for each in _NUMBER.findall(text) if each in self.policy.clauses]
        return numbers[0] if len(numbers) == 1 and len(text.split()) <= 8 and _PLAIN_ASK.search(text.lower()) else ""

    def _read(self, text: str) -> Reading:
        typed, mended = self._lexicon.tokens(text), self._spelling.mended(text)
        meant = typed if mended == fold(text) else self._lexicon.tokens(mended)
        return self._search.read(meant, known_by(typed), self.encoder(mended) if self.encoder else NO_MEANING)


def _joined(*turns: str) -> str:
    return "\n".join(turn for turn in turns if turn)


def _reports(card: Card) -> bool:
    """Whether a card itself leads to where a worry is reported, or says what must be done."""
    return card.flow == "report_concern" or card.ruling == "required"


def learn_into(folder: str, path: str, taught: Taught = NOTHING, encoder: str = "") -> None:
    """Learn the index of a folder and put it into a file: what a child process is started for; what is taught is on its input."""
    before, reading = key(Path(folder)), Encoder(Path(encoder)) if encoder else None
    answers = Answers(*_sources(Path(folder)), lambda learn: learn(), taught, reading)
    if key(Path(folder)) == before:
        write(answers.index, Path(path), stamp(before, taught, reading.key if reading else ""))


def _sources(folder: Path) -> tuple[Policy, tuple[Card, ...], Path]:
    policy = policy_file.load(folder / "policies" / "social-media.md")
    return policy, card_files.load(folder / "rulings", policy), folder / "words"
