"""Having an image removed, 'actioned immediately' (3.1.4): by Marketing and the page's curator, or to Safeguarding first."""

from handlers import cases, copies, emergency, marking, moves, telling
from handlers.cases import Drawing
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values, blank
from handlers.machines import ALERT, IMAGE, Machine
from handlers.message import Action, Facts, Field, Form, Message, Part, Text
from handlers.view import View
from storage.work import CaseFile

BEGIN = "image_removal.begin"
LEAVE_ALONE = "Please do not look at it again, copy it or forward it. **No file is wanted**: links or a description are enough."
STOP = "If it might show nudity or sexual content, or put someone at risk, stop here and press **How to report**."
RISK = Field(
    "risk",
    "Might it show nudity or sexual content, or could it put someone at risk?",
    "choice",
    options=(("no", "No"), ("yes", "Yes"), ("unsure", "I am not sure")),
)
WHOSE = Field(
    "whose", "Who is in it?", "line", "A name, if you know it. It is not shown in any channel.", required=False, longest=200
)
UNDER_18 = Field("under_18", "Are they under 18?", "choice", options=(("no", "No"), ("yes", "Yes"), ("unknown", "Not known")))
SCOPE = Field(
    "scope",
    "What is it about?",
    "choice",
    options=(("these", "These images only"), ("future", "These, and no image of theirs is to be used again")),
)
CONSENT = Field(
    "consent",
    "Who withdraws consent?",
    "choice",
    "The images are removed all the same. Only the person, or the parent or guardian of a child, can withdraw consent.",
    options=(
        ("self", "The person in the image"),
        ("parent", "The parent or guardian of a child"),
        ("other", "Somebody else, or not known"),
    ),
)
CONTACT = Field(
    "contact",
    "Whom should Marketing tell what became of it, besides you?",
    "line",
    "A name and how to reach them. It is not shown in any channel.",
    required=False,
    longest=200,
)
ABOUT = (UNDER_18, SCOPE, CONSENT)
PRIVATE = (WHOSE, CONTACT)


def _check_consent(answers: Values) -> dict[str, str]:
    """Who can withdraw consent (3.1.4): the person, or a parent for a child. It never holds up a removal."""
    if answers["consent"] == "parent" and answers["under_18"] == "no":
        words = "A parent or guardian withdraws consent for somebody under 18 only. Choose “Somebody else”: the images still go."
        return {"consent": words}
    if answers["consent"] == "other" and answers["scope"] == "future":
        words = "For the future, the person or a child’s parent has to say so. Choose “These images only”: they still go."
        return {"scope": words}
    return {}


async def _finish(work: Work, draft: Draft, person: str) -> Message:
    """To Safeguarding with nothing but a reference, or to Marketing with everything: the first answer alone decides."""
    return await (_remove if draft.answers["risk"] == "no" else _alert)(work, draft, person)


async def _alert(work: Work, draft: Draft, person: str) -> Message:
    """No link, no name, nothing to Marketing, whatever else was filled in before: the case holds no details at all."""
    case, new = await cases.opened(work, ALERT, person, {}, draft.id)
    if new:
        await telling.announce(work, case)
        for email in _on_call(work, ALERT, case):
            await telling.tell(work, case, email, telling.NOTICE, about="out-of-hours")
    return _alerted(work, case)


async def _remove(work: Work, draft: Draft, person: str) -> Message:
    places = copies.lines(draft.answers["places"])
    curators = await copies.curators(work, places, but=person)
    kept = {field.name: draft.answers[field.name] for field in ABOUT + PRIVATE if draft.answers.get(field.name)}
    case, new = await cases.opened(work, IMAGE, person, {**kept, "curators": ",".join(curators)}, draft.id)
    if new:
        await telling.announce(work, case)
        await work.add_items(case, kind=copies.KIND, texts=places, actor=person)
        await copies.inform(work, case, copies.CURATOR, curators)
        await _out_of_hours(work, case, person)
    return _received(work, case)


async def _out_of_hours(work: Work, case: CaseFile, person: str) -> None:
    """Whoever is on call becomes a party of the case, so that they can act tonight and not only read."""
    called = _on_call(work, IMAGE, case)
    if called:
        await work.amend(case, actor=person, verb="called out", details={**case.details, "on_call": ",".join(called)})
        await copies.inform(work, case, copies.ON_CALL, called)


def _on_call(work: Work, kind: Machine, case: CaseFile) -> tuple[str, ...]:
    """Whom to message while the college is closed: the route's contact, or the rest of the role where the contact asks."""
    if work.college.calendar.open_at(work.now):
        return ()
    contact = work.college.routes[kind.route].emergency
    role = work.college.roles[case.role]
    people = (contact,) if contact and contact != case.opened_by else role.members + role.deputies
    return tuple(email for email in people if email != case.opened_by)


async def _sent(work: Work, draft: Draft, person: str) -> Message:
    """The same receipt again: the draft's id is the key of whichever case stands."""
    case, _ = await cases.opened(work, IMAGE, person, {}, draft.id)
    return _alerted(work, case) if case.kind == ALERT.kind else _received(work, case)


def _alerted(work: Work, case: CaseFile) -> Message:
    """The emergency page, below what was done: Safeguarding knows that a call is needed, and nothing else."""
    title = work.college.roles[case.role].title
    words = (
        f"Your reference is **{case.reference}**. {title} is being told now that you need a call. "
        "They see your name and nothing about the image. If somebody may be at risk, do not wait for the call."
    )
    show = Action(cases.SHOW, f"Show {case.reference}", case.id)
    return Message("Safeguarding first", (Text(words), *emergency.parts(work.college)), (show,), "urgent", discreet=True)


def _received(work: Work, case: CaseFile) -> Message:
    role, route = work.college.roles[case.role], work.college.routes[IMAGE.route]
    closed = case.details.get("on_call", "").split(",")
    called = ", ".join(work.college.name_of(email) for email in closed if email)
    words = f"Received. Your reference is **{case.reference}**. It is with {role.title}" + (
        f", and as the college is closed {called} has been messaged too." if called else "."
    )
    hurry = f"**Do not wait for a reply: ring {work.college.roles[route.role].title} now, {route.phone}.**"
    following = (
        "**What happens next.** Somebody takes it, and each copy is hidden or removed. You are told here at every step, "
        f"until each copy has an end. It is due to be taken by {cases.when(work, case.due_at or case.opened_at)}."
    )
    actions = (Action(cases.SHOW, f"Show {case.reference}", case.id), *_own(case), Action(moves.WITHDRAW, "Withdraw it", case.id))
    return Message("Sent", (Text(words), Text(hurry), Text(following)), actions, "yes")


def _own(case: CaseFile) -> tuple[Action, ...]:
    going = case.state not in IMAGE.ended
    return (Action(copies.MORE, "Add a copy", case.id, opens_form=True),) if going else ()


FLOW = Flow(
    "image_removal",
    (
        Step(
            "risk",
            Form("Have an image removed", (RISK,), (Text(LEAVE_ALONE),)),
            then=lambda answers: "where" if answers["risk"] == "no" else "",
        ),
        Step(
            "where",
            Form("Where is it?", (copies.PLACES,), (Text(LEAVE_ALONE), Text(STOP)), actions=(emergency.button(),)),
            check=copies.check_places,
        ),
        Step(
            "who",
            Form(
                "Whose image is it?",
                (WHOSE, UNDER_18, SCOPE, CONSENT, CONTACT),
                (Text("No reason and no proof are needed. What you do not know, Marketing finds out later."),),
                actions=(emergency.button(),),
            ),
            check=_check_consent,
        ),
        Step("check", Form("Check your answers", submit="Have it removed"), review=True),
    ),
    prepare=blank,
    finish=_finish,
    sent=_sent,
    route=IMAGE.route,
)


async def who(event: Event, work: Work) -> Reply:
    """Whose image it is and whom to tell: to whoever may see the case, privately, with a line in its audit."""
    case = await cases.seen_by(work, event.person, event.subject)
    pairs = tuple((field.label, case.details.get(field.name, "")) for field in PRIVATE)
    return Message(f"{case.reference}: who is in it", (Facts(pairs),), discreet=True)


def _title(work: Work, case: CaseFile) -> str:
    return f"{case.reference}: remove an image now, asked by {work.college.name_of(case.opened_by)}"


async def _body(work: Work, case: CaseFile) -> tuple[Part, ...]:
    pairs = [(field.label, dict(field.options)[case.details[field.name]]) for field in ABOUT if case.details.get(field.name)]
    told = [work.college.name_of(email) for email in case.details.get("curators", "").split(",") if email]
    if told:
        pairs.append(("Also told, for their page", ", ".join(told)))
    future = (
        (Text("**Consent is withdrawn for future use: take it off the consent list.**"),)
        if case.details.get("scope") == "future"
        else ()
    )
    return (Facts(tuple(pairs)), *future, *await copies.shown(work, case))


async def _for_role(work: Work, case: CaseFile) -> tuple[Action, ...]:
    take = (Action(moves.TAKE, "Take it", case.id),) if case.state == "open" else ()
    return (*take, *await copies.actions(work, case), *_who(case))


async def _for_party(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return (*await copies.actions(work, case), *_who(case))


async def _for_opener(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return (*_own(case), *_who(case))


def _who(case: CaseFile) -> tuple[Action, ...]:
    known = any(case.details.get(field.name) for field in PRIVATE)
    return (Action(copies.WHO, "Who is in it", case.id),) if known else ()


def _alert_title(work: Work, case: CaseFile) -> str:
    return f"{case.reference}: urgent, somebody needs a call" if case.state == "open" else case.reference


async def _alert_body(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """Only in the page that opens for a member of the role: whom to ring. Nothing else is known here."""
    person = work.college.people.get(case.opened_by)
    post = f", {person.post}" if person else ""
    words = "Please ring them now. They may know of an image that shows nudity or puts someone at risk. Do not ask for a copy."
    return (Facts((("Whom to ring", f"{work.college.name_of(case.opened_by)}{post} ({case.opened_by})"),)), Text(words))


async def _alert_for_role(work: Work, case: CaseFile) -> tuple[Action, ...]:
    take, close = Action(moves.TAKE, "Take it", case.id, style="main"), Action(moves.CLOSE, "Close", case.id)
    return {"open": (take,), "taken": (close,)}.get(case.state, ())


VIEW = View(_title, _body, _for_role, _for_opener, _for_party)
ALERT_VIEW = View(_alert_title, _alert_body, _alert_for_role, discreet=True)
OPENS: dict[str, Flow] = {BEGIN: FLOW, **marking.OPENS}
PRESSES = {copies.WHO: who}
DRAWINGS: dict[str, Drawing] = {copies.CURATOR: copies.for_curator, copies.ON_CALL: copies.for_on_call}
