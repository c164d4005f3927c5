"""The playground as the worker uses it: send, find, replace, who reads what, start and stop."""

import asyncio
import uuid

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.surface import SendRefused, SendUnsure
from bot.web import Web
from handlers.message import Message
from tests.surfaces.web_bench import AMIRA, AT, BEN, MARKETING, PEOPLE, Posts, Stream, playground


async def test_the_same_key_posts_once(lodge):
    """A delivery that is sent again shows one message, and it can be found by its key."""
    first = await lodge.web.send(MARKETING.place, Message("Once"), "k1")
    assert await lodge.web.send(MARKETING.place, Message("Once"), "k1") == first
    assert await lodge.web.find(MARKETING.place, "k1") == first
    assert await lodge.web.find(MARKETING.place, "k2") is None


async def test_a_place_that_nobody_reads_is_refused_for_good(lodge):
    """What can never be read is not stored, and sending it is not tried again."""
    for place in ("web:#gone", "web:@eve@evil.example", f"{MARKETING.place}:only:{AMIRA}", "slack:C1"):
        with pytest.raises(SendRefused) as refused:
            await lodge.web.send(place, Message("T"), "k")
        assert refused.value.final
    with pytest.raises(SendRefused):
        await lodge.web.replace("p9", Message("T"))


async def test_a_store_that_fails_leaves_a_send_unsure_and_says_nobodys_words(lodge):
    """Whether it arrived is not known, so it is asked before it is sent again; the reason is a class name."""
    lodge.store.broken = True
    for sent in (lodge.web.send(MARKETING.place, Message("T"), "k"), lodge.web.replace("p1", Message("T"))):
        with pytest.raises(SendUnsure) as unsure:
            await sent
        assert str(unsure.value) == "ConnectionError"


async def test_people_and_members_are_known_by_e_mail(lodge):
    """The surface knows the college's people, and who reads each place."""
    assert (await lodge.web.person(" Amira@College.example ")).name == "Amira Khan"
    assert await lodge.web.person("eve@evil.example") is None
    assert await lodge.web.members(MARKETING.place) == (BEN,)
    assert await lodge.web.members(f"web:@{AMIRA}") == (AMIRA,)
    assert await lodge.web.members("web:#gone") == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.4", "lodge.college.example", ""])
def test_an_address_that_others_could_reach_is_refused(host):
    """There is no sign-in, so the playground never listens to a network."""
    with pytest.raises(ValueError, match=r"use 127\.0\.0\.1"):
        Web(Posts(), lambda: PEOPLE, lambda email: [], host, 0, now=lambda: AT)


async def test_a_taken_port_is_an_error_and_stopping_frees_it(lodge):
    """Two playgrounds cannot share a port; once one has stopped, the next can start, and stopping twice is harmless."""
    first = playground()
    await first.start(lodge.receive)
    second = Web(Posts(), lambda: PEOPLE, lambda email: [], "127.0.0.1", first.port, now=lambda: AT)
    with pytest.raises(OSError, match="address already in use"):
        await second.start(lodge.receive)
    await first.stop()
    await first.stop()
    await second.start(lodge.receive)
    await second.stop()


async def test_stopping_ends_the_streams_and_lets_requests_in_hand_finish():
    """An open window does not hold the process up, and what was being answered is answered."""
    began, release = asyncio.Event(), asyncio.Event()

    async def slow(event):
        began.set()
        await release.wait()
        return Message("Done")

    surface = playground()
    await surface.start(slow)
    client = TestClient(TestServer(web.Application()))
    root = f"http://127.0.0.1:{surface.port}"
    async with client, client.session.get(f"{root}/events?as={BEN}") as response:
        body = {"id": str(uuid.uuid4()), "as": AMIRA, "text": "May I?"}
        asked = asyncio.create_task(client.session.post(f"{root}/say", json=body))
        await began.wait()
        stopping = asyncio.create_task(surface.stop())
        assert (await Stream(response).next())["event"] == "closed"
        release.set()
        assert "Done" in await (await asked).text()
        await stopping
