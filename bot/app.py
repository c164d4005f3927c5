"""The composition root: what Lodge is made of is joined here, and every event comes through `App.receive`."""

import asyncio
import gc
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from bot.metrics import Metrics
from bot.surface import Surface
from bot.worker import Worker
from handlers import ask, emergency, handles, home, router
from handlers.event import Event, Reply
from handlers.message import Message
from handlers.roles import College
from knowledge.answer import UNUSABLE, Answer, Answers
from knowledge.cards import RULINGS
from knowledge.taught import Taught, by_card
from storage.database import Database, StorageError
from storage.questions import QuestionLog
from storage.sealing import KeyMissing, SealBroken

log = structlog.get_logger("lodge")
TURN = timedelta(hours=1)
REMEMBERED = 10_000
LOOKED_UP = 1.0
"""Seconds that the turn before is looked up for, where it is not in memory: then the question is answered by itself."""
GATHERED = 0.25
"""Seconds for which questions are gathered before one transaction writes them; a button writes them at once."""


@dataclass
class App:
    """One running Lodge."""

    college: College
    answers: Answers
    database: Database
    surfaces: Sequence[Surface] = ()
    metrics: Metrics = field(default_factory=Metrics)
    knowledge: Path = RULINGS.parent

    def __post_init__(self) -> None:
        self.questions = QuestionLog(self.database, wait=GATHERED)
        self.worker = Worker(self)
        self._learnt, self._rebuilding = 0, asyncio.Lock()
        self._heard: OrderedDict[str, None] = OrderedDict()
        self._turns: OrderedDict[tuple[str, str], tuple[str, datetime]] = OrderedDict()

    async def start(self) -> None:
        """Start the surfaces and the worker. Raises `StartError` where a port is taken."""
        gc.collect()
        gc.freeze()  # the index lives as long as the process: the collector need not walk through it again and again
        self.worker.start()
        for surface in self.surfaces:
            await surface.start(self.receive)

    async def stop(self) -> None:
        """Finish what is in hand, then let go of everything."""
        await asyncio.gather(*(surface.stop() for surface in self.surfaces))
        await self.worker.stop()
        await self.questions.close()
        await self.database.close()

    async def receive(self, event: Event) -> Reply:
        """What a person or a timer did, and what to show straight back."""
        shown = event
        if event.kind in ("said", "called"):
            if home.command(event.text) not in home.WORDS:
                return self._named(event.text) or await self._question(event)
            shown = Event("opened", event.surface, event.person, event.place, event.id, event.at)
        self.metrics.events.labels(event.kind).inc()
        if event.action == ask.FEEDBACK:
            helped = event.subject.partition(" ")[0] == "yes"
            self.metrics.feedback.labels(event.surface, "helpful" if helped else "not helpful").inc()
        await self.questions.flush()
        async with self.database.begin(college=self.college, answers=self.answers) as work:
            return await router.handle(shown, work)

    async def refresh_home(self, surface: Surface, person: str) -> None:
        """Put a fresh home page before somebody; that it cannot be shown now loses nothing."""
        try:
            async with self.database.read(college=self.college, answers=self.answers) as work:
                event = Event("opened", surface.name, person, "", "", work.now)
                message = await router.handle(event, work)
            if isinstance(message, Message):
                await surface.show_home(person, message)
        except Exception:
            self.metrics.failures.labels("home").inc()
            log.warning("home.failed", exc_info=True)

    async def rebuild(self) -> None:
        """Read the policy, the cards and what the policy's owner taught again, off the loop, and answer from them from then on.

        Cards that cannot be used are named in the log, and the index that stands goes on serving.
        """
        async with self._rebuilding:
            try:
                revision, taught = await self._taught()
                self._learnt = revision
                self.answers = await asyncio.to_thread(Answers.load, self.knowledge, taught=taught, encoder=self.answers.encoder)
                log.info("index.rebuilt", cards=len(self.answers.cards), suspended=len(self.answers.suspended), revision=revision)
            except (*UNUSABLE, StorageError, KeyMissing, SealBroken) as error:
                self.metrics.failures.labels("rebuild").inc()
                log.error("index.kept", why=str(error))

    async def behind(self) -> bool:
        """Whether the policy's owner has taught, or taken back, something since this process last learnt."""
        async with self.database.read() as work:
            return await work.taught_revision() != self._learnt

    async def _taught(self) -> tuple[int, Taught]:
        """What is taught, and its revision: the number is read first, so that what comes meanwhile is learnt the next time."""
        async with self.database.read() as work:
            revision, found = await work.taught_revision(), await work.taught()
        return revision, by_card(found)

    def _named(self, text: str) -> Message | None:
        """What is no question: the name of a form, or a handle to be looked at (3.3.2). Where a gate hears danger, it is one."""
        handle = handles.asked(text)
        if handle and self.answers.gates(text).narrow:
            return None
        return handles.answer(handle, self.college, self.answers) if handle else home.door(text)

    async def _question(self, event: Event) -> Reply:
        """The question path: no database before the reply."""
        if event.id in self._heard:
            return None
        _remember(self._heard, event.id, None)
        if len(event.text) > ask.LONGEST:
            return self._too_long(event)
        started = time.perf_counter()
        answer = self.answers.answer(event.text, await self._turn_before(event))
        self.metrics.latency.observe(time.perf_counter() - started)
        self.metrics.questions.labels(answer.ruling or "nearest", event.surface).inc()
        self._keep(event, answer)
        return ask.hear(event, answer, self.college)

    def _too_long(self, event: Event) -> Reply:
        """A text too long to answer is still read by the gates."""
        gates = self.answers.gates(event.text[: 5 * ask.LONGEST])
        return ask.TOO_LONG if not gates.narrow else emergency.page(self.college)

    async def _turn_before(self, event: Event) -> str:
        """The turn that an answer may follow on from; whether it does is for the answer to say."""
        since = event.at - TURN
        text, at = self._turns.get((event.person, event.place), ("", since))
        if at > since:
            return text
        if not self.answers.looks_back(event.text):
            return ""
        try:
            async with asyncio.timeout(LOOKED_UP):
                return await self.questions.previous(event.person, event.place, since) or ""
        except Exception as error:  # a question is answered by itself rather than not at all
            self.metrics.failures.labels("turn before").inc()
            log.warning("turn.unknown", why=type(error).__name__)
            return ""

    def _keep(self, event: Event, answer: Answer) -> None:
        """One sealed row, for a day's buttons and an hour's follow-up; a gated question is never kept (promise 9)."""
        if answer.danger or answer.danger_page:
            self._turns.pop((event.person, event.place), None)
            return
        _remember(self._turns, (event.person, event.place), (event.text, event.at))
        self.questions.add(event.id, event.person, event.surface, event.place, event.text, event.at)


def _remember(kept: OrderedDict, key: object, value: object) -> None:  # type: ignore[type-arg]
    kept[key] = value
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
