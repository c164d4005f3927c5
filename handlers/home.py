"""A person's own page: where to ask, their cases, and what waits for them if they hold a role."""

from collections.abc import Sequence

from handlers import (
    absence,
    account,
    cases,
    concern,
    discreet,
    drill,
    emergency,
    flow,
    hearing,
    image_removal,
    leavers,
    marketing,
    openings,
    register,
    teaching,
)
from handlers.event import Event, Reply, Work
from handlers.message import Action, Facts, Message, Part, Text
from handlers.roles import Role
from storage.work import CaseFile, CaseLine

SHOWN = 10
SENT = "sent"  # the step of a draft that was acted on
OFFERED = {  # forms worth coming back to, and how they are named
    "ask_marketing": "Ask Marketing a question",
    "speak": "Speak for the College",
    "comment": "Answer a comment or query",
    "request_account": "Request an account",
    "image_removal": "Have an image removed",
}
START = (
    Action(marketing.BEGIN, "Ask Marketing a question", opens_form=True, style="main"),
    Action(concern.BEGIN, "Report a concern", opens_form=True, style="danger"),
    Action(account.BEGIN, "Request an account", opens_form=True),
    Action(image_removal.BEGIN, "Have an image removed", opens_form=True, style="danger"),
    Action(marketing.SPEAK, "Speak for the College", opens_form=True),
    Action(marketing.COMMENT, "Answer a comment or query", opens_form=True),
)

WORDS = ("home", "menu", "my cases", "cases")
DOORS = {  # what may be typed instead of a command, wherever a command cannot open a form by itself
    "ask marketing": marketing.BEGIN,
    "request account": account.BEGIN,
    "report concern": concern.BEGIN,
    "report a concern": concern.BEGIN,
    "image removal": image_removal.BEGIN,
    "speak for the college": marketing.SPEAK,
    "answer a comment": marketing.COMMENT,
}


def command(text: str) -> str:
    """What was typed, as commands are compared: ``/Image-removal`` is ``image removal``."""
    return " ".join(text.strip().lower().lstrip("/").replace("-", " ").split())


def door(text: str) -> Message | None:
    """The way into a form, where a text is nothing but the name of one."""
    action = DOORS.get(command(text))
    start = tuple(each for each in START if each.name == action)
    return Message(start[0].label, (Text("Press the button to begin. You can stop at any page."),), start) if start else None


async def show(event: Event, work: Work) -> Reply:
    """Everything that is theirs, newest first; a list carries references and states, nobody's words."""
    parts: list[Part] = []
    unfinished = await _unfinished(work, event.person, parts)
    mine = (await work.cases_of(event.person))[:SHOWN]
    parts.append(Text(_listed("Your cases", [cases.line(work, case) for case in mine], "You have no cases yet.")))
    accounts = await _accounts(work, event.person, parts)
    pending = await _roles(work, event.person, parts)
    duties = await _duties(work, event.person)
    actions = (*unfinished, *_to_open(pending), *START, emergency.button(), *_shown(mine), *_shown(accounts), *duties)
    return Message("Home", tuple(parts), tuple(dict.fromkeys(actions)), discreet=True)


def _shown(found: Sequence[CaseLine]) -> tuple[Action, ...]:
    return tuple(Action(cases.SHOW, f"Show {case.reference}", case.id) for case in found)


def _to_open(found: Sequence[CaseLine]) -> tuple[Action, ...]:
    """What waits for a role: a concern, and a test of its road, open in a dialog only."""
    return tuple(_way_to(case) for case in found)


def _way_to(case: CaseLine) -> Action:
    label = f"Open {case.reference} privately"
    if case.kind == drill.KIND:
        return drill.button(case, label)
    return discreet.button(case, label) if case.kind in concern.KINDS else _shown((case,))[0]


async def _accounts(work: Work, person: str, parts: list[Part]) -> list[CaseFile]:
    """The accounts somebody is curator or deputy of."""
    found = (await register.mine(work, person))[:SHOWN]
    if found:
        parts.append(Text("**Your accounts**"))
        parts.append(Facts(tuple((case.reference, f"{register.name(case)} · {cases.words(case)}") for case in found)))
    return found


async def _roles(work: Work, person: str, parts: list[Part]) -> list[CaseLine]:
    """What waits for each role somebody holds."""
    found: list[CaseLine] = []
    for role in work.college.roles_of(person):
        pending = await _pending(work, role, person)
        words = _listed(f"Waiting for {role.title}", [cases.line(work, case) for case in pending], "Nothing is waiting.")
        parts.append(Text(words))
        found += pending
    away = await absence.lines(work, person)
    if away:
        parts.append(Text(_listed("You are recorded as away", away, "")))
    return found


async def _duties(work: Work, person: str) -> tuple[Action, ...]:
    """What only somebody with a role can start."""
    held = work.college.roles_of(person)
    leaving = any(role.name in leavers.MAY_SAY_SO for role in held)
    start = (Action(leavers.BEGIN, "Someone is leaving", opens_form=True),) if leaving else ()
    owned = (*await teaching.offered(work, person), *openings.offered(work.college, person))
    return (*owned, *start, *(await absence.actions(work, person) if held else ()))


async def _unfinished(work: Work, person: str, parts: list[Part]) -> list[Action]:
    """Forms left half filled in: named, and offered again for the seven days they are kept."""
    kept = [each for each in await work.drafts_of(person, but_step=SENT) if each.flow in OFFERED]
    if kept:
        lines = [f"{OFFERED[each.flow]} · last changed {cases.when(work, each.changed_at)}" for each in kept[:3]]
        parts.append(Text(_listed("Not sent yet", lines, "")))
    return [Action(flow.RESUME, f"Go on: {OFFERED[each.flow]}"[:75], each.id, opens_form=True) for each in kept[:3]]


async def _pending(work: Work, role: Role, person: str) -> list[CaseLine]:
    """What a role has still to do, and what has climbed to it from the roles below; of concerns, those this person may hear."""
    found = [case for case in await work.cases_with(role.name) if not cases.machine(case).guarded]
    for below in work.college.roles.values():
        if below.name != role.name:
            climbed = await work.cases_with(below.name)
            found += [
                case
                for case in climbed
                if not cases.machine(case).guarded and role in work.college.reached(below.name, case.escalation)
            ]
    waiting = [case for case in await work.shared_with(role.name) if _at_work(case)]
    heard = [case for case in waiting if await _hears(work, case, person)]
    return [*heard, *filter(_at_work, found)][:SHOWN]


def _at_work(case: CaseLine) -> bool:
    return case.state in cases.machine(case).at_work


async def _hears(work: Work, line: CaseLine, person: str) -> bool:
    case = await work.case(line.id, actor="lodge", purpose="list")
    return case is not None and (await hearing.of(work, case)).hears(person)


def _listed(title: str, lines: list[str], nothing: str) -> str:
    return f"**{title}**\n" + ("\n".join(f"- {each}" for each in lines) if lines else nothing)
