"""The accounts that exist already, entered into the register from a list, without a request and without an approval."""

from collections.abc import Mapping
from datetime import date

from handlers import checkins, people, register
from handlers.credentials import looks_like_one
from handlers.event import Work
from handlers.machines import ACCOUNT


def amiss(work: Work, row: Mapping[str, str]) -> list[str]:
    """What is wrong with one account of a list."""
    found = [f"{name} is {why}" for name in ("live_on", "last_post") if (why := _not_a_day(work, row.get(name, "")))]
    who = people.resolved(work.college, row, "curator", "deputy")
    found += [
        f"{name} {row[name]!r} is no e-mail address and no name Lodge knows" for name in people.unknown(who, "curator", "deputy")
    ]
    if who["curator"] and who["curator"] == who["deputy"]:
        found.append("curator and deputy are the same person: name two")
    secret = [name for name, value in row.items() if looks_like_one(value)]
    return found + [f"{name} looks as if it holds a password or a key: write only where it is kept" for name in secret]


def _not_a_day(work: Work, value: str) -> str:
    try:
        late = bool(value) and date.fromisoformat(value) > register.day(work)
    except ValueError:
        return f"{value!r}: write it as year-month-day"
    return f"{value}, which is still to come" if late else ""


async def enter(work: Work, row: Mapping[str, str], actor: str) -> bool:
    """Put one account into the register as live, and begin to follow it; False where it is there already."""
    details = people.resolved(work.college, row, "curator", "deputy")
    key = f"import:{row['platform'].lower()}:{row['handle'].lower()}"
    case, new = await work.open_case(
        kind=ACCOUNT.kind,
        prefix=ACCOUNT.prefix,
        opened_by=actor,
        role=work.college.routes[ACCOUNT.route].role,
        details=details,
        submission_key=key,
        state="live",
        verb="entered",
    )
    if new:
        await checkins.watch(work, case)
    return new
