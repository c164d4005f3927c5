"""What is owed to others when a case moves: notices that are edited, people who are told, time that runs out."""

from collections.abc import Collection

from handlers import cases, hearing
from handlers.event import Event, Reply, Work
from handlers.message import Action, Message, Text
from handlers.roles import Role
from storage.work import CaseFile, CaseLine

NOTICE, TOLD, OVERDUE, NEWS = "case.notice", "case.told", "case.overdue", "case.news"


async def announce(work: Work, case: CaseFile) -> None:
    """The notice to every role that has the case: sent once to each, and edited whenever the case has moved."""
    latest = await work.last_move(case.id)
    change = str(latest.seq) if latest and latest.verb != "opened" else ""
    for role in await hearing.held_by(work, case):
        key = noticed(case, role.name)
        await work.owe(
            key=key,
            to=f"role:{role.name}",
            drawing=NOTICE,
            subject=case.id,
            case_id=case.id,
            urgent=cases.urgent(case),
        )
    if change:
        await announce_again(work, case, change)


async def _is_new(work: Work, case: CaseFile, role: Role) -> bool:
    """Whether a role's first notice is still on its way."""
    standing = await work.delivery(noticed(case, role.name))
    return standing is not None and standing.state == "ready" and not standing.attempts


async def announce_again(work: Work, case: CaseFile, change: str) -> None:
    """Edit whatever was sent of a case and shows how it stands. ``change`` names the change: once for each."""
    for role in await _ever_told(work, case):
        key = noticed(case, role.name)
        await _edit(work, case, key, f"role:{role.name}", change)
        for email in role.members + role.deputies:  # those who were messaged themselves, because the channel was away
            await _edit(work, case, personally(key, email), f"person:{email}", change)
    for email in cases.parties(case):
        await _edit(work, case, to_party(case, email), f"person:{email}", change)


async def _ever_told(work: Work, case: CaseFile) -> tuple[Role, ...]:
    """The roles that may hold a notice: those that have the case, and those it has been with on its route's ladder.

    A role that a concern was taken away from is told nothing more, not even that.
    """
    if cases.machine(case).guarded:
        return await hearing.held_by(work, case)
    route = cases.machine(case).route
    ladder = work.college.ladder(work.college.routes[route].role if route else case.role)
    reached = work.college.reached(case.role, case.escalation)
    return tuple({role.name: role for role in (*reached, *ladder)}.values())


async def _edit(work: Work, case: CaseFile, key: str, to: str, change: str) -> None:
    standing = await work.delivery(key)
    if standing:
        edit = f"{key}:{change}"
        await work.owe(key=edit, to=to, drawing=standing.drawing, subject=case.id, case_id=case.id, replaces=key)


def noticed(case: CaseLine, role: str) -> str:
    """The key of the notice of a case to a role."""
    return f"{case.id}:notice:{role}"


def to_party(case: CaseFile, email: str) -> str:
    """The key of a message that shows a case to one of its parties, and is edited with it."""
    return f"{case.id}:party:{email}"


def personally(key: str, email: str) -> str:
    """The key of a notice that goes to one person because the channel it was meant for cannot be reached."""
    return f"{key}:personally:{email}"


async def second_route(work: Work, key: str, role: str, drawing: str, subject: str, case_id: str | None) -> None:
    """A role's channel takes nothing: its members and deputies who are here get the message themselves, once."""
    case = await work.case(subject, actor="lodge", purpose="draw")
    urgent = case is not None and cases.urgent(case)
    for email in await _reachable(work, work.college.roles[role], case):
        to = f"person:{email}"
        await work.owe(key=personally(key, email), to=to, drawing=drawing, subject=subject, case_id=case_id, urgent=urgent)


async def _reachable(work: Work, role: Role, case: CaseFile | None) -> tuple[str, ...]:
    """The people of a role who are here; all of them where nobody is.

    Of a concern, only those who may hear of it: its reporter, who cannot act on it, must not be the one who is here.
    """
    people = role.members + role.deputies
    if case is not None and cases.machine(case).guarded:
        people = tuple(email for email in (await hearing.of(work, case)).free(role) if email != case.opened_by)
    away = await hearing.absent(work)
    return tuple(email for email in people if email not in away) or people


async def audience(work: Work, case: CaseFile, recipient: str) -> frozenset[str]:
    """Who must not be able to read a message where it is put. Raises ``LookupError`` where its recipient may not have it now.

    Asked again for every message just before it is sent: somebody may have been named since it was owed (promise 4).
    """
    if not cases.machine(case).guarded:
        return frozenset()
    rules = await hearing.of(work, case)
    kind, _, name = recipient.partition(":")
    if kind == "person" and name in cases.parties(case):  # whoever is asked to change something is told that, and no more
        return frozenset()
    told = any(role.name == name for role in rules.held()) if kind == "role" else rules.may_be_told(name)
    if not told:
        raise LookupError("this concern is not for them")
    return rules.barred - {case.opened_by} if kind == "person" else rules.barred


async def tell(work: Work, case: CaseFile, person: str, drawing: str = TOLD, about: str = "") -> None:
    """Let one person know how a case stands; once for each change of it."""
    if "@" not in person:  # an account that was entered from a list was opened by nobody
        return
    latest = await work.last_move(case.id)
    key = f"{case.id}:{drawing}:{person}:{about or (latest.seq if latest else 0)}"
    urgent = cases.urgent(case)
    await work.owe(key=key, to=f"person:{person}", drawing=drawing, subject=case.id, case_id=case.id, urgent=urgent)


async def moved(work: Work, case: CaseFile, actor: str) -> None:
    """Everybody who must know that a case moved: its roles, and its opener unless it was they who moved it."""
    await announce(work, case)
    if case.opened_by != actor:
        await tell(work, case, case.opened_by)


async def late(event: Event, work: Work) -> Reply:
    """The time to answer has passed: told again and to the deputies; after as long again, to the next role up."""
    case = await work.case(event.subject, actor="lodge", purpose="act")
    if case is None or case.state not in cases.machine(case).waiting:
        return None
    level = await _climbed(work, case)
    reached = work.college.reached(case.role, level)
    for role in dict.fromkeys((reached[0].name, reached[-1].name)):
        await work.owe(
            key=f"{case.id}:late:{event.id}:{role}", to=f"role:{role}", drawing=OVERDUE, subject=case.id, case_id=case.id
        )
    if level == 1:
        for email in work.college.roles[case.role].deputies:
            await tell(work, case, email, OVERDUE, about=f"late:{event.id}")
    await announce(work, case)
    again = work.college.calendar.after(work.now, work.college.routes[cases.machine(case).route].answer_within)
    await work.set_timer(key=f"{case.id}:late:after:{event.id}", action=cases.LATE, subject=case.id, due_at=again)
    return None


async def _climbed(work: Work, case: CaseFile) -> int:
    """One rung higher where nobody has taken it yet; a case that somebody has stays where it is."""
    if case.state not in cases.machine(case).climbing:
        return case.escalation
    return await work.escalate(case, actor="lodge", facts={})


async def overdue(work: Work, case: CaseFile) -> Message:
    """The reminder to a role or a deputy."""
    if case.state not in cases.machine(case).waiting:
        return Message(f"{case.reference}: no longer waiting", (Text(f"It is {cases.words(case).lower()} now."),))
    words = f"It was asked {cases.when(work, case.opened_at)} and is not dealt with yet. The person who asked sees that."
    return Message(
        f"{case.reference} is overdue", (Text(words),), (Action(cases.SHOW, f"Show {case.reference}", case.id),), "condition"
    )


async def again(work: Work, case: CaseFile, about: str, only: Collection[str] = (), drawing: str = NEWS) -> None:
    """A notice of its own to every role that has the case, once for what it is ``about``: an edit makes no sound.

    ``only``: not to the others, who have a first notice to read; one that had it long ago, and has it back, hears anew.
    """
    for role in await hearing.held_by(work, case):
        if only and role.name not in only and await _is_new(work, case, role):
            continue
        key = f"{case.id}:again:{about}:{role.name}"
        await work.owe(
            key=key, to=f"role:{role.name}", drawing=drawing, subject=case.id, case_id=case.id, urgent=cases.urgent(case)
        )
