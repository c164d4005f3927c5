"""Delivers what is owed to others and raises timers as events. Rows are claimed, so replicas share the work, each done once."""

import asyncio
import contextlib
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.surface import SendRefused, SendUnsure, Surface
from handlers import cases, router, telling
from handlers.event import Event, Work
from handlers.message import Message, Text
from storage import claims
from storage.claims import ClaimedDelivery, ClaimedTimer

if TYPE_CHECKING:
    from bot.app import App

log = structlog.get_logger("lodge.worker")
POLL = 1.0
LEASE_MS = 30_000
SEND_WITHIN = 12.0  # the lease outlasts this, so that a late answer cannot meet a second sender
LIMIT = 20
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
ATTEMPTS = 40
HOMES = 50
"""Home pages put fresh for one round of deliveries, at most: platforms limit them, and everybody gets one by opening it."""
PERHAPS_AGAIN = "You may have had this already: Lodge could not make sure that it arrived."
PURGE_EVERY = timedelta(minutes=10)
LOOK_EVERY = timedelta(seconds=20)
"""How often it is looked whether the policy's owner taught something: one number read, and nothing on a question's way."""


class Overheard(Exception):
    """Somebody whom a concern is about can read the place, or it cannot be said who can."""


class Worker:
    """One task a process."""

    def __init__(self, app: "App") -> None:
        self._app = app
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self._purged: datetime | None = None
        # Home pages to put fresh: of those who were told something, and of those who may not see it now.
        self._stale: dict[tuple[str, str], Surface] = {}
        self._freshening: asyncio.Task[None] | None = None
        self._learning: asyncio.Task[None] | None = None
        self._looked: datetime | None = None

    def start(self) -> None:
        """Begin to work in the background."""
        self._task = asyncio.create_task(self._run(), name="worker")

    async def stop(self) -> None:
        """Finish what is in hand."""
        self._stopping = True
        self._app.database.wake.set()
        if self._task:
            await self._task
        await self.rested()

    async def rested(self) -> None:
        """Wait until what goes on beside the deliveries is done."""
        for beside in filter(None, (self._freshening, self._learning)):
            await beside

    def state(self) -> str:
        """'ok', or that the task is not running."""
        return "ok" if self._task and not self._task.done() else "stopped"

    async def step(self) -> bool:
        """Do once whatever is due now; whether there was anything."""
        async with self._app.database.begin() as work:
            deliveries = await claims.claim_deliveries(work.turn, LIMIT, LEASE_MS)
            timers = await claims.claim_timers(work.turn, LIMIT, LEASE_MS)
            now = work.now
        await asyncio.gather(*map(self._deliver, deliveries), *map(self._raise, timers))
        self._freshen()
        await self._learn(now)
        await self._purge(now)
        return bool(deliveries or timers)

    async def _run(self) -> None:
        while not self._stopping:
            try:
                busy = await self.step()
            except Exception:
                self._failed("worker")
                busy = False
                await asyncio.sleep(POLL)
            if not busy and not self._stopping:
                await self._rest()

    async def _rest(self) -> None:
        wake = self._app.database.wake
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), POLL)
        wake.clear()

    def _failed(self, where: str) -> None:
        self._app.metrics.failures.labels(where).inc()
        log.exception(f"{where}.failed")

    # Deliveries

    async def _deliver(self, owed: ClaimedDelivery) -> None:
        """Send one message, and write down how that went: arrived, refused for certain, or unsure."""
        try:
            async with asyncio.timeout(SEND_WITHIN):
                surface, place, ref = await self._sent(owed)
        except SendRefused as refused:
            await self._refused(owed, refused)
        except (SendUnsure, TimeoutError):
            await self._unsure(owed)
        except Overheard:
            await self._to_each(owed)
        except LookupError:
            await self._drop(owed, "gone")
        except Exception:
            self._failed("delivery")
            await self._later(owed, LEASE_MS, unsure=True, error="failed")
        else:
            await self._arrived(owed, surface, place, ref)

    async def _sent(self, owed: ClaimedDelivery) -> tuple[Surface, str, str]:
        surface, place = await self._where(owed)
        message, barred = await self._drawn(owed)
        self._stale.update(((each.name, email), each) for email in barred for each in self._app.surfaces)
        if barred and owed.recipient.startswith("role:") and await self._overheard(surface, place, barred):
            raise Overheard
        if owed.place and owed.ref:
            await surface.replace(owed.ref, message)
            return surface, place, owed.ref
        found = await surface.find(place, owed.key) if owed.probe else None
        if owed.probe and not surface.remembers:
            message = replace(message, parts=(Text(PERHAPS_AGAIN), *message.parts))
        return surface, place, found or await surface.send(place, message, owed.key)

    async def _where(self, owed: ClaimedDelivery) -> tuple[Surface, str]:
        """The place of a message that stands, of a role's channel, or of a person on the first surface that knows them."""
        if owed.place:
            return self._surface(owed.place), owed.place
        kind, _, name = owed.recipient.partition(":")
        if kind == "role":
            channel = self._app.college.roles[name].channel
            place = f"web:#{name}" if channel == "web" else channel
            return self._surface(place), place
        for surface in self._app.surfaces:
            if await surface.person(name):
                return surface, f"{surface.name}:@{name}"
        raise SendRefused("nobody of this name is reachable")

    def _surface(self, place: str) -> Surface:
        name = place.partition(":")[0]
        for surface in self._app.surfaces:
            if surface.name == name:
                return surface
        raise SendRefused(f"{name} is not configured")

    async def _drawn(self, owed: ClaimedDelivery) -> tuple[Message, frozenset[str]]:
        """The message as things are now, and who must not be able to read it. Raises ``LookupError`` where it is for nobody."""
        async with self._app.database.read(college=self._app.college, answers=self._app.answers) as work:
            return await router.draw(owed.drawing, owed.subject, owed.recipient, work)

    async def _overheard(self, surface: Surface, place: str, barred: frozenset[str]) -> bool:
        """Whether somebody who must not know reads a place: so too where the platform does not say who does (promise 4)."""
        try:
            readers = await surface.members(place)
        except (SendRefused, SendUnsure):
            return True
        return not readers or bool(barred & set(readers))

    async def _to_each(self, owed: ClaimedDelivery) -> None:
        """The notice of a concern goes to the people of the role themselves; what stands in the channel is left as it is."""
        async with self._app.database.begin(college=self._app.college, answers=self._app.answers) as work:
            if await claims.drop_delivery(work.turn, owed.id, owed.token, "overheard") and not owed.replaces:
                await self._second_route(owed, work)
        self._app.metrics.deliveries.labels("gone").inc()  # no word for it of its own: that somebody is concerned must not show

    async def _drop(self, owed: ClaimedDelivery, why: str) -> None:
        """Nobody is to have it any more: its case is gone, or its recipient may not hear of it now."""
        async with self._app.database.begin() as work:
            await claims.drop_delivery(work.turn, owed.id, owed.token, why)
        self._app.metrics.deliveries.labels(why).inc()

    async def _arrived(self, owed: ClaimedDelivery, surface: Surface, place: str, ref: str) -> None:
        async with self._app.database.begin() as work:
            kept = await claims.finish_delivery(work.turn, owed.id, owed.token, place, ref)
        self._app.metrics.deliveries.labels("arrived" if kept else "lease_lost").inc()
        for email in self._holders(owed.recipient):
            self._stale[surface.name, email] = surface

    def _holders(self, recipient: str) -> tuple[str, ...]:
        """Whose home pages a message to a role or a person changes: who else reads in the channel has no part in it."""
        kind, _, name = recipient.partition(":")
        role = self._app.college.roles.get(name) if kind == "role" else None
        return (*role.members, *role.deputies) if role else ((name,) if kind == "person" else ())

    def _freshen(self) -> None:
        """Each stale home page once, however many messages changed it; beside the deliveries, which never wait for it."""
        if self._stale and (self._freshening is None or self._freshening.done()):
            stale, self._stale = list(self._stale.items())[:HOMES], {}
            self._freshening = asyncio.create_task(self._fresh(stale), name="homes")

    async def _fresh(self, stale: list[tuple[tuple[str, str], Surface]]) -> None:
        for (_, email), surface in stale:
            await self._app.refresh_home(surface, email)

    async def _refused(self, owed: ClaimedDelivery, refused: SendRefused) -> None:
        if refused.final or owed.attempts >= ATTEMPTS:
            await self._give_up(owed, "refused")
            return
        if refused.retry_after:
            async with self._app.database.begin() as work:
                await claims.close_gate(work.turn, owed.recipient, work.turn.now_ms + int(refused.retry_after * 1000))
        wait = refused.retry_after or _backoff(owed.attempts)
        # It may be the question whether an earlier send arrived that was refused: that send is as unsure as it was.
        await self._later(owed, int(wait * 1000), unsure=owed.probe, error="refused")

    async def _unsure(self, owed: ClaimedDelivery) -> None:
        """It may have arrived. Where nobody can be asked, it is sent once more and no oftener."""
        surface, _ = await self._where(owed)
        if owed.probe and not surface.remembers:
            await self._give_up(owed, "unsure")
        else:
            await self._later(owed, LEASE_MS, unsure=True, error="unsure")

    async def _later(self, owed: ClaimedDelivery, wait_ms: int, *, unsure: bool, error: str, hopeless: bool = False) -> None:
        """Try again then. Where that has been tried often, or is ``hopeless``, the people of a role are messaged meanwhile."""
        async with self._app.database.begin(college=self._app.college, answers=self._app.answers) as work:
            await claims.retry_delivery(work.turn, owed.id, owed.token, work.turn.now_ms + wait_ms, unsure=unsure, error=error)
            if hopeless or owed.attempts + 1 >= cases.STRUGGLING:
                await self._second_route(owed, work)
        self._app.metrics.deliveries.labels(error).inc()
        log.warning("delivery.later", delivery=owed.id, attempts=owed.attempts, why=error, again_in=wait_ms / 1000)

    async def _give_up(self, owed: ClaimedDelivery, error: str) -> None:
        """An urgent delivery never dies; any other is buried, with an alarm, and its case says that it did not arrive."""
        if owed.urgent:
            await self._later(owed, int(LONGEST_WAIT * 1000), unsure=owed.probe, error=error, hopeless=True)
            return
        async with self._app.database.begin(college=self._app.college, answers=self._app.answers) as work:
            await claims.bury_delivery(work.turn, owed.id, owed.token, error)
            await self._second_route(owed, work)
        self._app.metrics.deliveries.labels("dead").inc()
        log.error(
            "delivery.dead", delivery=owed.id, recipient=owed.recipient.partition(":")[0], attempts=owed.attempts, why=error
        )

    async def _second_route(self, owed: ClaimedDelivery, work: Work) -> None:
        """What a role's channel does not take goes to the people of the role themselves; a change to a notice does not."""
        kind, _, role = owed.recipient.partition(":")
        if kind == "role" and not owed.place:
            await telling.second_route(work, owed.key, role, owed.drawing, owed.subject, owed.case_id)

    # Timers

    async def _raise(self, owed: ClaimedTimer) -> None:
        """A timer's effect and its end commit together, so that it happens once."""
        try:
            async with self._app.database.begin(college=self._app.college, answers=self._app.answers) as work:
                if await claims.finish_timer(work.turn, owed.id, owed.token):
                    event = Event("due", "worker", "", "", owed.id, work.now, action=owed.action, subject=owed.subject)
                    await router.handle(event, work)
            self._app.metrics.events.labels("due").inc()
        except Exception:
            self._failed("timer")
            async with self._app.database.begin() as work:
                wait_ms = int(_backoff(owed.attempts) * 1000)
                await claims.retry_timer(work.turn, owed.id, owed.token, work.turn.now_ms + wait_ms)

    async def _learn(self, now: datetime) -> None:
        """What the policy's owner taught, on whichever replica, is learnt beside the deliveries, which never wait for it."""
        if self._looked is not None and now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        if (self._learning is None or self._learning.done()) and await self._app.behind():
            self._learning = asyncio.create_task(self._app.rebuild(), name="learning")

    async def _purge(self, now: datetime) -> None:
        """Forget what has had its time: questions, drafts, ids of events."""
        if self._purged is None or now - self._purged >= PURGE_EVERY:
            self._purged = now
            async with self._app.database.begin() as work:
                await work.purge()


def _backoff(attempts: int) -> float:
    """Seconds to wait: doubling, with full jitter, so that replicas do not knock in step."""
    return random.uniform(0.5, 1.0) * min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(attempts, 12))
