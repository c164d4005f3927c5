"""Whom a concern is about: what was picked or typed is compared with everyone in `lodge.toml` (promise 4)."""

import hashlib
import re
from collections.abc import Iterable
from unicodedata import combining, normalize

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from handlers.flow import Values
from handlers.people import ADDRESS
from handlers.roles import College, Person

PICKED = ("who", "who_2", "who_3")
MEANT, NONE = "meant_", "none"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ALIKE = 84
_SHORTEST, _LONG = 3, 4


def certain(college: College, typed: str) -> str:
    """The e-mail address of whoever is meant beyond doubt: an address, or somebody's whole name; else ''."""
    if ADDRESS.fullmatch(typed.strip()):
        return typed.strip().lower()
    words = sorted(typed.casefold().split())
    named = [each.email for each in college.people.values() if words and sorted(each.name.casefold().split()) == words]
    return named[0] if len(named) == 1 else ""


def likely(college: College, text: str) -> tuple[Person, ...]:
    """Who may be meant by words: a name that is nearly theirs, a short form of it, their post, or their address."""
    said = _plain(text)
    words = set(_WORD.findall(said))
    return tuple(person for person in college.people.values() if _may_be(person, said, words))


def whole(college: College, text: str) -> tuple[Person, ...]:
    """Who is called by their whole name in a longer text."""
    said = _plain(text)
    return tuple(each for each in college.people.values() if _plain(each.name) in said)


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
    picked = [answers.get(name, "") for name in PICKED]
    meant = [each for name in sorted(answers) if name.startswith(MEANT) for each in answers[name].split(",")]
    return tuple(dict.fromkeys(each for each in picked + meant if each and each != NONE))


def asked(people: Iterable[Person]) -> str:
    """The name of the question whether these are meant: whoever else comes up later is a question of its own."""
    about = " ".join(sorted(each.email for each in people))
    return MEANT + hashlib.sha256(about.encode()).hexdigest()[:10]


def others(college: College, named: str, about: Iterable[str]) -> str:
    """The names that were typed, without those that turned out to be somebody whom it is about."""
    known = [person for email in about if (person := college.people.get(email))]
    typed = [each.strip() for each in named.split(",") if each.strip()]
    return ", ".join(each for each in typed if not any(_is_all_of(person, each.casefold()) for person in known))


def doubtful(college: College, answers: Values, before: Values) -> tuple[Person, ...]:
    """Who may be meant by the names that were typed, or is called by their whole name in the story.

    Left out are those who were picked, or said to be meant on an earlier page (``before``).
    """
    picked = {*emails(before), *(answers.get(name, "") for name in PICKED)}
    unknown = [each.partition("@")[0] for name in PICKED if (each := answers.get(name, "")) not in college.people]
    found = (*likely(college, " ".join([answers.get("named", ""), *unknown])), *whole(college, answers.get("what", "")))
    return tuple({each.email: each for each in found if each.email not in picked}.values())


def _may_be(person: Person, said: str, words: set[str]) -> bool:
    if _plain(person.post) in said or person.email.partition("@")[0] in words:
        return True
    names = _WORD.findall(_plain(person.name))
    return any(_alike(word, name) for word in words for name in names)


def _is_all_of(person: Person, said: str) -> bool:
    """Whether a name says nothing but who this person is: their post, or words that are each one of their names."""
    names, words = _WORD.findall(_plain(person.name)), _WORD.findall(_plain(said))
    return _plain(said).removeprefix("the ") == _plain(person.post) or (
        bool(words) and all(any(_alike(word, name) for name in names) for word in words)
    )


def _plain(text: str) -> str:
    """A text as names are compared: without capitals, accents and apostrophes, and a double name as two."""
    bare = "".join(each for each in normalize("NFKD", text.casefold()) if not combining(each) and each not in "'’")
    return " ".join(bare.replace("-", " ").split())


def _alike(word: str, name: str) -> bool:
    """The same name as near as one slip, or one the short form of the other (Pat, Patricia). Short names must be the same."""
    if min(len(word), len(name)) < _SHORTEST:
        return word == name
    if word.startswith(name) or name.startswith(word) or fuzz.ratio(word, name) >= _ALIKE:
        return True
    return min(len(word), len(name)) >= _LONG and OSA.distance(word, name) == 1
