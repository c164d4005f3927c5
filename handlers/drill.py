"""A drill: a marked test notice to each role, on the road that a concern's notice takes; who opened it, and how fast.

It is about nobody and holds nobody's words, so its report may name those who opened it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import cases, discreet, telling
from handlers.cases import Refused
from handlers.event import Event, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.machines import DRILL
from handlers.message import Action, Form, Message, Part, Text
from handlers.roles import Role
from handlers.view import View
from storage.work import CaseFile, CaseLine, DeliveryLine

KIND, LODGE = DRILL.kind, "lodge"
OPEN = "drill.open"
MINUTE, APART = timedelta(minutes=1), timedelta(minutes=10)
WHY = {
    "refused": "the channel does not take it",
    "unsure": "the platform gave no clear answer",
    "failed": "Lodge failed in sending it: its log says why",
}


@dataclass(frozen=True)
class Post:
    """One message of a test: whether it arrived and, where it did not, why."""

    arrived: bool
    why: str = ""


@dataclass(frozen=True)
class Opening:
    """Somebody opened a test, so many whole minutes after it was sent."""

    person: str
    minutes: int


@dataclass(frozen=True)
class Outcome:
    """What became of the test for one role. ``in_person``: who was messaged because the channel took nothing."""

    reference: str
    role: Role
    sent: datetime
    channel: Post
    in_person: tuple[tuple[str, Post], ...]
    openings: tuple[Opening, ...]


async def begin(work: Work, roles: Iterable[Role]) -> list[CaseFile]:
    """A test for each role, all in this transaction. Raises `Refused` where a role had one within ten minutes."""
    return [await _begun(work, role) for role in roles]


async def _begun(work: Work, role: Role) -> CaseFile:
    before = _newest(await work.lines(kind=KIND, role=role.name))
    if before and work.now - before.opened_at < APART:
        raise _too_soon(work, role, before)
    # The key names the test before this one: of two that are begun at the same moment, the database takes one.
    key = f"drill:{role.name}:after:{before.reference if before else 'none'}"
    case, new = await work.open_case(
        kind=KIND, prefix=DRILL.prefix, opened_by=LODGE, role=role.name, details={}, submission_key=key
    )
    if not new:
        raise _too_soon(work, role, case)
    await telling.announce(work, case)
    return case


def _newest(found: Iterable[CaseLine]) -> CaseLine | None:
    return max(found, key=lambda case: case.opened_at, default=None)


def _too_soon(work: Work, role: Role, before: CaseLine) -> Refused:
    at, again = (work.college.calendar.local(moment) for moment in (before.opened_at, before.opened_at + APART + MINUTE))
    words = (
        f"{role.title} had {before.reference} at {at:%H:%M}, and no role gets a second within ten minutes. "
        f"Nothing was sent now. Send one from {again:%H:%M}, or see who opened it with `lodge drill --report`."
    )
    return Refused("A test has just gone out", words)


def button(case: CaseLine, label: str = "Open privately") -> Action:
    """The way to the test: the same label as on a concern, for it is this press that is practised."""
    return discreet.button(case, label, OPEN)


async def notice(work: Work, case: CaseFile) -> Message:
    """The notice as the test is now. Nobody may take it for a real one, at a glance or in a preview."""
    found = await openings(work, case)
    return Message(f"THIS IS A TEST · {case.reference}", (Text(_said(work, case, found)),), (button(case),))


def _said(work: Work, case: CaseFile, found: tuple[Opening, ...]) -> str:
    if found:
        first = f"{work.college.name_of(found[0].person)} opened it {after(found[0].minutes)}"
        return f"THIS IS A TEST, and it has worked: {first}. There is nothing more to do."
    title = work.college.roles[case.role].title
    return (
        f"THIS IS A TEST of how Lodge reaches {title}. Nothing has happened and nobody is at risk. "
        "Please open it as you would open a real notice: Lodge notes who opened it, and when."
    )


async def _body(work: Work, case: CaseFile) -> tuple[Part, ...]:
    return (Text(_said(work, case, await openings(work, case))),)


async def _for_role(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return (button(case),)


async def _mine(work: Work, person: str, case_id: str) -> CaseFile:
    """A test for a member or deputy of its role, checked at the press. Raises `Refused`."""
    case = await work.case(case_id, actor=person, purpose="act")
    if case is None or case.kind != KIND:
        raise Refused("Not found", "There is no such test. Open your home page to see what waits for you.")
    role = work.college.roles[case.role]
    if person not in role.members + role.deputies:
        raise Refused("This test is not for you", f"{case.reference} is a test for {role.title}: you need do nothing.")
    return case


async def _open(event: Event, work: Work) -> Values | Message:
    """Every opening is written to the audit; the first one says in the channel that the test has worked."""
    case = await _mine(work, event.person, event.subject)
    await work.case(case.id, actor=event.person, purpose="show")
    if cases.can(case, "read"):
        await cases.make(work, event.person, case, "read")
        await telling.announce(work, case)
    return {}


async def _read(work: Work, draft: Draft, values: Values, person: str) -> Form:
    case = await _mine(work, person, draft.subject)
    taken = next((each.minutes for each in await openings(work, case) if each.person == person), 0)
    words = f"This was a test. Thank you: you would have reached a real concern in {_minutes(taken)}."
    return Form("This was a test", (), (Text(words), Text("Nothing has happened, and there is nothing more to do.")), "Done")


async def _done(work: Work, draft: Draft, person: str) -> Message:
    return Message("Thank you", (Text("This was a test, and there is nothing more to do."),), tone="yes", discreet=True)


async def report(work: Work, *, reference: str = "", role: str = "") -> list[Outcome]:
    """What became of the newest drill, or of the one with ``reference`` in it, by role. Raises `Refused` where there is none."""
    every = [case for case in await work.lines(kind=KIND) if role in ("", case.role)]
    named = _newest(case for case in every if reference.upper() in ("", case.reference))
    if named is None:
        raise Refused("There is no such drill", "`lodge cases --kind drill --all` lists them, and `lodge drill` sends one.")
    together = [case for case in every if case.opened_at == named.opened_at]  # what one transaction began has one time
    return [await _outcome(work, case) for case in sorted(together, key=lambda case: case.reference)]


async def _outcome(work: Work, case: CaseLine) -> Outcome:
    role = work.college.roles[case.role]
    key = telling.noticed(case, role.name)
    late = {each.key: each for each in await work.undelivered(case.id)}
    personal = {email: telling.personally(key, email) for email in role.members + role.deputies}
    in_person = [(email, _post(late.get(each))) for email, each in personal.items() if await work.delivery(each)]
    return Outcome(case.reference, role, case.opened_at, _post(late.get(key)), tuple(in_person), await openings(work, case))


def _post(late: DeliveryLine | None) -> Post:
    if late is None:
        return Post(True)
    if late.error is None:
        return Post(False, "it is being sent" if late.attempts else "not tried yet (is Lodge running?)")
    tries = "1 try" if late.attempts == 1 else f"{late.attempts} tries"
    return Post(False, f"{WHY.get(late.error, late.error)} ({tries}{', given up' if late.state == 'dead' else ''})")


async def openings(work: Work, case: CaseLine) -> tuple[Opening, ...]:
    """Who opened a test, each once, the first first: everybody on its audit chain but Lodge has looked at it."""
    first: dict[str, datetime] = {}
    for line in await work.history(case.id):
        if line.actor != LODGE:
            first.setdefault(line.actor, line.at)
    return tuple(Opening(person, (at - case.opened_at) // MINUTE) for person, at in first.items())


def after(minutes: int) -> str:
    """How long it took, in words."""
    return f"after {_minutes(minutes)}" if minutes else "at once"


def _minutes(count: int) -> str:
    return "less than a minute" if count < 1 else f"{count} minute{'' if count == 1 else 's'}"


VIEW = View(lambda work, case: f"THIS IS A TEST · {case.reference}", _body, _for_role, notice=notice)
READ = Flow("drill_open", (Step("read", Form("This was a test"), ask=_read),), _open, _done, _done, warned=True)
OPENS: dict[str, Flow] = {OPEN: READ}
