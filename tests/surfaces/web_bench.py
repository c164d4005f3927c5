"""A playground on its real wire, with posts in memory and a receive function that stands for the rest of Lodge."""

import asyncio
import json
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

from aiohttp.test_utils import TestClient, TestServer

from bot.web import Web
from bot.web_page import Channel, Resident
from handlers.event import Event, Reply

AMIRA, BEN = "amira@college.example", "ben@college.example"
PEOPLE = [Resident(AMIRA, "Amira Khan", "Lecturer"), Resident(BEN, "Ben Archer", "Marketing Manager")]
MARKETING = Channel("web:#marketing", "Marketing", (BEN,))
SECRET = "what only Amira should ever read"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Post:
    """A stored post."""

    ref: str
    place: str
    key: str
    seq: int
    at: datetime
    changed_at: datetime
    message: str


class Posts:
    """Posts in memory, with the same promises as the ones on disk; ``batch`` is the most that one reading gives."""

    def __init__(self, batch: int = 500) -> None:
        self.rows: list[Post] = []
        self.numbers, self.batch, self.broken = count(1), batch, False

    @asynccontextmanager
    async def begin(self):
        if self.broken:
            raise ConnectionError(SECRET)
        yield self

    read = begin

    async def put_post(self, place, key, message):
        if found := await self.find_post(place, key):
            return found
        seq = next(self.numbers)
        self.rows.append(Post(f"p{seq}", place, key, seq, AT, AT, message))
        return f"p{seq}"

    async def find_post(self, place, key):
        return next((row.ref for row in self.rows if (row.place, row.key) == (place, key)), None)

    async def replace_post(self, ref, message):
        found = next((row for row in self.rows if row.ref == ref), None)
        if found:
            changed = replace(found, seq=next(self.numbers), changed_at=AT + timedelta(minutes=1), message=message)
            self.rows[self.rows.index(found)] = changed
        return bool(found)

    async def posts(self, places, after_seq=0, limit=500):
        later = [row for row in self.rows if row.place in places and row.seq > after_seq]
        return sorted(sorted(later, key=lambda row: row.seq)[: min(limit, self.batch)], key=lambda row: row.at)


@dataclass
class Lodge:
    """A running playground: what it received, and the reply that it gives next."""

    web: Web
    store: Posts
    reply: Reply | Exception = None
    events: list[Event] = field(default_factory=list)
    client: TestClient = None  # type: ignore[assignment]

    async def receive(self, event: Event) -> Reply:
        self.events.append(event)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.client.port}"

    async def post(self, path="/say", headers=None, **changes):
        body = {
            "id": str(uuid.uuid4()),
            "as": AMIRA,
            "text": "May I?",
            "action": "a",
            "subject": "s",
            "draft": "d1",
            "step": "first",
            "values": {},
        }
        return await self.client.post(path, json={**body, **changes}, headers=headers)


def playground(store=None, people=PEOPLE, heartbeat=60.0, **more) -> Web:
    def channels(email):
        return [MARKETING] if email in MARKETING.members else []

    return Web(store or Posts(), lambda: people, channels, "127.0.0.1", 0, now=lambda: AT, heartbeat=heartbeat, **more)


@asynccontextmanager
async def serving(**more):
    store = more.pop("store", None) or Posts()
    lodge = Lodge(playground(store, **more), store)
    async with TestClient(TestServer(lodge.web.application(lodge.receive))) as lodge.client:
        yield lodge


class Stream:
    """A browser's stream of events."""

    def __init__(self, response) -> None:
        self.response = response

    async def next(self) -> dict:
        """The next event: its name, number and data."""
        lines: dict = {}
        async with asyncio.timeout(10):
            while line := (await self.response.content.readline()).decode():
                name, _, value = line.rstrip("\n").partition(": ")
                if name in ("id", "event", "data") or line.startswith(":"):
                    lines[name or "comment"] = value
                elif line == "\n" and lines:
                    return {**lines, "data": json.loads(lines.get("data", "null"))}
        return {"event": "closed"}


@asynccontextmanager
async def stream(lodge, email=BEN, after=0, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with lodge.client.get("/events", params={"as": email, "after": str(after)}, headers=named) as response:
        assert response.status == 200, await response.text()
        assert response.content_type == "text/event-stream"
        yield Stream(response)
