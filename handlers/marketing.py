"""A question put to Marketing (1.7, 3.2.7, and whatever the policy does not decide): asked, taken, answered, closed."""

from handlers import cases
from handlers.cases import Move, Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Action, Field, Form, Message, Part, Said, Text
from storage.work import CaseFile

KIND = "marketing"
ROUTE = "ask_marketing"
BEGIN, TAKE, ANSWER, CLOSE, WITHDRAW = (f"marketing.{verb}" for verb in ("begin", "take", "answer", "close", "withdraw"))
NOTICE, TOLD = "marketing.notice", "marketing.told"

MOVES = {
    TAKE: Move("took", ("open",), "taken", "Somebody in Marketing is looking at your question."),
    ANSWER: Move("answered", ("open", "taken"), "answered", "Marketing has answered your question."),
    CLOSE: Move("closed", ("answered",), "closed", "Marketing has closed your question."),
    WITHDRAW: Move("withdrew", ("open", "taken"), "withdrawn", "You withdrew this question."),
}


async def _prefill(event: Event, work: Work) -> Values | Message:
    kept = await work.question(event.subject, event.person) if event.subject else None
    return {"question": kept or ""}


async def _send(work: Work, draft: Draft, person: str) -> Message:
    """Open the case with its notice, its timer and its audit line, in this one transaction (promise 6).

    The draft's id is the submission key, so the same draft again finds the case that stands.
    """
    college = work.college
    role = college.role_for(ROUTE, person)
    due = work.now + college.routes[ROUTE].answer_within
    case, new = await work.open_case(
        kind=KIND, prefix="MKT", opened_by=person, role=role.name, details=draft.answers, submission_key=draft.id, due_at=due
    )
    if new:
        await cases.announce(work, case, NOTICE)
        await work.set_timer(key=f"{case.id}:late", action=cases.REMIND, subject=case.id, due_at=due)
    return receipt(work, case)


def receipt(work: Work, case: CaseFile) -> Message:
    """What the person sees once it is stored: reference, who has it, by when, and the number to ring."""
    role = work.college.roles[case.role]
    words = (
        f"Received. Your reference is **{case.reference}**. It is with {role.title}, "
        f"and you will have the answer here by {cases.when(case.due_at or case.opened_at)}. "
        f"If it cannot wait, ring {work.college.routes[ROUTE].phone}."
    )
    actions = (Action(cases.SHOW, f"Show {case.reference}", case.id), Action(WITHDRAW, "Withdraw it", case.id))
    return Message("Sent", (Text(words),), actions, "yes")


ASK = Flow(
    "ask_marketing",
    (
        Step(
            "question",
            Form(
                "Ask Marketing",
                (Field("question", "Your question", "text", "Leave out students' names and anything private.", longest=2000),),
                (Text("Marketing sees your question and your name, and answers you here."),),
            ),
        ),
        Step("check", Form("Check your answers", submit="Send to Marketing"), review=True),
    ),
    prepare=_prefill,
    finish=_send,
    sent=_send,
)


async def _may_answer(event: Event, work: Work) -> Values | Message:
    case = await cases.acted_on(work, event.person, event.subject)
    if case.state not in MOVES[ANSWER].sources:
        raise Refused(f"Already {cases.STATES[case.state].lower()}", f"{case.reference} needs no answer any more.")
    return {}


async def _answer(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.acted_on(work, person, draft.subject)
    await cases.make(work, person, case, MOVES[ANSWER], taken_by=person)
    await work.say(case, author=person, kind="answer", body=draft.answers["answer"])
    await _tell(work, case)
    return await _answered(work, draft, person)


async def _answered(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.seen_by(work, person, draft.subject)
    words = f"{work.college.name_of(case.opened_by)} gets it now, under {case.reference}."
    return Message("Answer sent", (Text(words),), tone="yes")


REPLY = Flow(
    "answer_marketing",
    (
        Step(
            "answer",
            Form(
                "Answer the question",
                (Field("answer", "Your answer", "text", "The person who asked sees this and your name.", longest=3000),),
                submit="Send the answer",
            ),
        ),
    ),
    prepare=_may_answer,
    finish=_answer,
    sent=_answered,
)


async def take(event: Event, work: Work) -> Reply:
    """A member of the role takes a question: from now on it carries their name."""
    case = await cases.acted_on(work, event.person, event.subject)
    await cases.make(work, event.person, case, MOVES[TAKE], taken_by=event.person)
    await _tell(work, case)
    return Message("Yours now", (Text(f"{case.reference} carries your name. Press Answer when you are ready."),))


async def close(event: Event, work: Work) -> Reply:
    """An answered question is closed by the role that answered it."""
    case = await cases.acted_on(work, event.person, event.subject)
    await cases.make(work, event.person, case, MOVES[CLOSE])
    await _tell(work, case)
    return Message("Closed", (Text(f"{case.reference} is closed."),))


async def withdraw(event: Event, work: Work) -> Reply:
    """The person who asked takes the question back; the role is told."""
    case = await cases.seen_by(work, event.person, event.subject)
    if case.opened_by != event.person:
        raise Refused("Only the person who asked can withdraw it", f"Close {case.reference} instead, once it is answered.")
    await cases.make(work, event.person, case, MOVES[WITHDRAW])
    await cases.announce(work, case, NOTICE)
    return Message(
        "Withdrawn", (Text(f"{case.reference} is withdrawn, and {work.college.roles[case.role].title} can see that."),)
    )


async def show(event: Event, work: Work) -> Reply:
    """The whole case to somebody who may see it, with what they may do now."""
    case = await cases.seen_by(work, event.person, event.subject)
    own = case.opened_by == event.person
    return await _drawn(
        work, case, _for_opener(case) if own else _for_role(case), f"Your question {case.reference}" if own else ""
    )


async def notice(work: Work, case: CaseFile) -> Message:
    """What stands in the role's channel, as the case is now."""
    return await _drawn(work, case, _for_role(case))


async def told(work: Work, case: CaseFile) -> Message:
    """What the person who asked is told when their question moves."""
    words = next((move.told for move in MOVES.values() if move.to == case.state), cases.STATES[case.state])
    parts: tuple[Part, ...] = (Text(words), Said(case.details["question"], by="You asked"), *await cases.history(work, case))
    return Message(f"{case.reference}: {cases.STATES[case.state].lower()}", parts, (Action(cases.SHOW, "Show it", case.id),))


async def _tell(work: Work, case: CaseFile) -> None:
    await cases.announce(work, case, NOTICE)
    await cases.tell_opener(work, case, TOLD)


async def _drawn(work: Work, case: CaseFile, actions: tuple[Action, ...], title: str = "") -> Message:
    asker = work.college.name_of(case.opened_by)
    said = Said(case.details["question"], by=asker)
    heading = title or f"{case.reference}: a question from {asker}"
    return Message(heading, (cases.facts(work, case), said, *await cases.history(work, case)), actions)


def _for_role(case: CaseFile) -> tuple[Action, ...]:
    take_it = Action(TAKE, "Take it", case.id)
    answer = Action(ANSWER, "Answer", case.id, style="main", opens_form=True)
    return {"open": (take_it, answer), "taken": (answer,), "answered": (Action(CLOSE, "Close", case.id),)}.get(case.state, ())


def _for_opener(case: CaseFile) -> tuple[Action, ...]:
    return (Action(WITHDRAW, "Withdraw it", case.id),) if case.state in MOVES[WITHDRAW].sources else ()
