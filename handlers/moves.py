"""What can be done to a case of any kind: take it, close it, withdraw it, ask its opener something, reply, add to it."""

from handlers import cases, telling
from handlers.cases import Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Action, Field, Form, Message, Part, Said, Text
from storage.work import CaseFile

TAKE, CLOSE, WITHDRAW = "case.take", "case.close", "case.withdraw"
ASK, REPLY, ADD = "case.ask", "case.reply", "case.add"
ASKED = "case.asked"
LEAVE_OUT = "Leave out students' names and anything private."


async def take(event: Event, work: Work) -> Reply:
    """A member of the role takes a case: from now on it carries their name."""
    case = await cases.acted_on(work, event.person, event.subject)
    await cases.make(work, event.person, case, "take", taken_by=event.person)
    await telling.moved(work, case, event.person)
    return Message("Yours now", (Text(f"{case.reference} carries your name."),), (_show(case),))


async def close(event: Event, work: Work) -> Reply:
    """A case that is dealt with is closed by the role that has it."""
    case = await cases.acted_on(work, event.person, event.subject)
    await cases.make(work, event.person, case, "close")
    await telling.moved(work, case, event.person)
    return Message("Closed", (Text(f"{case.reference} is closed."),))


async def withdraw(event: Event, work: Work) -> Reply:
    """The person who asked takes it back; the role is told."""
    case = await cases.seen_by(work, event.person, event.subject)
    if case.opened_by != event.person:
        raise Refused(
            "Only the person who asked can withdraw it", f"{case.reference} stays as it is. Close it once it is dealt with."
        )
    await cases.make(work, event.person, case, "withdraw")
    await telling.announce(work, case)
    title = work.college.roles[case.role].title
    return Message("Withdrawn", (Text(f"{case.reference} is withdrawn, and {title} can see that."),))


async def asking(work: Work, case: CaseFile) -> tuple[Action, ...]:
    """A question back to the opener, while the case waits for its role."""
    open_still = case.state in cases.machine(case).waiting and not cases.machine(case).wordless
    return (Action(ASK, "Ask a question", case.id, opens_form=True),) if open_still else ()


async def offered(work: Work, case: CaseFile, *, own: bool) -> tuple[Action, ...]:
    """What its opener can do with a case of any kind."""
    if not own or case.state in cases.machine(case).ended or cases.machine(case).wordless:
        return ()
    reply = (Action(REPLY, "Reply", case.id, style="main", opens_form=True),) if await cases.unanswered(work, case) else ()
    back = (
        (Action(WITHDRAW, "Withdraw it", case.id),)
        if "withdraw" in cases.machine(case).moves and cases.can(case, "withdraw")
        else ()
    )
    return (*reply, Action(ADD, "Add information", case.id, opens_form=True), *back)


async def asked(work: Work, case: CaseFile) -> Message:
    """A question on a case, in front of the person who opened it."""
    return Message(
        f"{case.reference}: a question for you",
        await _question(work, case),
        (Action(REPLY, "Reply", case.id, "main", True), _show(case)),
    )


async def _question(work: Work, case: CaseFile) -> tuple[Part, ...]:
    last = await cases.last_said(work, case, "question")
    return (Said(last.body, by=work.college.name_of(last.author)),) if last else ()


async def question(work: Work, draft: Draft) -> tuple[Part, ...]:
    """The question that a form answers, above its field."""
    case = await work.case(draft.subject, actor="lodge", purpose="act")
    return await _question(work, case) if case else ()


def _show(case: CaseFile) -> Action:
    return Action(cases.SHOW, f"Show {case.reference}", case.id)


async def _may_ask(event: Event, work: Work) -> Values | Message:
    case = await cases.acted_on(work, event.person, event.subject)
    _going(case)
    return {}


async def _ask(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.acted_on(work, person, draft.subject)
    _going(case)
    entry = await work.say(case, author=person, kind="question", body=draft.answers["words"])
    await telling.tell(work, case, case.opened_by, ASKED, about=entry)
    await telling.announce_again(work, case, entry)
    return await _said(work, draft, person)


async def _own(event: Event, work: Work) -> Values | Message:
    await _mine(work, event.person, event.subject)
    return {}


async def _mine(work: Work, person: str, case_id: str) -> CaseFile:
    case = await cases.seen_by(work, person, case_id)
    if case.opened_by != person:
        raise Refused("Only the person who asked can add to it", "Press “Ask a question” to hear more from them.")
    _going(case)
    return case


async def _reply(work: Work, draft: Draft, person: str) -> Message:
    return await _add_as(work, draft, person, "reply")


async def _add(work: Work, draft: Draft, person: str) -> Message:
    return await _add_as(work, draft, person, "information")


async def _add_as(work: Work, draft: Draft, person: str, kind: str) -> Message:
    case = await _mine(work, person, draft.subject)
    entry = await work.say(case, author=person, kind=kind, body=draft.answers["words"])
    await telling.announce_again(work, case, entry)
    return await _said(work, draft, person)


async def _said(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.seen_by(work, person, draft.subject)
    return Message(
        "Added to the case", (Text(f"It stands on {case.reference} now, and the other side can see it."),), (_show(case),), "yes"
    )


def _going(case: CaseFile) -> None:
    if cases.machine(case).wordless:
        raise Refused(
            "That cannot be done here", f"Nothing is written on {case.reference} this way. Press Show to see what you can do."
        )
    if case.state in cases.machine(case).ended:
        raise Refused(f"Already {cases.words(case).lower()}", f"{case.reference} has ended. Start a new one from your home page.")


def _page(name: str, title: str, label: str, hint: str, submit: str) -> tuple[Step, ...]:
    return (Step(name, Form(title, (Field("words", label, "text", hint, longest=3000),), submit=submit)),)


ASK_BACK = Flow(
    "ask_opener", _page("ask", "Ask a question", "Your question", "They see this and your name.", "Ask"), _may_ask, _ask, _said
)
REPLY_BACK = Flow("reply", _page("reply", "Reply", "Your reply", LEAVE_OUT, "Send the reply"), _own, _reply, _said)
ADD_MORE = Flow(
    "add_information", _page("add", "Add information", "What should they know?", LEAVE_OUT, "Add it"), _own, _add, _said
)
