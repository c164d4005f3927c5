"""Answer cards: what the policy says about an act, written and approved by a person.

A card is refused, with its file and line, unless every part of it can be shown to rest on the policy (promise 2).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.clauses import Policy, folded
from knowledge.faults import present, sense, shape

RULINGS = Path(__file__).parent / "rulings"
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
    """One authored ruling. The first of ``clauses`` decides it; ``place`` is its file and line.

    ``open`` is for the policy's owner: what is unclear, between which clauses, and what to decide; or ''.
    """

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
    open: str = ""
    place: str = ""

    def stale(self, policy: Policy) -> bool:
        """Whether a clause it rests on has changed, or gone, since the card was approved."""
        return any(present(policy, basis.clause) != basis.sha256 for basis in self.clauses)


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
    stamped = [(path, *_stamped(path, policy)) for path in _files(folder)]
    for path, text, changed in stamped:
        if changed:
            path.write_text(text, encoding="utf-8")
    return sum(changed for _, _, changed in stamped)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def _read(folder: Path, policy: Policy, fresh: bool = False) -> tuple[list[Card], list[str]]:
    """Cards and faults. ``fresh`` checks quotes even where the clause's hash is an old one."""
    cards: dict[str, Card] = {}
    faults: list[str] = []
    for path in _files(folder):
        for line, entry in _entries(path):
            place = f"{folder.name}/{path.name}:{line}"
            wrong = list(shape(entry)) or list(sense(entry, policy, fresh))
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
        open=folded(entry.get("open", "")),
        place=place,
    )


def _stamped(path: Path, policy: Policy) -> tuple[str, int]:
    """A file's text with its hashes, and how many were recorded: a wrong value is replaced where it stands."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    changed = 0
    for basis in reversed(list(_basis_nodes(yaml.compose(text, Loader=_LOADER)))):
        values = {key.value: value for key, value in basis.value}
        wanted, held = present(policy, values["id"].value), values.get("sha256")
        if held is not None and held.value == wanted:
            continue
        if basis.flow_style:
            place = f"{path.parent.name}/{path.name}:{basis.start_mark.line + 1}"
            raise CardError(f"{place}: write id and quote on a line each, so that the hash gets a line of its own.")
        _write(lines, basis.value[-1][0].start_mark, held, wanted)
        changed += 1
    return "".join(lines), changed


def _write(lines: list[str], last: Any, held: Any, wanted: str) -> None:
    """A missing hash goes above the last key, so that no folded or quoted value can be broken in two."""
    if held is None:
        lines.insert(last.line, f'{" " * last.column}sha256: "{wanted}"\n')
        return
    start, end = held.start_mark, held.end_mark
    lines[start.line] = f'{lines[start.line][: start.column]}"{wanted}"{lines[start.line][end.column :]}'


def _basis_nodes(root: Any) -> Iterator[Any]:
    for card in root.value if root else ():
        for key, value in card.value:
            if key.value == "clauses":
                yield from value.value
