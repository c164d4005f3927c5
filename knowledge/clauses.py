"""The policy's text, clause by clause, as the college published it.

The Markdown keeps the whole document in its order. Our own marks are only `#` before a heading and `**` around a
clause's number; take them away and the source is left.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import yaml

POLICY = Path(__file__).parent / "policies" / "social-media.md"
_HEADING = re.compile(r"(#{2,3}) (\d(?:\.\d)?)\. (.+)")
_NUMBER = re.compile(r"\*\*(\d(?:\.\d){1,2})\.\*\* (.+)", re.DOTALL)


class PolicyError(ValueError):
    """The policy file cannot be read. The message names the file and what to do."""


@dataclass(frozen=True)
class Clause:
    """One numbered paragraph: ``text`` without its number, ``sha256`` of that text with white space folded."""

    id: str
    heading: str
    text: str
    sha256: str


@dataclass(frozen=True)
class Policy:
    """One document and its clauses by id, in the document's order. ``sha256`` is of the file's text."""

    id: str
    name: str
    version: str
    sha256: str
    note: str
    owner: str
    clauses: dict[str, Clause]


def folded(text: str) -> str:
    """The text with every run of white space as one space: what hashes and quotes are compared in."""
    return " ".join(text.split())


def digest(text: str) -> str:
    """The sha256 of a text, in hex, with its white space folded."""
    return sha256(folded(text).encode()).hexdigest()


def load(path: Path = POLICY) -> Policy:
    """Read a policy. Raises `PolicyError` where the file has no front matter, or a number twice."""
    text = path.read_text(encoding="utf-8")
    front, body = _parted(path, text)
    clauses: dict[str, Clause] = {}
    for clause in _clauses(body):
        if clause.id in clauses:
            raise PolicyError(f"{path.name}: clause {clause.id} is there twice. Keep one of them.")
        clauses[clause.id] = clause
    facts = {name: str(front[name]) for name in ("version", "name", "note", "owner")}
    return Policy(id=str(front["policy"]), sha256=sha256(text.encode()).hexdigest(), clauses=clauses, **facts)


def _parted(path: Path, text: str) -> tuple[dict[str, object], str]:
    found = re.match(r"---\n(.*?)\n---\n(.*)", text, re.DOTALL)
    front = yaml.safe_load(found[1]) if found else None
    held = front if isinstance(front, dict) else {}
    missing = [name for name in ("policy", "name", "version", "owner", "note") if name not in held]
    if found is None or missing:
        raise PolicyError(f"{path.name}:1: start the file with '---', lines for {', '.join(missing)}, and '---'.")
    return held, found[2]


def _clauses(body: str) -> Iterator[Clause]:
    """Paragraphs gathered under the number they follow; an unnumbered section goes by its own number."""
    trail: list[str] = []
    number, kept = "", list[str]()
    for block in [*body.split("\n\n"), "## 0. The end"]:
        heading, numbered = _HEADING.fullmatch(block.strip()), _NUMBER.fullmatch(block.strip())
        if (heading or numbered) and number and kept:
            yield _clause(number, trail, kept)
        if heading:
            trail = [*trail[: len(heading[1]) - 2], f"{heading[2]}. {heading[3].rstrip(':')}"]
            number, kept = heading[2], []
        elif numbered:
            number, kept = numbered[1], [numbered[2]]
        elif number:
            kept.append(block.strip())


def _clause(number: str, trail: list[str], kept: list[str]) -> Clause:
    text = "\n\n".join(kept).strip()
    return Clause(number, " › ".join(trail), text, digest(text))
