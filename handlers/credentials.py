"""Texts that look like a password or a key. Lodge keeps none (promise 8): such a text is refused, with the reason."""

import re

_NAMED = re.compile(
    r"\b(?:pass\s?(?:word|code|phrase)|pwd|pw|passwd|pin(?:\s(?:code|number))?|log\s?in|secret|api[\s_-]?key|token|otp|2fa)s?"
    r"(?:\s+(?:for|to|of|on)\s+[\w@.' ]{1,40}?)?\s*(?:is|was|are|=|:|->)\s*[\"'“‘]?(?P<value>\S{4,})",
    re.IGNORECASE,
)
_SHAPED = re.compile(
    r"\b(?:xox[abeoprs]-[\w-]{8,}|gh[opsu]_\w{16,}|AKIA[0-9A-Z]{12,}|sk-[\w-]{16,}|eyJ[\w-]{12,}\.[\w-]{8,}|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----)",
)
_PAIR = re.compile(
    r"\b(?:user(?:name)?|log\s?in|e-?mail)\b.{0,60}\bpass(?:word)?\b\s*[:=]?\s*\S*[\d!$%&*#?]\S*", re.IGNORECASE | re.DOTALL
)

REASON = (
    "This looks as if it holds a password, a code or a key. Lodge never keeps one. "
    "Please take it out (and change it if others may have seen it), then send again."
)


def looks_like_one(text: str) -> bool:
    """Whether a text seems to carry a credential. A value after a name counts where it is not a plain word."""
    if _SHAPED.search(text) or _PAIR.search(text):
        return True
    return any(_mixed(found["value"]) for found in _NAMED.finditer(text))


def _mixed(value: str) -> bool:
    """Plain words follow 'the password is …' in ordinary questions; a secret has digits or marks inside."""
    core = value.strip("\"'“”‘’.,;:!?()")
    return len(core) >= 4 and not core.isalpha() and "'" not in core and "’" not in core
