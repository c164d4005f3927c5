"""One table from events to functions. Nothing registers itself: a reader sees here all that Lodge does."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from handlers import ask, cases, emergency, flow, home, marketing
from handlers.cases import Drawing, Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Finished, Flow
from handlers.message import Field, Form, Message, Page, Text
from knowledge.answer import Gates
from storage.work import new_id

Handler = Callable[[Event, Work], Awaitable[Reply]]
SENT = "sent"  # the step of a draft that was acted on: the same submission again is answered, and changes nothing
NOBODY = Field(
    "nobody_at_risk",
    "Nobody is at risk",
    "choices",
    options=(("yes", "I have read this. Nobody is at risk: go on."),),
    required=False,
)


async def show_clause(event: Event, work: Work) -> Reply:
    """One clause word for word."""
    return ask.clause(work.answers, event.subject)


async def show_emergency(event: Event, work: Work) -> Reply:
    """Whom to tell, from a button."""
    return emergency.page(work.college)


FLOWS: dict[str, Flow] = {each.name: each for each in (marketing.ASK, marketing.REPLY)}
OPENS: dict[str, Flow] = {marketing.BEGIN: marketing.ASK, marketing.ANSWER: marketing.REPLY}
PRESSES: dict[str, Handler] = {
    ask.CLAUSE: show_clause,
    emergency.SHOW: show_emergency,
    cases.SHOW: marketing.show,
    marketing.TAKE: marketing.take,
    marketing.CLOSE: marketing.close,
    marketing.WITHDRAW: marketing.withdraw,
}
TIMERS: dict[str, Handler] = {cases.REMIND: cases.remind}
DRAWINGS: dict[str, Drawing] = {
    marketing.NOTICE: marketing.notice,
    marketing.TOLD: marketing.told,
    "case.late": cases.late,
}


async def handle(event: Event, work: Work) -> Reply:
    """What a press, a submission, a look at the home page or a timer leads to. Refusals come back as messages."""
    try:
        return await _handler(event)(event, work)
    except Refused as refused:
        return refused.message


async def draw(drawing: str, subject: str, work: Work) -> Message:
    """A delivery's message, drawn from what is true when it is sent. Raises ``LookupError`` where its case is gone."""
    case = await work.case(subject, actor="lodge", purpose="draw")
    if case is None:
        raise LookupError("the case of this delivery is gone")
    return await DRAWINGS[drawing](work, case)


def _handler(event: Event) -> Handler:
    if event.kind == "opened":
        return home.show
    if event.kind == "submitted":
        return _submit
    if event.kind == "due":
        return TIMERS[event.action]
    if event.action == flow.BACK:
        return _go_back
    return _begin if event.action in OPENS else PRESSES.get(event.action, _unknown)


async def _unknown(event: Event, work: Work) -> Reply:
    return Message("That button is from an older Lodge", (Text("Please ask again, or open your home page."),))


async def _begin(event: Event, work: Work) -> Reply:
    started = OPENS[event.action]
    values = await started.prepare(event, work)
    if isinstance(values, Message):
        return values
    draft, page = flow.begin(started, new_id(), event.subject, values)
    await _keep(work, event.person, draft)
    return page


async def _go_back(event: Event, work: Work) -> Reply:
    draft_id, _, step = event.subject.partition(" ")
    draft = await _draft(work, draft_id, event.person)
    if draft is None or draft.step == SENT:
        return _gone()
    moved, page = flow.back(FLOWS[draft.flow], draft, step)
    await _keep(work, event.person, moved)
    return page


async def _submit(event: Event, work: Work) -> Reply:
    draft = await _draft(work, event.subject, event.person)
    if draft is None:
        return _gone()
    if draft.step == SENT:
        return await FLOWS[draft.flow].sent(work, draft, event.person)
    # A page sent again after a lost answer is that page again: it must never count as the one that came after it.
    draft = flow.at(FLOWS[draft.flow], draft, event.action)
    shown = flow.page(FLOWS[draft.flow], draft)
    gates = _read(shown.form, event, work)
    if gates.narrow and event.values.get(NOBODY.name) != "yes":
        return _warned(shown, event, work)
    return await _advance(event, work, draft, gates)


async def _advance(event: Event, work: Work, draft: Draft, gates: Gates) -> Reply:
    outcome = flow.advance(FLOWS[draft.flow], draft, event.values)
    if isinstance(outcome, Finished):
        message = await FLOWS[draft.flow].finish(work, outcome.draft, event.person)
        await _keep(work, event.person, replace(draft, step=SENT, answers={}))
        return message
    moved, page = outcome
    if page.form.errors:
        return page
    await _keep(work, event.person, moved)
    return _lined(page) if gates.broad else page


def _read(form: Form, event: Event, work: Work) -> Gates:
    """Both gates over every free text of the page, before anything of it is kept (promise 1)."""
    texts = [event.values.get(item.name, "") for item in form.fields if item.kind in ("line", "text", "person")]
    found = [work.answers.gates(text) for text in texts if text]
    return Gates(any(each.narrow for each in found), any(each.broad for each in found))


def _warned(shown: Page, event: Event, work: Work) -> Page:
    """The emergency page above the same form: nothing is kept or sent, nothing typed is lost, and one tick goes on."""
    lead = Text("**Nothing has been sent.** Please read this first. If nobody is at risk, tick the box at the end and go on.")
    form = replace(
        shown.form,
        fields=(*shown.form.fields, NOBODY),
        intro=(lead, *emergency.parts(work.college)),
        values={item.name: event.values.get(item.name, "") for item in shown.form.fields},
        tone="urgent",
    )
    return replace(shown, form=form)


def _lined(page: Page) -> Page:
    form = page.form
    return replace(
        page, form=replace(form, intro=(Text(emergency.LINE), *form.intro), actions=(emergency.button(), *form.actions))
    )


async def _draft(work: Work, draft_id: str, person: str) -> Draft | None:
    kept = await work.draft(draft_id, person)
    return Draft(kept.id, kept.flow, kept.step, kept.subject, kept.answers) if kept else None


async def _keep(work: Work, person: str, draft: Draft) -> None:
    await work.put_draft(
        id=draft.id, person=person, flow=draft.flow, step=draft.step, subject=draft.subject, answers=draft.answers
    )


def _gone() -> Message:
    words = "A half-filled form is kept for seven days, and an answered one is done. Please start again from the button."
    return Message("This form is no longer kept", (Text(words),))
