"""How Teams draws the questions of a form, and how what was filled in is read back. Pure."""

import json
from collections.abc import Callable, Mapping

from bot.teams_markup import Element, escaped, text_block
from handlers.message import Field, Form

FEW = 7
"""Up to this many options are all shown; more are a list to pick from."""

TYPED = ".typed"
"""A person is picked from the directory, or typed here: who was picked goes first, since a name may stand here already."""

CAPS = (1_000_000, 3000, 2000, 1000, 500)
"""Characters of a value, tried in turn until a form fits on a card."""

CUT = "Only the start of it fits here: please type the rest again, or shorten it."

_OURS = ("lodge", "msteams")


def drawn_fields(form: Form, room: int) -> list[Element]:
    """Every question in its order. Where that would not fit in ``room`` bytes, the longest values are cut, and it says so."""
    for most in (*CAPS, room // (8 * max(1, len(form.fields)))):
        drawn = [element for field in form.fields for element in _field(field, form, form.values.get(field.name, ""), most)]
        if len(json.dumps(drawn, ensure_ascii=False).encode()) <= room:
            break
    return drawn


def form_values(data: Mapping[str, object], people: object, picked: Callable[[str], str]) -> dict[str, str]:
    """What was filled in, as events carry it; nothing trimmed. Raises ``ValueError`` where a value is not text.

    ``people`` names the fields that ask for a person: ``picked`` gives the e-mail behind the directory's id, or words that
    say that somebody unknown was picked, so that they are never lost; where nobody was picked, it is what was typed.
    """
    found = {name: value for name, value in data.items() if name not in _OURS}
    if not all(isinstance(value, str) for value in found.values()):
        raise ValueError("a value is text")
    values = {name: str(value) for name, value in found.items() if not name.endswith(TYPED)}
    for name in people if isinstance(people, list) else ():
        chosen = values.get(str(name), "")
        values[str(name)] = picked(chosen) if chosen else str(found.get(f"{name}{TYPED}", ""))
    return values


def _field(field: Field, form: Form, whole: str, most: int) -> list[Element]:
    value = whole[:most]
    told = field.hint if value == whole else f"{field.hint} {CUT}".strip()
    wrong = form.errors.get(field.name)
    error = (
        [text_block(escaped(f"Error: {wrong}"), id=f"{field.name}-error", color="Attention", weight="Bolder")] if wrong else []
    )
    hint = [text_block(escaped(told), size="Small", isSubtle=True, spacing="Small")] if told else []
    return [*error, *_INPUTS[field.kind](field, value), *hint]


def _input(kind: str, field: Field, value: str, **more: object) -> Element:
    drawn = {"type": kind, "id": field.name, "label": field.label, **more}
    if field.required:
        drawn |= {"isRequired": True, "errorMessage": f"Please fill in “{field.label}”."}
    return {**drawn, "value": value} if value else drawn


def _line(field: Field, value: str) -> list[Element]:
    """No maxLength: Teams would cut what is pasted without a word, and the flow says instead how much is too much."""
    return [_input("Input.Text", field, value)]


def _text(field: Field, value: str) -> list[Element]:
    return [_input("Input.Text", field, value, isMultiline=True)]


def _date(field: Field, value: str) -> list[Element]:
    return [_input("Input.Date", field, value)]


def _choice(field: Field, value: str) -> list[Element]:
    style = "expanded" if len(field.options) <= FEW else "compact"
    return [_input("Input.ChoiceSet", field, value, choices=_options(field), style=style, wrap=True)]


def _choices(field: Field, value: str) -> list[Element]:
    return [_input("Input.ChoiceSet", field, value, choices=_options(field), style="expanded", isMultiSelect=True, wrap=True)]


def _person(field: Field, value: str) -> list[Element]:
    """Teams' own people picker (``choices.data`` is the one thing here that the card schema does not know), or a typed name."""
    people = {"type": "Data.Query", "dataset": "graph.microsoft.com/users"}
    picker = {"type": "Input.ChoiceSet", "id": field.name, "label": field.label, "choices": [], "choices.data": people}
    typed = {"type": "Input.Text", "id": field.name + TYPED, "label": "Or type the name or e-mail address"}
    return [picker, {**typed, "value": value} if value else typed]


def _options(field: Field) -> list[Element]:
    return [{"title": label, "value": name} for name, label in field.options]


_INPUTS: Mapping[str, Callable[[Field, str], list[Element]]] = {
    "line": _line,
    "text": _text,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "person": _person,
}
