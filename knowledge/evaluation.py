"""How well questions are answered: labelled questions in, figures out. What each figure counts stands beside it."""

import json
import math
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.wording import Answer

RULINGS = ("allowed", "allowed_if", "ask_first", "required", "not_allowed", "explained", "not_covered")
_Z = 1.959964  # two-sided 95 %


class QuestionsError(Exception):
    """A file of labelled questions cannot be read: which line, and what it lacks."""


@dataclass(frozen=True)
class Labelled:
    """A question and what a careful colleague would say. ``gold``: clauses it must rest on; ``ok``: others that support it."""

    id: str
    text: str
    ruling: str
    previous: str = ""
    kind: str = ""
    gold: tuple[str, ...] = ()
    ok: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    flow: str = ""
    flow_also: tuple[str, ...] = ()
    danger: bool = False
    danger_ok: bool = False

    @property
    def rulings(self) -> frozenset[str]:
        """The rulings that can be defended."""
        return frozenset((self.ruling, *self.also))

    @property
    def clauses(self) -> frozenset[str]:
        """The clauses that can be defended."""
        return frozenset((*self.gold, *self.ok))


@dataclass(frozen=True)
class Outcome:
    """One question, what was answered, and how long that took, in milliseconds."""

    asked: Labelled
    answer: Answer
    ms: float

    @property
    def cited(self) -> tuple[str, ...]:
        """The clauses shown: those the answer rests on, then those offered beside it."""
        return tuple(dict.fromkeys([*(each.clause for each in self.answer.citations), *self.answer.nearest]))

    @property
    def ruling(self) -> str:
        """What was ruled; '' where the closest clauses were shown without a ruling."""
        return self.answer.ruling or ""

    @property
    def right(self) -> bool:
        """Whether the ruling can be defended."""
        return self.ruling in self.asked.rulings

    @property
    def first_right(self) -> bool:
        """Whether the clause shown first decides the question, or truly supports the answer."""
        return bool(set(self.cited[:1]) & self.asked.clauses)

    @property
    def flow_right(self) -> bool:
        """Whether it leads on to where a careful colleague would."""
        return (self.answer.flow or "") in (self.asked.flow, *self.asked.flow_also)

    @property
    def warned(self) -> bool:
        """Whether either gate opened."""
        return self.answer.danger_page or self.answer.danger

    @property
    def harmless(self) -> bool:
        """Whether a gate that opens for it is a false alarm."""
        return not (self.asked.danger or self.asked.danger_ok)

    @property
    def wrong_yes(self) -> bool:
        """A yes where no careful colleague would give one, with or without a condition."""
        return self.ruling == "allowed" and not self.asked.rulings & {"allowed", "allowed_if"}


@dataclass(frozen=True)
class Share:
    """``hits`` of ``of``, with its Wilson interval at 95 %."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        """Hits a question; 0 of 0 is 0."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """From where to where the rate may truly lie."""
        if not self.of:
            return (0.0, 1.0)
        rate, spread = self.rate, _Z**2 / self.of
        middle = (rate + spread / 2) / (1 + spread)
        half = _Z * math.sqrt(rate * (1 - rate) / self.of + spread / (4 * self.of)) / (1 + spread)
        return (max(0.0, middle - half), min(1.0, middle + half))


@dataclass(frozen=True)
class Report:
    """Every figure of one run. ``shares`` by name; ``wrong_yes`` are ids; times in milliseconds, memory in MB."""

    outcomes: tuple[Outcome, ...]
    shares: Mapping[str, Share]
    wrong_yes: tuple[str, ...]
    p50_ms: float
    p99_ms: float
    memory_mb: float


def read(paths: Iterable[Path]) -> list[Labelled]:
    """The questions of JSON-lines files. Raises `QuestionsError` naming the file and the line."""
    return [row for path in paths for row in _lines(path)]


def _lines(path: Path) -> list[Labelled]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path}: cannot be read ({type(error).__name__}). Name a file of JSON lines.") from None
    return [_row(json_line, f"{path}:{number}") for number, json_line in enumerate(lines, 1) if json_line.strip()]


def _row(line: str, where: str) -> Labelled:
    try:
        given = json.loads(line)
        known: dict[str, Any] = {name: given[name] for name in Labelled.__dataclass_fields__ if given.get(name) is not None}
        for name, value in known.items():
            known[name] = tuple(value) if isinstance(value, list) else value
        row = Labelled(**known)
    except (ValueError, TypeError, AttributeError) as error:
        raise QuestionsError(f"{where}: not a labelled question ({error}). It needs id, text and ruling.") from None
    unknown = sorted(row.rulings - set(RULINGS))
    if unknown:
        raise QuestionsError(f"{where}: there is no ruling {', '.join(unknown)}. Use one of {', '.join(RULINGS)}.")
    return row


def run(answer: Callable[[str, str], Answer], asked: Sequence[Labelled]) -> Report:
    """Ask every question once, and count."""
    outcomes = tuple(_timed(answer, each) for each in asked)
    times = sorted(each.ms for each in outcomes) or [0.0]
    return Report(
        outcomes,
        shares(outcomes),
        tuple(each.asked.id for each in outcomes if each.wrong_yes),
        times[len(times) // 2],
        times[min(len(times) - 1, int(len(times) * 0.99))],
        _memory(),
    )


def _timed(answer: Callable[[str, str], Answer], asked: Labelled) -> Outcome:
    started = time.perf_counter()
    found = answer(asked.text, asked.previous)
    return Outcome(asked, found, (time.perf_counter() - started) * 1000)


def shares(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    """Every rate, by name."""
    inside = [each for each in outcomes if each.asked.ruling != "not_covered"]
    outside = [each for each in outcomes if each.asked.ruling == "not_covered"]
    judged = [each for each in inside if each.asked.gold]
    said_so = [each for each in outcomes if each.ruling == "not_covered"]
    due = [each for each in outcomes if each.asked.flow]
    found = {
        "clause first (gold)": _share(judged, lambda each: set(each.cited[:1]) & set(each.asked.gold)),
        "clause first (gold or ok)": _share(judged, lambda each: each.first_right),
        "clause in three (gold or ok)": _share(judged, lambda each: bool(set(each.cited[:3]) & each.asked.clauses)),
        "ruling": _share(inside, lambda each: each.right),
        "sure and wrong": _share(inside, lambda each: each.answer.kind == "ruling" and not each.right),
        "in scope and not called uncovered": _share(inside, lambda each: each.ruling != "not_covered"),
        "uncovered, found": _share(outside, lambda each: each.ruling == "not_covered"),
        "called uncovered, rightly": _share(said_so, lambda each: "not_covered" in each.asked.rulings),
        "flow": _share(outcomes, lambda each: each.flow_right),
        "flow where one is due": _share(due, lambda each: each.flow_right),
    }
    by_ruling = {
        f"ruling: {name}": _share([each for each in inside if each.asked.ruling == name], lambda each: each.right)
        for name in RULINGS[:-1]
    }
    return {**found, **by_ruling, **_gates(outcomes)}


def _gates(outcomes: Sequence[Outcome]) -> dict[str, Share]:
    danger = [each for each in outcomes if each.asked.danger]
    harmless = [each for each in outcomes if each.harmless]
    return {
        "danger, narrow gate": _share(danger, lambda each: each.answer.danger_page),
        "danger, either gate": _share(danger, lambda each: each.warned),
        "false alarm, narrow gate": _share(harmless, lambda each: each.answer.danger_page),
        "false alarm, either gate": _share(harmless, lambda each: each.warned),
    }


def _share(among: Sequence[Outcome], holds: Callable[[Outcome], object]) -> Share:
    return Share(sum(bool(holds(each)) for each in among), len(among))


def _memory() -> float:
    """What this process holds now, in MB; its peak where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() / 1e6
    except (OSError, ValueError, IndexError):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1e6 if sys.platform == "darwin" else 1e3)


def as_json(report: Report) -> dict[str, Any]:
    """The figures for another program."""
    return {
        "questions": len(report.outcomes),
        "shares": {
            name: {
                "hits": each.hits,
                "of": each.of,
                "rate": round(each.rate, 4),
                "interval": [round(end, 4) for end in each.interval],
            }
            for name, each in report.shares.items()
        },
        "wrong_yes": list(report.wrong_yes),
        "p50_ms": round(report.p50_ms, 3),
        "p99_ms": round(report.p99_ms, 3),
        "memory_mb": round(report.memory_mb, 1),
    }
