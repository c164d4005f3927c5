"""How Slack draws messages and forms: within its limits, true to its contracts, and other people's words as characters."""

import json

import pytest
import yaml
from jsonschema import Draft7Validator

from bot.slack_blocks import REST, message_blocks, pressed
from bot.slack_doors import COMMANDS, SHORTCUTS
from bot.slack_manifest import FILE, http_manifest
from bot.slack_mrkdwn import mrkdwn, plain, slices
from bot.slack_views import BY_NAME, chosen_people, form_view, home_view, inputs, message_view, said_above, values
from handlers import router
from handlers.message import Action, Facts, Field, Form, Message, Page, Quote, Said, Text
from tests import slack_reading as reading
from tests.slack_limits import REASON, contract, have_contracts, wrong_blocks, wrong_by_contract, wrong_view
from tests.surfaces.web_hostile import HOSTILE as WEB_HOSTILE

HOSTILE = WEB_HOSTILE + " <@U012> <!here|x> <https://evil.example|y> *x* _y_ ~z~ `q` :tada: &lt;b&gt; \n> quoted\n- item"
TONES = ("plain", "yes", "condition", "no", "urgent")
KINDS = ("line", "text", "choice", "choices", "date", "person")
TWO = (("a", "Apples"), ("b", "Pears"))
needs_contracts = pytest.mark.skipif(not have_contracts(), reason=REASON)


def drawn(message: Message, **more) -> list:
    """A message's blocks, which Slack must accept."""
    blocks = message_blocks(message, **more)
    assert not wrong_by_contract("blocks", blocks)
    assert not wrong_blocks(blocks)
    return blocks


def opened(form: Form) -> dict:
    """A form as a dialog, which Slack must accept."""
    view = form_view(Page(form, "flow", "step", "draft"), "slack:C1")
    assert not wrong_view(view), wrong_view(view)
    return view


def literal(node) -> list[str]:
    """Every text that Slack shows character by character."""
    if isinstance(node, list):
        return [words for each in node for words in literal(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if node.get("type") in ("text", "plain_text") else []
    return own + [words for each in node.values() for words in literal(each)]


def marked_up(node) -> list[str]:
    """Every text that Slack reads as its markup."""
    if isinstance(node, list):
        return [words for each in node for words in marked_up(each)]
    if not isinstance(node, dict):
        return []
    own = [node["text"]] if node.get("type") == "mrkdwn" else []
    return own + [words for each in node.values() for words in marked_up(each)]


@needs_contracts
def test_the_contracts_refuse_what_is_no_block():
    """The schemas that every drawing is held against do refuse: a silent validator would prove nothing."""
    assert wrong_by_contract("blocks", [{"type": "section", "text": {"type": "shout", "text": "x"}}])
    assert wrong_by_contract("view", {"type": "modal", "blocks": []})


@pytest.mark.parametrize("tone", TONES)
def test_a_tone_is_a_sign_beside_words(tone):
    """The title's words stand in the heading beside a sign for the tone, which nobody needs to see to understand."""
    seen = reading.message({"blocks": drawn(Message("Not allowed", tone=tone))}, "")
    assert (seen.title, seen.tone) == ("Not allowed", tone)


def test_a_citation_says_where_it_stands_and_is_verbatim():
    """Clause, heading, policy and version stand around the words, which are exact, line breaks and all."""
    words = "Posting must:\n\n- be clear, and\n- be *kind*."
    blocks = drawn(Message("T", (Quote("3.1.4", "Acceptable use", words, "Social Media Policy", "v1"),)))
    seen = reading.message({"blocks": blocks}, "")
    assert seen.quotes == (words,)
    assert "Clause 3.1.4 Acceptable use" in seen
    assert "Social Media Policy, v1" in seen


def test_our_own_words_know_three_marks():
    """Bold, links and lists are drawn; a tag, a mention or any other address is plain characters."""
    assert mrkdwn("Ring **999** now.") == "Ring *999* now."
    assert mrkdwn("[Ring](tel:+44123) or [write](mailto:a@b.uk)") == "<tel:+44123|Ring> or <mailto:a@b.uk|write>"
    assert mrkdwn("Do:\n- this\n- **that**") == "Do:\n• this\n• *that*"
    assert mrkdwn("[x](https://a.example/?a=1&b=2)") == "<https://a.example/?a=1&amp;b=2|x>"
    assert mrkdwn("[x](javascript:go) <!channel>") == "[x](javascript:go) &lt;!channel&gt;"


def test_a_hostile_string_arrives_as_plain_characters_in_every_part():
    """Other people's words are never markup, wherever they stand: only Text is read by Slack (promise 11)."""
    parts = (Said(HOSTILE, HOSTILE), Quote(*[HOSTILE] * 5), Facts(((HOSTILE, HOSTILE),)))
    blocks = drawn(Message(HOSTILE, parts, (Action("a", HOSTILE[:75], HOSTILE),)))
    assert not marked_up(blocks)
    shown = literal(blocks)
    assert shown.count(HOSTILE) >= 4  # what was said, by whom, the quotation, the fact's value
    assert f"{HOSTILE}: " in shown
    assert blocks[-1]["elements"][0]["value"] == HOSTILE


def test_a_hostile_string_in_our_own_words_mentions_nobody():
    """Even in Text a mention, a channel call and a link of Slack's own writing are characters."""
    (words,) = marked_up(drawn(Message("T", (Text(HOSTILE),))))
    assert "<" not in words
    assert ">" not in words
    assert "&lt;!channel&gt;" in words
    assert "&amp;lt;b&amp;gt;" in words


def test_long_words_are_split_and_never_cut():
    """What somebody wrote arrives whole, in as many blocks as Slack needs."""
    long = "word " * 1500
    blocks = drawn(Message("T", (Said(long, "Amira"),)))
    assert "".join(each for each in literal(blocks) if "word" in each) == long
    assert list(slices("x" * 7000, 3000)) == ["x" * 3000, "x" * 3000, "x" * 1000]
    assert len(drawn(Message("T", (Text("a & b. " * 800),)))) > 2


def test_a_message_too_long_for_slack_says_where_the_rest_is():
    """Past Slack's limits the buttons stay, and words say where everything can be read."""
    many = tuple(Text(f"Line {number}") for number in range(80))
    blocks = drawn(Message("T", many, (Action("a", "Show", "1"),)))
    assert len(blocks) == 50
    assert REST in literal(blocks)
    assert blocks[-1]["type"] == "actions"
    assert REST in literal(drawn(Message("T", tuple(Said("x" * 2900) for _ in range(6)))))


def test_a_long_title_is_whole():
    """A title that no header holds is drawn as bold text, with all its words."""
    title = "A question from " + "somebody " * 20
    assert title in "".join(literal(drawn(Message(title))))


def test_a_button_carries_its_name_and_subject_and_no_id_twice():
    """The same action for two cases stands side by side, and a press says which was meant."""
    actions = tuple(Action("case.show", f"Show {number}", str(number), "main") for number in range(12))
    blocks = drawn(Message("T", actions=actions))
    elements = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    assert [pressed(each) for each in elements] == [("case.show", str(number)) for number in range(12)]
    assert {each["style"] for each in elements} == {"primary"}
    assert len({each["action_id"] for each in elements}) == 12


def test_whether_an_answer_helped_can_be_said():
    """Under an answer stand Slack's own feedback buttons, which carry the question's id and no words."""
    judging = (Action("feedback", "Helpful", "yes Ev1"), Action("feedback", "Not what I asked", "no Ev1"))
    (made,) = drawn(Message("T", actions=judging))[-1]["elements"]
    assert made["type"] == "feedback_buttons"
    assert (made["positive_button"]["value"], made["negative_button"]["value"]) == ("yes Ev1", "no Ev1")


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_field_is_drawn_filled_in_and_read_back(kind, tone):
    """A field keeps what was typed, is labelled, carries its hint, and gives back what was filled in."""
    value = {"choice": "b", "choices": "a,b", "date": "2026-11-30"}.get(kind, "Some words")
    field = Field("it", "What is it?", kind, "A hint", TWO, required=False)
    view = opened(Form("Form", (field,), values={"it": value}, tone=tone))
    sent = {**view, "state": {"values": reading.state(view, reading.dialog(view | {"id": "V1", "hash": "h"}).fields)}}
    assert values(sent, str) == {"it": value}
    assert {"What is it?", "A hint"} <= set(literal(view))


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_string_in_every_field_of_a_form(kind):
    """Labels, hints, options, values, errors and introductions arrive as plain characters (promise 11)."""
    field = Field("it", HOSTILE, kind, HOSTILE, ((HOSTILE[:150], HOSTILE),))
    form = Form(
        HOSTILE, (field,), (Said(HOSTILE),), HOSTILE, (Action("a", HOSTILE),), {"it": HOSTILE}, {"it": HOSTILE, "": HOSTILE}
    )
    view = opened(form)
    assert not marked_up(view)
    assert literal(view).count(HOSTILE) >= 3


def test_a_person_is_picked_or_named():
    """Somebody can be picked from the workspace; a typed name does as well, since not everybody is there."""
    view = opened(Form("Form", (Field("who", "Who?", "person"),)))
    assert inputs(view) == ["who", "who" + BY_NAME]
    typed = {**view, "state": {"values": reading.state(view, {"who" + BY_NAME: "Pat"})}}
    picked = {**view, "state": {"values": reading.state(view, {"who": "U7", "who" + BY_NAME: "Pat"})}}
    assert values(typed, str) == {"who": "Pat"}
    assert chosen_people(picked) == {"U7"}
    assert values(picked, {"U7": "pat@college.example"}.__getitem__) == {"who": "pat@college.example"}


@pytest.mark.parametrize(("kind", "many"), [("choice", 11), ("choices", 11), ("choice", 100), ("choices", 3)])
def test_many_options_become_a_list(kind, many):
    """Slack shows ten buttons at most; more options are a list to pick from, and long labels go on below."""
    options = tuple((str(number), f"Option {number} " + "long " * (20 if number == 1 else 0)) for number in range(many))
    opened(Form("Form", (Field("it", "Which?", kind, options=options),), values={"it": "1"}))


def test_a_prefilled_text_longer_than_slack_takes_says_so():
    """Slack's fields hold 3,000 characters: what is prefilled is cut there, and the form says so."""
    view = opened(Form("Form", (Field("it", "What?", "text"),), values={"it": "x" * 3500}))
    assert "3,000 characters" in view["blocks"][-1]["hint"]["text"]


def test_a_long_title_of_a_form_stands_inside_it():
    """Slack's own title holds 24 characters; a longer one is the dialog's heading, whole."""
    view = opened(Form("Ask somebody to take a picture down", (Field("it", "What?"),)))
    assert view["title"]["text"] == "Lodge"
    assert "Ask somebody to take a picture down" in literal(view)


def test_a_dialog_remembers_ids_and_nothing_else():
    """The dialog's metadata holds draft, flow, step and place: never what was typed."""
    view = opened(Form("Form", (Field("it", "What?"),), values={"it": "a story"}))
    assert json.loads(view["private_metadata"]) == {"draft": "draft", "flow": "flow", "step": "step", "place": "slack:C1"}


def test_messages_are_dialogs_and_home_pages_too():
    """What is shown after a form, or at home, keeps to the limits of a view."""
    message = Message("Sent", tuple(Text("x") for _ in range(150)), (Action("a", "Show", "1"),), "yes")
    assert not wrong_view(message_view(message, ""))
    assert not wrong_view(home_view(message))
    standing = form_view(Page(Form("F", (Field("it", "What?"),)), "f", "s", "d"), "")
    assert not wrong_view(said_above({**standing, "id": "V1", "hash": "h", "state": {"values": {}}}, "Please wait."))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<@U0LODGE> can I post this?", "can I post this?"),
        ("ask <@U1> or <@U2|pat>", "ask @Amira or @pat"),
        ("see <https://bbc.co.uk/x?a=1&amp;b=2>", "see https://bbc.co.uk/x?a=1&b=2"),
        ("see <http://bbc.co.uk|bbc.co.uk> &lt;b&gt; &amp;amp;", "see bbc.co.uk <b> &amp;"),
        ("<!channel> <!subteam^S1|@hair> <#C1|general>", "@channel @hair #general"),
    ],
)
def test_typed_words_are_read_as_their_writer_sees_them(typed, read):
    """Slack's writing of mentions, links and entities is turned back into what the person typed."""
    assert plain(typed, {"U1": "Amira"}.get, without="U0LODGE") == read


@needs_contracts
def test_both_manifests_are_valid():
    """The Socket Mode manifest, and the HTTP one with its addresses, are what Slack's schema asks for."""
    check = Draft7Validator(contract("manifest-2.0.0"))
    socket, http = yaml.safe_load(FILE.read_text()), yaml.safe_load(http_manifest("https://lodge.example/"))
    assert not list(check.iter_errors(socket)) + list(check.iter_errors(http))


def test_the_http_manifest_differs_only_in_its_addresses():
    """Scopes, events and commands are the same; Socket Mode is off, and every address is Lodge's. Plain http is refused."""
    http = yaml.safe_load(http_manifest("https://lodge.example/"))
    address = "https://lodge.example/slack/events"
    assert http["settings"]["event_subscriptions"]["request_url"] == address
    assert http["settings"]["interactivity"]["request_url"] == address
    assert {each["url"] for each in http["features"]["slash_commands"]} == {address}
    assert http["settings"]["socket_mode_enabled"] is False
    assert http["oauth_config"] == yaml.safe_load(FILE.read_text())["oauth_config"]
    with pytest.raises(ValueError, match="https"):
        http_manifest("http://lodge.example")


def test_what_the_manifest_offers_is_understood():
    """Every command and every shortcut that people find in Slack leads somewhere, and none is missing from it."""
    features = yaml.safe_load(FILE.read_text())["features"]
    assert {each["command"] for each in features["slash_commands"]} == {"/policy", "/lodge", *COMMANDS}
    assert {each["callback_id"] for each in features["shortcuts"]} == set(SHORTCUTS)
    assert {*COMMANDS.values(), *SHORTCUTS.values()} <= set(router.OPENS)


def test_every_scope_says_why_it_is_asked_for():
    """Whoever installs Lodge reads beside each permission what it is for."""
    lines = FILE.read_text(encoding="utf-8").split("    bot:\n")[1].split("\n\n")[0].splitlines()
    assert len(lines) == 12
    assert all("# " in line for line in lines)
