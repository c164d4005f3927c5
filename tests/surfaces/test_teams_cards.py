"""How Teams draws messages and forms: valid against Microsoft's own schema, and read back as a person reads them."""

import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from bot.teams_cards import IN_A_ROW, LIMIT, REST, citations, form_card, message_card
from bot.teams_fields import FEW, TYPED, form_values
from bot.teams_markup import marked, paragraphs
from handlers.message import Action, Facts, Field, Form, Kind, Message, Page, Quote, Said, Text, Tone
from tests.surfaces.web_hostile import HOSTILE
from tests.teams_contract import every, problems, size
from tests.teams_reading import inputs, plain, seen

PARTS = {
    "text": Text(f"**Bold**, a [link](https://college.example/x_y) and\n- a list\n- of two {HOSTILE}"),
    "said": Said(HOSTILE, HOSTILE),
    "quote": Quote("4.6", HOSTILE, HOSTILE, HOSTILE, HOSTILE),
    "facts": Facts((("Reference", HOSTILE), ("State", "Open"))),
}
OPTIONS = tuple((f"o{number}", f"{HOSTILE} {number}") for number in range(FEW + 2))
HOSTILE_PAGE = Page(
    Form(
        HOSTILE,
        tuple(Field(kind, HOSTILE, kind, HOSTILE, OPTIONS) for kind in get_args(Kind)),
        tuple(PARTS.values()),
        "Next",
        (Action("flow.back", HOSTILE, "d1 first"),),
        {kind: HOSTILE for kind in get_args(Kind)},
        {kind: HOSTILE for kind in get_args(Kind)},
    ),
    "flow",
    "step",
    "draft-1",
)


def markdown_words(card: dict[str, Any]) -> list[str]:
    """Everything in a card that Teams reads as markdown."""
    return [block["text"] for block in every(card, "TextBlock")]


@pytest.mark.parametrize("tone", get_args(Tone))
@pytest.mark.parametrize("part", PARTS)
def test_every_part_in_every_tone_is_a_valid_card(part, tone):
    """Whatever Lodge shows is what Microsoft's schema of Adaptive Cards 1.5 allows."""
    card = message_card(Message(HOSTILE, (PARTS[part],), tone=tone))
    assert problems(card) == []
    assert seen(card).tone == tone
    assert seen(card).title == HOSTILE


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize("few", [True, False])
def test_every_kind_of_field_is_valid_and_labelled(kind, few):
    """Every question of every kind has a label, with an error in words before it and what was typed still in it."""
    asked = Field("it", HOSTILE, kind, HOSTILE, OPTIONS[:2] if few else OPTIONS, required=few)
    card = form_card(Page(Form("T", (asked,), values={"it": "typed"}, errors={"it": HOSTILE}), "f", "s", "d"))
    assert problems(card) == []
    assert all(each["label"] for each in inputs(card))
    assert "typed" in [each.get("value") for each in inputs(card)]
    assert seen(card).errors == {"it": f"Error: {HOSTILE}"}
    assert "Nothing has been sent yet" in seen(card)


def test_a_hostile_string_in_every_field_stays_plain_characters():
    """Mentions, links, tags and card JSON in anybody's words are read as they stand (promise 11)."""
    card = form_card(HOSTILE_PAGE)
    assert problems(card) == []
    assert size(card) < LIMIT
    for kind in get_args(Kind):
        assert seen(card).errors[kind] == f"Error: {HOSTILE}"
    for text in markdown_words(card):
        assert "<script" not in text.replace("\\<script", "")
        assert "[x](" not in text.replace("\\[x\\](", "")


@pytest.mark.parametrize("part", [PARTS["said"], PARTS["facts"], PARTS["quote"]])
def test_other_peoples_words_are_never_in_markdown(part):
    """What somebody else wrote is a TextRun, which Teams does not read as markup, character for character."""
    card = message_card(Message("T", (part,)))
    assert HOSTILE in [run["text"] for block in every(card, "RichTextBlock") for run in block["inlines"]]
    assert not any("**bold**" in text for text in markdown_words(card))


@pytest.mark.parametrize(
    "words",
    [
        "- no list",
        "1. no list",
        "+ no list",
        "a_b_c",
        "{{DATE(2026-11-24T09:00:00Z,SHORT)}}",
        "&lt;at&gt;",
        r"\*",
        "# no",
        "5 * 3",
    ],
)
def test_what_only_looks_like_markdown_reads_as_it_stands(words):
    """A title is a TextBlock, for its heading: whatever markdown would act on is escaped."""
    title = message_card(Message(words))["body"][0]["items"][0]["text"]
    assert plain(title) == words
    assert title != words


def test_our_own_markup_is_kept():
    """Bold, links and lists in our own words are bold, links and lists; nothing else is."""
    assert marked("**Do this.** See [a_b](https://x.example/a_b).") == "**Do this.** See [a\\_b](https://x.example/a_b)."
    assert marked("[x](javascript:alert(1))").startswith("\\[x\\]")
    assert [block["text"] for block in paragraphs("One\n- a\n- b\n\nTwo")] == ["One", "- a\n- b", "Two"]


def test_a_citation_stands_beside_its_visible_quote():
    """Each quote has its number, and Teams gets the same quotes as citations, within the lengths that it takes."""
    quotes = (Quote("4.6", "Friends", "x" * 500, "Policy", "v1"), Quote("4.5", "Students", "Short.", "Policy", "v1"))
    message = Message("Not allowed", (quotes[0], Text("and"), quotes[1]))
    assert [text for text in markdown_words(message_card(message)) if "Clause" in text] == [
        "Clause 4.6 · Friends [1]",
        "Clause 4.5 · Students [2]",
    ]
    (entity,) = citations(message)
    assert [claim["position"] for claim in entity["citation"]] == [1, 2]
    assert all(len(claim["appearance"]["abstract"]) <= 160 for claim in entity["citation"])
    assert "additionalType" not in entity
    assert seen(message_card(message)).quotes == ("x" * 500, "Short.")


def test_a_button_that_opens_a_form_says_so_when_it_is_drawn():
    """Teams opens a dialog only from a button that was drawn for it; inside a dialog it cannot open another."""
    action = Action("marketing.begin", "Ask", "q1", opens_form=True)
    (button,) = every(message_card(Message("T", actions=(action,))), "Action.Submit")
    assert button["data"] == {"lodge": {"action": "marketing.begin", "subject": "q1"}, "msteams": {"type": "task/fetch"}}
    (inside,) = every(message_card(Message("T", actions=(action,)), in_dialog=True), "Action.Submit")
    assert "msteams" not in inside["data"]


def test_no_button_is_dropped():
    """Teams shows six buttons of a set and forgets the rest, so that many buttons stand in several sets."""
    actions = tuple(Action("case.show", f"Show {number}", str(number)) for number in range(23))
    card = message_card(Message("Home", actions=actions))
    assert [len(each["actions"]) for each in every(card, "ActionSet")] == [5, 5, 5, 5, 3]
    assert IN_A_ROW <= 6
    assert [button.label for button in seen(card).buttons] == [action.label for action in actions]


def test_a_way_back_is_never_held_up_by_an_empty_field():
    """“Change” sends no fields, so that Teams does not ask for them to be filled in first."""
    back, send = every(form_card(HOSTILE_PAGE), "Action.Submit")[::-1][1], form_card(HOSTILE_PAGE)["actions"][0]
    assert back["associatedInputs"] == "none"
    assert "associatedInputs" not in send


@pytest.mark.parametrize("letter", ["x", "😀", "\n", "\x01", "*"])
def test_a_long_text_is_whole_and_a_card_is_never_too_big(letter):
    """A text of the longest kind is shown whole; what does not fit in a card is left out from the end, and it says so."""
    said = Said(letter * 3000)
    card = message_card(Message("T", (said,)))
    assert "".join(run["text"] for block in every(card, "RichTextBlock") for run in block["inlines"]) == said.text
    many = message_card(Message("T", (said,) * 40, (Action("case.show", "Show", "1"),)))
    assert size(many) < LIMIT
    assert problems(many) == []
    assert REST in seen(many).text
    assert seen(many).has("Show")


def test_a_text_far_too_long_comes_back_in_a_form_that_teams_takes():
    """A megabyte typed into a form is answered with the form again, with the error and the start of it."""
    asked = (Field("a", "A", "text"), Field("b", "B", "text"))
    page = Page(Form("T", asked, values={"a": "😀" * 250_000, "b": "b"}, errors={"a": "Please shorten this."}), "f", "s", "d")
    card = form_card(page)
    assert size(card) < LIMIT
    assert seen(card).errors == {"a": "Error: Please shorten this."}
    assert seen(card).fields["b"] == "b"


def test_the_answers_to_check_fit_whatever_was_written():
    """A review page with long answers leaves out what does not fit and keeps its buttons."""
    page = replace(
        HOSTILE_PAGE, form=Form("Check", intro=(Facts(tuple((f"Q{n}", "y" * 3000) for n in range(20))),), submit="Send")
    )
    card = form_card(page)
    assert size(card) < LIMIT
    assert card["actions"][0]["title"] == "Send"


def test_values_come_back_as_events_carry_them():
    """Nothing is trimmed; a typed name goes before a picked person, and a pick nobody knows asks again."""
    data = {"lodge": {}, "msteams": {}, "story": "  x ", "days": "a,b", "who": "id-1", f"who{TYPED}": " "}
    known = {"id-1": "ben@college.example"}
    assert form_values(data, ["who"], lambda picked: known.get(picked, "")) == {
        "story": "  x ",
        "days": "a,b",
        "who": "ben@college.example",
    }
    assert form_values({f"who{TYPED}": "A. Person"}, ["who"], str)["who"] == "A. Person"
    assert form_values({"who": "id-2"}, ["who"], lambda picked: "")["who"] == ""
    with pytest.raises(ValueError, match="text"):
        form_values({"story": {"a": 1}}, [], str)


def test_a_card_is_plain_json_and_carries_no_data_in_a_button():
    """A button carries a name and an id, never anybody's words."""
    card = message_card(Message("T", (PARTS["said"],), (Action("case.show", "Show", "7"),)))
    assert json.loads(json.dumps(card)) == card
    assert every(card, "Action.Submit")[0]["data"] == {"lodge": {"action": "case.show", "subject": "7"}}
