"""Our own words to HTML: ``**bold**``, ``[label](https://…)`` and lines that start with ``- ``. Nothing else."""

import re
from itertools import groupby

from markupsafe import Markup, escape

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https://|tel:|mailto:)[^\s()]+)\)")
_ITEM = "- "
_NOTE = '<span class="sr-only"> (opens in a new tab)</span>'
_AWAY = '<a href="{1}" target="_blank" rel="noopener noreferrer">{0}' + _NOTE + "</a>"
_HERE = '<a href="{1}">{0}</a>'


def markup(text: str) -> Markup:
    """The words as HTML. They are escaped first, so a tag in them can only ever be read, never run."""
    paragraphs = [block for block in re.split(r"\n\s*\n", text.strip("\n")) if block.strip()]
    return Markup("".join(_block(block) for block in paragraphs))


def _block(block: str) -> str:
    runs = groupby(block.split("\n"), key=lambda line: line.startswith(_ITEM))
    return "".join(_items(list(lines)) if listed else _paragraph(list(lines)) for listed, lines in runs)


def _items(lines: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{_inline(line.removeprefix(_ITEM))}</li>" for line in lines) + "</ul>"


def _paragraph(lines: list[str]) -> str:
    return "<p>" + "<br>".join(map(_inline, lines)) + "</p>"


def _inline(line: str) -> str:
    return _LINK.sub(_link, _BOLD.sub(r"<strong>\1</strong>", str(escape(line))))


def _link(found: re.Match[str]) -> str:
    shape = _AWAY if found[2].startswith("https:") else _HERE
    return shape.format(found[1], found[2])
