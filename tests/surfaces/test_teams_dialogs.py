"""Teams' dialogs and other invokes: the answer travels in the response."""

import pytest
import structlog

from handlers.message import Field, Form, Page, Text
from tests.surfaces.teams_desk import AMIRA, ROOM, Desk
from tests.surfaces.web_hostile import HOSTILE
from tests.teams_reading import seen
from tests.world import Button, Clock

PAGE = Page(
    Form("Ask Marketing", (Field("question", "Your question", "text"),), (Text("Marketing sees this."),)),
    "ask",
    "question",
    "d-1",
)
OPENS = {"lodge": {"action": "marketing.begin", "subject": "q-1"}, "msteams": {"type": "task/fetch"}}


@pytest.fixture
async def desk():
    made = Desk(Clock())
    await made.settle_in()
    yield made
    await made.close()


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
    """The action “Ask Lodge about this” brings the form, and the message's words without their HTML."""
    desk.reply = PAGE
    payload = {"body": {"contentType": "html", "content": "<p>Can we <b>post</b> this &amp; that?</p>"}}
    body = await desk.client.invoke(AMIRA, "composeExtension/fetchTask", {"commandId": "ask", "messagePayload": payload}, ROOM)
    assert body["task"]["type"] == "continue"
    assert (desk.events[0].action, " ".join(desk.events[0].text.split())) == ("marketing.begin", "Can we post this & that?")


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
