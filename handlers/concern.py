"""A concern is reported: where it goes, what its reporter is told, and what happens while nobody opens it (2.3, 1.5, 3.3.1)."""

from datetime import datetime

from handlers import cases, concern_form, discreet, emergency, hearing, raising, subjects, telling
from handlers.concern_form import Plan
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.machines import BREACH, CONCERN
from handlers.message import Action, Form, Message, Text
from handlers.roles import Role
from handlers.view import Power, buttons
from storage.work import CaseFile

BEGIN = emergency.REPORT
ADD, NAME, WITHDRAW = "concern.add", "concern.name", "concern.withdraw"
UNOPENED, RING = "concern.unopened", "concern.ring"
KINDS = (CONCERN.kind, BREACH.kind)
WITHDRAWING = Power(WITHDRAW, "Withdraw it", "opener", opens_form=False, only="once")
FOR_OPENER = (Power(ADD, "Add information", "opener"), Power(NAME, "Say who it is about", "opener"), WITHDRAWING)
KEPT = ("about", "what", "where", "when", "kept", "platform", "named", "note", "reach")


async def _prefill(event: Event, work: Work) -> Values | Message:
    """From "Report this message": its link and its author, never its words."""
    return {name: event.values[name] for name in ("link", "who") if event.values.get(name)}


async def _finish(work: Work, draft: Draft, person: str) -> Message:
    """Store it for the roles its reporter was shown, or, where nobody is left, show whom to ring and store nothing."""
    planned = await concern_form.plan(work, draft.answers, person)
    if not planned.roles:
        return _nothing_sent(work)
    case, new = await _opened(work, planned, draft, person)
    if new:
        await hearing.bring_in(work, case, planned.roles, person)
        await work.set_timer(key=f"{case.id}:unopened:0", action=UNOPENED, subject=case.id, due_at=case.due_at or work.now)
        if planned.lead == "student":
            await raising.begin(work, case)
        await telling.announce(work, case)
    return await _receipt(work, case)


async def _opened(work: Work, planned: Plan, draft: Draft, person: str) -> tuple[CaseFile, bool]:
    kept = {name: draft.answers[name] for name in KEPT if draft.answers.get(name)}
    named = subjects.others(work.college, kept.get("named", ""), subjects.emails(draft.answers))
    about = ",".join(sorted(planned.rules.subjects))
    details = {**kept, "named": named, "lead": planned.lead, "subjects": about}
    return await work.open_case(
        kind=planned.machine.kind,
        prefix=planned.machine.prefix,
        opened_by=person,
        role=planned.roles[0].name,
        details=details,
        submission_key=draft.id,
        due_at=_due(work, planned.machine.route, work.now),
    )


def _due(work: Work, route: str, since: datetime) -> datetime:
    """Students, conduct and the reporter's own safety run on the clock, day and night; the rest in working time."""
    span = work.college.routes[route].answer_within
    return since + span if route == CONCERN.route else work.college.calendar.after(since, span)


async def _sent(work: Work, draft: Draft, person: str) -> Message:
    """The same receipt again; where nothing was stored, so too now."""
    case = await work.submitted(draft.id, person)
    return await _receipt(work, case) if case else _nothing_sent(work)


def _nothing_sent(work: Work) -> Message:
    return Message("Nothing was sent", concern_form.outside(work), tone="urgent", discreet=True)


async def _receipt(work: Work, case: CaseFile) -> Message:
    roles = await hearing.held_by(work, case)
    contacts = work.college.contacts
    saved = (
        f"Thank you for passing this on. Saved {cases.when(work, case.opened_at)}. "
        f"Your reference is **{case.reference}**. It is going to {hearing.titles(roles)}."
    )
    please = (
        "Please do not investigate, do not talk about it with others, and delete nothing. You are told when it is opened, "
        "and when somebody has it in hand. You may hear no outcome, because everybody concerned is owed fairness."
    )
    listen = f"staff support, {emergency.tapped(contacts.staff_support)}; Samaritans, {emergency.tapped(emergency.SAMARITANS)}"
    support = f"If it weighs on you, somebody will listen: {listen}, day and night."
    until = cases.when(work, case.due_at or case.opened_at)
    urgent = f"**If it is urgent, or nobody has opened it by {until}, ring** {hearing.rings(work, roles)}. In danger, 999."
    parts = (Text(saved), Text(urgent), *raising.next_step(work, case), Text(please), Text(support))
    return Message("Received", parts, await for_opener(work, case), "yes", discreet=True)


async def for_opener(work: Work, case: CaseFile) -> tuple[Action, ...]:
    """What its reporter can do: see how it stands, add to it, name somebody; withdrawing informs and cancels nothing."""
    show = Action(cases.SHOW, f"Show {case.reference}", case.id)
    still = (each for each in FOR_OPENER if each is not WITHDRAWING or not case.details.get("withdrawn"))
    return (show, *buttons(still, case))


async def unopened(event: Event, work: Work) -> Reply:
    """Nobody has opened it in time: the next role up hears too, and its reporter is told whom to ring. Again until it is."""
    case = await work.case(event.subject, actor="lodge", purpose="act")
    if case is None or case.state not in cases.machine(case).waiting:
        return None
    if work.now < _due(work, cases.machine(case).route, await _since(work, case)):
        return None  # it was sent on to others meanwhile, and their time is measured by a timer of its own
    if not await hearing.held_by(work, case):
        await telling.tell(work, case, case.opened_by, RING, about="nobody")
        return None
    level = await work.escalate(case, actor="lodge")
    risen = await _next_up(work, case)
    await hearing.bring_in(work, case, risen, "lodge")
    await telling.announce(work, case)
    await _remind(work, case, level)
    await telling.tell(work, case, case.opened_by, RING, about=f"unopened:{level}")
    wait = 1 if risen else 4  # the ladder has an end; from there on it is rung less often, and never given up
    span = _due(work, cases.machine(case).route, work.now) - work.now
    await work.set_timer(key=f"{case.id}:unopened:{level}", action=UNOPENED, subject=case.id, due_at=work.now + span * wait)
    return None


async def _since(work: Work, case: CaseFile) -> datetime:
    """When those who have it came to have it unopened."""
    sent_on = [line.at for line in await work.history(case.id) if line.facts.get("to") == case.state]
    return sent_on[-1] if sent_on else case.opened_at


async def send_on(work: Work, case: CaseFile, actor: str) -> None:
    """Nobody who has opened it may hear it any more: for those who have it now, it has still to be opened, in the same time."""
    await cases.make(work, actor, case, "send_on")
    due = _due(work, cases.machine(case).route, work.now)
    await work.set_timer(key=f"{case.id}:unopened:since:{work.now}", action=UNOPENED, subject=case.id, due_at=due)


async def _remind(work: Work, case: CaseFile, level: int) -> None:
    """Those who have it and did not open it are told once more."""
    await telling.again(work, case, f"unopened:{level}", drawing=discreet.REMINDER)
    for role in await hearing.held_by(work, case) if level == 1 else ():
        for email in role.deputies:
            await telling.tell(work, case, email, discreet.REMINDER, about=f"unopened:{level}")


async def _next_up(work: Work, case: CaseFile) -> tuple[Role, ...]:
    """The lowest role above those that have it, conflicts taken out."""
    rules = await hearing.of(work, case)
    risen = rules.stand_in(case.role, but=rules.roles)
    return (risen,) if risen else ()


async def ring(work: Work, case: CaseFile) -> Message:
    """To its reporter: nobody has opened it yet, or nobody is left who may, and whom to ring."""
    roles = await hearing.held_by(work, case)
    if roles and case.state not in cases.machine(case).waiting:
        return Message(f"{case.reference} has been opened", (Text(f"It is {cases.words(case).lower()} now."),))
    words = (
        f"Nobody has opened {case.reference} yet. **Please ring**: {hearing.rings(work, roles)}. In danger, 999. "
        f"It is with {hearing.titles(roles)} now, and Lodge goes on telling them until somebody opens it."
    )
    show = (Action(cases.SHOW, f"Show {case.reference}", case.id),)
    parts = (Text(words),) if roles else (Text(nobody_left(work, case)),)
    return Message(f"{case.reference}: please ring", parts, show, "urgent")


def nobody_left(work: Work, case: CaseFile) -> str:
    """Nobody inside the College may hear it any more: whom its reporter can ring."""
    found = work.college.contacts
    return (
        f"Nobody in the College is left who may hear {case.reference}. **Please ring** {hearing.rings(work, ())}; in danger 999. "
        f"[Whistleblowing]({found.whistleblowing}) says who else can hear you."
    )


def _lead(answers: Values) -> str:
    return "myconcern" if concern_form.lead(answers) == "student" else "tell"


_BLANK = Form(concern_form.TITLE)
FLOW = Flow(
    "report_concern",
    (
        Step("about", _BLANK, ask=concern_form.about_form),
        Step(
            "who",
            _BLANK,
            check=concern_form.check_who,
            then=_lead,
            resolve=subjects.resolve,
            ask=concern_form.who_form,
        ),
        Step("tell", _BLANK, then=lambda answers: "", ask=concern_form.tell_form),
        Step(
            "myconcern",
            _BLANK,
            then=lambda answers: "note" if answers["reach"] == "cannot" else "",
            ask=concern_form.myconcern_form,
        ),
        Step("note", _BLANK, ask=concern_form.note_form),
    ),
    prepare=_prefill,
    finish=_finish,
    sent=_sent,
    unkept=("named", "what", "where", "when", "note"),
    warned=True,
)
OPENS: dict[str, Flow] = {BEGIN: FLOW}
TIMERS = {UNOPENED: unopened, **raising.TIMERS}
DRAWINGS = {RING: ring, **raising.DRAWINGS}
