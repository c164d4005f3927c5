"""Whether a handle or display name mirrors the College's name (3.3.2), and what that means. Pure: letters in, ruling out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from handlers.lettering import Lettering, readings
from handlers.message import Action, Facts, Message, Part, Quote, Text
from handlers.roles import College
from handlers.signatures import Signature, signatures
from knowledge.answer import Answers

LONGEST = 100
_ASKED = re.compile(r"^\s*/?(?:policy\s+)?handle\s*:?\s+(?P<name>.{1,200}?)\s*\??\s*$", re.IGNORECASE)
_QUOTED = re.compile(r"^[\"“'‘](?P<name>.+)[\"”'’]$")
_LIKE_A_HANDLE = re.compile(r"^@\S+$|^\S*[\w](?:[._\d]|[a-z][A-Z])\S*$")


@dataclass(frozen=True)
class Verdict:
    """``mirrors`` or ``clear``; ``of`` is the name of the College that it mirrors, and ``why`` says how, in plain words."""

    kind: Literal["mirrors", "clear"]
    of: str = ""
    why: str = ""


def judge(handle_or_name: str, college: College) -> Verdict:
    """Whether other people could read one of the College's names in a handle or display name (3.3.2).

    Seen through capitals, dots, digits, years, accents, letters written as figures, doubled, left out or swapped.
    """
    known = signatures((college.name, *college.short_names))
    found = next((each for lettering in readings(handle_or_name[:LONGEST]) for each in _found(lettering, known)), None)
    if found is None:
        return Verdict("clear", why="None of the College's names, long or short, can be read in it.")
    part, name = found
    return Verdict("mirrors", name, f"“{part}” in it can be read as “{name}”.")


def _found(lettering: Lettering, known: tuple[Signature, ...]) -> Iterator[tuple[str, str]]:
    for signature in known:
        part = signature.seen_in(lettering)
        if part:
            yield part, signature.name


def asked(text: str) -> str | None:
    """The handle in a text such as ``handle @MeWiltsColl`` or ``handle "Wilts College Hair"``; None for any other text."""
    found = _ASKED.match(text)
    if found is None:
        return None
    name = found["name"].strip()
    quoted = _QUOTED.match(name)
    if quoted:
        return quoted["name"].strip()
    return name if _LIKE_A_HANDLE.match(name) else None


def answer(handle: str, college: College, answers: Answers) -> Message:
    """The ruling on a handle, for a personal and for an official account, with clause 3.3.2 word for word."""
    verdict = judge(handle, college)
    shown: tuple[Part, ...] = (Facts((("Handle or name", handle[:LONGEST].strip()),)),)
    if verdict.kind == "mirrors":
        parts = (*shown, Facts((("What Lodge sees", verdict.why),)), Text(_PERSONAL), _sentences(answers), Text(_OFFICIAL))
        return Message("It mirrors the College's name", parts, (BEGIN_REQUEST, _READ), "no")
    return Message("It does not mirror the College's name", (*shown, Text(_CLEAR), _sentences(answers)), (_READ,), "condition")


_PERSONAL = (
    "**For a personal account: not acceptable.** Choose one that is plainly yours: your own name or a word of your own, "
    "with no name of the College in it, long or short. Change the display name too if it has one."
)
_OFFICIAL = (
    "**For an official or departmental account:** it needs the Marketing & Communications Manager's approval in advance (3.1.2). "
    "Do not set it up before you have it."
)
_CLEAR = (
    "**For a personal account:** nothing in this name stands against it. Lodge compares letters only: people must still be able "
    "to tell from the whole profile that it is yours and not the College's. "
    "**For an official account** you need approval in advance, whatever it is called (3.1.2)."
)
BEGIN_REQUEST = Action("account.begin", "Request an official account", opens_form=True)
_READ = Action("clause.show", "Read 3.3.2", "3.3.2")


def _sentences(answers: Answers) -> Quote:
    """The sentences of 3.3.2 about names, cut from the live text; the whole clause where they are no longer in it."""
    found, policy = answers.clause("3.3.2"), answers.policy
    first, last = found.text.find("It is an employee’s responsibility"), found.text.find("would not be acceptable.")
    cut = found.text[first : last + len("would not be acceptable.")] if 0 <= first < last else found.text
    return Quote(found.id, found.heading, cut, policy.name, policy.version)
