"""What in a question may say who somebody is: proposed for removal before it is sent on, and never taken out unasked."""

import re
from collections.abc import Collection, Iterable, Iterator

GAP = "…"
"""What stands where a name was: the classifier reads nothing into it."""
_ADDRESS = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().!?]{2,}")
_HANDLE = re.compile(r"(?<![\w@.])@\w[\w.]*\w")
_PHONE = re.compile(r"(?<![\w.])(?:\+|\(?0)(?:[\s().-]*\d){8,14}(?!\w)")
_CAPITAL = re.compile(r"\b(?:[A-Z]['’])?[A-Z][a-zà-ÿ]+(?:['’-][A-Za-zà-ÿ]+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_STARTS = re.compile(r"(?:^|[.!?:;\n…“\"(])\s*$")
_PLAIN = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december christmas easter halloween ramadan eid diwali english welsh british england wales wiltshire
facebook instagram insta snapchat snap whatsapp whats app tiktok tik tok twitter linkedin youtube discord telegram
signal messenger bereal be real reddit pinterest twitch threads bluesky mastodon google teams slack zoom outlook moodle
myconcern strava glassdoor tripadvisor wikipedia tinder vinted ebay canva chatgpt spotify xbox playstation roblox
wordpress flickr vimeo college marketing communications hr safeguarding principal vice governors governor policy code
practice social media hair beauty construction engineering sport animal care catering hospitality department campus
level year ucas ofsted btec gcse lodge i ok okay please thanks hi hello can could should do does is are am what who when
where why how if my the a an and but we our they he she it this that not no yes also so
"""
_NOBODY = frozenset(_PLAIN.split())
"""Capitals that name nobody: days, months, platforms, the words of a college, and those that begin a question."""


def found(text: str, people: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """Addresses, handles, phone numbers and names in a text, as they stand there, in their order.

    ``people`` are the names of those the College knows; ``known`` are words that are no name where a sentence begins with them.
    """
    kept: list[tuple[int, int]] = []
    for start, end in sorted({*_spans(text, people, known)}):
        if kept and not text[kept[-1][1] : start].strip():  # one name in two words, or one found twice
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(dict.fromkeys(text[start:end] for start, end in kept))


def without(text: str, names: Iterable[str]) -> str:
    """The text with a gap where each of these stood."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", GAP, text)
    return text


def _spans(text: str, people: Iterable[str], known: Collection[str]) -> Iterator[tuple[int, int]]:
    for pattern in (_ADDRESS, _HANDLE, _PHONE):
        yield from (each.span() for each in pattern.finditer(text))
    yield from _staff(text, people, known)
    yield from _capitals(text, known)


def _staff(text: str, people: Iterable[str], known: Collection[str]) -> Iterator[tuple[int, int]]:
    """People of the College, by whole name or any part of it; a part that is an ordinary word counts with a capital only."""
    parts = {part.casefold() for name in people for part in name.split() if len(part) > 2}
    for word in _WORD.finditer(text):
        plain = re.sub(r"['’]s$", "", word[0])
        if plain.casefold() in parts and (plain[0].isupper() or plain.casefold() not in known):
            yield word.start(), word.start() + len(plain)


def _capitals(text: str, known: Collection[str]) -> Iterator[tuple[int, int]]:
    for match in _CAPITAL.finditer(text):
        plain = re.sub(r"['’]s$", "", match[0])
        # The first word of a sentence has its capital from there: it is a name only where nobody knows it as a word.
        begins = _STARTS.search(text[: match.start()]) and plain.casefold() in known
        if plain.casefold() not in _NOBODY and not begins:
            yield match.start(), match.start() + len(plain)
