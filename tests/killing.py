"""A playground in a process of its own, people who send until they are told 'received', and a kill at any instant."""

import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import sys
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from storage.database import Database
from storage.sealing import Sealer, new_key
from tests.drivers import WebDriver
from tests.world import Button, Seen

HOUSE = Path(__file__).parent.parent
RECEIVED = re.compile(r"MKT-\d{4,}")
PEOPLE = tuple(f"{name}@college.example" for name in ("amira", "hana", "hugo", "sol", "sue", "pat"))
ASK = Button("Ask Marketing a question", "marketing.begin", "", True)


@dataclass
class Sent:
    """What the people were told, and what they sent."""

    received: dict[str, str] = field(default_factory=dict)


class Process:
    """One replica, which is killed and started again on the same database and port."""

    def __init__(self, database_url: str, folder: Path, keys: str) -> None:
        self.port = _free_port()
        self.env = {
            **os.environ,
            "LODGE_DATABASE_URL": database_url,
            "LODGE_SECRET_KEYS": keys,
            "LODGE_PORT": str(self.port),
            "LODGE_LOG_LEVEL": "error",
            "PYTHONPATH": str(HOUSE),
        }
        self.folder, self.process = folder, None

    async def start(self) -> None:
        """Start, without waiting until it answers: kills fall during start-up too."""
        self.log = (self.folder / f"replica-{self.port}.log").open("ab")
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "playground", cwd=self.folder, env=self.env, stdout=self.log, stderr=self.log
        )

    async def kill(self) -> None:
        """SIGKILL: no goodbye."""
        if self.process and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()
        self.log.close()

    async def answers(self) -> None:
        """Wait until it serves. Raises where it never does."""
        async with aiohttp.ClientSession() as session:
            for _ in range(600):
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz", timeout=aiohttp.ClientTimeout(2)) as found:
                        if found.status == 200:
                            return
                await asyncio.sleep(0.1)
        raise AssertionError((self.folder / f"replica-{self.port}.log").read_text()[-2000:])


async def submits(ports: list[int], sent: Sent, stop: asyncio.Event, number: int) -> None:
    """One person: begin, fill in, check, send; each step again and again until it is answered, on whichever replica."""
    while not stop.is_set():
        text = f"marker {number} {uuid.uuid4()}: what is the budget for posters?"
        with contextlib.suppress(GaveUp):
            sent.received[text] = await _submitted(ports, PEOPLE[number % len(PEOPLE)], text, stop)


async def _submitted(ports: list[int], person: str, text: str, stop: asyncio.Event) -> str:
    """The reference that the receipt names."""
    page = await _until(ports, lambda driver: driver.press(person, "", ASK, str(uuid.uuid4())), stop)
    checked = await _until(ports, lambda driver: _fill(driver, person, page, {"question": text}), stop)
    done = await _until(ports, lambda driver: _fill(driver, person, checked, {}), stop)
    found = RECEIVED.search(done.text)
    assert found, done.text
    return found[0]


def _free_port() -> int:
    """A port below all that a system hands out by itself, so that no test beside this one has it while a replica is down."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as free, contextlib.suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is free")


class GaveUp(Exception):
    """The test is over before this was answered."""


async def _fill(driver: WebDriver, person: str, page: Seen, values: dict[str, str]) -> Seen:
    return await driver.submit(person, page, {**page.fields, **values}, str(uuid.uuid4()))


async def _until(ports, act, stop: asyncio.Event) -> Seen:
    while True:
        driver = WebDriver(random.choice(ports))
        try:
            async with asyncio.timeout(10):
                return await act(driver)
        except (aiohttp.ClientError, TimeoutError, ConnectionError, AssertionError):
            if stop.is_set():
                raise GaveUp from None
            await asyncio.sleep(0.05)
        finally:
            await driver.stop()


async def storm(database_url: str, folder: Path, kills: int, replicas: int, people: int = 6) -> tuple[Sent, list[str]]:
    """Kill ``kills`` times while people send; then let everything settle. What was told, and every notice that stands."""
    keys = new_key()
    running = [Process(database_url, folder, keys) for _ in range(replicas)]
    for each in running:
        await each.start()
    await running[0].answers()
    sent, stop = Sent(), asyncio.Event()
    ports = [each.port for each in running]
    people_at_work = [asyncio.create_task(submits(ports, sent, stop, number)) for number in range(people)]
    for _ in range(kills):
        victim = random.choice(running)
        if random.random() < 0.85:  # else it falls somewhere in the start-up
            await victim.answers()
        await asyncio.sleep(random.uniform(0.05, 1.5))
        await victim.kill()
        await victim.start()
    await asyncio.gather(*(each.answers() for each in running))
    await asyncio.sleep(1)
    stop.set()
    await asyncio.gather(*people_at_work)
    notices = await _settled(database_url, keys)
    for each in running:
        await each.kill()
    return sent, notices


async def _settled(database_url: str, keys: str) -> list[str]:
    """Wait until nothing is owed any more (the leases of killed replicas end by themselves); then every notice that stands."""
    database = await Database.open(database_url, Sealer.parse(keys))
    try:
        for _ in range(1500):
            async with database.read() as work:
                if not (await work.owed()).get("ready"):
                    return await _notices(database)
            await asyncio.sleep(0.1)
        raise AssertionError("deliveries are still owed")
    finally:
        await database.close()


async def _notices(database: Database) -> list[str]:
    found, after = [], 0
    async with database.read() as work:
        while batch := await work.posts(["web:#marketing"], after_seq=after):
            found += [post.message for post in batch]
            after = max(post.seq for post in batch)
    return found
