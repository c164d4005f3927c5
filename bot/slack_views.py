"""How Slack draws forms: pages of a flow as dialogs, a message as a dialog or a home page, and what was filled in.

Pure. A dialog remembers its draft and place in its metadata: ids only.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from bot.slack_blocks import (
    REST_OF_FORM,
    Block,
    action_blocks,
    fitting,
    heading,
    message_blocks,
    part_blocks,
    plain_text,
    section,
    shortened,
)
from handlers.message import Field, Form, Message, Page

BLOCKS = 100
"""Blocks that Slack takes in a dialog or a home page."""
TITLE, LABEL, HINT, TYPED, FEW, MANY, OPTION = 24, 2000, 2000, 3000, 10, 100, 75
CALLBACK = "lodge"
BY_NAME = ".typed"
CUT = " Only the first 3,000 characters fit into a form of Slack."
_KEPT = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")


def form_view(page: Page, place: str) -> Block:
    """One page of a flow as a dialog."""
    form = page.form
    about = {"draft": page.draft, "flow": page.flow, "step": page.step, "place": place}
    fields = [block for field in form.fields for block in _field(field, form)]
    buttons = action_blocks(form.actions)
    lead = [block for part in form.intro for block in part_blocks(part)]
    top = fitting([*_head(form), *lead], BLOCKS - len(fields) - len(buttons), REST_OF_FORM)
    return _modal(form.title, [*top, *buttons, *fields], about, shortened(form.submit, TITLE), "Cancel")


def message_view(message: Message, place: str) -> Block:
    """A message as a dialog with nothing to fill in."""
    return _modal("Lodge", message_blocks(message, BLOCKS, in_view=True), {"place": place}, "", "Close")


def home_view(message: Message) -> Block:
    """A message as a person's home page."""
    return {"type": "home", "blocks": message_blocks(message, BLOCKS, in_view=True)}


def said_above(view: Mapping[str, Any], words: str) -> Block:
    """A dialog that stands, again, with words at its top."""
    again = {key: view[key] for key in _KEPT if view.get(key)}
    again["blocks"] = [section(words), *again["blocks"]][:BLOCKS]
    return again


def about(view: Mapping[str, Any]) -> dict[str, str]:
    """What a dialog remembers: ``draft``, ``flow``, ``step``, ``place``. Empty where that is not ours to read."""
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in kept.items()} if isinstance(kept, dict) else {}


def inputs(view: Mapping[str, Any]) -> list[str]:
    """The names of the fields that a dialog shows, in their order: an error can stand beside these and no others."""
    return [str(block["block_id"]) for block in view.get("blocks", []) if block.get("type") == "input"]


def chosen_people(view: Mapping[str, Any]) -> set[str]:
    """The ids of the people picked in a dialog."""
    return {state["selected_user"] for state in _states(view).values() if state.get("selected_user")}


def values(view: Mapping[str, Any], email_of: Callable[[str], str]) -> dict[str, str]:
    """What was filled in, as events carry it; a person who was picked goes before a name that was typed."""
    read = {name: _value(state, email_of) for name, state in _states(view).items()}
    typed = {name.removesuffix(BY_NAME): value for name, value in read.items() if name.endswith(BY_NAME)}
    return {name: value or typed.get(name, "") for name, value in read.items() if not name.endswith(BY_NAME)}


def _modal(title: str, blocks: list[Block], remembered: Mapping[str, str], submit: str, close: str) -> Block:
    drawn: Block = {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": plain_text(title if 0 < len(title) <= TITLE else "Lodge"),
        "blocks": blocks,
        "close": plain_text(close),
        "private_metadata": json.dumps(remembered, separators=(",", ":")),
    }
    return drawn | {"submit": plain_text(submit)} if submit else drawn


def _head(form: Form) -> Iterator[Block]:
    """What the dialog's own title cannot say: a tone, a long title, and errors that belong to no field."""
    if form.tone != "plain" or not 0 < len(form.title) <= TITLE:
        yield from heading(form.title, form.tone)
    names = {field.name for field in form.fields}
    for name, error in form.errors.items():
        if name not in names:
            yield _wrong(error)


def _field(field: Field, form: Form) -> Iterator[Block]:
    if field.name in form.errors:
        yield _wrong(form.errors[field.name])
    value = form.values.get(field.name, "")
    if field.kind == "person":
        yield from _person(field, value)
    else:
        yield _input(field.name, field.label, _hint(field, value), _ELEMENTS[field.kind](field, value), field.required)


def _wrong(error: str) -> Block:
    return section(shortened(f"⚠️ {error}", TYPED))


def _hint(field: Field, value: str) -> str:
    cut = field.kind in ("line", "text") and len(value) > TYPED
    return (field.hint + CUT).strip() if cut else field.hint


def _input(name: str, label: str, hint: str, element: Block, required: bool) -> Block:
    drawn: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(shortened(label, LABEL)),
        "element": {**element, "action_id": "value"},
        "optional": not required,
    }
    return drawn | {"hint": plain_text(shortened(hint, HINT))} if hint else drawn


def _person(field: Field, value: str) -> Iterator[Block]:
    """Somebody picked from the workspace, or any name: whoever it is about need not be here."""
    yield _input(field.name, field.label, field.hint, {"type": "users_select"}, False)
    label = f"{shortened(field.label, LABEL - 40)}: or type their name"
    yield _input(field.name + BY_NAME, label, "", _typed(False, value), False)


def _typed(multiline: bool, value: str) -> Block:
    drawn: Block = {"type": "plain_text_input", "multiline": multiline}
    return drawn | {"initial_value": value[:TYPED]} if value else drawn


def _date(field: Field, value: str) -> Block:
    try:
        return {"type": "datepicker", "initial_date": date.fromisoformat(value).isoformat()}
    except ValueError:
        return {"type": "datepicker"}


def _choice(field: Field, value: str) -> Block:
    options = _options(field)
    kind = "radio_buttons" if len(options) <= FEW else "static_select"
    first = next((option for option in options if option["value"] == value), None)
    return {"type": kind, "options": options} | ({"initial_option": first} if first else {})


def _choices(field: Field, value: str) -> Block:
    options = _options(field)
    kind = "checkboxes" if len(options) <= FEW else "multi_static_select"
    first = [option for option in options if option["value"] in value.split(",")]
    return {"type": kind, "options": options} | ({"initial_options": first} if first else {})


def _options(field: Field) -> list[Block]:
    return [_option(name, label) for name, label in field.options[:MANY]]


def _option(name: str, label: str) -> Block:
    """A label longer than Slack's goes on in the option's description."""
    if len(label) <= OPTION:
        return {"text": plain_text(label), "value": name}
    cut = label.rfind(" ", 0, OPTION) + 1 or OPTION
    return {"text": plain_text(label[:cut]), "value": name, "description": plain_text(shortened(label[cut:], OPTION))}


_ELEMENTS: Mapping[str, Callable[[Field, str], Block]] = {
    "line": lambda field, value: _typed(False, value),
    "text": lambda field, value: _typed(True, value),
    "choice": _choice,
    "choices": _choices,
    "date": _date,
}


def _states(view: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    found = (view.get("state") or {}).get("values") or {}
    return {name: next(iter(block.values()), {}) for name, block in found.items()}


def _value(state: Mapping[str, Any], email_of: Callable[[str], str]) -> str:
    if "selected_options" in state:
        return ",".join(option["value"] for option in state["selected_options"] or ())
    if state.get("selected_option"):
        return str(state["selected_option"]["value"])
    if state.get("selected_user"):
        return email_of(state["selected_user"])
    return str(state.get("value") or state.get("selected_date") or "")
