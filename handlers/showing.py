"""A case drawn for whoever may see it: the notice in a role's channel, the whole case, and word that it moved."""

from handlers import account, cases, drill, image_removal, marketing, material, moves, private
from handlers.event import Event, Reply, Work
from handlers.message import Action, Message, Part, Text
from handlers.view import View
from storage.work import CaseFile

VIEWS: dict[str, View] = {
    "marketing": marketing.VIEW,
    "account": account.VIEW,
    "image": image_removal.VIEW,
    "alert": image_removal.ALERT_VIEW,
    "concern": private.VIEW,
    "breach": private.VIEW,
    "material": material.VIEW,
    "drill": drill.VIEW,
}


async def show(event: Event, work: Work) -> Reply:
    """The whole case to somebody who may see it, with what they may do now."""
    case = await cases.seen_by(work, event.person, event.subject)
    view = VIEWS[case.kind]
    own = case.opened_by == event.person
    actions = (
        await (view.for_opener if own else view.for_role)(work, case)
        if own or await cases.may_act(work, case, event.person)
        else ()
    )
    if event.person in cases.parties(case):
        actions += await view.for_party(work, case)
    common = await moves.offered(work, case, own=own)
    title = f"Your {case.reference}: {cases.machine(case).noun.lower()}" if own else view.title(work, case)
    return Message(title, await _body(work, case, view), tuple(dict.fromkeys((*actions, *common))), discreet=True)


async def notice(work: Work, case: CaseFile) -> Message:
    """What stands in a role's channel, as the case is now. A discreet kind says its reference and nothing else (promise 5)."""
    view = VIEWS[case.kind]
    if view.notice:
        return await view.notice(work, case)
    if view.discreet:
        return Message(
            view.title(work, case),
            (Text(cases.state(work, case) + "."),),
            (*await view.for_role(work, case), Action(cases.SHOW, f"Show {case.reference}", case.id)),
            "urgent" if case.state == "open" else "plain",
        )
    return Message(view.title(work, case), await _body(work, case, view), await _for_role(work, case, view))


async def _for_role(work: Work, case: CaseFile, view: View) -> tuple[Action, ...]:
    asking = await moves.asking(work, case)
    return (*await view.for_role(work, case), *asking)


async def told(work: Work, case: CaseFile) -> Message:
    """What somebody is told when a case of theirs has moved."""
    latest = await work.last_move(case.id)
    known = [
        move.told for move in cases.machine(case).moves.values() if latest and move.verb == latest.verb and move.to == case.state
    ]
    lead = Text(next((each for each in known if each), f"{cases.words(case)}."))
    view = VIEWS[case.kind]
    parts = (lead, *await view.body(work, case), *await cases.history(work, case)) if not view.discreet else (lead,)
    return Message(
        f"{case.reference}: {cases.words(case)[0].lower()}{cases.words(case)[1:]}",
        parts,
        (Action(cases.SHOW, "Show it", case.id),),
    )


async def _body(work: Work, case: CaseFile, view: View) -> tuple[Part, ...]:
    said = () if view.discreet else await cases.history(work, case)
    return (await cases.facts(work, case), *await view.body(work, case), *said)
