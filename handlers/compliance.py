"""Whoever is asked to change or remove material answers: done, refused, or a question. No answer is only ever that (1.5, 1.6)."""

from handlers import ask, cases, deciding, telling, wanted
from handlers.cases import Drawing
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.machines import MATERIAL
from handlers.message import Action, Field, Form, Message, Text
from handlers.view import View, buttons
from storage.work import CaseFile

WHY = Field("words", "Why do you refuse?", "text", "They see this and your name, and decide what follows.", longest=2000)
QUESTION = Field("words", "Your question", "text", "They see this and your name.", longest=1000)


async def done(event: Event, work: Work) -> Reply:
    """It is changed or gone: so says whoever was asked."""
    case = await wanted.asked_of(work, event.person, event.subject)
    await cases.make(work, event.person, case, "done")
    await telling.announce(work, case)
    await wanted.tell_roles(work, case)
    return Message("Thank you", (Text(f"{case.reference} shows that it is done."),), wanted.show(case), "yes")


async def _may_refuse(event: Event, work: Work) -> Values | Message:
    case = await wanted.asked_of(work, event.person, event.subject)
    if not cases.can(case, "refuse"):  # said in the words of whoever was first
        await cases.make(work, event.person, case, "refuse")
    return {}


async def _refuse(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.asked_of(work, person, draft.subject)
    await cases.make(work, person, case, "refuse")
    await work.say(case, author=person, kind="refusal", body=draft.answers["words"])
    await telling.announce(work, case)
    await wanted.tell_roles(work, case)
    return await _is_refused(work, draft, person)


async def _is_refused(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.asked_of(work, person, draft.subject)
    words = "They see that you refuse, and why. People decide what follows (1.6). You can still change it and say so."
    return Message("Your answer is with them", (Text(words),), wanted.show(case))


async def _may_ask(event: Event, work: Work) -> Values | Message:
    await _still_asked(work, event.person, event.subject)
    return {}


async def _still_asked(work: Work, person: str, case_id: str) -> CaseFile:
    case = await wanted.asked_of(work, person, case_id)
    wanted.going(case)
    return case


async def _ask(work: Work, draft: Draft, person: str) -> Message:
    case = await _still_asked(work, person, draft.subject)
    entry = await work.say(case, author=person, kind="question", body=draft.answers["words"])
    await wanted.tell_roles(work, case, entry)
    return await _is_put(work, draft, person)


async def _is_put(work: Work, draft: Draft, person: str) -> Message:
    case = await wanted.asked_of(work, person, draft.subject)
    words = f"The answer comes to you here. The date stays {wanted.by(work, case)}: if you need longer, ask for that too."
    return Message("Your question is with them", (Text(words),), wanted.show(case))


# The date passes


async def silent(event: Event, work: Work) -> Reply:
    """The date is over without an answer: that is what is recorded, and no more is made of it."""
    case = await work.case(event.subject, actor="lodge", purpose="act")
    if case is None or not cases.can(case, "fall_silent"):
        return None
    await cases.make(work, "lodge", case, "fall_silent")
    await telling.announce(work, case)
    await wanted.tell_roles(work, case)
    return None


# What is shown, and sent


async def _for_role(work: Work, case: CaseFile) -> tuple[Action, ...]:
    not_now = {wanted.MARKING_REFUSED} if cases.parties(case) else set()
    not_now |= set() if await cases.unanswered(work, case) else {wanted.ANSWERING}
    return buttons((each for each in wanted.FOR_ROLE if each not in not_now), case)


async def _for_party(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return (*buttons(wanted.FOR_PARTY, case), Action(ask.CLAUSE, "Read 1.6", "1.6"))


async def _request(work: Work, case: CaseFile) -> Message:
    """To the employee who is asked, as the case is now."""
    actions = (*(await _for_party(work, case) if case.state not in MATERIAL.ended else ()), *wanted.show(case))
    return await wanted.request(work, case, actions)


async def _asked_again(work: Work, case: CaseFile) -> Message:
    """To whoever did not answer: asked once more, with a new date, and nothing held against them."""
    date = wanted.by(work, case)
    words = f"{wanted.sender(work, case)} asks once more, and there is a new date: **{date}**. Please open it and answer."
    return Message(f"{case.reference}: you are asked again", (Text(words),), wanted.show(case), "condition")


async def _answered(work: Work, case: CaseFile) -> Message:
    """To whoever asked a question."""
    words = "There is an answer to your question. Press Show to read it."
    return Message(f"{case.reference}: an answer for you", (Text(words),), wanted.show(case))


VIEW = View(
    lambda work, case: f"{case.reference}: {MATERIAL.noun.lower()}",
    wanted.body,
    _for_role,
    for_party=_for_party,
    discreet=True,
    notice=wanted.notice,
    powers=(*wanted.FOR_PARTY, *wanted.FOR_ROLE),
)
REFUSING = Flow(
    "material_refuse",
    (Step("why", Form("I refuse", (WHY,), (Text("You can talk to somebody first: ring them, or ask a question."),), "Send it")),),
    _may_refuse,
    _refuse,
    _is_refused,
    unkept=("words",),
)
ASKING = Flow(
    "material_ask",
    (Step("ask", Form("Ask a question", (QUESTION,), submit="Ask")),),
    _may_ask,
    _ask,
    _is_put,
    unkept=("words",),
)
OPENS: dict[str, Flow] = {wanted.REFUSE: REFUSING, wanted.ASK: ASKING, **deciding.OPENS}
PRESSES = {wanted.DONE: done, **deciding.PRESSES}
TIMERS = {wanted.SILENT: silent}
DRAWINGS: dict[str, Drawing] = {
    wanted.REQUEST: _request,
    wanted.ASKED_AGAIN: _asked_again,
    wanted.NEWS: wanted.news,
    wanted.ANSWERED: _answered,
}
