"""What is wrong with a card: its form first, then its sense, held against the policy (promises 2 and 3).

Each fault says what to do about it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.clauses import Policy, folded

LENGTH = 16  # of the hash kept in a card: enough to tell two texts apart, short enough to read
CHOICES = {
    "ruling": ("allowed", "allowed_if", "ask_first", "required", "not_allowed", "explained"),
    "flow": ("request_account", "report_concern", "image_removal", "ask_marketing"),
    "ask": ("marketing", "hr", "safeguarding", "principal"),
}
PERMISSIVE = (
    *("encourages", "encouraged", "permitted", "allowed", "permissible", "may wish", "embraces", "authorises"),
    "appropriate as part of",
)
NEEDED = ("id", "ruling", "answer", "clauses", "next", "examples")
KNOWN = (*NEEDED, "also", "flow", "ask", "danger", "open")


def present(policy: Policy, clause: str) -> str:
    """The short hash of a clause as it stands, or nothing where there is none of that number."""
    return policy.clauses[clause].sha256[:LENGTH] if clause in policy.clauses else ""


def shape(entry: Any) -> Iterator[str]:
    """What is wrong with a card's form, before any of it can be trusted."""
    if not isinstance(entry, Mapping):
        yield "not a card. Start it with '- id:' and indent the rest beneath"
        return
    yield from (f"unknown key {key!r}. Known are {', '.join(KNOWN)}" for key in entry if key not in KNOWN)
    yield from (f"{key} is missing. Add it" for key in NEEDED if not entry.get(key))
    texts = [entry.get(key) for key in ("id", "ruling", "answer", "next", "flow", "ask", "open") if key in entry]
    if not all(isinstance(text, str) for text in texts):
        yield "id, ruling, answer, next, flow, ask and open are text. Put them in quotes"
    if not all(_texts(entry.get(key, [])) for key in ("examples", "also")):
        yield "examples and also are lists of text. Start each line with '- ', and put numbers in quotes"
    if not isinstance(entry.get("danger", False), bool):
        yield "danger is true or left out. Correct it"
    if not _bases(entry.get("clauses")):
        yield "clauses is a list of id, quote and sha256, all text. Correct it"


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value)


def _bases(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(each, Mapping)
        and {"id", "quote"} <= each.keys() <= {"id", "quote", "sha256"}
        and all(isinstance(part, str) and part for part in each.values())
        for each in value
    )


def sense(entry: Mapping[str, Any], policy: Policy, fresh: bool) -> Iterator[str]:
    """What is wrong with a well-formed card, held against the policy."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry["id"]):
        yield f"the id {entry['id']!r} is not small letters and hyphens. Rename it"
    for key, choices in CHOICES.items():
        if key in entry and entry[key] not in choices:
            yield f"{key} is {entry[key]!r}. Choose one of {', '.join(choices)}"
    if entry["ruling"] == "ask_first" and "ask" not in entry:
        yield f"ask_first names nobody to ask. Add ask: with one of {', '.join(CHOICES['ask'])}"
    named = [*(each["id"] for each in entry["clauses"]), *entry.get("also", ())]
    yield from (f"there is no clause {each}. Check its number" for each in named if each not in policy.clauses)
    yield from (wrong for each in entry["clauses"] if (wrong := _misquoted(each, policy, fresh)))
    if entry["ruling"] == "allowed" and not any(word in entry["clauses"][0]["quote"] for word in PERMISSIVE):
        yield "the first quote of an allowed card gives no permission. Quote words that do, or change the ruling"


def _misquoted(basis: Mapping[str, str], policy: Policy, fresh: bool) -> str:
    """A quote must be in its clause, exactly. Where the clause has changed since, the card is suspended instead."""
    clause = policy.clauses.get(basis["id"])
    changed = basis.get("sha256", "") not in ("", present(policy, basis["id"]))
    if clause is None or (changed and not fresh) or folded(basis["quote"]) in folded(clause.text):
        return ""
    return f"the quote is not in clause {clause.id}: {basis['quote'][:60]!r}. Copy the words exactly"
