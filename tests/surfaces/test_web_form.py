"""How the playground draws a form and reads what was filled in."""

import pytest

from bot.web_page import Resident, form_html, form_values
from handlers.message import Action, Field, Form, Page, Said, Text
from tests.reading import Node
from tests.surfaces.web_hostile import HOSTILE, root_of

AMIRA = Resident("amira@college.example", "Amira Khan", "Lecturer")
BEN = Resident("ben@college.example", "Ben Archer", "Marketing Manager")
KINDS = ("line", "text", "choice", "choices", "date", "person")
OPTIONS = (("a", "First"), ("b", "Second"))


def _form(*fields: Field, **more) -> Node:
    return root_of(form_html(Page(Form("Title", fields, **more), "flow", "step", "draft"), (AMIRA, BEN)))


def _control(root: Node, name: str) -> Node:
    return next(node for node in root.all() if node.attrs.get("name") == name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_string_arrives_as_plain_characters_in_every_part_of_a_form(kind):
    """A form gives back what was typed and what is wrong as characters, whatever was typed (promise 11)."""
    field = Field("field", HOSTILE, kind, HOSTILE, ((HOSTILE, HOSTILE),))
    form = Form(HOSTILE, (field,), (Said(HOSTILE),), HOSTILE, (Action("a", HOSTILE),), {"field": HOSTILE}, {"field": HOSTILE})
    root = root_of(form_html(Page(form, HOSTILE, HOSTILE, HOSTILE), (Resident(HOSTILE, HOSTILE, HOSTILE),)))
    drawn = root.all("form")[0]
    assert [drawn.attrs[f"data-{name}"] for name in ("flow", "step", "draft")] == [HOSTILE] * 3
    assert root.all("h2")[0].raw() == HOSTILE
    assert root.all("p", class_="hint")[0].raw() == HOSTILE
    assert root.all("p", class_="error")[0].raw() == f"Error: {HOSTILE}"
    control = _control(root, "field")
    typed = control.raw().removeprefix("\n") if kind == "text" else control.attrs["value"]
    assert typed == HOSTILE
    assert not root.all("strong")


@pytest.mark.parametrize("kind", KINDS)
def test_every_control_has_a_label_and_names_its_hint_and_its_error(kind):
    """A screen reader hears a field's question, its hint and what is wrong with it."""
    root = _form(Field("about", "What about?", kind, "A hint", OPTIONS), errors={"about": "Please say."})
    described = next(node for node in root.all() if "aria-describedby" in node.attrs)
    ids = described.attrs["aria-describedby"].split()
    assert ids[:2] == ["about-hint", "about-error"]
    assert set(ids) <= {node.attrs.get("id") for node in root.all()}
    assert described.attrs["aria-invalid"] == "true"
    label = root.all("legend") or root.all("label", for_="f-about")
    assert label[0].text() == "What about?"


def test_each_kind_is_the_control_that_people_know():
    """A line, a text, a few choices, many choices, several choices, a date and a person are each asked for in their own way."""
    many = tuple((str(number), f"Option {number}") for number in range(8))
    fields = [Field(kind, kind, kind, options=OPTIONS) for kind in KINDS]
    root = _form(*fields, Field("long", "long", "choice", options=many))
    assert [_control(root, name).attrs.get("type", _control(root, name).tag) for name in (*KINDS, "long")] == [
        "text", "textarea", "radio", "checkbox", "date", "text", "select",
    ]  # fmt: skip
    assert len(root.all("input", name="choice")) == 2
    assert [node.attrs["value"] for node in root.all("datalist")[0].all("option")] == [AMIRA.email, BEN.email]
    assert _control(root, "person").attrs["list"] == root.all("datalist")[0].attrs["id"]


def test_what_was_typed_stands_again_in_every_kind():
    """An error loses nothing: each control shows what was filled in, a second line and a leading line break too."""
    values = {
        "line": "a b",
        "text": "\nsecond\nthird ",
        "choice": "b",
        "choices": "a,b",
        "date": "2026-11-30",
        "person": "Somebody New",
    }
    root = _form(*[Field(kind, kind, kind, options=OPTIONS) for kind in KINDS], values=values, errors={"line": "No."})
    assert [_control(root, name).attrs["value"] for name in ("line", "date", "person")] == ["a b", "2026-11-30", "Somebody New"]
    assert _control(root, "text").raw() == "\n" + values["text"]
    ticked = [(node.attrs["name"], node.attrs["value"]) for node in root.all("input") if "checked" in node.attrs]
    assert ticked == [("choice", "b"), ("choices", "a"), ("choices", "b")]


def test_a_picked_option_of_a_long_list_stands_again():
    """A long list keeps the option that was picked."""
    many = tuple((str(number), f"Option {number}") for number in range(9))
    root = _form(Field("long", "long", "choice", options=many), values={"long": "4"})
    assert [node.attrs["value"] for node in root.all("option") if "selected" in node.attrs] == ["4"]


def test_errors_are_listed_first_and_lead_to_their_fields():
    """The summary says everything that is wrong, and a link takes the person to each field; other errors are listed too."""
    errors = {"why": "Please choose from the list.", "name": "Please fill in “Name”.", "elsewhere": "The draft is old."}
    root = _form(Field("name", "Name"), Field("why", "Why", "choice", options=OPTIONS), errors=errors)
    summary = root.all("section", class_="summary")[0]
    assert [node.text() for node in summary.all("li")] == [
        "Why: Please choose from the list.",
        "Please fill in “Name”.",
        "The draft is old.",
    ]
    links = [link.attrs["href"] for link in summary.all("a")]
    assert links == ["#f-why", "#f-name"]
    assert {link[1:] for link in links} <= {node.attrs.get("id") for node in root.all()}


def test_nothing_in_the_page_stops_a_person_from_sending():
    """The server says what is wrong and loses nothing: the browser neither cuts text short nor refuses a form."""
    root = _form(*[Field(kind, kind, kind, options=OPTIONS, longest=5) for kind in KINDS])
    assert "novalidate" in root.all("form")[0].attrs
    assert not [node for node in root.all() if {"maxlength", "required", "pattern"} & set(node.attrs)]
    assert _control(root, "text").attrs["data-longest"] == "5"


def test_a_form_carries_its_flow_step_and_draft_and_its_own_buttons():
    """A submission can be sent from the form alone, and a way back is a button like any other."""
    root = _form(
        Field("name", "Name", required=False), intro=(Text("**Read** this."),), actions=(Action("flow.back", "Back", "d1 first"),)
    )
    form = root.all("form")[0]
    assert [form.attrs[f"data-{name}"] for name in ("flow", "step", "draft")] == ["flow", "step", "draft"]
    assert root.all("button", data_action="flow.back")[0].attrs["data-subject"] == "d1 first"
    assert root.all("label")[0].text() == "Name (optional)"
    assert root.all("strong")[0].text() == "Read"


def test_values_are_joined_by_commas_and_not_trimmed():
    """What was filled in reaches the flow exactly, several choices as one text."""
    form = Form("T", (Field("name", "Name"), Field("pick", "Pick", "choices"), Field("none", "None")))
    posted = {"name": "  two words ", "pick": ["a", "b"], "stray": "x"}
    assert form_values(form, posted) == {"name": "  two words ", "pick": "a,b", "none": ""}
    assert form_values(None, posted) == {"name": "  two words ", "pick": "a,b", "stray": "x"}


@pytest.mark.parametrize("value", [1, None, {"a": "b"}, [1], ["a", None]])
def test_a_value_that_is_no_text_is_refused(value):
    """A form carries words only."""
    with pytest.raises(ValueError, match="text"):
        form_values(None, {"name": value})
