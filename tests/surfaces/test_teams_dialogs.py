"""Teams' dialogs and other invokes: the answer travels in the response."""

import pytest
import structlog

from handlers.message import Field, Form, Message, Page, Text
from tests.surfaces.teams_desk import AMIRA, BEN, ROOM, Desk
from tests.surfaces.web_hostile import HOSTILE
from tests.teams_fake import TENANT
from tests.teams_reading import seen
from tests.world import Button, Clock

PAGE = Page(
    Form("Ask Marketing", (Field("question", "Your question", "text"),), (Text("Marketing sees this."),)),
    "ask",
    "question",
    "d-1",
)
LINK = "https://teams.microsoft.com/l/message/19:staff@thread.tacv2/1764000000000"
OPENS = {"lodge": {"action": "marketing.begin", "subject": "q-1"}, "msteams": {"type": "task/fetch"}}


@pytest.fixture
async def desk():
    made = Desk(Clock())
    await made.settle_in()
    yield made
    await made.close()


async def pointed(desk, command, author, link=LINK):
    """A message action on what somebody wrote; what comes back."""
    user = desk.microsoft.people.get(f"29:{author.partition('@')[0]}", {}).get("aadObjectId")
    body = {"contentType": "html", "content": "<p>Quokka &amp; <b>more</b></p>"}
    payload = {"id": "1", "linkToMessage": link, "from": {"user": {"id": user} if user else None}, "body": body}
    return await desk.client.invoke(AMIRA, "composeExtension/fetchTask", {"commandId": command, "messagePayload": payload}, ROOM)


@pytest.mark.parametrize("name", ["application/search", "fileConsent/invoke", "signin/verifyState", "something/new", ""])
async def test_an_unknown_invoke_is_answered(desk, name):
    """Whatever Teams may add is answered with 200 and an empty table, never 'not implemented'."""
    assert await desk.client.invoke(AMIRA, name, {"x": 1}) == {}


async def test_feedback_is_taken_and_counted_without_words(desk):
    """Whether it helped goes on as a verdict; its free text goes nowhere (promise 9)."""
    value = {"actionName": "feedback", "actionValue": {"reaction": "dislike", "feedback": '{"feedbackText":"Quokka"}'}}
    with structlog.testing.capture_logs() as lines:
        assert await desk.client.invoke(AMIRA, "message/submitAction", value) == {}
    assert [(each.action, each.subject, each.text) for each in desk.events] == [("feedback", "no", "")]
    assert "Quokka" not in repr(lines) + repr(desk.events)


async def test_a_button_opens_a_form_in_a_dialog(desk):
    """task/fetch is a press; the page comes back in the response, as a valid card."""
    desk.reply = PAGE
    body = await desk.client.invoke(AMIRA, "task/fetch", {"data": OPENS}, ROOM)
    assert (desk.events[0].kind, desk.events[0].action) == ("pressed", "marketing.begin")
    assert body["task"]["type"] == "continue"
    assert body["task"]["value"]["title"] == "Ask Marketing"
    assert seen(body["task"]["value"]["card"]["content"], "page").draft == "d-1"


async def test_an_error_is_the_same_form_with_what_was_typed(desk):
    """Nothing typed is lost: the card comes again with the values in it and the error above the field."""
    form = PAGE.form.again({"question": HOSTILE}, {"question": "Please shorten this."})
    desk.reply = Page(form, "ask", "question", "d-1")
    data = {"lodge": {"draft": "d-1", "flow": "ask", "step": "question"}, "question": HOSTILE}
    body = await desk.client.invoke(AMIRA, "task/submit", {"data": data})
    assert (desk.events[0].kind, desk.events[0].subject, desk.events[0].values) == ("submitted", "d-1", {"question": HOSTILE})
    page = seen(body["task"]["value"]["card"]["content"], "page")
    assert page.fields == {"question": HOSTILE}
    assert page.errors == {"question": "Error: Please shorten this."}


async def test_a_submission_ends_with_a_card_that_says_what_happened(desk):
    """The receipt is shown in the dialog, whose buttons work there too; a repeat that changes nothing says so."""
    data = {"lodge": {"draft": "d-1", "flow": "ask", "step": "check"}}
    body = await desk.client.invoke(AMIRA, "task/submit", {"data": data})
    assert body["task"]["value"]["card"]["content"]["body"][0]["items"][0]["text"] == "Allowed"
    desk.reply = None
    assert (await desk.client.invoke(AMIRA, "task/submit", {"data": data}))["task"]["type"] == "message"


@pytest.mark.parametrize(
    "value", [{}, {"data": "x"}, {"data": {"lodge": "x"}}, {"data": {"lodge": {"draft": "d"}, "q": [1]}}, "x", None]
)
async def test_a_dialog_of_odd_shapes_is_answered_in_words(desk, value):
    """What no card of ours sends is told so, and reaches nobody."""
    body = await desk.client.invoke(AMIRA, "task/submit", value)
    assert "could not be read" in seen(body["task"]["value"]["card"]["content"]).title
    assert desk.events == []


async def test_the_message_action_opens_the_form_for_marketing(desk):
    """The action “Ask Lodge about this” brings the form; the message itself is not read."""
    desk.reply = PAGE
    body = await pointed(desk, "ask", AMIRA)
    assert body["task"]["type"] == "continue"
    assert (desk.events[0].action, desk.events[0].values) == ("marketing.begin", {})
    assert "Quokka" not in repr(desk.events)


@pytest.mark.parametrize("author", [BEN, "dee@college.example"])
async def test_a_message_that_is_reported_brings_its_link_and_its_author(desk, author):
    """“Report this message” opens a report with both in it, though Lodge never met the author, and with no word of it."""
    dee = desk.microsoft.hire("dee@college.example")
    desk.microsoft.people[desk.microsoft.people[dee]["aadObjectId"]] = desk.microsoft.people[dee]
    desk.reply = PAGE
    await pointed(desk, "report", author)
    assert (desk.events[0].action, desk.events[0].values) == ("concern.begin", {"link": LINK, "who": author})
    assert "Quokka" not in repr(desk.events)


async def test_a_report_opens_whatever_teams_does_not_say(desk):
    """With an unknown author, an odd link or no message at all the report opens, and what is not known is not filled in."""
    odd = ({"from": {"user": {"id": "somebody"}}}, {"linkToMessage": "javascript:go"}, {"from": {"user": None}}, "x", None)
    for payload in odd:
        value = {"commandId": "report", "messagePayload": payload}
        await desk.client.invoke(AMIRA, "composeExtension/fetchTask", value, ROOM)
        assert (desk.events[-1].action, desk.events[-1].values) == ("concern.begin", {})


async def test_a_link_too_long_for_its_field_leads_there_all_the_same(desk):
    """The names that Teams puts behind a link are left off where they would not fit."""
    await pointed(desk, "report", "", f"{LINK}?teamName={'x' * 600}")
    assert desk.events[0].values == {"link": LINK}


async def test_a_message_reported_from_a_chat_of_two_others_leaves_no_trace_of_it(desk):
    """Lodge takes that chat neither for the reporter's own nor for a place to write to: what is private goes where it did."""
    chat = "19:amira_ben@unq.gbl.spaces"
    desk.now.passes(hours=13)  # nobody was met lately
    desk.microsoft.places[chat] = []
    activity = desk.client.activity("invoke", AMIRA, chat, name="composeExtension/fetchTask", value={"commandId": "report"})
    activity["conversation"] = {"id": chat, "conversationType": "personal", "tenantId": TENANT}
    assert (await desk.client.post(activity))[0] == 200
    assert desk.events[0].person == AMIRA
    assert "Add the Lodge app" in await desk.surface.trouble(f"teams:{chat}")
    await desk.surface.send(f"teams:@{AMIRA}", Message("For Amira"), "k")
    assert [each.title for each in desk.in_chat()] == ["For Amira"]


@pytest.mark.parametrize("way", ["plain", "in place"])
async def test_a_concern_is_not_opened_by_a_press_that_cannot_show_it(desk, way):
    """A forged press without a dialog opens nothing and stops no clock: it is answered with the button that does, privately."""
    data = {"lodge": {"action": "concern.open", "subject": "c-1"}}
    desk.reply = PAGE
    if way == "plain":
        await desk.client.press(AMIRA, data, ROOM)
        (shown,) = desk.in_chat()
    else:
        value = {"action": {"type": "Action.Execute", "verb": "x", "data": data}}
        shown = seen((await desk.client.invoke(AMIRA, "adaptiveCard/action", value, ROOM))["value"])
    assert (desk.events, desk.in_room()) == ([], [])
    assert shown.buttons == (Button("Open the form", "concern.open", "c-1", True),)


async def test_somebody_picked_whom_lodge_does_not_know_is_not_lost(desk):
    """A pick goes before a name that stood there; one that nobody knows is named as such; a restart forgets neither."""
    ben = desk.microsoft.people["29:ben"]["aadObjectId"]
    desk.surface._directory._picked.clear()  # as after a restart
    lodge = {"draft": "d-1", "step": "who", "people": ["who", "who_2"]}
    data = {"lodge": lodge, "who": ben, "who.typed": AMIRA, "who_2": "id-2", "who_2.typed": ""}
    await desk.client.invoke(AMIRA, "task/submit", {"data": data})
    assert desk.events[0].values == {"who": BEN, "who_2": "somebody picked in Teams (id-2)"}


async def test_a_card_can_change_in_place(desk):
    """Action.Execute is answered with the card that takes its place."""
    value = {
        "action": {"type": "Action.Execute", "verb": "case.show", "data": {"lodge": {"action": "case.show", "subject": "7"}}}
    }
    body = await desk.client.invoke(AMIRA, "adaptiveCard/action", value)
    assert (body["statusCode"], body["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    assert seen(body["value"]).title == "Allowed"


async def test_a_form_without_a_dialog_comes_with_a_button_that_opens_it(desk):
    """A card from before cannot open a form; the reply is a button that can."""
    desk.reply = PAGE
    await desk.client.press(AMIRA, {"lodge": {"action": "marketing.begin", "subject": "q-1"}})
    (shown,) = desk.in_chat()
    assert shown.buttons == (Button("Open the form", "marketing.begin", "q-1", True),)
