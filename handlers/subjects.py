"""Whom a concern is about: what was picked or typed is compared with everyone in `lodge.toml` (promise 4)."""

import re

from rapidfuzz import fuzz

from handlers.flow import Values
from handlers.roles import College, Person

PICKED = ("who", "who_2", "who_3")
NONE = "none"
_ADDRESS = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>()]{2,}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ALIKE = 84
_SHORTEST = 3


def certain(college: College, typed: str) -> str:
    """The e-mail address of whoever is meant beyond doubt: an address, or somebody's whole name; else ''."""
    if _ADDRESS.fullmatch(typed.strip()):
        return typed.strip().lower()
    words = sorted(typed.casefold().split())
    named = [each.email for each in college.people.values() if words and sorted(each.name.casefold().split()) == words]
    return named[0] if len(named) == 1 else ""


def likely(college: College, text: str) -> tuple[Person, ...]:
    """Who may be meant by words: a name that is nearly theirs, a short form of it, their post, or their address."""
    said = " ".join(text.casefold().split())
    words = {each for each in _WORD.findall(said) if len(each) >= _SHORTEST}
    return tuple(person for person in college.people.values() if _may_be(person, said, words))


def whole(college: College, text: str) -> tuple[Person, ...]:
    """Who is called by their whole name in a longer text."""
    said = " ".join(text.casefold().split())
    return tuple(each for each in college.people.values() if each.name.casefold() in said)


def resolve(college: College, values: Values) -> dict[str, str]:
    """A page's values with whoever is certain as an address in the pickers, each once, and every other name in ``named``."""
    if not any(name in values for name in PICKED):
        return dict(values)
    typed = [values.get(name, "").strip() for name in PICKED]
    found = list(dict.fromkeys(email for each in typed if (email := certain(college, each))))
    others = [each for each in typed if each and not certain(college, each)]
    named = [each.strip() for each in re.split(r"[,;\n]", values.get("named", "")) if each.strip()]
    placed = dict(zip(PICKED, [*found, "", "", ""], strict=False))
    return {**values, **placed, "named": ", ".join(dict.fromkeys([*others, *named]))}


def emails(answers: Values) -> tuple[str, ...]:
    """The addresses of those who were picked or said to be meant, each once."""
    meant = [each for each in answers.get("meant", "").split(",") if each and each != NONE]
    return tuple(dict.fromkeys([each for name in PICKED if (each := answers.get(name, ""))] + meant))


def doubtful(college: College, answers: Values) -> tuple[Person, ...]:
    """Who may be meant by the names that were typed, or is called by their whole name in the story, and was not picked."""
    picked = {answers.get(name, "") for name in PICKED}
    found = (*likely(college, answers.get("named", "")), *whole(college, answers.get("what", "")))
    return tuple({each.email: each for each in found if each.email not in picked}.values())


def _may_be(person: Person, said: str, words: set[str]) -> bool:
    if person.post.casefold() in said or person.email.partition("@")[0] in words:
        return True
    names = [each for each in _WORD.findall(person.name.casefold()) if len(each) >= _SHORTEST]
    return any(_alike(word, name) for word in words for name in names)


def _alike(word: str, name: str) -> bool:
    """The same name as near as a typing error, or one the short form of the other (Pat, Patricia)."""
    return word.startswith(name) or name.startswith(word) or fuzz.ratio(word, name) >= _ALIKE
