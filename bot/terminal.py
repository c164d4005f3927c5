"""Messages in a terminal: the same words as on every surface, as plain lines."""

import re
import textwrap
from datetime import UTC, datetime
from typing import TextIO

from handlers import ask
from handlers.event import Event
from handlers.message import Facts, Message, Quote, Said, Text, labelled
from handlers.roles import College
from knowledge.answer import Answer

WIDTH = 88
_LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def printed(answer: Answer, college: College, out: TextIO) -> str:
    """An answer as the terminal shows it; bold only where it is a terminal. Buttons have no place here."""
    event = Event("said", "terminal", "", "", "", datetime.now(UTC), answer.text)
    return drawn(ask.hear(event, answer, college), bold=out.isatty())


def drawn(message: Message, bold: bool) -> str:
    """A message as lines of text."""
    blocks = [_strong(message.title.upper(), bold), *(_part(part, bold) for part in message.parts)]
    if near := [action.subject for action in message.actions if action.name == ask.CLAUSE]:
        blocks.append(_filled(f"Also relevant: clause {' and '.join(near)}."))
    return "\n\n".join(blocks)


def table(rows: list[dict[str, str]]) -> str:
    """Rows as columns, each as wide as its widest cell; nothing where there are none."""
    if not rows:
        return ""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def _part(part: Text | Said | Quote | Facts, bold: bool) -> str:
    if isinstance(part, Quote):
        return _quoted(part)
    if isinstance(part, Said):
        return textwrap.indent(part.text, "  | ")
    if isinstance(part, Facts):
        return "\n".join(f"{labelled(label)} {value}" for label, value in part.pairs)
    plain = _LINK.sub(lambda found: found[1] if found[2].startswith("tel:") else f"{found[1]} ({found[2]})", part.text)
    return "\n".join(_marked(line, bold) for line in plain.split("\n"))


def _marked(line: str, bold: bool) -> str:
    filled = _filled(line, "  " if line.startswith("- ") else "")
    return _BOLD.sub(lambda found: _strong(found[1], bold), filled)


def _quoted(quote: Quote) -> str:
    lines = [f"Clause {quote.clause} ({quote.heading})"]
    lines += [_filled(f"“{line}”" if "\n" not in quote.text else line) for line in quote.text.split("\n")]
    lines.append(f"{quote.policy}, version {quote.version}")
    return textwrap.indent("\n".join(lines), "  ")


def _filled(text: str, indent: str = "") -> str:
    return textwrap.fill(text, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _strong(text: str, bold: bool) -> str:
    return f"\033[1m{text}\033[0m" if bold else text
