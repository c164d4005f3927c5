"""Patterns are tried only where they may match, and what is found never differs from trying them all (promise 1)."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.answer import Answers
from knowledge.sieve import Sieve, grams
from knowledge.words import fold, read

WORDS = read("danger.yml")
PATTERNS = [*WORDS["certain"], *WORDS["narrow"], *WORDS["broad"], *WORDS["narrow_not"]]
PLAIN = [re.compile(pattern) for pattern in PATTERNS]
SIEVES = [Sieve([pattern]) for pattern in PATTERNS]
SPOKEN = sorted(set(re.findall(r"[a-z']{2,}", " ".join([*WORDS["disclosures"], *PATTERNS]).lower())))


def differing(text: str) -> Sequence[str]:
    """The patterns that find something in a text and are not tried there, or the other way round."""
    plain = fold(text)
    held = grams(plain)
    found = ((sieve.found(plain, held), bool(pattern.search(plain))) for sieve, pattern in zip(SIEVES, PLAIN, strict=True))
    return [pattern for pattern, (sifted, tried) in zip(PATTERNS, found, strict=True) if sifted != tried]


def test_no_pattern_misses_what_people_are_known_to_say(answers: Answers) -> None:
    """Every pattern of the gates, over every disclosure, look-alike and card example we have."""
    examples = [example for card in answers.cards for example in card.examples]
    for text in (*WORDS["disclosures"], *WORDS["harmless"], *read("negative.yml")["examples"], *examples[::3]):
        assert differing(str(text)) == [], text


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(SPOKEN), max_size=14).map(" ".join) | st.text(max_size=60))
def test_no_pattern_misses_what_anybody_might_say(text: str) -> None:
    """Words of the gates in any order, and text of any kind."""
    assert differing(text) == []


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_pattern_finds_what_is_made_to_match_it(data: st.DataObject) -> None:
    """Text made from a pattern is found by it, whatever stands around it."""
    at = data.draw(st.integers(0, len(PATTERNS) - 1))
    text = data.draw(st.from_regex(PLAIN[at]))
    assert SIEVES[at].found(text, grams(text)) == bool(PLAIN[at].search(text)), PATTERNS[at]


@pytest.mark.parametrize(
    "pattern",
    [
        "(?i)kill",
        "(?i:ki)ll",
        "ab(?=cd)",
        "(?<=ab)c",
        "a(?!b)",
        "[^a]b",
        "(a|b)?c",
        "(?:ab){2}",
        "(?:ab)*c",
        "(?:ab){0,2}cd",
        "ab??c",
        "x|y|(z|w)v",
        r"(a)\1|bc",
        r"a\|b|c",
        "[|(]a|b",
        "[]|]a|b",
        "(?>ab|a)c" if hasattr(re, "NOFLAG") else "abc",
        "(ab|)c",
        "a|",
        r"\bkil+\b",
        ".a",
    ],
)
@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="abcdkilKILLvwxyz|(]", max_size=8))
def test_every_way_of_writing_a_pattern_is_understood(pattern: str, text: str) -> None:
    """Options, repeats, looks ahead and behind, classes, flags and references change nothing about what is found."""
    assert Sieve([pattern, "never there"]).found(text, grams(text)) == bool(re.search(pattern, text))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(?i)kill", "KILL"),
        ("(?i)kill|die", "DIE"),
        ("(?i:ki)ll", "KIll"),
        (r"(a)c|(b)\2", "bb"),
        ("(?x) ki ll", "kill"),
        ("kill(?=ed| me)", "kill me"),
        ("(?<=to )kill", "to kill"),
    ],
)
def test_what_reaches_over_a_whole_pattern_is_kept_with_it(pattern: str, text: str) -> None:
    """Flags and references hold for every alternative of the pattern they are written in."""
    assert Sieve([pattern]).found(text, grams(text))


def test_no_patterns_find_nothing() -> None:
    """A gate without patterns stays shut."""
    assert not Sieve([]).found("anything", grams("anything"))
