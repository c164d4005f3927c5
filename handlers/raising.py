"""A student's welfare is raised on MyConcern (2.3): Lodge tells Safeguarding that it is coming, and asks whether it got there."""

from datetime import timedelta

from handlers import cases, hearing, telling
from handlers.cases import Refused
from handlers.event import Event, Reply, Work
from handlers.message import Action, Message, Part, Text
from handlers.view import Power, buttons
from storage.work import CaseFile

ASK, UNANSWERED = "concern.raised.ask", "concern.raised.unanswered"
DONE, NOT_YET = "concern.raised.done", "concern.raised.not_yet"
RAISED = Power(
    DONE, "I have raised it on MyConcern", "opener", opens_form=False, only="a student’s welfare, until they say that it is there"
)
HOUR, PATIENCE = timedelta(hours=1), timedelta(minutes=30)
WORDS = {
    "now": "They say that they are raising it on MyConcern.",
    "done": "They say that it is on MyConcern.",
    "cannot": "They could not reach MyConcern, and left a note.",
    "not_yet": "They say that it is not on MyConcern yet. Please ring them.",
    "silent": "Lodge asked whether it is on MyConcern and had no answer. Please look there, and ring them.",
}


async def begin(work: Work, case: CaseFile) -> None:
    """Ask in an hour, unless it is there already."""
    if case.details.get("reach") != "done":
        await work.set_timer(key=f"{case.id}:raised", action=ASK, subject=case.id, due_at=work.now + HOUR)


def next_step(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """What a receipt says about MyConcern, where it is where this belongs."""
    if case.details.get("lead") != "student":
        return ()
    link = f"[MyConcern]({work.college.contacts.myconcern})"
    if case.details.get("reach") == "done":
        return (Text(f"You say that it is on {link}. That is where it is dealt with."),)
    when = "As soon as you can, raise" if case.details.get("reach") == "cannot" else "Now raise"
    return (Text(f"**{when} it on {link}**: that is where it is dealt with. In an hour Lodge asks whether you got there."),)


def offered(case: CaseFile) -> tuple[Action, ...]:
    """What its reporter can say at any time."""
    missing = case.details.get("lead") == "student" and case.details.get("reach") != "done"
    return buttons((RAISED,), case) if missing else ()


def shown(case: CaseFile) -> str:
    """What is known about it, for Safeguarding."""
    return WORDS.get(case.details.get("reach", ""), "")


async def due(event: Event, work: Work) -> Reply:
    """The hour is over: its reporter is asked, and Safeguarding hears where no answer comes."""
    case = await _going(work, event.subject)
    if case is None or case.details.get("reach") == "done":
        return None
    await telling.tell(work, case, case.opened_by, ASK, about="raised")
    await work.set_timer(key=f"{case.id}:unanswered", action=UNANSWERED, subject=case.id, due_at=work.now + PATIENCE)
    return None


async def unanswered(event: Event, work: Work) -> Reply:
    """No answer came: that is what Safeguarding is told, and no more is made of it."""
    case = await _going(work, event.subject)
    if case is not None and case.details.get("reach") in ("now", "cannot"):
        await _told(work, case, "lodge", "silent")
    return None


async def _going(work: Work, case_id: str) -> CaseFile | None:
    case = await work.case(case_id, actor="lodge", purpose="act")
    return case if case and case.state not in cases.machine(case).ended else None


async def asked(work: Work, case: CaseFile) -> Message:
    """The question, an hour later. No reference is wanted: reporters may not be able to see it there."""
    words = (
        f"Have you raised {case.reference} on [MyConcern]({work.college.contacts.myconcern})? No reference is needed. "
        f"If you cannot reach it, ring the Designated Safeguarding Lead: {hearing.number(work, 'safeguarding')}."
    )
    yes, no = Action(DONE, "Yes, I have raised it", case.id, "main"), Action(NOT_YET, "Not yet", case.id)
    return Message(f"{case.reference}: did you get there?", (Text(words),), (yes, no))


async def done(event: Event, work: Work) -> Reply:
    """It is on MyConcern: Safeguarding is told."""
    case = await _answered(event, work, "done")
    words = f"{await _those(work, case)} told that it is on MyConcern. It is dealt with there."
    return Message("Thank you", (Text(words),), tone="yes")


async def not_yet(event: Event, work: Work) -> Reply:
    """It is not: Safeguarding is told that too, and the number is shown."""
    case = await _answered(event, work, "not_yet")
    words = (
        f"{await _those(work, case)} told that. Please ring {hearing.number(work, 'safeguarding')} now. "
        f"When you can, raise it on [MyConcern]({work.college.contacts.myconcern}), and press the button."
    )
    return Message("Please ring Safeguarding", (Text(words),), (Action(DONE, "I have raised it now", case.id),), "urgent")


async def _those(work: Work, case: CaseFile) -> str:
    roles = await hearing.held_by(work, case)
    return f"{hearing.titles(roles)} {'are' if len(roles) > 1 else 'is'}"


async def _answered(event: Event, work: Work, reach: str) -> CaseFile:
    case = await cases.seen_by(work, event.person, event.subject)
    if case.opened_by != event.person or case.details.get("lead") != "student":
        raise Refused("Only the person who reported it can answer", "Ask them to ring you instead.")
    if case.details.get("reach") != reach and case.state not in cases.machine(case).ended:
        await _told(work, case, event.person, reach)
    return case


async def _told(work: Work, case: CaseFile, actor: str, reach: str) -> None:
    """Safeguarding is told by its notice, which is sent anew: an edit makes no sound."""
    await work.amend(case, actor=actor, verb=f"on MyConcern: {reach.replace('_', ' ')}", details={**case.details, "reach": reach})
    await telling.again(work, case, f"raised:{reach}")


TIMERS = {ASK: due, UNANSWERED: unanswered}
PRESSES = {DONE: done, NOT_YET: not_yet}
DRAWINGS = {ASK: asked}
