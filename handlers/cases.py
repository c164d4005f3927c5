"""One door to a case: who may see it, who may act on it, how it is opened and moved."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from handlers import hearing
from handlers.event import Work
from handlers.machines import MACHINES, Machine
from handlers.message import Facts, Message, Part, Said, Text
from handlers.roles import Role
from storage.work import AuditLine, CaseFile, CaseLine, Entry

SHOW = "case.show"
LATE = "case.late"
STRUGGLING = 4  # attempts after which a delivery is called "not yet delivered"
Drawing = Callable[[Work, CaseFile], Awaitable[Message]]


class Refused(Exception):
    """Somebody may not do this now. ``message`` tells them why and what to do next."""

    def __init__(self, title: str, why: str) -> None:
        super().__init__(title)
        self.message = Message(title, (Text(why),))


def machine(case: CaseLine) -> Machine:
    """The state machine of a case."""
    return MACHINES[case.kind]


async def role_for(work: Work, route: str, requester: str, *, above_own: bool = False) -> Role:
    """The role that gets a new case: the lowest on its route where somebody present, other than the requester, can act.

    Where everybody is away, it goes to the route's own role all the same: escalation takes it further.
    """
    try:
        return work.college.role_for(route, requester, absent=await hearing.absent(work), above_own=above_own)
    except LookupError:
        return work.college.role_for(route, requester, above_own=above_own)


async def opened(
    work: Work,
    kind: Machine,
    person: str,
    details: Mapping[str, str],
    key: str,
    *,
    above_own: bool = False,
) -> tuple[CaseFile, bool]:
    """A new case with its role, its time to answer and its timer, in this one transaction (promise 6); or the one that stands.

    ``key`` is the submission's: the same again finds the same case, and False.
    """
    role = await role_for(work, kind.route, person, above_own=above_own)
    due = work.college.calendar.after(work.now, work.college.routes[kind.route].answer_within)
    case, new = await work.open_case(
        kind=kind.kind, prefix=kind.prefix, opened_by=person, role=role.name, details=details, submission_key=key, due_at=due
    )
    if new:
        await work.set_timer(key=f"{case.id}:late:1", action=LATE, subject=case.id, due_at=due)
    return case, new


async def seen_by(work: Work, person: str, case_id: str) -> CaseFile:
    """A case for somebody to read: its opener, its parties, or a member or deputy of a role that has it. Raises `Refused`."""
    case = await work.case(case_id, actor=person, purpose="act")
    if case is None or not (case.opened_by == person or person in parties(case) or await _holds(work, case, person)):
        raise Refused("Not found", "There is no such case that you may see. Check the reference under “my cases”.")
    shown = await work.case(case.id, actor=person, purpose="show")
    assert shown is not None  # it is held since the line above
    return shown


async def acted_on(work: Work, person: str, case_id: str, *, kind: str = "") -> CaseFile:
    """A case for somebody to decide: checked at the press, whatever the button showed. Raises `Refused`."""
    case = await work.case(case_id, actor=person, purpose="act")
    if case is None or (kind and case.kind != kind) or not await _known_to(work, case, person):
        raise Refused("Not found", "There is no such case. It may have been removed after its time.")
    if case.opened_by == person:
        raise Refused("This is your own request", "You opened it yourself, so somebody else has to act on it.")
    if not await may_act(work, case, person):
        raise Refused(*await _not_yours(work, case))
    return case


async def may_act(work: Work, case: CaseLine, person: str) -> bool:
    """Whether somebody may act for the role that has a case, now."""
    if machine(case).guarded:
        return isinstance(case, CaseFile) and (await hearing.of(work, case)).hears(person)
    able = work.college.may_approve if machine(case).delegated else work.college.may_act
    return able(case.role, person, case.opened_by, absent=await hearing.absent(work), escalation=case.escalation)


async def partied(work: Work, person: str, case_id: str, *, kind: str = "") -> CaseFile:
    """A case for one of its parties (a curator, a deputy) to act on. Raises `Refused`."""
    case = await work.case(case_id, actor=person, purpose="act")
    if case is None or (kind and case.kind != kind) or person not in parties(case):
        raise Refused(
            "This is not yours to do", "Only the people named on the case can do this. Open your home page to see yours."
        )
    return case


def parties(case: CaseFile) -> tuple[str, ...]:
    """The people named in a case's details who may see it."""
    held = (case.details.get(name, "") for name in machine(case).parties)
    return tuple(dict.fromkeys(email for each in held for email in each.split(",") if email))


async def make(
    work: Work,
    person: str,
    case: CaseFile,
    name: str,
    *,
    taken_by: str | None = None,
    role: str | None = None,
    facts: Mapping[str, str] | None = None,
) -> None:
    """Take one arrow, once; ``role`` has the case from then on. Raises `Refused`, naming who was first, where it has moved on."""
    move = machine(case).moves.get(name)
    if move is None:  # a button of another kind of case, pressed all the same
        raise Refused("That cannot be done here", f"{case.reference} has no such step. Press Show to see what you can do.")
    moved = await work.move(
        case,
        actor=person,
        verb=move.verb,
        sources=move.sources,
        to=move.to,
        role=role,
        taken_by=taken_by or case.taken_by,
        closed=move.to in machine(case).ended,
        facts=facts,
    )
    if not moved:
        raise Refused(f"Already {words(case)[0].lower()}{words(case)[1:]}", await _who_was_first(work, case, person))


def urgent(case: CaseLine) -> bool:
    """Whether its notices go first and are never given up."""
    return machine(case).urgent or case.role in machine(case).urgent_for


def can(case: CaseLine, name: str) -> bool:
    """Whether an arrow leads from where the case is."""
    return case.state in machine(case).moves[name].sources


def must(case: CaseFile, name: str) -> None:
    """Raises `Refused` where an arrow does not lead from where the case is."""
    if not can(case, name):
        raise Refused(
            f"Already {words(case)[0].lower()}{words(case)[1:]}", f"{case.reference} needs this no more. Nothing was changed."
        )


async def history(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """What was said on the case, oldest first, in its authors' own words."""
    entries = await work.entries(case)
    return tuple(Said(each.body, by=f"{work.college.name_of(each.author)}, {when(work, each.at)}") for each in entries)


async def last_said(work: Work, case: CaseFile, kind: str) -> Entry | None:
    """The last thing of a kind that was said on a case."""
    return next((each for each in reversed(await work.entries(case)) if each.kind == kind), None)


async def unanswered(work: Work, case: CaseFile) -> bool:
    """Whether a question was asked on a case and has no reply yet."""
    kinds = [each.kind for each in await work.entries(case) if each.kind in ("question", "reply")]
    return kinds[-1:] == ["question"]


async def facts(work: Work, case: CaseFile) -> Facts:
    """Reference, state, role and dates: what everybody who may see the case sees."""
    pairs = [
        ("Reference", case.reference),
        ("State", state(work, case)),
        ("With", await _with(work, case)),
        ("Asked", when(work, case.opened_at)),
    ]
    if case.due_at and case.state in machine(case).waiting:
        pairs.append((machine(case).due, when(work, case.due_at)))
    late = [each.recipient for each in await work.undelivered(case.id) if each.attempts >= STRUGGLING or each.state == "dead"]
    if late:
        pairs.append(("Not yet delivered", ", ".join(dict.fromkeys(_recipient(work, each) for each in late))))
    return Facts(tuple(pairs))


def words(case: CaseLine) -> str:
    """A state in words."""
    return machine(case).states[case.state]


def state(work: Work, case: CaseLine) -> str:
    """The state in words, with who has it."""
    taker = f" by {work.college.name_of(case.taken_by)}" if case.state == "taken" and case.taken_by else ""
    return words(case) + taker


def when(work: Work, moment: datetime) -> str:
    """A time as people read it, by the college's own clock."""
    return work.college.calendar.said(moment)


def line(work: Work, case: CaseLine) -> str:
    """One line of a list of cases; carries nobody's words."""
    return f"{case.reference} · {machine(case).noun} · {state(work, case)} · {when(work, case.changed_at)}"


async def _with(work: Work, case: CaseFile) -> str:
    reached = [role.title for role in await hearing.held_by(work, case)]
    if machine(case).guarded or not machine(case).route:
        return ", ".join(reached)
    usual = work.college.routes[machine(case).route].role
    return ", ".join(reached) + (_went_up(work, case, work.college.roles[usual]) if usual != case.role else "")


def _went_up(work: Work, case: CaseFile, usual: Role) -> str:
    """Why the role above has it: a member asked, and nobody decides for themselves; or nobody below was there."""
    if case.opened_by in usual.members:
        return f" (somebody in {usual.title} asked, so it goes up)"
    return f" (nobody in {usual.title} could act when it was sent)"


def _recipient(work: Work, recipient: str) -> str:
    kind, _, name = recipient.partition(":")
    return f"{work.college.roles[name].title}'s channel" if kind == "role" else work.college.name_of(name)


async def _known_to(work: Work, case: CaseFile, person: str) -> bool:
    """A guarded case is not even there for those who may not hear of it."""
    return not machine(case).guarded or case.opened_by == person or await may_act(work, case, person)


async def _holds(work: Work, case: CaseFile, person: str) -> bool:
    if machine(case).guarded:
        return await may_act(work, case, person)
    reached = work.college.reached(case.role, case.escalation)
    delegates = work.college.roles[case.role].delegates if machine(case).delegated else ()
    return person in delegates or any(person in role.members + role.deputies for role in reached)


async def _not_yours(work: Work, case: CaseFile) -> tuple[str, str]:
    role = work.college.roles[case.role]
    held = dict.fromkeys(role.members + role.delegates + role.deputies)
    able = [email for email in held if await may_act(work, case, email)]
    names = " or ".join(work.college.name_of(email) for email in able) or role.title
    return "This is not yours to decide", f"{case.reference} is with {role.title}. {names} can act on it."


async def _who_was_first(work: Work, case: CaseFile, person: str) -> str:
    done = await who_did(work, case, person)
    if not done:
        return f"{case.reference} has moved on. Press Show to see how it stands."
    return f"{case.reference}: {done}. Nothing was changed now."


async def who_did(work: Work, case: CaseFile, person: str) -> str:
    """Who brought a case to where it stands, and when, for somebody to read: whatever was noted on it since does not count."""
    arrived = [line for line in await work.history(case.id) if line.facts.get("to") == case.state]
    latest: AuditLine | None = arrived[-1] if arrived else await work.last_move(case.id)
    if latest is None:
        return ""
    who = "you" if latest.actor == person else work.college.name_of(latest.actor)
    return f"{who} did that {when(work, latest.at)}"
