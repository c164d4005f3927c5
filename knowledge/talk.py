"""What is not a question about the policy: greetings, thanks, other languages, attempts to steer."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from knowledge.words import fold

_LETTER = re.compile(r"[^\W\d_]+")


class Talk:
    """Short replies from `words/talk.yml`."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        self._replies = [(re.compile(pattern), str(entry["reply"])) for entry in words["talk"] for pattern in entry["patterns"]]
        self._languages = [frozenset(map(str, telling)) for telling in words["languages"].values()]
        self._other = str(words["other_language"])
        self._help = next(str(entry["reply"]) for entry in words["talk"] if entry["name"] == "help")

    def reply(self, text: str, english: frozenset[str]) -> str:
        """The reply to a text that only makes talk, or nothing where it may be a question.

        ``english`` are the words Lodge knows: a text made of them is never taken for another language.
        """
        plain = fold(text).strip(" .!?,;:-~*'\"()")
        if not plain:
            return self._help
        for pattern, reply in self._replies:
            if pattern.fullmatch(plain):
                return reply
        return self._other if self._foreign(plain, english) else ""

    def _foreign(self, plain: str, english: frozenset[str]) -> bool:
        words = _LETTER.findall(plain)
        if not words:
            return False
        if sum(not _latin(word) for word in words) > len(words) / 2:
            return True
        strange = [word for word in words if word not in english]
        telling = max((sum(word in language for word in words) for language in self._languages), default=0)
        return telling >= 2 and len(strange) > len(words) / 2


def _latin(word: str) -> bool:
    return word.isascii() or all("LATIN" in unicodedata.name(letter, "LATIN") for letter in word)
