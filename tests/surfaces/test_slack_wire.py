"""What Slack brings, over signed HTTP: what is refused, what is passed over, and where each reply is seen."""

import json
import time

import pytest

from bot import slack_doors, slack_inhand, slack_turns
from handlers.message import Action, Field, Form, Message, Page, Quote, Text
from tests import slack_reading as reading
from tests.slack_driver import SocketDriver
from tests.slack_fake import BOT, TEAM
from tests.surfaces.slack_bench import Bench, listening
from tests.world import Button

PAGE = Page(Form("Ask", (Field("question", "Your question", "text"),)), "ask", "question", "d1")
BEN, LINK = "ben@college.example", "https://c.slack.com/archives/CSTAFF/p1764000000000100"
PRESS = Button("Ask", "marketing.begin", "q1", True)
JSON = "application/json"


@pytest.fixture
async def bench():
    async with listening() as made:
        yield made


async def test_a_wrong_signature_is_refused_before_anything_is_read(bench):
    """Without the app's own secret nothing is parsed: 401, in words that say what to check."""
    status, words = await bench.post("{not json", JSON, secret="another")
    assert status == 401
    assert "SLACK_SIGNING_SECRET" in words
    for headers in ({"X-Slack-Signature": ""}, {"X-Slack-Signature": "v0=é"}, {"X-Slack-Request-Timestamp": "soon"}):
        assert (await bench.post("{}", JSON, headers))[0] == 401


async def test_an_old_request_is_refused(bench):
    """A request that somebody kept and sends again after five minutes is not taken, well signed as it is."""
    at = int(bench.clock.now.timestamp())
    assert (await bench.post("{}", JSON, {"X-Slack-Request-Timestamp": str(at - 301)}))[0] == 401
    assert (await bench.post("{}", JSON, {"X-Slack-Request-Timestamp": str(at + 301)}))[0] == 401


@pytest.mark.parametrize("body", ["{not json", "[]", "7", "", '{"a":' * 5000, b"\xff\xfe", "{}"])
async def test_what_is_signed_but_not_json_is_a_bad_request(bench, body):
    """Signed and unreadable is 400, in words, and never a failure of ours."""
    status, words = await bench.post(body, JSON)
    assert status == 400
    assert "could not be read" in words


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback", "event": {"type": "message", "channel_type": "im"}},
        {"type": "event_callback", "event": {"type": "app_mention"}, "event_id": "E1"},
        {"type": "event_callback", "event": 7, "event_id": "E1"},
        {"type": "event_callback", "event": {"type": "app_home_opened"}},
    ],
)
async def test_a_signed_payload_that_lacks_its_parts_is_a_bad_request_at_worst(bench, payload):
    """Whatever shape a signed body has, it ends in an ack or in 400: nothing breaks, and nothing is answered."""
    assert (await bench.post(json.dumps(payload), JSON))[0] in (200, 400, 404)
    await bench.surface.idle()
    assert not bench.receiver.events


async def test_slack_is_told_that_the_address_is_ours(bench):
    """Slack's one question when the address is set up is answered with its challenge."""
    status, body = await bench.post(json.dumps({"type": "url_verification", "challenge": "c1"}), JSON)
    assert status == 200
    assert "c1" in body


async def test_too_large_a_request_is_refused_politely(bench):
    """A body over 1 MB is not kept, and the answer says what the limit is; one below it is read as any other."""
    for size in (1024 * 1024 + 1, 5 * 1024 * 1024):
        status, words = await bench.post("x" * size, JSON)
        assert (status, "1 MB" in words) == (413, True)
    await bench.event("Ev1", bench.message(bench.amira, "x" * 1_000_000))
    await bench.surface.idle()
    assert len(bench.receiver.events[0].text) == 1_000_000


async def test_an_event_that_slack_brings_again_is_answered_once(bench):
    """A retry has the same event id: it is acked, and nothing is said twice."""
    event = bench.message(bench.amira, "can I?")
    await bench.event("Ev1", event)
    await bench.event("Ev1", event, **{"X-Slack-Retry-Num": "1"})
    await bench.surface.idle()
    assert len(bench.receiver.events) == 1
    assert len(bench.fake.called("chat.postMessage")) == 1


async def test_a_question_becomes_an_event_in_words_no_platform_owns(bench):
    """Who, where, which id and what: the person is their e-mail in lower case, the text as they see it."""
    await bench.event("Ev1", bench.message(bench.amira, "Can I <b> & post?"))
    await bench.surface.idle()
    (event,) = bench.receiver.events
    assert (event.kind, event.surface, event.person, event.id) == ("said", "slack", "amira@college.example", "Ev1")
    assert event.text == "Can I <b> & post?"
    assert event.place == f"slack:{bench.fake.conversation(bench.amira)}"
    assert event.at == bench.clock.now


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"bot_id": "B1"},
        {"user": ""},
        {"channel_type": "channel"},
    ],
)
async def test_edits_deletions_and_bots_are_passed_over(bench, more):
    """Only what a person types to Lodge just now is a question."""
    await bench.event("Ev1", bench.message(bench.amira, "hello") | more)
    await bench.surface.idle()
    assert not bench.receiver.events


async def test_a_reply_joins_the_thread_and_notifies_with_its_title_only(bench):
    """An answer stands under its question; a notification shows the title and no words of the answer."""
    bench.receiver.reply = Message("Allowed", (Text("The words of the answer."),))
    event = bench.message(bench.amira, "can I?")
    await bench.event("Ev1", event)
    await bench.surface.idle()
    (posted,) = bench.fake.called("chat.postMessage")
    assert posted["thread_ts"] == event["ts"]
    assert posted["text"] == "Allowed"


async def test_an_answer_in_a_channel_stands_in_the_thread(bench):
    """`@Lodge` in a channel is answered there, in the thread, without the mention in the question."""
    await bench.event("Ev1", bench.mention(bench.amira, "CMARKETING", "can I?"))
    await bench.surface.idle()
    assert bench.receiver.events[0].text == "can I?"
    assert bench.receiver.events[0].place == "slack:CMARKETING"
    assert bench.fake.messages["CMARKETING"][0]["thread_ts"]


@pytest.mark.parametrize("member", [True, False])
async def test_a_discreet_answer_is_for_the_asker_alone(bench, member):
    """Where others read, the channel sees only that it was answered; where Slack cannot show it there, it comes directly."""
    bench.fake.channels["CMARKETING"]["members"] += [bench.amira] if member else []
    bench.receiver.reply = Message("Not allowed", (Text("Because of you."),), discreet=True)
    await bench.event("Ev1", bench.mention(bench.amira, "CMARKETING", "can I?"))
    await bench.surface.idle()
    assert bench.posted("CMARKETING") == ["I've answered privately"]
    seen = bench.fake.sights[-1]
    assert seen.body["text"] == "Not allowed"
    assert (seen.kind, seen.user or seen.channel) == (
        ("ephemeral", bench.amira) if member else ("message", bench.fake.conversation(bench.amira))
    )


async def test_a_command_is_answered_to_its_writer_even_where_lodge_was_never_invited(bench):
    """`/policy` works in every channel, and nobody else sees the question or the answer."""
    bench.fake.add_channel("CELSE", [bench.amira], invited=False)
    await bench.command(bench.command_of(bench.amira, "CELSE", "/policy", "can I?"))
    await bench.surface.idle()
    assert [(seen.kind, seen.user) for seen in bench.fake.sights] == [("ephemeral", bench.amira)]
    assert bench.receiver.events[0].kind == "called"


@pytest.mark.parametrize(("command", "action"), slack_doors.COMMANDS.items())
async def test_a_command_opens_its_form(bench, command, action):
    """The form is there at once, wherever the command was typed; `/report-concern` brings the report."""
    bench.receiver.reply = PAGE
    await bench.command(bench.command_of(bench.amira, "CMARKETING", command, ""))
    await bench.surface.idle()
    assert (bench.receiver.events[0].action, bench.fake.sights[-1].kind) == (action, "view")
    assert slack_doors.COMMANDS["/report-concern"] == "concern.begin"


async def test_the_menu_and_an_empty_command(bench):
    """`/lodge` asks for the menu; `/policy` alone says how to use it, and asks nothing."""
    await bench.command(bench.command_of(bench.amira, "CMARKETING", "/lodge", ""))
    await bench.command(bench.command_of(bench.amira, "CMARKETING", "/policy", " "))
    await bench.surface.idle()
    assert [event.text for event in bench.receiver.events] == ["menu"]
    assert bench.fake.sights[-1].body["text"] == "Ask Lodge"


@pytest.mark.parametrize(
    "marks", [{"is_restricted": True}, {"is_ultra_restricted": True}, {"deleted": True}, {"is_stranger": True}, {"team_id": "T2"}]
)
async def test_guests_and_strangers_get_fixed_words_with_contacts(bench, marks):
    """Those whom Lodge does not serve are told so, with whom to ring, at every door; nothing of theirs is read."""
    guest = bench.fake.add_user("guest@elsewhere.example", "Guest", **marks)
    await bench.event("Ev1", bench.message(guest, "can I?"))
    await bench.command(bench.command_of(guest, "CMARKETING", "/policy", "can I?"))
    await bench.interaction(bench.press_of(guest, "", PRESS))
    await bench.surface.idle()
    home = {"type": "app_home_opened", "user": guest, "channel": "D1", "tab": "home"}
    await bench.event("Ev2", home)
    await bench.surface.idle()
    assert not bench.receiver.events
    assert len(bench.fake.sights) == 4
    assert all("999" in reading.message(seen.body, "") for seen in bench.fake.sights)


async def test_a_person_without_an_address_still_has_a_name_of_their_own(bench):
    """Somebody whose e-mail Slack does not give is the same person each time, and nobody else."""
    nobody = bench.fake.add_user("", "No Mail")
    await bench.event("Ev1", bench.message(nobody, "can I?"))
    await bench.surface.idle()
    assert bench.receiver.events[0].person == f"slack-{nobody}".lower()


async def test_files_are_never_fetched(bench):
    """A file alone gets fixed words; with words beside it, these are answered, and the file is still not looked at."""
    files = {"subtype": "file_share", "files": [{"id": "F1", "url_private": f"{bench.fake.root}/api/files.get"}]}
    await bench.event("Ev1", bench.message(bench.amira, "", **files))
    await bench.surface.idle()
    assert not bench.receiver.events
    assert "never open files" in reading.message(bench.fake.sights[-1].body, "")
    await bench.event("Ev2", bench.message(bench.amira, "can I post this?", **files))
    await bench.surface.idle()
    assert bench.receiver.events[0].text == "can I post this?"
    assert "never open files" in reading.message(bench.fake.sights[-1].body, "")
    assert not [name for name, _ in bench.fake.calls if name.startswith("files")]


async def test_a_press_opens_its_form_and_a_stale_one_says_to_press_again(bench):
    """A form opens within Slack's three seconds; after them the person is told, and nothing is lost."""
    bench.receiver.reply = PAGE
    await bench.interaction(bench.press_of(bench.amira, "", PRESS))
    await bench.surface.idle()
    assert reading.dialog(bench.fake.sights[-1].body).step == "question"
    late = bench.press_of(bench.amira, "", PRESS)
    bench.clock.passes(seconds=4)
    await bench.interaction(late)
    await bench.surface.idle()
    assert bench.fake.sights[-1].body["text"] == "That took too long"


async def test_a_press_in_a_channel_is_answered_to_its_presser_alone(bench):
    """What a press leads to is nobody else's business: only the presser sees it."""
    await bench.interaction(bench.press_of(bench.amira, "CMARKETING|1.1|", Button("Show", "case.show", "7", False)))
    await bench.surface.idle()
    assert [(seen.kind, seen.user) for seen in bench.fake.sights] == [("ephemeral", bench.amira)]
    event = bench.receiver.events[0]
    assert (event.kind, event.action, event.subject, event.place) == ("pressed", "case.show", "7", "slack:CMARKETING")


async def test_a_message_from_a_form_stands_on_top_of_it(bench):
    """A button inside a form shows its message above, so that nothing typed is lost; three deep it takes the place."""
    bench.receiver.reply = PAGE
    await bench.interaction(bench.press_of(bench.amira, "", PRESS))
    await bench.surface.idle()
    bench.receiver.reply = Message("How to report")
    for pushed in (2, 3, 3):
        place = f"view:{bench.fake.sights[-1].body['hash']}"
        await bench.interaction(bench.press_of(bench.amira, place, Button("How", "emergency.show", "", False)))
        await bench.surface.idle()
        assert len(bench.fake.stacks[bench.amira]) == pushed
    assert bench.fake.sights[-1].body["blocks"][0]["text"]["text"] == "How to report"
    assert len(bench.fake.called("views.update")) == 1


@pytest.mark.parametrize(
    ("kind", "callback", "action"),
    [
        ("shortcut", "ask_lodge", "marketing.begin"),
        ("message_action", "ask_lodge_about", "marketing.begin"),
        ("shortcut", "report_concern", "concern.begin"),
    ],
)
async def test_a_shortcut_opens_its_form(bench, kind, callback, action):
    """From the menu or under a message, the form opens; the message itself is not read."""
    bench.receiver.reply = PAGE
    who = {"team": {"id": TEAM}, "user": {"id": bench.amira}, "trigger_id": bench.fake.trigger(bench.amira)}
    more = {"channel": {"id": "CELSE"}, "message": {"text": "Somebody's secret"}, "message_ts": "1.1", "action_ts": "1.1"}
    await bench.interaction({"type": kind, "callback_id": callback, **who, **more})
    await bench.surface.idle()
    event = bench.receiver.events[0]
    assert (event.kind, event.action, event.subject, event.text, event.values) == ("pressed", action, "", "", {})
    assert bench.fake.sights[-1].kind == "view"


async def reported(bench, **more):
    """What Lodge hears of a message of Ben's that Amira reports."""
    message = bench.message(bench.fake.user_of(BEN), "Quokka", channel="CSTAFF", ts="1764000000.000100") | more
    bench.receiver.reply = PAGE
    await bench.interaction(bench.shortcut_of(bench.amira, "report_this", message))
    await bench.surface.idle()
    assert bench.fake.sights[-1].kind == "view"
    (event,) = bench.receiver.events
    assert (event.action, event.text, event.place) == ("concern.begin", "", "slack:@amira@college.example")
    assert "Quokka" not in repr(event)
    return event.values


async def test_a_message_that_is_reported_brings_its_link_and_its_author(bench):
    """“Report this message” opens a report with both in it, and with no word of the message."""
    assert await reported(bench) == {"link": LINK, "who": BEN}


async def test_a_reply_in_a_thread_is_linked_within_it(bench):
    """The link to a reply is Slack's own, which opens the thread."""
    link = f"{LINK}?thread_ts=1763999999.000200&cid=CSTAFF"
    assert await reported(bench, thread_ts="1763999999.000200") == {"link": link, "who": BEN}


@pytest.mark.parametrize("more", [{"bot_id": "B1"}, {"subtype": "bot_message"}, {"user": None}, {"user": "U999"}, {"user": BOT}])
async def test_a_message_that_no_person_wrote_has_no_author(bench, more):
    """What a bot posted, or somebody whom Slack does not know, is reported with its link alone."""
    assert await reported(bench, **more) == {"link": LINK}


async def test_the_author_of_a_message_may_be_a_guest_or_have_no_address(bench):
    """A guest is proposed by address, somebody without one by name: Lodge serves neither, and a concern may be about them."""
    nameless = bench.fake.add_user("", "Nora Mail", is_restricted=True)
    assert await reported(bench, user=nameless) == {"link": LINK, "who": "Nora Mail"}


@pytest.mark.parametrize("fault", [500, (429, 1)])
async def test_a_report_opens_though_slack_does_not_say_whose_the_message_is(bench, fault):
    """The form does not wait for a name."""
    await bench.say("amira@college.example", "hello", "Ev1")  # so that Amira is known
    bench.receiver.events.clear()
    bench.fake.faults["users.info"] = [fault]
    assert await reported(bench) == {"link": LINK}


@pytest.mark.parametrize("lacks", [{"team": None}, {"team": {"id": TEAM}}, {"channel": {}}, {"message_ts": "x"}])
async def test_a_link_is_right_or_not_there(bench, lacks):
    """Where Slack does not say enough for a link, none is made up, and the report opens all the same."""
    message = bench.message(bench.fake.user_of(BEN), "Quokka", channel="CSTAFF", ts="1764000000.000100")
    bench.receiver.reply = PAGE
    await bench.interaction({**bench.shortcut_of(bench.amira, "report_this", message), **lacks})
    await bench.surface.idle()
    assert bench.receiver.events[0].values == {"who": BEN}


async def test_a_submission_carries_its_draft_its_step_and_what_was_typed(bench):
    """A form that is sent is one event; an error stands beside its field, and what was typed stays."""
    bench.receiver.reply = PAGE
    page = await bench.press("amira@college.example", "", PRESS, "")
    bench.receiver.reply = Page(PAGE.form.again({"question": "x"}, {"question": "Too short."}), "ask", "question", "d1")
    again = await bench.submit("amira@college.example", page, {"question": "x"}, "")
    event = bench.receiver.events[-1]
    assert (event.kind, event.subject, event.action, dict(event.values)) == ("submitted", "d1", "question", {"question": "x"})
    assert again.errors == {"question": "Error: Too short."}
    bench.receiver.reply = Message("Sent", tone="yes")
    assert (await bench.submit("amira@college.example", again, {"question": "xyz"}, "")).title == "Sent"


async def test_an_error_that_belongs_to_no_field_shown_is_drawn_into_the_form(bench):
    """Where Slack cannot put an error beside a field, the form is drawn again with it in words."""
    bench.receiver.reply = PAGE
    page = await bench.press("amira@college.example", "", PRESS, "")
    bench.receiver.reply = Page(PAGE.form.again({}, {"elsewhere": "Please start again."}), "ask", "question", "d1")
    assert "Please start again." in await bench.submit("amira@college.example", page, {"question": "x"}, "")


@pytest.mark.parametrize("form", [PAGE.form, Form("Check", intro=(Text("Please check."),))])
async def test_a_slow_submission_is_acked_in_time_and_goes_on_by_itself(bench, monkeypatch, form):
    """While the store is slow Slack is answered within its three seconds, in words; the outcome comes when it is there."""
    monkeypatch.setattr(slack_doors, "ANSWER_WITHIN", 0.05)
    bench.receiver.reply = Page(form, "ask", "question", "d1")
    page = await bench.press("amira@college.example", "", PRESS, "")
    bench.receiver.gate.clear()
    bench.receiver.reply = Message("Sent")
    view = bench.fake.drawn[page.place.removeprefix("view:")]
    filled = {**view, "state": {"values": reading.state(view, {})}}
    before = len(bench.receiver.events)
    for _ in ("sent", "pressed again while it is slow"):
        started = time.perf_counter()
        ack = await bench.interaction({"type": "view_submission", **bench.who(bench.amira), "trigger_id": "t", "view": filled})
        assert time.perf_counter() - started < 2.5
        assert "slow" in json.dumps(ack)
    bench.receiver.gate.set()
    await bench.surface.idle()
    assert len(bench.receiver.events) == before + 1
    assert reading.dialog(bench.fake.views[view["id"]]).title == "Sent"


async def test_slack_waits_less_than_two_and_a_half_seconds_for_a_submission():
    """The limit that the surface keeps to is inside the one it promises."""
    assert slack_doors.ANSWER_WITHIN < 2.5


async def test_while_an_answer_takes_long_slack_shows_that_lodge_is_at_work(bench, monkeypatch):
    """A person who waits sees that something happens; an answer that is there at once needs no such thing."""
    await bench.event("Ev1", bench.message(bench.amira, "quick?"))
    await bench.surface.idle()
    assert not bench.fake.called("assistant.threads.setStatus")
    monkeypatch.setattr(slack_turns, "SLOW_AFTER", 0.0)
    bench.receiver.gate.clear()
    event = bench.message(bench.amira, "slow?")
    await bench.event("Ev2", event)
    while not bench.fake.called("assistant.threads.setStatus"):
        await bench.event("Ev2", event)
    bench.receiver.gate.set()
    await bench.surface.idle()
    assert bench.fake.called("assistant.threads.setStatus")[0]["thread_ts"] == event["ts"]


async def test_when_too_much_is_in_hand_nothing_is_lost(bench, monkeypatch):
    """A full house acks no event, so that Slack brings it again; a command is told to try again."""
    monkeypatch.setattr(slack_inhand, "AT_ONCE", 0)
    body = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": bench.message(bench.amira, "can I?")}
    status, words = await bench.post(json.dumps(body), JSON)
    assert (status, "busy" in words) == (503, True)
    assert "busy" in (await bench.command(bench.command_of(bench.amira, "CMARKETING", "/policy", "can I?")))["text"]
    monkeypatch.setattr(slack_inhand, "AT_ONCE", 9)
    await bench.event("Ev1", body["event"], **{"X-Slack-Retry-Num": "1"})
    await bench.surface.idle()
    assert len(bench.receiver.events) == 1


@pytest.mark.parametrize("fault", [(429, 0), 503, "cut", "after"])
async def test_a_reply_arrives_once_whatever_the_line_does(bench, fault):
    """Slack asks to wait, fails, or the line is cut before or after it arrived: the answer stands there once."""
    bench.fake.faults["chat.postMessage"] = [fault]
    await bench.event("Ev1", bench.message(bench.amira, "can I?"))
    await bench.surface.idle()
    assert bench.posted(bench.fake.conversation(bench.amira)) == ["Allowed"]


async def test_a_failure_inside_is_told_to_the_person(bench):
    """When the handlers fail, whoever asked hears that nothing was sent, in a message or in the form."""
    bench.receiver.reply = PAGE
    page = await bench.press("amira@college.example", "", PRESS, "")
    bench.receiver.reply = ValueError("a story")
    assert "went wrong" in await bench.say("amira@college.example", "can I?", "Ev1")
    assert "went wrong" in await bench.submit("amira@college.example", page, {"question": "x"}, "")


async def test_an_answer_can_be_called_helpful(bench):
    """Under an answer with a clause stand the feedback buttons; a press on them carries the verdict and the question's id."""
    judging = (Action("feedback", "Helpful", "yes Ev1"), Action("feedback", "Not what I asked", "no Ev1"))
    bench.receiver.reply = Message("Allowed", (Quote("1", "H", "Words", "P", "v1"),), (Action("a", "A"), *judging))
    await bench.event("Ev1", bench.message(bench.amira, "can I?"))
    await bench.surface.idle()
    made = bench.fake.sights[-1].body["blocks"][-1]["elements"][0]
    assert made["positive_button"]["value"] == "yes Ev1"
    press = bench.press_of(bench.amira, "", PRESS)
    await bench.interaction(
        {**press, "actions": [{"type": "feedback_buttons", "action_id": made["action_id"], "value": "yes Ev1"}]}
    )
    await bench.surface.idle()
    assert (bench.receiver.events[-1].action, bench.receiver.events[-1].subject) == ("feedback", "yes Ev1")


async def test_questions_to_start_from(bench):
    """When somebody opens Lodge's messages they find up to four questions that can be asked with one tap."""
    opened = {"type": "app_home_opened", "user": bench.amira, "channel": bench.fake.conversation(bench.amira), "tab": "messages"}
    await bench.event("Ev1", opened)
    await bench.surface.idle()
    (prompts,) = bench.fake.called("assistant.threads.setSuggestedPrompts")
    assert len(prompts["prompts"]) == 4
    assert not bench.receiver.events


async def test_who_we_are_and_who_they_are_is_asked_once(bench):
    """In the steady state a question costs one call to Slack: the reply."""
    for number in range(3):
        await bench.event(f"Ev{number}", bench.message(bench.amira, "can I?"))
        await bench.surface.idle()
    assert [name for name, _ in bench.fake.calls].count("auth.test") == 1
    assert [name for name, _ in bench.fake.calls].count("users.info") == 1
    assert len(bench.fake.calls) == 5


class SocketBench(Bench, SocketDriver):
    """The same over Socket Mode."""

    def __init__(self, college, now):
        SocketDriver.__init__(self, college, now)


async def test_socket_mode_answers_and_drops_what_is_brought_again():
    """Without any address of its own Lodge hears, acks and answers over the socket, once an event."""
    async with listening(SocketBench) as bench:
        event = bench.message(bench.amira, "can I?")
        await bench.event("Ev1", event)
        await bench.event("Ev1", event)
        await bench.surface.idle()
        assert bench.surface.routes() == []
        assert bench.posted(bench.fake.conversation(bench.amira)) == ["Allowed"]


async def test_socket_mode_takes_the_new_connection_that_slack_asks_for():
    """Slack renews connections now and then: the old one is left, and the next event comes over the new one."""
    async with listening(SocketBench) as bench:
        bench.fake.linked.clear()
        await bench.fake.sockets[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
        await bench.fake.linked.wait()
        await bench.event("Ev1", bench.message(bench.amira, "can I?"))
        await bench.surface.idle()
        assert len(bench.fake.sockets) == 2
        assert len(bench.receiver.events) == 1
