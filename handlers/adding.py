"""What is added to a concern: by its reporter, or by those who hear it; and who else it is about (promise 4)."""

from collections.abc import Collection

from handlers import cases, concern, concern_form, discreet, hearing, moves, subjects, telling, wanted
from handlers.cases import Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Action, Field, Form, Message, Text
from handlers.view import Power, buttons
from storage.work import CaseFile

ASK, ASKED, ANSWER = "concern.ask", "concern.asked", "concern.answer"
ANSWERING = Power(ANSWER, "Answer privately", "opener", style="main", written=True, only="while a question waits")
WORDS = Field("words", "What should they know?", "text", "As it was seen or said. Do not go and find out more.", longest=3000)
QUESTION = Field("words", "Your question", "text", "They see this and your name. Ask nothing that leads.", longest=1000)
REPLY = Field("words", "Your answer", "text", "Only those who have it see this.", longest=3000)


async def moved_on(work: Work, case: CaseFile, actor: str, about: str, had: Collection[str] = ()) -> str:
    """Roles that may not have it are replaced, those that have it are told, nobody holds it who may not. Gives what to say.

    ``had``: the roles that had it before, where some were brought in already. They get news; to the others it is all new.
    """
    had = had or await work.shared(case.id)
    roles = await hearing.route_again(work, case, actor)
    rules = await hearing.of(work, case)
    if roles and cases.can(case, "send_on") and not await _opened_by_some(work, case, rules):
        await concern.send_on(work, case, actor)
        await telling.moved(work, case, actor)
    elif case.taken_by and cases.can(case, "release") and not rules.hears(case.taken_by):
        await cases.make(work, actor, case, "release")
        await telling.moved(work, case, actor)
    await telling.announce(work, case)
    await telling.again(work, case, about, only=had)
    await wanted.follow(work, case, actor)
    if roles:
        return f"{case.reference} is with {hearing.titles(roles)} now."
    await telling.tell(work, case, case.opened_by, concern.RING, about=about)
    return concern.nobody_left(work, case)


async def _opened_by_some(work: Work, case: CaseFile, rules: hearing.Hearing) -> bool:
    """Whether somebody who may hear it now has read it."""
    return any(rules.hears(line.actor) for line in await work.history(case.id) if line.verb == "read")


async def _mine(event: Event, work: Work) -> Values | Message:
    await _own(work, event.person, event.subject)
    return {}


async def _own(work: Work, person: str, case_id: str) -> CaseFile:
    """Its reporter's own concern, while it goes on. Raises `Refused`."""
    case = await cases.seen_by(work, person, case_id)
    if case.opened_by != person or case.kind not in concern.KINDS:
        raise Refused("Only the person who reported it can do this", "Open it privately to see what you can do.")
    if case.state in cases.machine(case).ended:
        raise Refused("Already closed", f"{case.reference} has ended. If something is still wrong, please report it again.")
    return case


async def _either(work: Work, person: str, case_id: str) -> CaseFile:
    """For its reporter, or for somebody who hears it. Raises `Refused`."""
    case = await cases.seen_by(work, person, case_id)
    if case.kind not in concern.KINDS:
        raise Refused("That cannot be done here", f"{case.reference} is no concern. Press Show to see what you can do.")
    return case


async def _heard(work: Work, person: str, case_id: str) -> CaseFile:
    case = await cases.acted_on(work, person, case_id)
    if case.kind not in concern.KINDS or cases.machine(case).urgent:
        raise Refused("Please ring instead", "In this kind of concern nothing is asked in writing. Ask them to ring you.")
    return case


async def _add(work: Work, draft: Draft, person: str) -> Message:
    case = await _own(work, person, draft.subject)
    entry = await work.say(case, author=person, kind="information", body=draft.answers["words"])
    await telling.again(work, case, entry)
    return await _added(work, draft, person)


async def _answer(work: Work, draft: Draft, person: str) -> Message:
    case = await _own(work, person, draft.subject)
    entry = await work.say(case, author=person, kind="reply", body=draft.answers["words"])
    await telling.again(work, case, entry)
    return await _added(work, draft, person)


async def _added(work: Work, draft: Draft, person: str) -> Message:
    words = "Thank you. Those who have it are told that there is something new. If it is urgent, ring them too."
    return Message("Added", (Text(words),), tone="yes", discreet=True)


async def _may_ask(event: Event, work: Work) -> Values | Message:
    await _heard(work, event.person, event.subject)
    return {}


async def _ask(work: Work, draft: Draft, person: str) -> Message:
    case = await _heard(work, person, draft.subject)
    entry = await work.say(case, author=person, kind="question", body=draft.answers["words"])
    await telling.tell(work, case, case.opened_by, ASKED, about=entry)
    return await _asking(work, draft, person)


async def _asking(work: Work, draft: Draft, person: str) -> Message:
    return Message("Asked", (Text("They are told that there is a question, and open it privately."),), tone="yes", discreet=True)


async def asked(work: Work, case: CaseFile) -> Message:
    """To its reporter: there is a question. Its words open in a dialog only."""
    return Message(f"{case.reference}: a question for you", (Text(discreet.AWAY),), buttons((ANSWERING,), case), "condition")


async def waiting(work: Work, case: CaseFile) -> tuple[Action, ...]:
    """The way to a question that has no answer yet."""
    return buttons((ANSWERING,), case) if await cases.unanswered(work, case) else ()


async def _may_name(event: Event, work: Work) -> Values | Message:
    await _either(work, event.person, event.subject)
    return {}


async def _name_form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    asked = concern_form.meant(work, draft.answers, values)
    fields = (concern_form.WHO, concern_form.WHO_2, concern_form.WHO_3, concern_form.NAMED, *asked)
    words = (
        "Whoever you name here can see it no more, and neither can their deputies. Where they belong to a role that has it, "
        "others get it instead. They are not told that you named them."
    )
    return Form("Say who it is about", fields, (Text(words),), "Send it")


def _somebody(answers: Values) -> dict[str, str]:
    named = subjects.emails(answers) or answers.get("named")
    return {} if named else {"who": "Please pick or type a name."}


async def _name(work: Work, draft: Draft, person: str) -> Message:
    case = await _either(work, person, draft.subject)
    about = sorted(hearing.split(case.details.get("subjects", "")) | set(subjects.emails(draft.answers)))
    typed = ", ".join(each for each in (case.details.get("named", ""), draft.answers.get("named", "")) if each)
    named = subjects.others(work.college, typed, about)
    details = {**case.details, "subjects": ",".join(about), "named": named}
    await work.amend(case, actor=person, verb="named somebody", details=details)
    words = await moved_on(work, case, person, f"named:{draft.id}")
    words += " Whoever was named can see it no more, and is not told."
    return Message("Thank you", (Text(words),), tone="yes", discreet=True)


async def _named(work: Work, draft: Draft, person: str) -> Message:
    return Message("Thank you", (Text("That is done already."),), tone="yes", discreet=True)


async def withdraw(event: Event, work: Work) -> Reply:
    """Its reporter takes it back: those who have it are told, and nothing is cancelled."""
    case = await _own(work, event.person, event.subject)
    if not case.details.get("withdrawn"):
        await work.amend(case, actor=event.person, verb="withdrew", details={**case.details, "withdrawn": "yes"})
        await telling.again(work, case, "withdrawn")
    roles = await hearing.held_by(work, case)
    titles = hearing.titles(roles)
    words = (
        f"{titles[:1].upper()}{titles[1:]} can see that you withdrew it. Nothing is cancelled: they may still have to act, "
        f"to keep somebody safe. If somebody pressed you to take it back, please ring: {hearing.rings(work, roles)}."
    )
    return Message("Withdrawn", (Text(words),), discreet=True)


def _page(name: str, title: str, field: Field, submit: str, **more: object) -> tuple[Step, ...]:
    return (Step(name, Form(title, (field,), submit=submit), **more),)  # type: ignore[arg-type]


OPENS: dict[str, Flow] = {
    concern.ADD: Flow(
        "concern_add", _page("add", "Add information", WORDS, "Add it"), _mine, _add, _added, unkept=("words",), warned=True
    ),
    ASK: Flow(
        "concern_ask", _page("ask", "Ask the reporter", QUESTION, "Ask"), _may_ask, _ask, _asking, unkept=("words",), warned=True
    ),
    ANSWER: Flow(
        "concern_answer",
        _page("answer", "Answer privately", REPLY, "Send the answer", look=moves.question),
        _mine,
        _answer,
        _added,
        unkept=("words",),
        warned=True,
    ),
    concern.NAME: Flow(
        "concern_name",
        (Step("who", Form("Say who it is about"), check=_somebody, resolve=subjects.resolve, ask=_name_form),),
        _may_name,
        _name,
        _named,
        unkept=("named",),
        warned=True,
    ),
}
PRESSES = {concern.WITHDRAW: withdraw}
DRAWINGS = {ASKED: asked}
