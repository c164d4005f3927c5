"""Permission in writing (3.1.2, 3.3.3): written once when it is given, and shown as it was ever after."""

import json
from collections.abc import Iterator

from handlers import cases
from handlers.event import Event, Reply, Work
from handlers.message import Action, Facts, Message, Part, Quote, Said, Text, pack, unpack
from storage.work import CaseFile

SHOW, GIVEN = "permission.show", "permission.given"
CLAUSES = ("3.1.2", "3.3.3")
_LEAD = "This is the College's permission in writing for this account. It is kept on the case and can be shown again at any time."
_GOES_WITH = (
    "**What goes with it.**\n"
    "- You, the curator, answer for all content, and watch what others add to it (3.1.3).\n"
    "- You answer for consent to every image of and every fact about a student; under 18, for the consent of their parent or "
    "guardian. Who asks for their image to be removed has it removed at once (3.1.4).\n"
    "- The credentials stay in the place named above, within reach of the department. Lodge never keeps them.\n"
    "- This permission may be ended: after three months without a post the College may remove the page (3.1.2), and Marketing "
    "may ask for content to be taken down or for the page to be closed (3.3.3)."
)


async def write(work: Work, case: CaseFile, person: str, conditions: str) -> None:
    """Put the permission on the case as it is given: who, in which post, when, on which conditions, under which words.

    The whole message is kept, since names, posts, curators and the policy itself may all be others in a year.
    """
    kept = {"decided_by": person, "decided_at": work.now.isoformat(), "conditions": conditions}
    message = _written(work, case, person, conditions)
    await work.amend(
        case, actor=person, verb="gave permission in writing", details={**kept, "permission": json.dumps(pack(message))}
    )


async def drawn(work: Work, case: CaseFile) -> Message:
    """The permission as it was written."""
    written = unpack(json.loads(case.details["permission"]))
    return Message(
        written.title, written.parts, (Action(cases.SHOW, f"Show {case.reference}", case.id),), written.tone, discreet=True
    )


async def show(event: Event, work: Work) -> Reply:
    """The permission again, to whoever may see the case."""
    case = await cases.seen_by(work, event.person, event.subject)
    if not case.details.get("permission"):
        raise cases.Refused("There is no permission on this case", f"{case.reference} holds none that was given through Lodge.")
    return await drawn(work, case)


def button(case: CaseFile) -> tuple[Action, ...]:
    """The way to the permission, where one was given."""
    return (Action(SHOW, "Show the permission", case.id),) if case.details.get("permission") else ()


def _written(work: Work, case: CaseFile, person: str, conditions: str) -> Message:
    name = work.college.name_of(person)
    ruled: tuple[Part, ...] = (
        (Text("**On these conditions, word for word:**"), Said(conditions, by=name))
        if conditions
        else (Text("No conditions are set beyond the policy's own."),)
    )
    following = Text(f"**What next.** When the page is live, the curator shows {case.reference} and presses “It is live”.")
    parts = (Text(_LEAD), Facts(tuple(_facts(work, case, person))), *ruled, Text(_GOES_WITH), *_quotes(work), following)
    return Message(f"{case.reference}: permission in writing", parts, tone="yes")


def _facts(work: Work, case: CaseFile, person: str) -> Iterator[tuple[str, str]]:
    college, said = work.college, case.details
    known = college.people.get(person)
    yield "Reference", case.reference
    yield "Given", cases.when(work, work.now)
    yield "By", f"{college.name_of(person)}, {known.post}" if known else person
    yield "Handle or name", said["handle"]
    yield "Platform", said["platform"]
    yield "Purpose", said["purpose"].capitalize()
    yield "Department", said["department"]
    yield "Asked by", college.name_of(case.opened_by)
    yield "Curator", college.name_of(said["curator"])
    yield "Deputy", college.name_of(said["deputy"])
    yield "Credentials stay in", said["credentials"]


def _quotes(work: Work) -> tuple[Quote, ...]:
    policy = work.answers.policy
    found = [work.answers.clause(number) for number in CLAUSES]
    return tuple(Quote(each.id, each.heading, each.text, policy.name, policy.version) for each in found)
