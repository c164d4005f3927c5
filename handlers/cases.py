"""One door to a case: who may see it, who may act on it, and what is owed to others when it moves."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from handlers.event import Event, Reply, Work
from handlers.message import Action, Facts, Message, Part, Said, Text
from storage.work import AuditLine, CaseFile, CaseLine

SHOW = "case.show"
REMIND = "case.remind"
NAMES = {"marketing": "Question to Marketing"}
STATES = {
    "open": "Waiting to be taken",
    "taken": "Taken",
    "answered": "Answered",
    "closed": "Closed",
    "withdrawn": "Withdrawn",
}
ENDED = ("closed", "withdrawn")
Drawing = Callable[[Work, CaseFile], Awaitable[Message]]


class Refused(Exception):
    """Somebody may not do this now. ``message`` tells them why and what to do next."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__(title)
        self.message = Message(title, (Text(why),))


@dataclass(frozen=True)
class Move:
    """An arrow of a case's state machine: from which states, to which, and how it is told."""

    verb: str
    sources: tuple[str, ...]
    to: str
    told: str


async def seen_by(work: Work, person: str, case_id: str) -> CaseFile:
    """A case for somebody to read: its opener, or a member or deputy of the role that has it. Raises `Refused`."""
    case = await work.case(case_id, actor=person, purpose="act")
    if case is None or not (case.opened_by == person or _holds(work, case, person)):
        raise Refused("Not found", "There is no such case that you may see. Check the reference under “my cases”.")
    shown = await work.case(case.id, actor=person, purpose="show")
    assert shown is not None  # it is held since the line above
    return shown


async def acted_on(work: Work, person: str, case_id: str) -> CaseFile:
    """A case for somebody to decide: checked at the press, whatever the button showed. Raises `Refused`."""
    case = await work.case(case_id, actor=person, purpose="act")
    if case is None:
        raise Refused("Not found", "There is no such case. It may have been removed after its time.")
    if case.opened_by == person:
        raise Refused("This is your own request", "You opened it yourself, so somebody else has to act on it.")
    if not work.college.may_act(case.role, person, case.opened_by):
        raise Refused(*_not_yours(work, case))
    return case


async def make(work: Work, person: str, case: CaseFile, move: Move, *, taken_by: str | None = None) -> None:
    """Take one arrow, once. Raises `Refused`, naming who moved first, where the case has moved on."""
    moved = await work.move(
        case,
        actor=person,
        verb=move.verb,
        sources=move.sources,
        to=move.to,
        taken_by=taken_by or case.taken_by,
        closed=move.to in ENDED,
    )
    if not moved:
        raise Refused(f"Already {STATES[case.state].lower()}", await _who_was_first(work, case, person))


async def announce(work: Work, case: CaseFile, drawing: str) -> None:
    """The notice to the role that has the case: sent once, and edited whenever the case has moved."""
    notice = f"{case.id}:notice"
    await work.owe(key=notice, to=f"role:{case.role}", drawing=drawing, subject=case.id, case_id=case.id)
    latest = await work.last_move(case.id)
    if latest and latest.verb != "opened":
        key = f"{notice}:{latest.seq}"
        await work.owe(key=key, to=f"role:{case.role}", drawing=drawing, subject=case.id, case_id=case.id, replaces=notice)


async def tell_opener(work: Work, case: CaseFile, drawing: str) -> None:
    """Let the person who opened a case know that it moved."""
    latest = await work.last_move(case.id)
    key = f"{case.id}:opener:{latest.seq if latest else 0}"
    await work.owe(key=key, to=f"person:{case.opened_by}", drawing=drawing, subject=case.id, case_id=case.id)


async def remind(event: Event, work: Work) -> Reply:
    """The time to answer has passed and nobody has: the role is told again, and will be once more after as long."""
    case = await work.case(event.subject, actor="lodge", purpose="act")
    if case is None or case.state not in ("open", "taken"):
        return None
    await work.owe(
        key=f"{case.id}:late:{event.id}", to=f"role:{case.role}", drawing="case.late", subject=case.id, case_id=case.id
    )
    again = work.now + work.college.routes["ask_marketing"].answer_within
    await work.set_timer(key=f"{case.id}:late:after:{event.id}", action=REMIND, subject=case.id, due_at=again)
    return None


async def late(work: Work, case: CaseFile) -> Message:
    """The reminder in the role's channel."""
    if case.state not in ("open", "taken"):
        return Message(f"{case.reference}: no longer waiting", (Text(f"It is {STATES[case.state].lower()} now."),))
    words = f"It was asked {when(case.opened_at)} and has no answer yet. The person who asked sees that."
    return Message(
        f"{case.reference} is overdue", (Text(words),), (Action(SHOW, f"Show {case.reference}", case.id),), "condition"
    )


async def history(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """What was said on the case, oldest first, in its authors' own words."""
    entries = await work.entries(case)
    return tuple(Said(each.body, by=f"{work.college.name_of(each.author)}, {when(each.at)}") for each in entries)


def facts(work: Work, case: CaseFile) -> Facts:
    """Reference, state, role and dates: what everybody who may see the case sees."""
    pairs = [
        ("Reference", case.reference),
        ("State", state(work, case)),
        ("With", work.college.roles[case.role].title),
        ("Asked", when(case.opened_at)),
    ]
    if case.due_at and case.state in ("open", "taken"):
        pairs.append(("Answer due by", when(case.due_at)))
    return Facts(tuple(pairs))


def state(work: Work, case: CaseFile | CaseLine) -> str:
    """The state in words, with who has it."""
    taker = f" by {work.college.name_of(case.taken_by)}" if case.state == "taken" and case.taken_by else ""
    return STATES[case.state] + taker


def when(moment: datetime) -> str:
    """A time as people read it. Times are kept in UTC and shown so until the college's calendar says otherwise."""
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M} UTC"


def line(work: Work, case: CaseLine) -> str:
    """One line of a list of cases; carries nobody's words."""
    return f"{case.reference} · {NAMES[case.kind]} · {state(work, case)} · {when(case.changed_at)}"


def waiting(cases: Collection[CaseLine]) -> list[CaseLine]:
    """Those that somebody still has to act on."""
    return [case for case in cases if case.state not in ENDED]


def _holds(work: Work, case: CaseFile, person: str) -> bool:
    return any(role.name == case.role for role in work.college.roles_of(person))


def _not_yours(work: Work, case: CaseFile) -> tuple[str, str]:
    role = work.college.roles[case.role]
    names = " or ".join(work.college.name_of(email) for email in role.members)
    return "This is not yours to decide", f"{case.reference} is with {role.title}. {names} can act on it."


async def _who_was_first(work: Work, case: CaseFile, person: str) -> str:
    latest: AuditLine | None = await work.last_move(case.id)
    if latest is None:
        return f"{case.reference} has moved on. Press Show to see how it stands."
    who = "you" if latest.actor == person else work.college.name_of(latest.actor)
    return f"{case.reference}: {who} did that {when(latest.at)}. Nothing was changed now."
