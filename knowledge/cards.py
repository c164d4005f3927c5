"""Answer cards: what the policy says about an act, written and approved by a person.

A card is refused, with its file and line, unless every part of it can be shown to rest on the policy (promise 2).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.clauses import Policy, folded

RULINGS = Path(__file__).parent / "rulings"
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
KNOWN = (*NEEDED, "also", "flow", "ask", "danger")
# The C parser gives the same nodes many times faster; a build without it still works.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class CardError(ValueError):
    """One or more cards cannot be used: a line each, with file, line number and what to do."""


@dataclass(frozen=True)
class Basis:
    """What a card rests on: a clause, its deciding words, and the clause's hash when the card was approved."""

    clause: str
    quote: str
    sha256: str


@dataclass(frozen=True)
class Card:
    """One authored ruling. The first of ``clauses`` decides it; ``place`` is its file and line."""

    id: str
    ruling: str
    answer: str
    clauses: tuple[Basis, ...]
    next: str
    examples: tuple[str, ...]
    also: tuple[str, ...] = ()
    flow: str | None = None
    ask: str = ""
    danger: bool = False
    place: str = ""

    def stale(self, policy: Policy) -> bool:
        """Whether a clause it rests on has changed, or gone, since the card was approved."""
        return any(_now(policy, basis.clause) != basis.sha256 for basis in self.clauses)


def load(folder: Path, policy: Policy) -> tuple[Card, ...]:
    """Every card of a folder, in the order of its files. Raises `CardError` naming every fault at once."""
    cards, faults = _read(folder, policy)
    faults += [f"{card.place}: {card.id}: clause {basis.clause} has no sha256. Run `lodge cards approve`."
               for card in cards for basis in card.clauses if not basis.sha256]  # fmt: skip
    if faults:
        raise CardError("\n".join(faults))
    return tuple(cards)


def approve(folder: Path, policy: Policy) -> int:
    """Record each clause's present hash in the cards that rest on it, changing no other character.

    Returns how many were recorded. Raises `CardError`, and writes nothing, where a quote is no longer in its clause.
    """
    _, faults = _read(folder, policy, fresh=True)
    if faults:
        raise CardError("\n".join(faults))
    return sum(_stamp(path, policy) for path in _files(folder))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def _now(policy: Policy, clause: str) -> str:
    return policy.clauses[clause].sha256[:LENGTH] if clause in policy.clauses else ""


def _read(folder: Path, policy: Policy, fresh: bool = False) -> tuple[list[Card], list[str]]:
    """Cards and faults. ``fresh`` checks quotes even where the clause's hash is an old one."""
    cards: dict[str, Card] = {}
    faults: list[str] = []
    for path in _files(folder):
        for line, entry in _entries(path):
            place = f"{folder.name}/{path.name}:{line}"
            wrong = list(_shape(entry)) or list(_sense(entry, policy, fresh))
            if not wrong and entry["id"] in cards:
                wrong = [f"the id {entry['id']} is taken, at {cards[entry['id']].place}. Give this card another"]
            faults += [f"{place}: {each}." for each in wrong]
            if not wrong:
                cards[entry["id"]] = _card(entry, place)
    return list(cards.values()), faults


def _entries(path: Path) -> Iterator[tuple[int, Any]]:
    """Each card of a file with the line it starts on. Raises `CardError` where the file is not a YAML list."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise CardError(f"{path.parent.name}/{path.name}:{line}: not readable as YAML. Check quotes and indents.") from None
    if root is not None and not isinstance(root, yaml.SequenceNode):
        raise CardError(f"{path.parent.name}/{path.name}:1: not a list of cards. Start each card with '- id:'.")
    loader = _LOADER("")
    for node in root.value if root else ():
        yield node.start_mark.line + 1, loader.construct_object(node, deep=True)


def _shape(entry: Any) -> Iterator[str]:
    """What is wrong with a card's form, before any of it can be trusted."""
    if not isinstance(entry, Mapping):
        yield "not a card. Start it with '- id:' and indent the rest beneath"
        return
    yield from (f"unknown key {key!r}. Known are {', '.join(KNOWN)}" for key in entry if key not in KNOWN)
    yield from (f"{key} is missing. Add it" for key in NEEDED if not entry.get(key))
    texts = [entry.get(key) for key in ("id", "ruling", "answer", "next", "flow", "ask") if key in entry]
    if not all(isinstance(text, str) for text in texts):
        yield "id, ruling, answer, next, flow and ask are text. Put them in quotes"
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


def _sense(entry: Mapping[str, Any], policy: Policy, fresh: bool) -> Iterator[str]:
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
    changed = basis.get("sha256", "") not in ("", _now(policy, basis["id"]))
    if clause is None or (changed and not fresh) or folded(basis["quote"]) in folded(clause.text):
        return ""
    return f"the quote is not in clause {clause.id}: {basis['quote'][:60]!r}. Copy the words exactly"


def _card(entry: Mapping[str, Any], place: str) -> Card:
    bases = tuple(Basis(each["id"], folded(each["quote"]), each.get("sha256", "")) for each in entry["clauses"])
    return Card(
        id=entry["id"],
        ruling=entry["ruling"],
        answer=folded(entry["answer"]),
        clauses=bases,
        next=folded(entry["next"]),
        examples=tuple(folded(each) for each in entry["examples"]),
        also=tuple(entry.get("also", ())),
        flow=entry.get("flow"),
        ask=entry.get("ask", ""),
        danger=entry.get("danger", False),
        place=place,
    )


def _stamp(path: Path, policy: Policy) -> int:
    """Write the hashes of one file: a wrong value is replaced where it stands, a missing one gets a line of its own."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    changed = 0
    for basis in reversed(list(_basis_nodes(yaml.compose(text, Loader=_LOADER)))):
        values = {key.value: value for key, value in basis.value}
        wanted = _now(policy, values["id"].value)
        held = values.get("sha256")
        if held is None:
            # Above the last key, so that no folded or quoted value can be broken in two.
            mark = basis.value[-1][0].start_mark
            lines.insert(mark.line, f"{' ' * mark.column}sha256: {wanted!r}\n".replace("'", '"'))
        elif held.value != wanted:
            start, end = held.start_mark, held.end_mark
            line = lines[start.line]
            lines[start.line] = f'{line[: start.column]}"{wanted}"{line[end.column :]}'
        changed += held is None or held.value != wanted
    if changed:
        path.write_text("".join(lines), encoding="utf-8")
    return changed


def _basis_nodes(root: Any) -> Iterator[Any]:
    for card in root.value if root else ():
        for key, value in card.value:
            if key.value == "clauses":
                yield from value.value
