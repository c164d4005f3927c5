"""Marketing asks a curator to take something down (3.1.3, 3.3.3): asked personally, answered done or not done, seen by both."""

from datetime import timedelta

from handlers import cases, chasing, register, telling
from handlers.cases import Drawing, Refused
from handlers.chasing import MARKETING, Chase
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.machines import TAKEDOWN_MOVES
from handlers.message import Action, Field, Form, Message, Part, Said, Text
from storage.items import Item
from storage.work import CaseFile

ASKED, STILL_UP = "takedown.asked", "takedown.still_up"
DAY = timedelta(days=1)
CLAUSES = {
    "3.1.3": "3.1.3: chain letters, personal views, outside promotion, or offence",
    "3.1.4": "3.1.4: images or information about students without consent",
    "3.3.3": "3.3.3: unsuitable on an official page",
    "1.5": "1.5: another breach of the policy",
}
ON_SHOW = ("live", "quiet", "handover", "closing")


def _up(case: CaseFile) -> None:
    if case.state not in ON_SHOW:
        raise Refused(f"{case.reference}: {cases.words(case).lower()}", "There is no page of it from which to take anything.")


async def _may_ask(event: Event, work: Work) -> Values | Message:
    _up(await register.decided(work, event.person, event.subject))
    return {}


async def _ask(work: Work, draft: Draft, person: str) -> Message:
    case = await register.decided(work, person, draft.subject)
    _up(case)
    words = "\n".join(draft.answers[name] for name in ("link", "clause", "reason"))
    (item,) = await work.add_items(case, kind=register.TAKEDOWN, texts=[words], actor=person)
    for email in register.staying(case, "curator") or register.staying(case, "deputy"):
        await register.tell(work, case, f"person:{email}", ASKED, item)
    await telling.announce_again(work, case, item)
    await chasing.begin(work, case, "takedown", item, UNDONE)
    return await _is_asked(work, draft, person)


async def _is_asked(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.seen_by(work, person, draft.subject)
    who = " or ".join(map(work.college.name_of, register.staying(case, "curator") or register.staying(case))) or "Nobody"
    return register.done("Asked", f"{who} has it now. The answer shows on {case.reference}, and here if none comes.", case)


ASKING = Flow(
    "ask_down",
    (
        Step(
            "what",
            Form(
                "Ask to take down",
                (
                    Field("link", "Where is it?", "line", "A link, or which post of which day.", longest=500),
                    Field("clause", "Under which clause?", "choice", options=tuple(CLAUSES.items())),
                    Field("reason", "Why?", "text", "The curator sees this. Leave out students’ names.", longest=1000),
                ),
                submit="Ask the curator",
            ),
        ),
    ),
    _may_ask,
    _ask,
    _is_asked,
)


# The curator answers


async def down(event: Event, work: Work) -> Reply:
    """It is taken down."""
    case_id, _, position = event.subject.partition(" ")
    await _answer(work, event.person, case_id, position, "done", "")
    case = await register.owned(work, event.person, case_id)
    return register.done("Thank you", f"{case.reference} shows that it is down.", case)


async def _answer(work: Work, person: str, case_id: str, position: str, move: str, note: str) -> None:
    case = await register.owned(work, person, case_id)
    item = await register.numbered(work, case, register.TAKEDOWN, position)
    arrow = TAKEDOWN_MOVES[move]
    moved = await work.move_item(
        case, item, actor=person, verb=arrow.verb, sources=arrow.sources, to=arrow.to, note=note, ended=move == "done"
    )
    if not moved:
        raise register.late(work, case, item)
    await telling.announce_again(work, case, f"{item.id}:{arrow.to}")
    for email in cases.parties(case):
        for about in (item.id, f"{item.id}:0"):
            await register.retell(work, case, f"person:{email}", ASKED, about, arrow.to)
    if move == "not_done":
        await register.tell(work, case, f"role:{case.role}", STILL_UP, f"{item.id}:refused")


async def _may_say(event: Event, work: Work) -> Values | Message:
    case_id, _, position = event.subject.partition(" ")
    case = await register.owned(work, event.person, case_id)
    item = await register.numbered(work, case, register.TAKEDOWN, position)
    if item.state != "asked":
        raise register.late(work, case, item)
    return {}


async def _say(work: Work, draft: Draft, person: str) -> Message:
    case_id, _, position = draft.subject.partition(" ")
    await _answer(work, person, case_id, position, "not_done", draft.answers["why"])
    return await _is_said(work, draft, person)


async def _is_said(work: Work, draft: Draft, person: str) -> Message:
    case = await register.owned(work, person, draft.subject.partition(" ")[0])
    return register.done("Sent to Marketing", "They see your words, and will be in touch. You can still take it down.", case)


WHY = Field("why", "Why is it not done?", "text", "Marketing sees this and your name.", longest=1000)
SAYING = Flow("not_down", (Step("why", Form("Not taken down", (WHY,), submit="Send")),), _may_say, _say, _is_said)


# What is sent


async def asked(work: Work, case: CaseFile) -> Message:
    """What the curator gets: each thing that is still up, in Marketing's words, with a button for either answer."""
    left = [each for each in await work.items(case, register.TAKEDOWN) if each.state != "done"]
    if not left:
        return Message(f"{register.name(case)}: it is down", (Text("Nothing is left to take down."),), (register.show(case),))
    words = "Please take it down now, and say so. If you cannot, say why: Marketing decides what follows (1.5, 1.6)."
    parts: tuple[Part, ...] = (Text(words), *(_said(each) for each in left))
    actions: tuple[Action, ...] = (*await register.downs(work, case), register.show(case))
    return Message(f"Marketing asks you to take something down from {register.name(case)}", parts, actions, "urgent")


def _said(item: Item) -> Said:
    link, clause, reason = [*item.text.split("\n", 2), "", ""][:3]
    return Said(f"{item.position}. {link}\n{CLAUSES.get(clause, clause)}\n{reason}", by="Marketing")


async def still_up(work: Work, case: CaseFile) -> Message:
    """Marketing learns that something is not down: refused, or no answer came."""
    left = [each for each in await work.items(case, register.TAKEDOWN) if each.state != "done"]
    parts: list[Part] = [Text("The curator has not taken it down. Ring them, or have it removed by the platform.")]
    for each in left:
        parts.append(_said(each))
        if each.note:
            parts.append(Said(each.note, by=work.college.name_of(each.changed_by)))
    return Message(f"{case.reference}: still up", tuple(parts), (register.show(case),), "condition")


async def _undone(work: Work, case: CaseFile, about: str) -> bool:
    return case.state in ON_SHOW and any(
        each.id == about and each.state == "asked" for each in await work.items(case, register.TAKEDOWN)
    )


UNDONE = Chase(_undone, (chasing.Step(DAY, ("curator", "deputy"), ASKED), chasing.Step(DAY, (MARKETING,), STILL_UP)))
PRESSES = {register.DOWN: down}
CHASES = {"takedown": UNDONE}
OPENS: dict[str, Flow] = {register.ASK_DOWN: ASKING, register.NOT_DOWN: SAYING}
DRAWINGS: dict[str, Drawing] = {ASKED: asked, STILL_UP: still_up}
