"""A concern opened by somebody who may hear it: in a dialog only, audited; and what they may do there. Never a verdict."""

from handlers import adding, cases, concern, concern_form, discreet, hearing, leafing, material, moves, raising, telling
from handlers.cases import Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Action, Facts, Field, Form, Message, Part, Said, Text
from handlers.view import Power, View, buttons
from storage.work import CaseFile

CLOSE, BRING = "concern.close", "concern.bring"
RING_ME, ASIDE, RUNG = "concern.ring_me", "concern.aside", "concern.rung"
OUTCOMES = (
    ("record", "Moved to the record where it is dealt with"),
    ("elsewhere", "Dealt with elsewhere"),
    ("duplicate", "The same as another"),
    ("mistaken", "Sent by mistake"),
)
OUTCOME = Field(
    "outcome",
    "What has become of it?",
    "choice",
    "This says where it went, not what was found. The reporter sees “closed”.",
    OUTCOMES,
)
HOW = Field(
    "how",
    "Add them, or hand it over?",
    "choice",
    options=(("add", "Add them: both roles have it"), ("hand", "Hand it over: your role loses it")),
)
ACKNOWLEDGE = Power(discreet.OPEN, "Acknowledge", move="acknowledge")
FOR_ROLE = (
    Power(moves.TAKE, "Take it", move="take", opens_form=False, style="main"),
    Power(RING_ME, "Ask them to ring me", opens_form=False),
    Power(adding.ASK, "Ask the reporter", written=True),
    Power(BRING, "Add a role or hand over"),
    Power(concern.NAME, "Say who it is about"),
    Power(ASIDE, "I should not handle this", opens_form=False),
    Power(CLOSE, "Close the concern", move="end"),
)
DETAILS = (concern_form.WHERE, concern_form.WHEN, concern_form.KEPT, concern_form.PLATFORM)


async def held(work: Work, person: str, case_id: str) -> CaseFile:
    """A concern for somebody who may hear it now: checked at the press, whatever the button showed. Raises `Refused`."""
    case = await cases.acted_on(work, person, case_id)
    if case.kind not in concern.KINDS:
        raise Refused("That cannot be done here", f"{case.reference} is no concern. Press Show to see what you can do.")
    return case


async def _going(work: Work, person: str, case_id: str) -> CaseFile:
    case = await held(work, person, case_id)
    if case.state in cases.machine(case).ended:
        raise Refused("Already closed", f"{case.reference} has ended. You can still open it privately.")
    return case


async def _open(event: Event, work: Work) -> Values | Message:
    """The opening is written to the audit; the first one stops the clock, and its reporter hears that it was opened."""
    case = await held(work, event.person, leafing.named(event.subject)[0])
    await work.case(case.id, actor=event.person, purpose="show")
    if cases.can(case, "read"):
        await cases.make(work, event.person, case, "read")
        await telling.moved(work, case, event.person)
    return {}


async def _read(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """What it says, and what may be done."""
    case_id, number = leafing.named(draft.subject)
    case = await held(work, person, case_id)
    submit = ACKNOWLEDGE.label if ACKNOWLEDGE.there(case) else "Done"
    actions = (*buttons(FOR_ROLE, case), *await material.offered(work, case, person))
    said, turns = leafing.leaf(await _said(work, case), number, discreet.OPEN, case.id)
    return Form(case.reference, (), (Text(discreet.READING), *said), submit, (*turns, *actions))


async def _said(work: Work, case: CaseFile) -> tuple[Part, ...]:
    given = case.details
    by = work.college.name_of(case.opened_by)
    words = tuple(Said(given[name], by=by) for name in ("what", "note") if given.get(name))
    lines = [raising.shown(case) if given.get("lead") == "student" else ""]
    if "breach" in given.get("about", "").split(","):
        lines.append("**This is a breach notice** (1.5, 1.6): a suspected breach of this policy.")
    if given.get("withdrawn"):
        lines.append("**Its reporter has withdrawn it.** That cancels nothing: you decide what is needed.")
    notes = tuple(Text(line) for line in lines if line)
    return (await _facts(work, case), *notes, *words, *await cases.history(work, case))


async def _facts(work: Work, case: CaseFile) -> Facts:
    given, college = case.details, work.college
    person = college.people.get(case.opened_by)
    who = [college.name_of(each) for each in sorted(hearing.split(given.get("subjects", "")))]
    pairs = [
        ("From", f"{college.name_of(case.opened_by)}{f', {person.post}' if person else ''} ({case.opened_by})"),
        ("Sent", cases.when(work, case.opened_at)),
        ("State", cases.state(work, case)),
        ("With", ", ".join(role.title for role in await hearing.held_by(work, case))),
        ("About", "; ".join(label for name, label in concern_form.KINDS if name in given.get("about", "").split(","))),
        ("Who", ", ".join([*who, *([given["named"]] if given.get("named") else [])]) or "Not named"),
    ]
    pairs += [(field.label, _label(field, given[field.name])) for field in DETAILS if given.get(field.name)]
    return Facts(tuple(pairs))


def _label(field: Field, value: str) -> str:
    return dict(field.options).get(value, value)


async def _acknowledge(work: Work, draft: Draft, person: str) -> Message:
    case = await held(work, person, leafing.named(draft.subject)[0])
    if not cases.can(case, "acknowledge"):
        stands = f"{cases.words(case)}: {await cases.who_did(work, case, person)}."
        return Message(case.reference, (Text(f"{stands} You can open it privately again, from the notice or your home page."),))
    await cases.make(work, person, case, "acknowledge")
    await telling.moved(work, case, person)
    return Message("Acknowledged", (Text(f"The person who reported {case.reference} hears that it has been read."),), tone="yes")


async def ring_me(event: Event, work: Work) -> Reply:
    """Its reporter is asked to ring; nothing is asked in writing."""
    case = await _going(work, event.person, event.subject)
    entry = await work.say(case, author=event.person, kind="ring", body="Please ring me.")
    await telling.tell(work, case, case.opened_by, RUNG, about=entry)
    return Message(
        "They are asked to ring you", (Text(f"They get your name and the number of your role, and {case.reference}."),)
    )


async def rung(work: Work, case: CaseFile) -> Message:
    """To its reporter: please ring."""
    last = await cases.last_said(work, case, "ring")
    name = work.college.name_of(last.author) if last else "the person who has it"
    roles = [role for role in await hearing.held_by(work, case) if last and last.author in role.members + role.deputies]
    number = hearing.number(work, roles[0].name if roles else case.role)
    words = f"Please ring **{name}**, {number}, about {case.reference}. In danger, 999."
    return Message(
        f"{case.reference}: please ring", (Text(words),), (Action(cases.SHOW, f"Show {case.reference}", case.id),), "condition"
    )


async def aside(event: Event, work: Work) -> Reply:
    """Somebody should not handle it: they lose sight of it, and where nobody else in their role can, it goes up."""
    case = await held(work, event.person, event.subject)
    left = sorted(hearing.split(case.details.get("aside", "")) | {event.person})
    await work.amend(case, actor=event.person, verb="stood aside", details={**case.details, "aside": ",".join(left)})
    words = await adding.moved_on(work, case, event.person, f"aside:{event.person}")
    return Message("Thank you for saying so", (Text(f"You cannot open {case.reference} now. {words}"),), discreet=True)


def _bring_options(work: Work, rules: hearing.Hearing) -> tuple[tuple[str, str], ...]:
    free = (role for role in work.college.roles.values() if role.name not in rules.roles and rules.usable(role, present=False))
    return tuple((role.name, role.title) for role in free)


async def _bring_form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """Only roles that nobody it is about belongs to."""
    case = await _going(work, person, draft.subject)
    options = _bring_options(work, await hearing.of(work, case))
    if not options:
        raise Refused("There is no other role", "Every other role has it already, or somebody it is about belongs to it.")
    role = Field("role", "Which role?", "choice", "They see all of it, with the reporter’s name.", options)
    return Form("Add a role or hand over", (role, HOW), (Text("Its reporter can see which roles have it."),), "Add or hand over")


async def _bring(work: Work, draft: Draft, person: str) -> Message:
    case = await _going(work, person, draft.subject)
    rules = await hearing.of(work, case)
    role = work.college.roles[draft.answers["role"]]
    if not rules.usable(role, present=False):
        raise Refused("That role may be concerned", "Choose another. Nothing was changed.")
    await hearing.bring_in(work, case, (role,), person)
    if draft.answers["how"] == "hand":
        for mine in rules.held():
            if person in mine.members + mine.deputies and mine.name != role.name:
                await work.unshare(case, mine.name, actor=person)
    words = await adding.moved_on(work, case, person, f"brought:{draft.id}", had=rules.roles)
    return Message("Done", (Text(words),), tone="yes")


async def _close(work: Work, draft: Draft, person: str) -> Message:
    case = await _going(work, person, draft.subject)
    await work.amend(case, actor=person, verb="outcome", details={**case.details, "outcome": draft.answers["outcome"]})
    await cases.make(work, person, case, "end", facts={"outcome": draft.answers["outcome"]})
    await telling.moved(work, case, person)
    return Message("Closed", (Text(f"{case.reference} is closed. Its reporter sees “closed” and nothing more."),), tone="yes")


async def _may(event: Event, work: Work) -> Values | Message:
    await _going(work, event.person, event.subject)
    return {}


async def _again(work: Work, draft: Draft, person: str) -> Message:
    """The same answer to a page that was sent twice."""
    return Message("Done", (Text("That is done already."),), tone="yes")


async def _for_role(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return (discreet.button(case),)


async def _for_opener(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return (*await adding.waiting(work, case), *raising.offered(case), *await concern.for_opener(work, case))


async def _body(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """Nobody's words: what its reporter said is shown in the dialog of those who hear it, and nowhere else."""
    if case.state in cases.machine(case).ended:
        return ()
    rings = hearing.rings(work, await hearing.held_by(work, case))
    return (Text(f"If it is urgent, do not wait: ring {rings}. In danger, 999. You may hear no outcome."),)


VIEW = View(
    lambda work, case: case.reference,
    _body,
    _for_role,
    _for_opener,
    discreet=True,
    notice=discreet.notice,
    powers=(ACKNOWLEDGE, *FOR_ROLE, *concern.FOR_OPENER, raising.RAISED, adding.ANSWERING, material.BEGINNING),
)
READ = Flow("concern_open", (Step("read", Form("Private"), ask=_read),), _open, _acknowledge, _acknowledge, warned=True)
OPENS: dict[str, Flow] = {
    discreet.OPEN: READ,
    BRING: Flow("concern_bring", (Step("role", Form("Add a role"), ask=_bring_form),), _may, _bring, _again, warned=True),
    CLOSE: Flow(
        "concern_close",
        (Step("outcome", Form("Close the concern", (OUTCOME,), submit="Close it")),),
        _may,
        _close,
        _again,
        warned=True,
    ),
    **adding.OPENS,
    **concern.OPENS,
    **material.OPENS,
}
PRESSES = {RING_ME: ring_me, ASIDE: aside, **adding.PRESSES, **raising.PRESSES, **material.PRESSES}
TIMERS = {**concern.TIMERS, **material.TIMERS}
DRAWINGS = {
    RUNG: rung,
    discreet.REMINDER: discreet.reminder,
    telling.NEWS: discreet.news,
    **adding.DRAWINGS,
    **concern.DRAWINGS,
    **material.DRAWINGS,
}
