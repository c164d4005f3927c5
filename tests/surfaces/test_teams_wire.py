"""Teams' chats and channels: what every activity becomes, and where the answer is seen."""

import asyncio

import pytest

from bot import logs
from handlers.message import Action, Message, Text
from tests.surfaces.teams_desk import AMIRA, BEN, ROOM, Desk
from tests.surfaces.web_hostile import HOSTILE
from tests.teams_client import mentioned
from tests.teams_reading import seen
from tests.world import Clock

DISCREET = Message("Not allowed", (Text("Tell the Safeguarding lead."),), tone="no", discreet=True)
OPENS = {"lodge": {"action": "marketing.begin", "subject": "q-1"}, "msteams": {"type": "task/fetch"}}


@pytest.fixture
async def desk():
    made = Desk(Clock())
    await made.settle_in()
    yield made
    await made.close()


async def test_a_question_becomes_an_event_and_the_answer_a_card(desk):
    """What is typed is heard as typed by the person's e-mail, and the answer, with Teams' thumbs, stands in the same chat."""
    desk.reply = Message("Allowed", actions=(Action("feedback", "Helpful", "yes e-1"), Action("feedback", "No", "no e-1")))
    await desk.client.say(AMIRA, HOSTILE, id="e-1")
    (event,) = desk.events
    assert (event.kind, event.surface, event.person, event.text, event.id) == ("said", "teams", AMIRA, HOSTILE, "e-1")
    assert event.place == "teams:a:29:amira"
    (answer,) = desk.in_chat()
    assert answer.title == "Allowed"
    assert desk.microsoft.sent[0].activity["channelData"] == {"feedbackLoop": {"type": "default"}}


async def test_a_mention_is_taken_out_and_the_answer_stands_in_the_thread(desk):
    """In a channel Lodge hears the question without its own name, and answers under it."""
    await desk.client.say(AMIRA, place=f"{ROOM};messageid=5", **mentioned("ask <at>Ben</at> or you?&nbsp;"))
    assert desk.events[0].text == "ask Ben or you?"
    assert desk.microsoft.sent[-1].conversation == f"{ROOM};messageid=5"


async def test_a_discreet_answer_never_stands_in_a_channel(desk):
    """The answer goes to the asker's own chat; the channel learns that there was one, and no notification quotes it."""
    desk.reply = DISCREET
    await desk.client.say(AMIRA, place=ROOM, **mentioned("about a student"))
    assert [each.title for each in desk.in_room()] == ["I’ve answered privately"]
    assert [each.title for each in desk.in_chat()] == ["Not allowed"]
    assert "Not allowed" not in [each.activity["summary"] for each in desk.microsoft.sent]


async def test_somebody_whom_lodge_cannot_reach_is_told_how(desk):
    """Where no personal chat can be opened the channel says so, with what to do in danger; the answer is not shown there."""
    desk.reply = DISCREET
    desk.microsoft.blocked.add("29:ben")
    await desk.client.say(BEN, place=ROOM, **mentioned("about a student"))
    await desk.client.press(BEN, {"lodge": {"action": "marketing.take", "subject": "7"}}, ROOM)
    told, again = desk.in_room()
    assert told.text == again.text
    assert "Open a chat with Lodge" in told
    assert "999" in told
    assert "Safeguarding lead" not in told


@pytest.mark.parametrize("command", ["menu", "My cases"])
async def test_what_is_mine_is_never_shown_in_a_channel(desk, command):
    """A person's home page goes to the person alone, wherever they asked for it."""
    await desk.client.say(AMIRA, place=ROOM, **mentioned(command))
    assert (desk.events[0].kind, desk.events[0].text) == ("called", "menu")
    assert [each.title for each in desk.in_room()] == ["I’ve answered privately"]


async def test_a_press_in_a_channel_is_answered_to_that_person_only(desk):
    """What a button leads to is nobody else's business, and the channel does not fill up."""
    await desk.client.press(BEN, {"lodge": {"action": "marketing.take", "subject": "7"}}, ROOM)
    assert (desk.events[0].kind, desk.events[0].action, desk.events[0].subject) == ("pressed", "marketing.take", "7")
    assert desk.in_room() == []
    assert [each.title for each in desk.in_chat(BEN)] == ["Allowed"]


async def test_a_file_is_never_fetched(desk):
    """A file gets fixed words; words beside it are answered first, since somebody may be in danger (promises 1 and 8)."""
    file = {"contentType": "application/vnd.microsoft.teams.file.download.info", "contentUrl": "https://x.example/f"}
    html = {"contentType": "text/html", "content": "<p>look</p>"}
    await desk.client.say(AMIRA, "", attachments=[file])
    assert [each.title for each in desk.in_chat()] == ["I do not take files"]
    await desk.client.say(AMIRA, "look", attachments=[html, {"contentType": "image/*", "contentUrl": "https://x.example/i"}])
    assert [each.title for each in desk.in_chat()][1:] == ["Allowed", "I do not take files"]
    await desk.client.say(AMIRA, "look", attachments=[html])
    assert len(desk.in_chat()) == 4


@pytest.mark.parametrize("kind", ["messageUpdate", "messageDelete", "messageReaction", "typing", "endOfConversation", "anything"])
async def test_what_asks_nothing_is_not_answered(desk, kind):
    """Edits, deletions, reactions and kinds nobody has met yet are taken without a word."""
    assert (await desk.client.post(desk.client.activity(kind, AMIRA, text="hello")))[0] == 200
    assert (desk.events, desk.microsoft.sent) == ([], [])


async def test_a_bot_is_not_answered(desk):
    """Two bots that answer each other would never stop."""
    activity = desk.client.activity("message", AMIRA, text="hello")
    activity["from"]["role"] = "bot"
    assert (await desk.client.post(activity))[0] == 200
    assert desk.events == []


async def test_a_guest_gets_a_fixed_answer(desk):
    """Guests and people from elsewhere are told whom to ask; what they wrote goes no further."""
    desk.microsoft.hire("gail@elsewhere.example", userRole="guest")
    desk.microsoft.hire("hal@elsewhere.example", tenantId="another")
    for email in ("gail@elsewhere.example", "hal@elsewhere.example"):
        await desk.client.say(email, "hello")
        assert "own staff" in desk.in_chat(email)[-1]
        body = await desk.client.invoke(email, "task/submit", {"data": {"lodge": {"draft": "d"}}})
        assert "own staff" in seen(body["task"]["value"]["card"]["content"])
    assert desk.events == []


async def test_a_person_without_an_address_is_still_one_person(desk):
    """Where Teams knows no e-mail the person goes by their Teams id, in lower case."""
    desk.microsoft.people[desk.microsoft.hire("Nil@college.example")]["email"] = ""
    await desk.client.say("Nil@college.example", "hello")
    assert desk.events[0].person == "teams-29:nil"


async def test_lodge_shows_that_it_is_working():
    """An answer that takes a while is announced by 'typing', which stands before the answer."""
    desk, shown = Desk(Clock()), asyncio.Event()
    await desk.settle_in(typing_after=0.0)
    desk.microsoft.on_typing = shown.set
    desk.before = shown.wait
    async with asyncio.timeout(5):
        await desk.client.say(AMIRA, "hello")
    assert desk.microsoft.typing == 1
    assert desk.in_chat()[0].title == "Allowed"
    await desk.close()


async def test_a_failure_is_told_and_not_quoted(desk, capsys):
    """When Lodge itself fails the person reads that nothing was sent, in chat and in a dialog; the log has no word of theirs."""
    logs.configure("info", readable=False)
    desk.reply = RuntimeError("Quokka-4711")
    await desk.client.say(AMIRA, "Quokka-4711")
    assert "went wrong" in desk.in_chat()[0]
    body = await desk.client.invoke(AMIRA, "task/fetch", {"data": OPENS})
    assert "nothing was sent" in seen(body["task"]["value"]["card"]["content"])
    written = capsys.readouterr().err
    assert "RuntimeError" in written
    assert "Quokka" not in written
