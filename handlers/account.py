"""Asking for a College account, 'in advance of any page or account being set up' (3.1.2), and Marketing's decision on it."""

from handlers import account_form, cases, entering, moves, permission, register, telling
from handlers.account_form import FIELDS
from handlers.cases import Drawing
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values, blank, shown
from handlers.machines import ACCOUNT
from handlers.message import Action, Facts, Field, Form, Message, Part, Said, Text
from handlers.view import View
from storage.work import CaseFile

BEGIN, APPROVE, CONDITIONS, DECLINE = (f"account.{each}" for each in ("begin", "approve", "conditions", "decline"))
NOT_YET = "**Do not set the page up before you have the answer (3.1.2).**"


async def _send(work: Work, draft: Draft, person: str) -> Message:
    """Open the case. A member's own request goes up the ladder: it is never decided by whoever asked (promise 7)."""
    details = account_form.details(draft.answers)
    case, new = await cases.opened(work, ACCOUNT, person, details, draft.id, above_own=True)
    if new:
        await telling.announce(work, case)
    return receipt(work, case)


def receipt(work: Work, case: CaseFile) -> Message:
    """What the person sees once it is stored: reference, who has it, by when, and the number to ring."""
    role, phone = work.college.roles[case.role], work.college.routes[ACCOUNT.route].phone
    words = (
        f"Received. Your reference is **{case.reference}**. It is with {role.title}, and you will have the decision here "
        f"by {cases.when(work, case.due_at or case.opened_at)}. If it cannot wait, ring {phone}."
    )
    actions = (Action(cases.SHOW, f"Show {case.reference}", case.id), Action(moves.WITHDRAW, "Withdraw it", case.id))
    return Message("Sent", (Text(words), Text(NOT_YET)), actions, "yes")


FLOW = Flow("request_account", account_form.STEPS, prepare=blank, finish=_send, sent=_send, route=ACCOUNT.route)


async def approve(event: Event, work: Work) -> Reply:
    """Permission without conditions, at one press."""
    case = await cases.acted_on(work, event.person, event.subject, kind=ACCOUNT.kind)
    await _permit(work, event.person, case, "")
    return _approved(work, case)


async def _permit(work: Work, person: str, case: CaseFile, conditions: str) -> None:
    """The register is Marketing's, whoever decided: an approved account is with the route's own role again."""
    await cases.make(work, person, case, "approve", role=work.college.routes[ACCOUNT.route].role)
    await permission.write(work, case, person, conditions)
    await entering.await_live(work, case)
    await telling.announce(work, case)
    for email in dict.fromkeys((case.opened_by, *cases.parties(case))):
        await telling.tell(work, case, email, permission.GIVEN, about="approved")


def _approved(work: Work, case: CaseFile) -> Message:
    people = dict.fromkeys((case.opened_by, *cases.parties(case)))
    told: Part = Facts((("Permission in writing goes to", ", ".join(work.college.name_of(email) for email in people)),))
    words = Text(f"{case.reference} is in the register now, as approved and not live yet.")
    return Message("Approved", (words, told), permission.button(case), "yes")


async def _may_approve(event: Event, work: Work) -> Values | Message:
    return await _may(event, work, "approve")


async def _may_decline(event: Event, work: Work) -> Values | Message:
    return await _may(event, work, "decline")


async def _may(event: Event, work: Work, move: str) -> Values | Message:
    case = await cases.acted_on(work, event.person, event.subject, kind=ACCOUNT.kind)
    if not cases.can(case, move):  # said in the words of whoever was first
        await cases.make(work, event.person, case, move)
    return {}


async def _conditional(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.acted_on(work, person, draft.subject, kind=ACCOUNT.kind)
    await _permit(work, person, case, draft.answers["conditions"])
    return _approved(work, case)


async def _decline(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.acted_on(work, person, draft.subject, kind=ACCOUNT.kind)
    await cases.make(work, person, case, "decline")
    await work.say(case, author=person, kind="reason", body=draft.answers["reason"])
    await telling.moved(work, case, person)
    return await _decided(work, draft, person)


async def _decided(work: Work, draft: Draft, person: str) -> Message:
    """A decision that is sent again: how the case stands."""
    case = await cases.seen_by(work, person, draft.subject)
    if case.details.get("permission"):
        return _approved(work, case)
    return Message("Declined", (Text(f"{case.reference}: the person who asked gets your reason now."),))


APPROVING = Flow(
    "approve_account",
    (
        Step(
            "conditions",
            Form(
                "Approve with conditions",
                (Field("conditions", "The conditions", "text", "They stand in the permission word for word.", longest=2000),),
                submit="Approve",
            ),
        ),
    ),
    prepare=_may_approve,
    finish=_conditional,
    sent=_decided,
)
DECLINING = Flow(
    "decline_account",
    (
        Step(
            "reason",
            Form(
                "Decline the request",
                (Field("reason", "The reason", "text", "The person who asked sees this and your name.", longest=2000),),
                submit="Decline",
            ),
        ),
    ),
    prepare=_may_decline,
    finish=_decline,
    sent=_decided,
)


LABELS = {  # how what was asked is named where it is read
    "purpose": "Purpose",
    "platform_other": "Platform, in full",
    "audience": "Audience",
    "start": "From",
    "credentials": "Credentials are kept",
    "reach": "Within reach of",
    "undertakings": "Undertaken",
}


def _title(work: Work, case: CaseFile) -> str:
    if case.state == "open":
        return f"{case.reference}: may this account be set up? Asked by {work.college.name_of(case.opened_by)}"
    return f"{case.reference}: College account"


async def _body(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """All that was asked for, and what is known about the name while it waits for a decision."""
    said = case.details
    people = {name: work.college.name_of(said[name]) for name in ("curator", "deputy") if said.get(name)}
    pairs = tuple(
        (LABELS.get(each.name, each.label), shown(each, {**said, **people}[each.name])) for each in FIELDS if said.get(each.name)
    )
    content = (Said(said["content"], by="What will be posted"),) if said.get("content") else ()
    conditions = (Text("**Approved on these conditions:**"), Said(said["conditions"])) if said.get("conditions") else ()
    known = await account_form.known(work, said, but=case.id) if case.state == "open" else ()
    return (Facts(pairs), *content, *known, *conditions, *await register.shown(work, case))


async def _for_role(work: Work, case: CaseFile) -> tuple[Action, ...]:
    if case.state == "open":
        return (
            Action(APPROVE, "Approve", case.id, style="main"),
            Action(CONDITIONS, "Approve with conditions", case.id, opens_form=True),
            Action(DECLINE, "Decline", case.id, style="danger", opens_form=True),
        )
    return (*await register.for_role(work, case), *permission.button(case))


async def _for_opener(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return permission.button(case)


async def _for_party(work: Work, case: CaseFile) -> tuple[Action, ...]:
    acting = await register.for_party(work, case) if case.state != "open" else ()
    return (*acting, *permission.button(case))


VIEW = View(_title, _body, _for_role, _for_opener, _for_party)
OPENS: dict[str, Flow] = {BEGIN: FLOW, CONDITIONS: APPROVING, DECLINE: DECLINING}
PRESSES = {APPROVE: approve, permission.SHOW: permission.show}
DRAWINGS: dict[str, Drawing] = {permission.GIVEN: permission.drawn}
