"""What arrives in the playground by itself."""

import pytest

from handlers.message import Message
from tests.reading import read
from tests.surfaces.web_bench import AMIRA, BEN, MARKETING, SECRET, Posts, serving, stream


async def test_a_post_arrives_by_itself(lodge):
    """Whoever has a channel open sees a new post and a changed one, without asking."""
    async with stream(lodge) as events:
        ref = await lodge.web.send(MARKETING.place, Message("A question"), "k1")
        arrived = await events.next()
        assert (arrived["event"], arrived["id"]) == ("post", "1")
        html = arrived["data"].pop("html")
        assert arrived["data"] == {"seq": 1, "ref": ref, "place": MARKETING.place, "fresh": True}
        assert read(html).all("article")[0].attrs["data-ref"] == ref
        await lodge.web.replace(ref, Message("Answered"))
        changed = await events.next()
        assert (changed["id"], changed["data"]["ref"], changed["data"]["fresh"]) == ("2", ref, False)
        assert "Answered" in changed["data"]["html"]


async def test_a_post_for_one_person_arrives_in_its_channel_for_them_alone(lodge):
    """'Only to this person, here' is drawn in the channel, marked, and read by nobody else."""
    async with stream(lodge) as events:
        await lodge.web.send(f"web:@{AMIRA}", Message(SECRET), "k1")
        await lodge.web.send(f"{MARKETING.place}:only:{BEN}", Message("For Ben"), "k2")
        arrived = await events.next()
    assert arrived["data"]["place"] == MARKETING.place
    assert "Only you can see this" in arrived["data"]["html"]
    assert SECRET not in arrived["data"]["html"]


@pytest.mark.parametrize("again", [{"Last_Event_ID": "2"}, {}])
async def test_what_was_missed_comes_on_the_way_back(again):
    """A browser that lost its connection gets all that it missed, once and in order, however much that is."""
    async with serving(store=Posts(batch=2)) as lodge:
        for number in range(1, 8):
            await lodge.web.send(MARKETING.place, Message(f"Post {number}"), f"k{number}")
        async with stream(lodge, after=0 if again else 2, **again) as events:
            seen = [(await events.next())["id"] for _ in range(5)]
    assert seen == ["3", "4", "5", "6", "7"]


async def test_the_page_and_its_stream_meet_without_a_gap(lodge):
    """The stream starts right after the newest post that the page shows."""
    await lodge.web.send(MARKETING.place, Message("First"), "k1")
    root = read(await (await lodge.client.get("/", params={"as": BEN})).text())
    await lodge.web.send(MARKETING.place, Message("Between"), "k2")
    async with stream(lodge, after=root.all("body")[0].attrs["data-after"]) as events:
        assert "Between" in (await events.next())["data"]["html"]


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "²"])
async def test_a_stream_starts_from_a_number(lodge, after):
    """A damaged place to start from is refused in words."""
    response = await lodge.client.get("/events", params={"as": BEN, "after": after})
    assert response.status == 400
    assert "reload the page" in await response.text()


async def test_a_fresh_home_page_arrives_in_each_window_of_that_person_only(lodge):
    """Home changes by itself where it is open, and nobody sees another's."""
    async with stream(lodge, AMIRA) as first, stream(lodge, AMIRA) as second, stream(lodge, BEN) as other:
        await lodge.web.show_home(AMIRA, Message(SECRET))
        await lodge.web.show_home(BEN, Message("Home of Ben"))
        for events in (first, second):
            arrived = await events.next()
            assert arrived["event"] == "home"
            assert "id" not in arrived
            assert SECRET in arrived["data"]["html"]
        assert "Home of Ben" in (await other.next())["data"]["html"]


async def test_a_quiet_stream_shows_that_it_lives():
    """A connection that has gone is noticed, though nothing is posted."""
    async with serving(heartbeat=0.01) as lodge, stream(lodge) as events:
        assert (await events.next())["comment"] == "still here"


async def test_a_client_that_goes_leaves_nothing_behind():
    """Closing a window ends its stream, and the others go on."""
    async with serving(heartbeat=0.01) as lodge, stream(lodge) as stays:
        async with stream(lodge) as goes:
            await goes.next()
        await lodge.web.send(MARKETING.place, Message("Still served"), "k1")
        while (arrived := await stays.next()).get("event") != "post":
            pass
        assert "Still served" in arrived["data"]["html"]
