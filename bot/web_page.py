"""How the playground draws what Lodge shows and asks. Pure: messages and forms in, HTML out.

Only `Text` is markup (promise 11): everything else reaches the page as plain characters, through autoescaping.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.web_markup import markup
from handlers.message import Field, Form, Message, Page, Part

FEW = 7
"""Up to this many options are radio buttons; more are a list to pick from."""

SUGGESTIONS = (
    "Can I post photos of my students on Instagram?",
    "May I accept a friend request from a student?",
    "How do I set up a social media account for my department?",
    "A student wants their photo taken down. What do I do?",
)


@dataclass(frozen=True)
class Resident:
    """A person the playground knows: e-mail in lower case, name, and the post they hold."""

    email: str
    name: str
    post: str


@dataclass(frozen=True)
class Channel:
    """A room of a role: its place (``web:#marketing``), its title, and the e-mails of those who can read it."""

    place: str
    title: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A stored post as it is drawn. ``place`` is where; ``private`` posts there are for this person only."""

    ref: str
    place: str
    at: datetime
    message: Message
    private: bool = False


@dataclass(frozen=True)
class PageView:
    """All that the first page shows to one person. ``after`` is the sequence number of the newest post drawn."""

    you: Resident
    people: Sequence[Resident]
    channels: Sequence[Channel]
    posts: Sequence[Shown] = ()
    after: int = 0
    suggestions: Sequence[str] = SUGGESTIONS

    @property
    def home(self) -> str:
        """The place of this person's conversation."""
        return conversation(self.you.email)

    def at(self, place: str) -> list[Shown]:
        """The posts of one place, in their order."""
        return [post for post in self.posts if post.place == place]


def conversation(email: str) -> str:
    """The place where one person and Lodge talk."""
    return f"web:@{email}"


def page(view: PageView) -> str:
    """The whole page for one person."""
    return _templates.get_template("page.html.j2").render(view=view)


def message_html(message: Message, *, ref: str = "", at: datetime | None = None, place: str = "", private: bool = False) -> str:
    """One message as an ``<article>``. ``private`` says beside it that only this person can see it."""
    drawn = _templates.get_template("message.html.j2").module.message  # type: ignore[attr-defined]
    return str(drawn(message, ref, at, place, private))


def form_html(page: Page, people: Sequence[Resident] = ()) -> str:
    """One page of a flow as a ``<form>``; ``people`` are offered where a person is asked for."""
    return _templates.get_template("form.html.j2").render(page=page, form=page.form, people=people)


def form_values(form: Form | None, posted: Mapping[str, object]) -> dict[str, str]:
    """What was filled in, as events carry it: repeated values joined by commas, nothing trimmed.

    With a form, its fields and no others. Raises ``ValueError`` where a value is neither text nor a list of texts.
    """
    values = {name: _joined(value) for name, value in posted.items()}
    return values if form is None else {field.name: values.get(field.name, "") for field in form.fields}


def _joined(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    raise ValueError("a value is text or a list of texts")


def _part(part: Part) -> str:
    return type(part).__name__


def _control(field: Field) -> str:
    """Which control draws a field: the field's kind, but a long choice is a list."""
    return "select" if field.kind == "choice" and len(field.options) > FEW else field.kind


def _described(field: Field, errors: Mapping[str, str]) -> str:
    """The ids of what describes a field, for ``aria-describedby``."""
    return " ".join(_described_by(field, errors))


def _described_by(field: Field, errors: Mapping[str, str]) -> Iterator[str]:
    if field.hint:
        yield f"{field.name}-hint"
    if field.name in errors:
        yield f"{field.name}-error"
    if field.kind == "text":
        yield f"{field.name}-count"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y, %H:%M} {at.tzname() or ''}".strip()


def _room(place: str) -> str:
    return place.removeprefix("web:")


def _environment() -> Environment:
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(markup=markup, part=_part, control=_control, described=_described, day=_day, room=_room)
    return made


_templates = _environment()
