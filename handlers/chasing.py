"""Who is asked again when an answer about an account does not come: never decided by the clock, never forgotten."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from handlers import register
from handlers.event import Event, Reply, Work
from storage.work import CaseFile

CHASE = "register.chase"
MARKETING = "marketing"
WEEK = timedelta(days=5)  # working days, as all spans here


@dataclass(frozen=True)
class Step:
    """After ``wait`` of working time these are told: ``curator`` and ``deputy`` themselves, ``marketing`` in its channel."""

    wait: timedelta
    whom: tuple[str, ...]
    drawing: str


@dataclass(frozen=True)
class Chase:
    """``stands(work, case, about)`` says whether the answer is still owed; once it is not, nobody is told anything more."""

    stands: Callable[[Work, CaseFile, str], Awaitable[bool]]
    steps: tuple[Step, ...]


async def begin(work: Work, case: CaseFile, name: str, about: str, chase: Chase) -> None:
    """Start to wait for an answer. ``about`` says which: each is chased once."""
    await _next(work, case, name, about, chase, 0)


async def raised(event: Event, work: Work, chases: dict[str, Chase]) -> Reply:
    """A wait is over: if the answer is still owed, the step's people are told and the next wait begins."""
    case_id, name, about, number = event.subject.split(" ")
    case = await work.case(case_id, actor="lodge", purpose="act")
    chase = chases[name]
    if case is None or not await chase.stands(work, case, about):
        return None
    step = chase.steps[int(number)]
    for to in _people(case, step.whom):
        await register.tell(work, case, to, step.drawing, f"{about}:{number}")
    await _next(work, case, name, about, chase, int(number) + 1)
    return None


def _people(case: CaseFile, whom: tuple[str, ...]) -> list[str]:
    """Where everybody to be told is leaving, Marketing is told instead."""
    people = [f"person:{email}" for each in whom if each != MARKETING for email in register.staying(case, each)]
    return people if people and MARKETING not in whom else [*people, f"role:{case.role}"]


async def _next(work: Work, case: CaseFile, name: str, about: str, chase: Chase, number: int) -> None:
    if number < len(chase.steps):
        due = work.college.calendar.after(work.now, chase.steps[number].wait)
        subject = f"{case.id} {name} {about} {number}"
        await work.set_timer(key=f"chase {subject}", action=CHASE, subject=subject, due_at=due)
