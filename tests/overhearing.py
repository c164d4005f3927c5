"""A Lodge in an imagined college, with ears at every edge: what is sent, shown, logged and counted, and who can read it."""

import contextlib
import functools
import io
import itertools
import logging
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from prometheus_client import generate_latest
from sqlalchemy import select

from bot import desk
from bot.app import App
from bot.surface import SendRefused, Someone
from handlers import router
from handlers.event import Event, Reply
from handlers.hearing import TOP
from handlers.message import Field, Message, Page
from knowledge.answer import Answers
from storage import engines, models
from storage.database import Database
from storage.sealing import Sealer, new_key
from tests.imagined import OUTSIDER, About, Imagined
from tests.world import Clock

MARKER = "Quokka-4711"
REFERENCE = "CON-0001"
_ID = re.compile(r"[0-9a-f]{32}")


class Ears:
    """A surface that keeps what it is sent, with who could read it there and then."""

    remembers = True

    def __init__(self, imagined: Imagined) -> None:
        self.name, self._imagined = imagined.surface, imagined
        self.remembers = imagined.surface != "teams"
        self.sent: list[tuple[frozenset[str], Message]] = []
        self.homes: dict[str, Message] = {}
        self._places: dict[str, str] = {}

    async def start(self, receive) -> None: ...

    async def stop(self) -> None: ...

    def _readers(self, place: str) -> frozenset[str]:
        address = place.partition(":")[2]
        return frozenset({address[1:]}) if address[0] == "@" else self._imagined.readers[address.lstrip("#")]

    async def send(self, place: str, message: Message, key: str) -> str:
        if place.partition(":")[2].lstrip("#") in self._imagined.deaf:
            raise SendRefused("not there", final=self._imagined.final)
        ref = f"{key} {len(self.sent)}"
        self._places[ref] = place
        self.sent.append((self._readers(place), message))
        return ref

    async def find(self, place: str, key: str) -> str | None:
        return None

    async def replace(self, ref: str, message: Message) -> None:
        self.sent.append((self._readers(self._places[ref]), message))

    async def person(self, id_or_email: str) -> Someone | None:
        return Someone(id_or_email, id_or_email)

    async def members(self, place: str) -> tuple[str, ...]:
        if place.partition(":")[2].lstrip("#") in self._imagined.hidden:
            return ()
        return tuple(self._readers(place))

    async def trouble(self, place: str) -> str:
        return ""

    async def show_home(self, person: str, message: Message) -> None:
        self.homes[person] = message


class Overheard:
    """What the test knows by itself of one concern, and the verbs it is driven with."""

    def __init__(self, imagined: Imagined, app: App, ears: Ears, clock: Clock) -> None:
        self.imagined, self.app, self.ears, self.clock = imagined, app, ears, clock
        self.about: set[str] = {imagined.reporter} if "own" in imagined.kinds else set()
        self.aside: set[str] = set()
        self.case_id = ""
        self.outside = False
        self.told: set[str] = set()
        self.pages: list[tuple[str, Page]] = []
        self._heard = 0
        self._nothing: dict[tuple[str, str], str] = {}
        self._ids = itertools.count(1)

    @property
    def barred(self) -> set[str]:
        """Whom nothing may reach any more: not the reporter, who keeps a receipt and a status."""
        roles = self.imagined.college.roles.values()
        deputies = {each for role in roles if self.about & set(role.members) for each in role.deputies}
        return (self.about | deputies | self.aside) - {self.imagined.reporter}

    def usable(self) -> set[str]:
        """Who could hear of it, by what the policy says alone: of roles that nobody it is about belongs to."""
        roles = [role for role in self.imagined.college.roles.values() if not self.about & {*role.members, *role.deputies}]
        return {each for role in roles for each in role.members + role.deputies} - self.barred - {self.imagined.reporter}

    def at_the_top(self) -> set[str]:
        """Those of them whom every ladder reaches."""
        roles = self.imagined.college.roles
        found = [roles[name] for name in TOP if not self.about & {*roles[name].members, *roles[name].deputies}]
        return {each for role in found for each in role.members + role.deputies} & self.usable()

    async def does(self, kind: str, person: str, **more) -> Reply:
        """One event, through the front door; a page is kept, to be sent again by whoever may not any more."""
        event = Event(kind, self.ears.name, person, f"{self.ears.name}:@{person}", f"e{next(self._ids)}", self.clock.now, **more)
        reply = await self.app.receive(event)
        if isinstance(reply, Page):
            self.pages.append((person, reply))
        self.outside |= isinstance(reply, Message) and self.imagined.college.contacts.lado in repr(reply)
        return reply

    async def press(self, person: str, action: str, subject: str = "") -> Reply:
        return await self.does("pressed", person, action=action, subject=subject or self.case_id)

    async def settle(self) -> None:
        """Deliver what is due; none of it where somebody barred can read it."""
        while await self.app.worker.step():
            pass
        await self.app.worker.rested()
        for readers, message in self.ears.sent[self._heard :]:
            assert not readers & self.barred, f"{sorted(readers & self.barred)} could read {message}"
            assert MARKER not in repr(message), message
            self.told |= readers
            self.outside |= self.imagined.college.contacts.lado in repr(message)
        self._heard = len(self.ears.sent)

    async def walk(self, person: str, page: Reply, abouts: tuple[About, ...]) -> Reply:
        """Fill in page after page, to the end."""
        for _ in range(10):
            if not isinstance(page, Page):
                return page
            values = {item.name: self._filled(item, page, abouts) for item in page.form.fields}
            page = await self.does("submitted", person, action=page.step, subject=page.draft, values=values)
        raise AssertionError(f"the form does not end: {page}")

    def _filled(self, item: Field, page: Page, abouts: tuple[About, ...]) -> str:
        made, options = self.imagined, [name for name, _ in item.options]
        picked = [each for each in abouts if not each.typed]
        typed = [each.typed for each in abouts if each.typed]
        rows = dict(zip(("who", "who_2", "who_3"), [each.email for each in picked], strict=False))
        given = {
            "about": ",".join(made.kinds),
            "adult": made.adult,
            "platform": made.platform,
            "reach": made.reach,
            "named": ", ".join(typed),
            "unknown": "yes" if not abouts else "",
            "where": f"https://social.example/{MARKER}",
            **rows,
        }
        if item.name.startswith("meant"):
            return ",".join(name for name in options if name in {each.email for each in abouts}) or "none"
        if item.name in given:
            return given[item.name]
        if item.kind in ("choice", "choices"):
            return options[made.chosen % len(options)]
        return MARKER if item.kind == "text" else ""

    async def home(self, person: str) -> str:
        return repr(await self.does("opened", person))

    async def forges(self, person: str, action: str) -> None:
        """A press by somebody barred is answered as one about a case that does not exist."""
        if (person, action) not in self._nothing:
            self._nothing[person, action] = masked(await self.press(person, action, "0" * 32))
        for subject in (self.case_id, REFERENCE):
            assert masked(await self.press(person, action, subject)) == self._nothing[person, action], (
                f"{person} pressed {action}"
            )

    async def sends_again(self, person: str, page: Page, values: dict[str, str]) -> None:
        """A page of theirs, or of somebody else, is sent once more; it says nothing."""
        reply = await self.does("submitted", person, action=page.step, subject=page.draft, values=values)
        assert not gives_away(reply), f"{person} sent {page.flow} again: {reply}"

    async def desk(self) -> list:
        async with self.app.database.begin(college=self.imagined.college, answers=self.app.answers) as work:
            return [row for kind in ("", "concern", "breach") for row in await desk.listed(work, kind=kind, every=True)]

    async def stored(self) -> int:
        """How many rows there are of cases, of what is owed, of timers and of what was said."""
        async with self.app.database.read() as work:
            tables = (models.case, models.delivery, models.timer, models.entry, models.audit)
            return sum([len(await work.turn.all(select(table))) for table in tables])

    async def hearers(self) -> list[str]:
        """Who can open it now, as far as Lodge says: each is tried, by what their home page offers."""
        people = sorted({*self.imagined.college.people, *self.told})
        return [each for each in people if REFERENCE in await self.home(each) and each != self.imagined.reporter]


def masked(reply: Reply) -> str:
    """A reply without the ids in it, which differ each time."""
    return _ID.sub("#", repr(reply)).replace(REFERENCE, "#")


def gives_away(reply: Reply) -> bool:
    """Whether a reply says anything of the concern."""
    return any(word in repr(reply) for word in (REFERENCE, MARKER, OUTSIDER))


@contextlib.asynccontextmanager
async def overheard(imagined: Imagined, answers: Answers, template: Path) -> AsyncIterator[Overheard]:
    """A Lodge of this college on a copy of an empty database. What it logs, counts and stores says nothing either."""
    path, files = template.with_name("lodge.db"), functools.partial(template.parent.glob, "lodge.db*")
    for old in files():
        old.unlink()
    shutil.copy(template, path)
    clock = Clock()
    database = Database(engines.parse(f"sqlite:///{path}"), Sealer.parse(new_key()), clock)
    ears = Ears(imagined)
    app = App(imagined.college, answers, database, surfaces=(ears,))
    written, handler = _listening()
    try:
        with structlog.testing.capture_logs() as logged:
            yield Overheard(imagined, app, ears, clock)
        figures = generate_latest(app.metrics.registry).decode()
        for sink in (repr(logged), written.getvalue(), figures):
            names = [*imagined.college.people, *(each.name for each in imagined.college.people.values()), OUTSIDER]
            assert not [word for word in (REFERENCE, MARKER, "concern", *names) if word in sink], sink
        assert MARKER.encode() not in b"".join(each.read_bytes() for each in files())
    finally:
        logging.getLogger().removeHandler(handler)
        await app.questions.close()
        await database.close()


def _listening() -> tuple[io.StringIO, logging.Handler]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    return written, handler


ACTIONS = tuple(sorted({*router.PRESSES, *router.OPENS}))
