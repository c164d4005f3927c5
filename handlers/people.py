"""Who is meant by what was typed into a form: a name the College knows becomes an e-mail address, and nothing else is guessed."""

import re
from collections.abc import Mapping

from handlers.roles import College

ADDRESS = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>()]+\.[^@\s,;<>()]{2,}")
UNKNOWN = "Please pick somebody, or type their e-mail address in full: Lodge does not know one person of this name."


def address_of(college: College, typed: str) -> str:
    """The e-mail address of whoever is meant, in lower case; what was typed, where that is not one person."""
    words = typed.strip().casefold().split()
    if ADDRESS.fullmatch(typed.strip()):
        return typed.strip().lower()
    named = [each for each in college.people.values() if words and set(words) <= set(each.name.casefold().split())]
    return named[0].email if len(named) == 1 else typed


def resolved(college: College, values: Mapping[str, str], *names: str) -> dict[str, str]:
    """A page's values with the people in these fields as e-mail addresses."""
    return {**values, **{name: address_of(college, values.get(name, "")) for name in names}}


def unknown(values: Mapping[str, str], *names: str) -> dict[str, str]:
    """What is wrong, by field, where somebody is not an e-mail address even now."""
    return {name: UNKNOWN for name in names if values.get(name) and not ADDRESS.fullmatch(values[name].strip())}
