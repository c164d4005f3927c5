"""One table from events to functions. Nothing registers itself: a reader sees here all that Lodge does."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from handlers import (
    absence,
    account,
    ask,
    cases,
    drill,
    emergency,
    flow,
    following,
    home,
    image_removal,
    judging,
    marketing,
    missed,
    moves,
    openings,
    private,
    showing,
    teaching,
    telling,
)
from handlers.cases import Drawing, Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Finished, Flow
from handlers.home import SENT
from handlers.message import Action, Field, Form, Message, Page, Text
from knowledge.answer import Gates
from storage.work import DraftFile, new_id

Handler = Callable[[Event, Work], Awaitable[Reply]]
NOBODY = Field(
    "nobody_at_risk",
    "Nobody is at risk",
    "choices",
    options=(("yes", "I have read this. Nobody is at risk: go on."),),
    required=False,
)


async def show_clause(event: Event, work: Work) -> Reply:
    """One clause word for word."""
    if event.subject not in work.answers.policy.clauses:
        raise Refused("There is no such clause", "The policy may have changed since. Please ask again.")
    return ask.clause(work.answers, event.subject)


async def show_emergency(event: Event, work: Work) -> Reply:
    """Whom to tell, from a button."""
    return emergency.page(work.college)


OPENS: dict[str, Flow] = {
    marketing.BEGIN: marketing.ASK,
    marketing.SPEAK: marketing.SPEAKING,
    marketing.COMMENT: marketing.COMMENTING,
    marketing.ANSWER: marketing.REPLY,
    moves.ASK: moves.ASK_BACK,
    moves.REPLY: moves.REPLY_BACK,
    moves.ADD: moves.ADD_MORE,
    **account.OPENS,
    **image_removal.OPENS,
    **following.OPENS,
    **absence.OPENS,
    **private.OPENS,
    **drill.OPENS,
    **missed.OPENS,
    **teaching.OPENS,
}
FLOWS: dict[str, Flow] = {each.name: each for each in OPENS.values()}
PRESSES: dict[str, Handler] = {
    ask.CLAUSE: show_clause,
    ask.FEEDBACK: judging.judge,
    ask.ALONE: judging.alone,
    judging.CARD: judging.show,
    emergency.SHOW: show_emergency,
    cases.SHOW: showing.show,
    openings.SHOW: openings.show,
    moves.TAKE: moves.take,
    moves.CLOSE: moves.close,
    moves.WITHDRAW: moves.withdraw,
    **account.PRESSES,
    **image_removal.PRESSES,
    **following.PRESSES,
    **absence.PRESSES,
    **private.PRESSES,
    **teaching.PRESSES,
}
TIMERS: dict[str, Handler] = {cases.LATE: telling.late, **following.TIMERS, **private.TIMERS}
DRAWINGS: dict[str, Drawing] = {
    telling.NOTICE: showing.notice,
    telling.TOLD: showing.told,
    telling.OVERDUE: telling.overdue,
    moves.ASKED: moves.asked,
    **account.DRAWINGS,
    **image_removal.DRAWINGS,
    **following.DRAWINGS,
    **private.DRAWINGS,
}


async def handle(event: Event, work: Work) -> Reply:
    """What a press, a submission, a look at the home page or a timer leads to. Refusals come back as messages."""
    try:
        return await _handler(event)(event, work)
    except Refused as refused:
        return refused.message


async def draw(drawing: str, subject: str, recipient: str, work: Work) -> tuple[Message, frozenset[str]]:
    """A delivery's message, drawn from what is true when it is sent, and who must not be able to read it there.

    Raises ``LookupError`` where its case is gone, or its recipient may not have it any more.
    """
    case = await work.case(subject, actor="lodge", purpose="draw")
    if case is None:
        raise LookupError("the case of this delivery is gone")
    barred = await telling.audience(work, case, recipient)
    return await DRAWINGS[drawing](work, case), barred


def _handler(event: Event) -> Handler:
    if event.kind == "opened":
        return home.show
    if event.kind == "submitted":
        return _submit
    if event.kind == "due":
        return TIMERS[event.action]
    if event.action in _FORMS:
        return _FORMS[event.action]
    return _begin if event.action in OPENS else PRESSES.get(event.action, _unknown)


async def _unknown(event: Event, work: Work) -> Reply:
    return Message("That button is from an older Lodge", (Text("Please ask again, or open your home page."),))


async def _begin(event: Event, work: Work) -> Reply:
    """A form from its first page; or, where its person left one half filled in, from the page where they left it."""
    started = OPENS[event.action]
    if standing := await _unfinished(work, event, started):
        return await _resumed(work, standing, event.person)
    return await _begin_afresh(work, event, started, event.subject)


async def _begin_afresh(work: Work, event: Event, started: Flow, subject: str) -> Reply:
    values = await started.prepare(replace(event, subject=subject), work)
    if isinstance(values, Message):
        return values
    draft, _ = flow.begin(started, new_id(), subject, values)
    await _keep(work, event.person, draft)
    return await _dressed(work, draft, event.person)


async def _unfinished(work: Work, event: Event, started: Flow) -> DraftFile | None:
    """The newest draft of this form about the same thing that got beyond its first page."""
    if event.values:  # it was begun from a message, which says what it is about
        return None
    kept = await work.drafts_of(event.person, but_step=SENT)
    same = (each for each in kept if each.flow == started.name and each.subject == event.subject)
    return next((each for each in same if each.step != started.steps[0].name), None)


async def _resumed(work: Work, kept: DraftFile, person: str) -> Page:
    draft = Draft(kept.id, kept.flow, kept.step, kept.subject, kept.answers)
    page = await _dressed(work, draft, person)
    lead = Text(f"You began this {cases.when(work, kept.changed_at)}: here is where you were.")
    fresh = Action(flow.FRESH, "Start afresh", kept.id, opens_form=True)
    return replace(page, form=replace(page.form, intro=(lead, *page.form.intro), actions=(*page.form.actions, fresh)))


async def _resume(event: Event, work: Work) -> Reply:
    kept = await work.draft(event.subject, event.person)
    return await _resumed(work, kept, event.person) if kept and kept.step != SENT else _gone()


async def _fresh(event: Event, work: Work) -> Reply:
    """Forget what was filled in, and begin again."""
    kept = await work.draft(event.subject, event.person)
    if kept is None or kept.step == SENT:
        return _gone()
    await work.drop_draft(kept.id)
    return await _begin_afresh(work, event, FLOWS[kept.flow], kept.subject)


async def _go_back(event: Event, work: Work) -> Reply:
    draft_id, _, step = event.subject.partition(" ")
    draft = await _draft(work, draft_id, event.person)
    if draft is None or draft.step == SENT:
        return _gone()
    moved, _ = flow.back(FLOWS[draft.flow], draft, step)
    await _keep(work, event.person, moved)
    return await _dressed(work, moved, event.person)


_FORMS: dict[str, Handler] = {flow.BACK: _go_back, flow.RESUME: _resume, flow.FRESH: _fresh}


async def _dressed(work: Work, draft: Draft, person: str) -> Page:
    """The draft's page, what is known about its answers above its fields; on a form of its own, the number to ring instead."""
    owner = FLOWS[draft.flow]
    page = flow.page(await flow.set_out(work, owner, draft, {}, person), draft)
    look = flow.step_of(owner, draft.step).look
    known = await look(work, draft) if look else ()
    phone = _ring(work, owner.route) if owner.route else ()
    return replace(page, form=replace(page.form, intro=(*known, *page.form.intro, *phone)))


def _ring(work: Work, route: str) -> tuple[Text, ...]:
    held = work.college.routes[route]
    title = work.college.roles[held.role].title
    words = f"Rather talk? Ring {title}, {held.phone}. Each page you send is kept for seven days, and waits under Home."
    return (Text(words),)


async def _submit(event: Event, work: Work) -> Reply:
    draft = await _draft(work, event.subject, event.person)
    if draft is None:
        return _gone()
    if draft.step == SENT:
        return await FLOWS[draft.flow].sent(work, draft, event.person)
    # A page sent again after a lost answer is that page again: it must never count as the one that came after it.
    draft = flow.at(FLOWS[draft.flow], draft, event.action)
    if resolve := flow.step_of(FLOWS[draft.flow], draft.step).resolve:
        event = replace(event, values=resolve(work.college, event.values))
    owner = await flow.set_out(work, FLOWS[draft.flow], draft, event.values, event.person)
    shown = flow.page(owner, draft)
    gates = _read(shown.form, event, work)
    if gates.broad and owner.unsigned:
        await work.drop_draft(draft.id)
        return judging.HUSHED
    if gates.narrow and not owner.warned and event.values.get(NOBODY.name) != "yes":
        return _warned(shown, event, work)
    return await _advance(event, work, owner, draft, gates)


async def _advance(event: Event, work: Work, owner: Flow, draft: Draft, gates: Gates) -> Reply:
    outcome = flow.advance(owner, draft, event.values)
    if isinstance(outcome, Finished):
        message = await owner.finish(work, outcome.draft, event.person)
        if owner.unsigned:
            await work.drop_draft(draft.id)
        else:
            await _keep(work, event.person, replace(draft, step=SENT, answers={}))
        return _ringing(message) if owner.warned and gates.narrow else message
    moved, page = outcome
    if page.form.errors:
        return page
    await _keep(work, event.person, moved)
    page = await _dressed(work, moved, event.person)
    return _lined(page) if gates.broad and not owner.warned else page


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


def _ringing(message: Message) -> Message:
    """A report is never held up by a gate; what its words say is answered with the numbers, above its receipt."""
    return replace(message, parts=(Text(emergency.SENT_LINE), *message.parts), actions=(emergency.button(), *message.actions))


def _lined(page: Page) -> Page:
    form = page.form
    return replace(
        page, form=replace(form, intro=(Text(emergency.LINE), *form.intro), actions=(emergency.button(), *form.actions))
    )


async def _draft(work: Work, draft_id: str, person: str) -> Draft | None:
    kept = await work.draft(draft_id, person)
    return Draft(kept.id, kept.flow, kept.step, kept.subject, kept.answers) if kept else None


async def _keep(work: Work, person: str, draft: Draft) -> None:
    answers = {name: value for name, value in draft.answers.items() if name not in FLOWS[draft.flow].unkept}
    await work.put_draft(id=draft.id, person=person, flow=draft.flow, step=draft.step, subject=draft.subject, answers=answers)


def _gone() -> Message:
    words = "A half-filled form is kept for seven days, and an answered one is done. Please start again from the button."
    return Message("This form is no longer kept", (Text(words),))
