"""What the terminal does with cases and the register: lists, imports, absences, leavers. It shows nobody's story (promise 9)."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

from bot.process import StartError, key_file, open_database
from bot.settings import Settings, nearest
from handlers import absence, cases, drill, importing, leavers, register
from handlers.cases import Refused
from handlers.event import Work
from handlers.machines import MACHINES
from handlers.roles import College
from knowledge.answer import Answers
from knowledge.cards import CardError
from knowledge.export import Written, export
from knowledge.taught import by_card
from storage.work import CaseFile, CaseLine

ACTOR = "terminal"
COLUMNS = (
    "platform",
    "handle",
    "department",
    "purpose",
    "address",
    "curator",
    "deputy",
    "credentials",
    "reach",
    "live_on",
    "last_post",
)
AT_A_GLANCE = ("reference", "state", "platform", "handle", "department", "curator")
NEEDED = ("platform", "handle", "department", "curator", "live_on")


@asynccontextmanager
async def opened(settings: Settings, college: College, answers: Callable[[], Answers]) -> AsyncIterator[Work]:
    """One transaction on the college's database. Raises `StartError` with what to mend; a refusal is one too."""
    database, known = await open_database(settings, _keys(settings)), cast(Answers, _WhenAsked(answers))
    try:
        async with database.begin(college=college, answers=known) as work:
            yield work
    except Refused as refused:
        raise StartError([_plain(refused)]) from None
    finally:
        await database.close()


class _WhenAsked:
    """What Lodge knows, loaded when something first asks it: most of what a terminal does asks nothing, and waits for nothing."""

    def __init__(self, load: Callable[[], Answers]) -> None:
        self._load = cache(load)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._load(), name)


def _keys(settings: Settings) -> str:
    """The keys set, or the playground's own where it has been started. Raises `StartError` where there are none."""
    if keys := settings.secret_keys.get_secret_value():
        return keys
    try:
        return key_file(settings).read_text(encoding="utf-8").strip()
    except OSError:
        raise StartError(
            ["LODGE_SECRET_KEYS is not set, and no playground was started here: without keys nothing opens."]
        ) from None


def _plain(refused: Refused) -> str:
    said = " ".join(getattr(part, "text", "") for part in refused.message.parts)
    return f"{refused.message.title}. {said}"


async def listed(work: Work, *, kind: str = "", role: str = "", every: bool = False) -> list[dict[str, str]]:
    """Cases as rows: references, states, roles and times. ``every``: those that have ended too."""
    _known("kind", kind, list(MACHINES))
    _known("role", role, list(work.college.roles))
    found = await work.lines(kind=kind or None, role=role or None)
    # Who may hear of a concern is asked at every look in chat; a terminal knows nobody, so it names none (promise 4).
    found = [case for case in found if not cases.machine(case).guarded and (kind or case.kind != drill.KIND)]
    return [_row(work, case) for case in found if every or case.state not in cases.machine(case).ended]


def _row(work: Work, case: CaseLine) -> dict[str, str]:
    return {
        "reference": case.reference,
        "kind": cases.machine(case).noun,
        "state": cases.state(work, case),
        "with": ", ".join(role.title for role in work.college.reached(case.role, case.escalation)),
        "asked": cases.when(work, case.opened_at),
        "due": cases.when(work, case.due_at) if case.due_at and case.state in cases.machine(case).waiting else "",
    }


def _known(what: str, given: str, names: list[str]) -> None:
    """Raises `StartError` naming the nearest, where a filter would find nothing because it is misspelt."""
    if given and given not in names:
        raise StartError([f"There is no {what} {given!r}. {nearest(given, names)}"])


async def entered(work: Work, *, words: str = "", states: Iterable[str] = ()) -> list[dict[str, str]]:
    """The register as rows, in its order or as ``words`` fit best."""
    for state in states:
        _known("state", state, list(register.SHOWN))
    found = await register.entries(work, states=tuple(states) or None, words=words)
    return [{"reference": case.reference, "state": case.state, **_details(case)} for case in found]


def _details(case: CaseFile) -> dict[str, str]:
    return {name: case.details.get(name, "") for name in COLUMNS}


def as_csv(rows: list[dict[str, str]]) -> str:
    """Rows as CSV with a header. A cell that a spreadsheet would run as a formula is quoted with an apostrophe."""
    written = io.StringIO()
    if rows:
        writer = csv.DictWriter(written, rows[0])
        writer.writeheader()
        writer.writerows({name: _inert(cell) for name, cell in row.items()} for row in rows)
    return written.getvalue()


def _inert(cell: str) -> str:
    return (
        f"'{cell}"
        if cell[:1] in ("=", "+", "-", "\t", "\r") or (cell[:1] == "@" and not cell[1:].replace("_", "").isalnum())
        else cell
    )


@dataclass(frozen=True)
class Imported:
    """What became of a file: how many accounts are new, how many were there already, and what is wrong, by line."""

    new: int
    known: int
    wrong: tuple[str, ...]


async def imported(work: Work, path: Path) -> Imported:
    """Enter the accounts that exist today. Nothing is entered where a line is wrong, and no account twice."""
    rows = _read(path)
    wrong = tuple(f"line {number}: {why}" for number, row in rows for why in _amiss(work, row))
    if wrong:
        return Imported(0, 0, wrong)
    made = [await importing.enter(work, row, ACTOR) for _, row in rows]
    return Imported(sum(made), len(made) - sum(made), ())


def _read(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a file with their line numbers. Raises `StartError` where it is no such file."""
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        rows = [(reader.line_num, {name: (cell or "").strip() for name, cell in row.items() if name}) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise StartError([f"{path} cannot be read ({type(error).__name__}). Save it as CSV, in UTF-8."]) from None
    unknown = [name for name in reader.fieldnames or () if name not in (*COLUMNS, "reference", "state")]
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if unknown or missing:
        what = [f"column {name!r} is not known" for name in unknown] + [f"column {name!r} is missing" for name in missing]
        raise StartError([f"{path}: {'; '.join(what)}. The columns are {', '.join(COLUMNS)}."])
    return rows


def _amiss(work: Work, row: dict[str, str]) -> list[str]:
    """What is wrong with one row, in words that say what to do."""
    return [f"{name} is empty" for name in NEEDED if not row.get(name)] + importing.amiss(work, row)


async def away(work: Work, email: str, first: str, until: str) -> str:
    """Record that somebody is away. Raises `Refused` or `StartError`."""
    try:
        days = date.fromisoformat(first), date.fromisoformat(until)
    except ValueError:
        raise StartError([f"{first} and {until}: write days as year-month-day, for example 2026-12-21."]) from None
    await absence.record(work, email.lower(), *days, ACTOR)
    return f"{work.college.name_of(email.lower())} is recorded as away from {first} to {until}."


async def leaving(work: Work, email: str) -> str:
    """Begin the hand-over of every account of somebody who leaves. Raises `Refused`."""
    found = await leavers.leaving(work, email, ACTOR)
    listed = ", ".join(case.reference for case in found)
    return f"Hand-over has begun for {listed}. Marketing is told, and ticks off each access as it is revoked."


async def drilled(work: Work, *, role: str = "") -> list[dict[str, str]]:
    """Owe every role, or one, a test notice: their references. Raises `Refused` where one had a test just now."""
    _known("role", role, list(work.college.roles))
    roles = [each for each in work.college.roles.values() if role in ("", each.name)]
    return [{"reference": case.reference, "role": case.role} for case in await drill.begin(work, roles)]


async def drill_report(work: Work, *, reference: str = "", role: str = "") -> list[dict[str, Any]]:
    """What became of a drill, as `lodge drill --report --json` prints it. Raises `Refused` where there was none."""
    _known("role", role, list(work.college.roles))
    return [_outcome(work, each) for each in await drill.report(work, reference=reference, role=role)]


async def exported(work: Work, into: Path) -> list[str]:
    """Write what the policy's owner taught into the files of a folder: a line for each card. Raises `StartError`."""
    try:
        done = export(into, by_card(await work.taught()))
    except CardError as error:
        raise StartError([str(error)]) from None
    return [_exported(each) for each in done]


def _exported(each: Written) -> str:
    if not each.file:
        return f"{each.card}: there is no such card here, so nothing of it was written."
    there = f", {each.there} there already" if each.there else ""
    return f"{each.file}: {each.card}: {each.added} added{there}."


async def missed(work: Work) -> list[dict[str, str]]:
    """The missed questions, undecided ones last; nobody is named, since nobody is recorded."""
    found = await work.missed_in(("open", "taught", "outside", "wanted"), 1000)
    return [{"id": each.id, "day": each.day, "state": each.state, "card": each.card, "question": each.text} for each in found]


def _outcome(work: Work, found: drill.Outcome) -> dict[str, Any]:
    name = work.college.name_of
    return {
        "reference": found.reference,
        "role": found.role.name,
        "title": found.role.title,
        "sent": work.college.calendar.local(found.sent).isoformat(timespec="seconds"),
        "delivered": found.channel.arrived,
        "why": found.channel.why,
        "in_person": [{"name": name(each), "delivered": post.arrived, "why": post.why} for each, post in found.in_person],
        "opened": [{"name": name(each.person), "minutes": each.minutes} for each in found.openings],
    }


def drill_rows(found: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The same as rows that are read in a terminal."""
    return [
        {
            "reference": each["reference"],
            "role": each["title"],
            "sent": each["sent"][:16].replace("T", " "),
            "delivered": _delivered(each),
            "opened by": "; ".join(f"{one['name']} {drill.after(one['minutes'])}" for one in each["opened"]) or "nobody yet",
        }
        for each in found
    ]


def _delivered(each: dict[str, Any]) -> str:
    """Whether the channel took it; and where it did not, why, and whom Lodge messaged instead."""
    if each["delivered"]:
        return "yes"
    people = ", ".join(one["name"] if one["delivered"] else f"{one['name']} (not yet: {one['why']})" for one in each["in_person"])
    return f"no: {each['why']}" + (f"; messaged instead: {people}" if people else "")
