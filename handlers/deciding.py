"""The Director of HR, and nobody else, follows a request to change or remove material to its end (1.5, 1.6).

Whether a refusal is a failure to comply is theirs to say. Lodge chooses no consequence, and no clock does.
"""

from collections.abc import Awaitable, Callable

from handlers import cases, moves, telling, wanted
from handlers.cases import Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Field, Form, Message, Text
from storage.work import CaseFile

Prepare = Callable[[Event, Work], Awaitable[Values | Message]]
Finish = Callable[[Work, Draft, str], Awaitable[Message]]
SAID = Field("words", "What did they say?", "text", "In their own words where you can.", longest=2000)
REPLY = Field("words", "Your answer", "text", "They see this and your name. Nothing of who told you.", longest=1000)
CONFIRM = Field(
    "confirm", "Failure to comply", "choices", options=(("yes", "This refusal is a failure to comply with the request"),)
)


async def mark_done(event: Event, work: Work) -> Reply:
    """It is done, as its asker has heard or seen."""
    return await _ended(event, work, "mark_done", "It is recorded as done.")


async def end(event: Event, work: Work) -> Reply:
    """The request is closed, whatever came of it: nothing more is asked."""
    return await _ended(event, work, "end", "It is closed. Nothing more is asked.")


async def _ended(event: Event, work: Work, move: str, words: str) -> Message:
    case = await wanted.directed(work, event.person, event.subject)
    await cases.make(work, event.person, case, move)
    await telling.announce(work, case)
    await wanted.tell_party(work, case)
    return Message(case.reference, (Text(words),), wanted.show(case), "yes")


async def _may_ask_again(event: Event, work: Work) -> Values | Message:
    case = await wanted.directed(work, event.person, event.subject)
    cases.must(case, "ask_again")
    return wanted.future(work)


async def _ask_again(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.directed(work, person, draft.subject)
    cases.must(case, "ask_again")
    given = {"by": draft.answers["by"], "round": str(int(case.details["round"]) + 1)}
    wanted.closing(work, given["by"], fresh=True)
    await work.amend(case, actor=person, verb="set a new date", details={**case.details, **given})
    await cases.make(work, person, case, "ask_again")
    await wanted.wait(work, case)
    await telling.announce(work, case)
    await wanted.tell_party(work, case, wanted.ASKED_AGAIN)
    return await _is_asked_again(work, draft, person)


async def _is_asked_again(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.directed(work, person, draft.subject)
    parts = (Text(f"The answer is due by {wanted.by(work, case)}."), *wanted.outside(work, case))
    return Message("Asked again", parts, wanted.show(case), "yes", discreet=True)


async def _may_mark_refused(event: Event, work: Work) -> Values | Message:
    await _third(work, event.person, event.subject)
    return {}


async def _third(work: Work, person: str, case_id: str) -> CaseFile:
    case = await wanted.directed(work, person, case_id)
    if cases.parties(case):
        raise Refused("They answer for themselves", "A refusal is recorded only from whoever was asked. Ask again, or close it.")
    cases.must(case, "mark_refused")
    return case


async def _mark_refused(work: Work, draft: Draft, person: str) -> Message:
    case = await _third(work, person, draft.subject)
    await cases.make(work, person, case, "mark_refused")
    await work.say(case, author=person, kind="refusal", body=draft.answers["words"])
    await telling.announce(work, case)
    return await _recorded(work, draft, person)


async def _recorded(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.directed(work, person, draft.subject)
    words = f"{case.reference}: {cases.words(case)[0].lower()}{cases.words(case)[1:]}."
    return Message("Recorded", (Text(words),), wanted.show(case), "yes")


async def _may_fail(event: Event, work: Work) -> Values | Message:
    cases.must(await wanted.directed(work, event.person, event.subject), "fail")
    return {}


async def _fail_form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    words = (
        "You decide this, and nobody else. Lodge records it and chooses no consequence. Silence is never a failure to comply. "
        "Whoever was asked sees what is recorded: **speak to them first**."
    )
    return Form("Failure to comply", (CONFIRM,), (wanted.clause(work, "1.6"), Text(words)), "Record it")


async def _fail(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.directed(work, person, draft.subject)
    await cases.make(work, person, case, "fail")
    await telling.announce(work, case)
    await wanted.tell_party(work, case)
    return await _failed(work, draft, person)


async def _failed(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.directed(work, person, draft.subject)
    link = work.college.documents.get(wanted.DISCIPLINARY)
    policy = f"[{wanted.DISCIPLINARY}]({link})" if link else wanted.DISCIPLINARY
    follows = f"the {policy}" if cases.parties(case) else "the contract with them (1.6)"
    recorded = Text(f"{case.reference} is recorded as a failure to comply (1.6). Lodge does nothing more.")
    return Message("Recorded", (recorded, Text(f"What may follow is in {follows}.")), wanted.show(case))


async def _may_answer(event: Event, work: Work) -> Values | Message:
    wanted.going(await wanted.directed(work, event.person, event.subject))
    return {}


async def _answer(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.directed(work, person, draft.subject)
    wanted.going(case)
    entry = await work.say(case, author=person, kind="reply", body=draft.answers["words"])
    await wanted.tell_party(work, case, wanted.ANSWERED, entry)
    return await _is_answered(work, draft, person)


async def _is_answered(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.directed(work, person, draft.subject)
    return Message("Answered", (Text("They have your answer now."),), wanted.show(case), "yes")


def _flow(name: str, step: Step, prepare: Prepare, finish: Finish, sent: Finish) -> Flow:
    return Flow(name, (step,), prepare, finish, sent, unkept=("words",))


_AGAIN = Step("by", Form("Ask again", (wanted.BY,), submit="Ask again"), check=wanted.check_by)
_REFUSED = Step("said", Form("Record a refusal", (SAID,), submit="Record it"))
_ANSWER = Step("answer", Form("Answer their question", (REPLY,), submit="Send the answer"), look=moves.question)
_FAIL = Step("confirm", Form("Failure to comply"), ask=_fail_form)
OPENS: dict[str, Flow] = {
    wanted.AGAIN: _flow("material_again", _AGAIN, _may_ask_again, _ask_again, _is_asked_again),
    wanted.MARK_REFUSED: _flow("material_refused", _REFUSED, _may_mark_refused, _mark_refused, _recorded),
    wanted.FAIL: _flow("material_fail", _FAIL, _may_fail, _fail, _failed),
    wanted.ANSWER: _flow("material_answer", _ANSWER, _may_answer, _answer, _is_answered),
}
PRESSES = {wanted.MARK_DONE: mark_done, wanted.END: end}
