"""Words to and from Slack's own writing: our markup becomes mrkdwn, and what people typed becomes plain characters."""

import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https://|tel:|mailto:)[^\s()]+)\)")
_ITEM = re.compile(r"^- ", re.MULTILINE)
_MARKED = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def escaped(text: str) -> str:
    """The three characters that Slack reads as markup, as entities: a mention or a link can then only be read."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache(maxsize=1024)
def mrkdwn(text: str) -> str:
    """Our own words as Slack draws them: bold, links to the web, a telephone or e-mail, and lists. Nothing else."""
    return _ITEM.sub("• ", _LINK.sub(_link, _BOLD.sub(r"*\1*", escaped(text))))


def _link(found: re.Match[str]) -> str:
    return f"<{found[2].replace('|', '%7C')}|{found[1]}>"


def mentioned(text: str) -> list[str]:
    """The ids of the people that a typed text mentions."""
    return [found[2] for found in _MARKED.finditer(text) if found[1] == "@"]


def plain(text: str, name_of: Callable[[str], str], without: str = "") -> str:
    """What a person typed, as they see it: mentions and links by their labels, entities as characters.

    ``name_of`` gives the name to an id; mentions of the id ``without`` (Lodge itself) are left out.
    """

    def shown(found: re.Match[str]) -> str:
        sign, target, label = found.groups()
        if sign == "@":
            return "" if target == without else f"@{label or name_of(target)}"
        if sign == "!":
            return label or f"@{target.partition('^')[0]}"
        return ("#" if sign == "#" else "") + (label or target)

    return html.unescape(_MARKED.sub(shown, text)).strip()


def slices(text: str, longest: int) -> Iterable[str]:
    """A text in pieces of up to ``longest`` characters, cut after a space where there is one; joined, they are the text."""
    while len(text) > longest:
        cut = max(text.rfind(" ", 0, longest), text.rfind("\n", 0, longest)) + 1 or longest
        yield text[:cut]
        text = text[cut:]
    if text:
        yield text
