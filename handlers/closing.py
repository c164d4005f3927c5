"""What becomes of an account: kept, asked to close, closed. Marketing decides and the curator closes; no clock does either."""

from handlers import cases, chasing, checkins, register, telling
from handlers.cases import Drawing
from handlers.chasing import MARKETING, WEEK, Chase
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Field, Form, Message, Part, Said, Text
from storage.work import CaseFile

CLOSING, UNCLOSED, ENDED = "register.closing", "register.unclosed", "register.ended"


async def keep(event: Event, work: Work) -> Reply:
    """Marketing keeps a quiet account; its three months begin anew."""
    case = await register.decided(work, event.person, event.subject)
    cases.must(case, "keep")
    kept = {**case.details, "kept_on": register.day(work).isoformat()}
    await work.amend(case, actor=event.person, verb="kept on", details=kept)
    await cases.make(work, event.person, case, "keep")
    await checkins.watch_silence(work, case)
    await _spread(work, case, event.person, telling.TOLD)
    return register.done("Kept", f"{register.name(case)} stays. You are asked again if it is quiet for three more months.", case)


async def close(event: Event, work: Work) -> Reply:
    """Marketing has closed an account; its curator is told."""
    case = await register.decided(work, event.person, event.subject)
    await cases.make(work, event.person, case, "close")
    await _spread(work, case, event.person, ENDED)
    return register.done("Closed", f"{register.name(case)} is closed in the register, and its curator is told.", case)


async def closed(event: Event, work: Work) -> Reply:
    """The curator, or the deputy, has closed the account as Marketing asked."""
    case = await register.owned(work, event.person, event.subject)
    await cases.make(work, event.person, case, "close_own")
    await _spread(work, case, event.person, ENDED)
    return register.done("Thank you", f"{register.name(case)} is closed in the register, and Marketing can see that.", case)


async def _spread(work: Work, case: CaseFile, actor: str, drawing: str) -> None:
    """The notice, the curator, and the person who asked for the account: each learns it once, but for whoever did it."""
    await register.moved(work, case, actor, *register.staying(case, "curator"))
    await checkins.settled(work, case)
    on = case.details.get("closing_on", "")
    for email in cases.parties(case) if on else ():
        for about in (on, f"{on}:0"):
            await register.retell(work, case, f"person:{email}", CLOSING, about, case.state)
    about = await _change(work, case)
    for email in register.staying(case, "curator"):
        if email != actor:
            await register.tell(work, case, f"person:{email}", drawing, about)


async def _change(work: Work, case: CaseFile) -> str:
    latest = await work.last_move(case.id)
    return str(latest.seq if latest else 0)


# Asking the curator to close


async def _may_ask(event: Event, work: Work) -> Values | Message:
    cases.must(await register.decided(work, event.person, event.subject), "ask_to_close")
    return {}


async def _ask(work: Work, draft: Draft, person: str) -> Message:
    case = await register.decided(work, person, draft.subject)
    cases.must(case, "ask_to_close")
    on = register.day(work).isoformat()
    await work.say(case, author=person, kind="closing", body=draft.answers["note"])
    await work.amend(case, actor=person, verb="decided to close", details={**case.details, "closing_on": on, "asked_on": ""})
    await cases.make(work, person, case, "ask_to_close")
    await register.moved(work, case, person, *cases.parties(case))
    await checkins.settled(work, case)
    for email in register.staying(case, "curator") or register.staying(case, "deputy"):
        await register.tell(work, case, f"person:{email}", CLOSING, on)
    await chasing.begin(work, case, "closing", on, UNCLOSED_YET)
    return await _is_asked(work, draft, person)


async def _is_asked(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.seen_by(work, person, draft.subject)
    who = " or ".join(work.college.name_of(each) for each in register.staying(case)) or "nobody, since all its people are leaving"
    return register.done("Asked to close", f"{register.name(case)}: {who} can close it now, and so can you.", case)


NOTE = Field("note", "Why, and by when?", "text", "The curator sees this and your name.", longest=1000)
ASKING = Flow(
    "ask_to_close", (Step("why", Form("Ask the curator to close it", (NOTE,), submit="Ask")),), _may_ask, _ask, _is_asked
)


# What is sent


async def closing(work: Work, case: CaseFile) -> Message:
    """The curator is asked to close the account, in Marketing's words."""
    if case.state != "closing":
        return Message(f"{register.name(case)}: {cases.words(case).lower()}", (Text("Thank you."),), (register.show(case),))
    said = [each for each in await work.entries(case) if each.kind == "closing"][-1:]
    words = "Please close it on the platform and press the button once it is gone. Save first what must be kept (3.1.2, 3.3.3)."
    parts: tuple[Part, ...] = (Text(words), *(Said(each.body, by=work.college.name_of(each.author)) for each in said))
    actions = (*await register.for_party(work, case), register.show(case))
    return Message(f"Marketing asks you to close {register.name(case)}", parts, actions, "condition")


async def unclosed(work: Work, case: CaseFile) -> Message:
    """Marketing learns that the curator has not closed it; they may."""
    words = "Its curator and deputy were asked twice to close it, and have not said that it is closed. Perhaps close it yourself."
    actions = (*await register.for_role(work, case), register.show(case))
    return Message(f"{case.reference}: not closed yet", (Text(words), register.about(work, case)), actions, "condition")


async def ended(work: Work, case: CaseFile) -> Message:
    """An account is closed."""
    return Message(f"{register.name(case)} is closed", (Text("The register keeps that it was there."),), (register.show(case),))


async def _unclosed(work: Work, case: CaseFile, about: str) -> bool:
    return case.state == "closing" and case.details.get("closing_on") == about


UNCLOSED_YET = Chase(_unclosed, (chasing.Step(WEEK, ("curator", "deputy"), CLOSING), chasing.Step(WEEK, (MARKETING,), UNCLOSED)))
PRESSES = {register.KEEP: keep, register.CLOSE: close, register.CLOSED: closed}
CHASES = {"closing": UNCLOSED_YET}
OPENS: dict[str, Flow] = {register.ASK_TO_CLOSE: ASKING}
DRAWINGS: dict[str, Drawing] = {CLOSING: closing, UNCLOSED: unclosed, ENDED: ended}
