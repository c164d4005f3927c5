"""The forms about copies of an image: what became of one, and that there are more (3.1.4)."""

from collections.abc import Sequence

from handlers import cases, copies, telling
from handlers.cases import Refused
from handlers.event import Event, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.machines import COPY_ENDS, COPY_MOVES, COPY_STATES
from handlers.message import Action, Facts, Field, Form, Message, Part, Text
from storage.items import Item
from storage.work import CaseFile

# Marking a copy


OUTCOMES = {
    "hide": "Hidden: nobody can see it, but it is still there",
    "remove": "Removed: it is gone",
    "outside": "Outside our control: only somebody else can remove it",
}
OUTCOME = Field("outcome", "What became of it?", "choice", options=tuple(OUTCOMES.items()))
NOTE = Field(
    "note",
    "If it is outside our control: what did you ask of whom?",
    "text",
    "For example: reported to the platform, with its number. The person who asked sees this.",
    required=False,
    longest=300,
)
WHICH = Field(
    "which", "Which copies?", "choices", options=tuple((str(number), f"Copy {number}") for number in range(1, copies.MOST + 1))
)


def _check_outcome(answers: Values) -> dict[str, str]:
    if answers["outcome"] == "outside" and not answers["note"].strip():
        return {"note": "Please say what you asked of whom: the person who asked has nothing else to go by."}
    return {}


def _place(subject: str) -> tuple[str, set[int]]:
    """The case that a button is about, and the one copy of it, where it is about one."""
    case_id, _, position = subject.partition(" ")
    return case_id, {int(position)} if position.isdecimal() else set()


async def _chosen(work: Work, case: CaseFile, positions: set[int]) -> list[Item]:
    found = [each for each in await work.items(case) if each.position in positions]
    if len(found) < len(positions):
        missing = min(positions - {each.position for each in found})
        raise Refused(f"There is no copy {missing}", f"Nothing was changed. Open {case.reference} again to see its copies.")
    return found


async def _may_mark(event: Event, work: Work) -> Values | Message:
    case_id, positions = _place(event.subject)
    case = await copies.held(work, event.person, case_id)
    chosen = await _chosen(work, case, positions)
    if event.action == copies.MARK and not chosen:
        raise Refused("Which copy is it?", f"Open {case.reference} again and press the button of the copy you mean.")
    if chosen and all(each.state in COPY_ENDS for each in chosen):
        raise _late(work, case, chosen)
    return {}


async def _left(work: Work, draft: Draft) -> tuple[Part, ...]:
    """The copies a form is about, above its fields."""
    case_id, positions = _place(draft.subject)
    case = await work.case(case_id, actor="lodge", purpose="draw")
    left = await copies.standing(work, case) if case else []
    about = tuple((f"Copy {each.position}", each.text) for each in left if not positions or each.position in positions)
    return (Facts(about),) if about else ()


async def _mark(work: Work, draft: Draft, person: str) -> Message:
    """Each chosen copy takes its arrow once; the last end ends the case. Raises `Refused` where all were dealt with before."""
    case_id, positions = _place(draft.subject)
    case = await copies.held(work, person, case_id)
    chosen = await _chosen(work, case, positions or {int(each) for each in draft.answers["which"].split(",")})
    moved = [each for each in chosen if await _moved(work, case, each, person, draft.answers)]
    if not moved:
        raise _late(work, case, await _chosen(work, case, {each.position for each in chosen}))
    if cases.can(case, "take") and await cases.may_act(work, case, person):
        await cases.make(work, person, case, "take", taken_by=person)
    if not await copies.standing(work, case):
        await cases.make(work, person, case, "finish")
    await telling.moved(work, case, person)
    return await _marked(work, draft, person)


async def _moved(work: Work, case: CaseFile, item: Item, person: str, answers: Values) -> bool:
    move = COPY_MOVES[answers["outcome"]]
    return await work.move_item(
        case, item, actor=person, verb=move.verb, sources=move.sources, to=move.to,
        note=answers["note"].strip(), ended=move.to in COPY_ENDS,
    )  # fmt: skip


def _late(work: Work, case: CaseFile, chosen: Sequence[Item]) -> Refused:
    """Somebody was first: who, and when (promise 7)."""
    last = max(chosen, key=lambda each: each.changed_at)
    who = work.college.name_of(last.changed_by)
    when = cases.when(work, last.changed_at)
    words = f"{case.reference}, copy {last.position}: {who} did that {when}. Nothing was changed now."
    return Refused(f"Already {COPY_STATES[last.state].lower()}", words)


async def _marked(work: Work, draft: Draft, person: str) -> Message:
    case_id, _ = _place(draft.subject)
    case = await cases.seen_by(work, person, case_id)
    left = len(await copies.standing(work, case))
    still = f"{left} {'copy has' if left == 1 else 'copies have'} no end yet." if left else "Every copy has an end now."
    words = f"It stands on {case.reference}, and {work.college.name_of(case.opened_by)} is told. {still}"
    return Message("Noted", (Text(words),), (Action(cases.SHOW, f"Show {case.reference}", case.id),), "yes")


MARKING = Flow(
    "mark_copy",
    (Step("copy", Form("What became of this copy?", (OUTCOME, NOTE), submit="Save it"), check=_check_outcome, look=_left),),
    _may_mark,
    _mark,
    _marked,
)
MARKING_SOME = Flow(
    "mark_copies",
    (Step("copies", Form("What became of them?", (WHICH, OUTCOME, NOTE), submit="Save it"), check=_check_outcome, look=_left),),
    _may_mark,
    _mark,
    _marked,
)


# Adding a copy


async def _own(work: Work, person: str, case_id: str) -> CaseFile:
    case = await cases.seen_by(work, person, case_id)
    if case.kind != "image" or case.opened_by != person:
        raise Refused("Only the person who asked can add a copy", "Start a new request from your home page for what you found.")
    cases.must(case, "finish")
    return case


async def _may_add(event: Event, work: Work) -> Values | Message:
    await _own(work, event.person, event.subject)
    return {}


async def _add(work: Work, draft: Draft, person: str) -> Message:
    """More copies on the same case; curators of pages that were not on it before are messaged as well."""
    case = await _own(work, person, draft.subject)
    known = await work.items(case)
    new = [line for line in copies.lines(draft.answers["places"]) if line not in {each.text for each in known}]
    if len(known) + len(new) > copies.MOST:
        why = f"{case.reference} has {len(known)} copies and can hold {copies.MOST}. Start another request from your home page."
        raise Refused("That is too many for one request", why)
    if new:
        await work.add_items(case, kind=copies.KIND, texts=new, actor=person)
        await _call_more(work, case, person, new)
        await telling.announce(work, case)
    return await _added(work, draft, person)


async def _call_more(work: Work, case: CaseFile, person: str, new: Sequence[str]) -> None:
    found = [email for email in await copies.curators(work, new, but=person) if email not in cases.parties(case)]
    if found:
        named = [email for email in (*case.details.get("curators", "").split(","), *found) if email]
        await work.amend(case, actor=person, verb="added curators", details={**case.details, "curators": ",".join(named)})
        await copies.inform(work, case, copies.CURATOR, found)


async def _added(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.seen_by(work, person, draft.subject)
    count = len(await work.items(case))
    title = work.college.roles[case.role].title
    words = f"{case.reference} is about {count} {'copy' if count == 1 else 'copies'} now, and {title} can see that."
    return Message("Added to the case", (Text(words),), (Action(cases.SHOW, f"Show {case.reference}", case.id),), "yes")


ADDING = Flow(
    "add_copy",
    (Step("where", Form("Add a copy", (copies.PLACES,), submit="Add it"), check=copies.check_places),),
    _may_add,
    _add,
    _added,
)

OPENS: dict[str, Flow] = {copies.MARK: MARKING, copies.MARK_SOME: MARKING_SOME, copies.MORE: ADDING}
