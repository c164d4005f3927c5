"""Our own words to the markdown of an Adaptive Card's TextBlock, and other people's words kept out of it.

A TextBlock reads markdown and a TextRun does not: `Text` becomes the first, everything else the second (promise 11).
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

Element = dict[str, Any]

PIECE = 4000
"""Characters that one TextRun carries; longer words go on in the next."""

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https://|tel:|mailto:)[^\s()]+)\)")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>&#~|])")
_LISTED = re.compile(r"^(\s*)(?:([-+])|(\d+)([.)]))(?=\s)")
_ITEM = "- "


def text_block(text: str, **looks: Any) -> Element:
    """One TextBlock. The text is markdown already: from `marked`, or from `escaped`."""
    return {"type": "TextBlock", "text": text, "wrap": True, **looks}


def paragraphs(text: str) -> list[Element]:
    """Our own words as TextBlocks: one a line, since a single line break shows as a space; a list is one block."""
    lines = [line for line in text.split("\n") if line.strip()]
    runs = groupby(lines, key=lambda line: line.startswith(_ITEM))
    return [block for listed, run in runs for block in _blocks(listed, list(run))]


def exact(text: str, **looks: Any) -> list[Element]:
    """Somebody else's words, or the policy's, as TextRuns: no character of them is ever read as markup."""
    pieces = [text[start : start + PIECE] for start in range(0, len(text), PIECE)]
    return [{"type": "RichTextBlock", "inlines": [run(piece, **looks)]} for piece in pieces]


def run(text: str, **looks: Any) -> Element:
    """One run of plain characters."""
    return {"type": "TextRun", "text": text, **looks}


def escaped(text: str) -> str:
    """Words in a TextBlock that must read as they stand: every character that markdown would act on is escaped."""
    return _LISTED.sub(_unlisted, _SPECIAL.sub(r"\\\1", text))


@lru_cache(maxsize=1024)
def marked(line: str) -> str:
    """One line of our own words: bold and links stay, everything else is escaped."""
    pieces = _BOLD.split(line)
    return "".join(f"**{_linked(piece)}**" if at % 2 else _linked(piece) for at, piece in enumerate(pieces))


def _blocks(listed: bool, lines: list[str]) -> Iterator[Element]:
    if listed:
        yield text_block("\n".join(_ITEM + marked(line.removeprefix(_ITEM)) for line in lines))
    else:
        yield from (text_block(marked(line)) for line in lines)


def _linked(text: str) -> str:
    pieces = _LINK.split(text)
    told = [escaped(plain) + link for plain, link in zip(pieces[::3], [*_links(pieces), ""], strict=True)]
    return "".join(told)


def _links(pieces: list[str]) -> list[str]:
    return [f"[{escaped(label)}]({url})" for label, url in zip(pieces[1::3], pieces[2::3], strict=True)]


def _unlisted(found: re.Match[str]) -> str:
    """'- ' and '1. ' at the start of a line would make a list."""
    return f"{found[1]}\\{found[2]}" if found[2] else f"{found[1]}{found[3]}\\{found[4]}"
