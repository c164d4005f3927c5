"""The playground over HTTP: what a person does becomes an event, and the reply comes back drawn."""

import uuid

import pytest

from handlers.event import Event
from handlers.message import Field, Form, Message, Page, Text
from tests.reading import read
from tests.surfaces.web_bench import AMIRA, AT, BEN, MARKETING, SECRET, serving


async def test_a_question_becomes_an_event_and_its_answer_comes_back_drawn(lodge):
    """What is typed reaches Lodge exactly, from the person's own conversation, with the page's id and our clock."""
    lodge.reply = Message("Not allowed", (Text("No."),), tone="no")
    event_id = str(uuid.uuid4())
    reply = await (await lodge.post(text="  May <I>? ", id=event_id)).json()
    assert lodge.events == [Event("said", "web", AMIRA, f"web:@{AMIRA}", event_id, AT, text="  May <I>? ")]
    assert reply["kind"] == "message"
    article = read(reply["html"]).all("article")[0]
    assert (article.attrs["data-tone"], article.all("h3")[0].text()) == ("no", "Not allowed")
    assert "Only you can see this" not in reply["html"]


async def test_a_press_in_a_channel_is_answered_to_that_person_only(lodge):
    """Under a channel's post the reply says that only the one who pressed sees it."""
    lodge.reply = Message("Taken")
    reply = await (await lodge.post("/press", place=MARKETING.place, **{"as": BEN})).json()
    event = lodge.events[0]
    assert (event.kind, event.place, event.action, event.subject) == ("pressed", MARKETING.place, "a", "s")
    assert "Only you can see this" in reply["html"]


async def test_a_press_with_no_place_is_in_ones_own_conversation(lodge):
    """A button on the home page or in a form answers in the conversation."""
    await lodge.post("/press")
    assert lodge.events[0].place == f"web:@{AMIRA}"


@pytest.mark.parametrize("place", [MARKETING.place, f"web:@{BEN}", "slack:C1", 7, ["web"]])
async def test_a_press_where_one_is_not_is_refused(lodge, place):
    """Nobody presses in a channel that they are not in, or in somebody else's conversation."""
    response = await lodge.post("/press", place=place)
    assert response.status == 403
    assert "not in that channel" in await response.text()
    assert lodge.events == []


async def test_a_form_goes_out_and_its_values_come_in(lodge):
    """A page of a flow is drawn with the known people, and what was filled in reaches Lodge under its draft."""
    lodge.reply = Page(Form("Ask", (Field("who", "Who?", "person"),)), "ask", "first", "d1")
    reply = await (await lodge.post("/submit", values={"who": " Ben ", "pick": ["a", "b"]})).json()
    event = lodge.events[0]
    assert (event.kind, event.subject, event.action, event.place) == ("submitted", "d1", "first", f"web:@{AMIRA}")
    assert event.values == {"who": " Ben ", "pick": "a,b"}
    assert reply["kind"] == "page"
    assert [node.attrs["value"] for node in read(reply["html"]).all("option")] == [AMIRA, BEN]


async def test_nothing_to_show_is_said_plainly(lodge):
    """Where Lodge has nothing to show, the page is told so and asks for nothing."""
    assert await (await lodge.post("/press")).json() == {"kind": "nothing"}


async def test_the_home_page_is_drawn_for_the_person_who_opens_it(lodge):
    """Opening home is an event of its own, and each opening is a new one."""
    lodge.reply = Message("Home", (Text("No cases."),))
    for _ in range(2):
        response = await lodge.client.get("/home", params={"as": AMIRA.upper()})
        assert read(await response.text()).all("h3")[0].text() == "Home"
    assert [(event.kind, event.person) for event in lodge.events] == [("opened", AMIRA)] * 2
    assert lodge.events[0].id != lodge.events[1].id


async def test_the_page_remembers_who_you_were(lodge):
    """A reload without a name in the address shows the person picked last; at first it is the first of all."""
    chosen = []
    for query in ({}, {"as": BEN}, {}):
        root = read(await (await lodge.client.get("/", params=query)).text())
        chosen.append(root.all("body")[0].attrs["data-as"])
    assert chosen == [AMIRA, BEN, BEN]


async def test_a_person_who_has_left_is_forgotten(lodge):
    """Somebody remembered who is no longer named does not lock anybody out."""
    response = await lodge.client.get("/", headers={"Cookie": "lodge_as=gone@college.example"})
    assert response.status == 200


async def test_a_college_without_people_is_told_what_to_do():
    """With nobody to be, the page says what is missing."""
    async with serving(people=[]) as lodge:
        response = await lodge.client.get("/")
        assert response.status == 404
        assert "Name the college's people" in await response.text()


async def test_the_page_shows_what_stands_in_ones_own_places_only(lodge):
    """Posts are drawn for those who can read their place, and for nobody else."""
    await lodge.web.send(f"web:@{AMIRA}", Message(SECRET), "k1")
    await lodge.web.send(MARKETING.place, Message("For Marketing"), "k2")
    await lodge.web.send(f"{MARKETING.place}:only:{BEN}", Message("For Ben alone"), "k3")
    amira = await (await lodge.client.get("/", params={"as": AMIRA})).text()
    ben = await (await lodge.client.get("/", params={"as": BEN})).text()
    assert SECRET in amira
    assert "For Marketing" not in amira
    assert SECRET not in ben
    assert "For Marketing" in ben
    assert "For Ben alone" in ben
