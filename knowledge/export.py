"""What the policy's owner has taught goes into the files it belongs to, in their own style, and once."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.cards import CardError
from knowledge.clauses import folded
from knowledge.taught import NOT_COVERED, Taught
from knowledge.words import LOADER

NEGATIVE = Path("words") / "negative.yml"


@dataclass(frozen=True)
class Written:
    """What became of the phrasings of one card: ``file`` is '' where the folder has no such card."""

    card: str
    file: str
    added: int
    there: int


def export(folder: Path, taught: Taught) -> list[Written]:
    """Write phrasings into the cards' examples, and into `NEGATIVE`; those that stand there already are left as they are.

    ``folder`` holds ``rulings`` and ``words``. All files are written or, where one cannot be read or changed, none: `CardError`.
    """
    done: dict[str, Written] = {}
    texts: dict[Path, str] = {}
    for path in [*sorted((folder / "rulings").glob("*.yml")), folder / NEGATIVE]:
        lines = _read(path).splitlines(keepends=True)
        before = len(lines)
        for card, examples in sorted(_lists(path, "".join(lines), taught), key=lambda each: -each[1].start_mark.line):
            new = _new(examples, taught[card])
            lines[_end(examples) : _end(examples)] = [_line(examples, each) for each in new]
            done[card] = Written(
                card, f"{path.parent.name}/{path.name}", len(new), len(set(map(folded, taught[card]))) - len(new)
            )
        if len(lines) > before:
            texts[path] = "".join(lines)
            _check(path, texts[path], taught)
    for path, text in texts.items():
        _put(path, text)
    return [done.get(card, Written(card, "", 0, 0)) for card in sorted(taught)]


def _read(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CardError(f"{path} cannot be read ({type(error).__name__}). Name a folder that holds rulings and words.") from None
    return text if text.endswith("\n") else f"{text}\n"


def _lists(path: Path, text: str, taught: Taught) -> Iterator[tuple[str, Any]]:
    """The lists of examples in a file that something was taught for, by card."""
    root = _composed(path, text)
    entries = [root] if isinstance(root, yaml.MappingNode) else (root.value if root is not None else ())
    for entry in entries:
        values: Mapping[str, Any] = {key.value: value for key, value in entry.value}
        card = values["id"].value if "id" in values else NOT_COVERED
        if taught.get(card) and "examples" in values:
            if values["examples"].flow_style or not values["examples"].value:
                line = values["examples"].start_mark.line + 1
                raise CardError(f"{path.parent.name}/{path.name}:{line}: write the examples one a line, each after '- '.")
            yield card, values["examples"]


def _composed(path: Path, text: str) -> Any:
    try:
        return yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError:
        raise CardError(f"{path.parent.name}/{path.name} is not readable as YAML. Check quotes and indents.") from None


def _new(examples: Any, phrasings: Sequence[str]) -> list[str]:
    held = {folded(str(each.value)) for each in examples.value}
    return sorted({folded(each) for each in phrasings} - {"", *held})


def _end(examples: Any) -> int:
    """The line after the last example."""
    mark = examples.value[-1].end_mark
    return int(mark.line if mark.column == 0 else mark.line + 1)


def _line(examples: Any, phrasing: str) -> str:
    """One more example, quoted as its neighbour is; or not at all where YAML reads the bare words as they are."""
    last = examples.value[-1]
    return f"{' ' * (last.start_mark.column - 2)}- {_quoted(phrasing, bare=last.style is None)}\n"


def _quoted(phrasing: str, bare: bool) -> str:
    for written in ([phrasing] if bare else []) + ["'{}'".format(phrasing.replace("'", "''"))]:
        try:
            if yaml.load(f"- {written}\n", Loader=LOADER) == [phrasing]:
                return written
        except yaml.YAMLError:
            continue
    return yaml.safe_dump(phrasing, default_style='"', allow_unicode=True, width=10_000).strip()


def _check(path: Path, text: str, taught: Taught) -> None:
    """What will be written reads as what was meant."""
    for card, examples in _lists(path, text, taught):
        if _new(examples, taught[card]):
            raise CardError(f"{path.parent.name}/{path.name}: the examples of {card} could not be written. Nothing was changed.")


def _put(path: Path, text: str) -> None:
    """The file whole or as it was."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise CardError(f"{path} cannot be written ({error.strerror}). Name a folder that you may write, with --into.") from None
