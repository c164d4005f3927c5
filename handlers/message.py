"""What is shown and what is asked: only what Slack, Teams and a web page can all show.

To add a part or a field kind, draw it on every surface in the same change.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

Tone = Literal["plain", "yes", "condition", "no", "urgent"]
Style = Literal["plain", "main", "danger"]
Kind = Literal["line", "text", "choice", "choices", "date", "person"]


@dataclass(frozen=True)
class Text:
    """Our own words. Markup: ``**bold**``, ``[label](https://…)``, and lines that start with ``- ``. Nothing else."""

    text: str


@dataclass(frozen=True)
class Said:
    """Somebody else's words, shown exactly and never read as markup."""

    text: str
    by: str = ""


@dataclass(frozen=True)
class Quote:
    """A citation: the clause's number, where it stands, and its words exactly as published."""

    clause: str
    heading: str
    text: str
    policy: str
    version: str


@dataclass(frozen=True)
class Facts:
    """Label and value; values are shown exactly and never read as markup."""

    pairs: tuple[tuple[str, str], ...]


Part = Text | Said | Quote | Facts


def labelled(label: str) -> str:
    """A label in front of its value: a question needs no colon."""
    return label if label.endswith("?") else f"{label}:"


@dataclass(frozen=True)
class Action:
    """A button: a name and what it is about, never data. ``opens_form`` must be known when it is drawn (Teams)."""

    name: str
    label: str
    subject: str = ""
    style: Style = "plain"
    opens_form: bool = False


@dataclass(frozen=True)
class Message:
    """What a person or a role sees. ``tone`` says how it should strike the eye; the words must say it too.

    ``discreet``: for the person alone. Where others can read the place, it goes to them privately and the place says only so.
    """

    title: str
    parts: tuple[Part, ...] = ()
    actions: tuple[Action, ...] = ()
    tone: Tone = "plain"
    discreet: bool = False


@dataclass(frozen=True)
class Field:
    """One question of a form. A ``choices`` value is its chosen names joined by commas; a ``date`` is YYYY-MM-DD.

    ``person`` takes a person's e-mail or any typed name. ``longest`` counts characters.
    """

    name: str
    label: str
    kind: Kind = "line"
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True
    longest: int = 3000


@dataclass(frozen=True)
class Form:
    """A page of a flow. An error is the same form again, with what was typed and what is wrong beside it."""

    title: str
    fields: tuple[Field, ...] = ()
    intro: tuple[Part, ...] = ()
    submit: str = "Next"
    actions: tuple[Action, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    tone: Tone = "plain"

    def again(self, values: Mapping[str, str], errors: Mapping[str, str]) -> "Form":
        """The same form, with what was typed and what is wrong."""
        return replace(self, values=dict(values), errors=dict(errors))


@dataclass(frozen=True)
class Page:
    """A form shown to one person: which flow and step it belongs to, and the draft that holds what was answered so far."""

    form: Form
    flow: str
    step: str
    draft: str


_PARTS: dict[str, type[Part]] = {"Text": Text, "Said": Said, "Quote": Quote, "Facts": Facts}


def pack(message: Message) -> dict[str, Any]:
    """A message as plain JSON values, for a store or a wire."""
    packed = asdict(message)
    for plain, part in zip(packed["parts"], message.parts, strict=True):
        plain["part"] = type(part).__name__
    return packed


def unpack(packed: Mapping[str, Any]) -> Message:
    """The message that `pack` packed."""
    parts = []
    for plain in packed["parts"]:
        values = {key: value for key, value in plain.items() if key != "part"}
        if plain["part"] == "Facts":
            values["pairs"] = tuple((label, value) for label, value in values["pairs"])
        parts.append(_PARTS[plain["part"]](**values))
    actions = tuple(Action(**action) for action in packed["actions"])
    return Message(packed["title"], tuple(parts), actions, packed["tone"], packed.get("discreet", False))
