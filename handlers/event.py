"""What happened, in words no platform owns, and what may be shown straight back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from handlers.message import Message, Page
from handlers.roles import College
from knowledge.answer import Answers
from storage.work import Work as Transaction

EventKind = Literal["said", "called", "pressed", "submitted", "opened", "due"]
Reply: TypeAlias = Message | Page | None
Work: TypeAlias = Transaction[College, Answers]


@dataclass(frozen=True)
class Event:
    """One thing a person did, or one timer that fell due.

    ``person`` is an e-mail address in lower case (a person is the same person on every surface); empty for a timer.
    ``place`` is where the reply is seen. ``id`` is the platform's own: the same id twice is a repeat.
    ``subject`` is what a press or a timer is about; for ``submitted`` it is the draft, and ``action`` the step that was shown.
    """

    kind: EventKind
    surface: str
    person: str
    place: str
    id: str
    at: datetime
    text: str = ""
    action: str = ""
    subject: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
