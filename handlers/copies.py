"""The copies of an image that is to go (3.1.4): how each stands, who may say what became of it, and who is told."""

from collections.abc import Iterable
from datetime import timedelta

from handlers import cases, register, telling
from handlers.cases import Refused
from handlers.event import Work
from handlers.flow import Values
from handlers.machines import COPY_ENDS, COPY_STATES
from handlers.message import Action, Facts, Field, Message, Part, Text
from storage.items import Item
from storage.work import CaseFile

MARK, MARK_SOME, MORE, WHO = (f"image_removal.{each}" for each in ("copy", "copies", "add_copy", "who"))
KIND = "copy"
MOST, LONGEST, DIRECT = 20, 500, 5
CURATOR, ON_CALL = "image.curator", "image.on_call"

PLACES = Field(
    "places",
    "Where is it?",
    "text",
    f"One link or description a line, up to {MOST}. For example: the College's Instagram, second photo of 12 June.",
)


def lines(text: str) -> list[str]:
    """One copy a line: blank lines and repeated ones are left out."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def check_places(answers: Values) -> dict[str, str]:
    """What is wrong with the lines that say where the copies are."""
    found = lines(answers["places"])
    if len(found) > MOST:
        return {"places": f"Please give up to {MOST} lines: there are {len(found)}. Start another request for the rest."}
    long = next((number for number, line in enumerate(found, 1) if len(line) > LONGEST), 0)
    return {"places": f"Please shorten line {long} to {LONGEST} characters."} if long else {}


async def curators(work: Work, places: Iterable[str], but: str) -> list[str]:
    """Curators and deputies of the pages these places are on, from the register; never the person who asks."""
    pages = [page for place in places for page in await register.by_address(work, place)]
    named = (page.details.get(name, "") for page in pages for name in ("curator", "deputy"))
    return [email for email in dict.fromkeys(named) if email and email != but]


async def standing(work: Work, case: CaseFile) -> list[Item]:
    """The copies that have no end yet."""
    return [each for each in await work.items(case) if each.state not in COPY_ENDS]


async def shown(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """Each copy in the words of whoever asked, with what became of it and how long that took."""
    found = await work.items(case)
    return (Facts(tuple((f"Copy {each.position}: {_fate(work, each)}", _words(each)) for each in found)),) if found else ()


def _words(item: Item) -> str:
    return f"{item.text}\nWhat was asked of whom: {item.note}" if item.note else item.text


def _fate(work: Work, item: Item) -> str:
    """'hidden after 12 minutes, removed after 42 minutes (Tue 24 Nov 2026, 09:42)': from asking to each."""
    if item.state not in COPY_ENDS:
        hidden = f" {lasted(item.first_at - item.at)}: still to be removed" if item.first_at else ""
        return COPY_STATES[item.state].lower() + hidden
    end = item.end_at or item.changed_at
    hidden = f"hidden {lasted(item.first_at - item.at)}, " if item.first_at and item.first_at < end else ""
    return f"{hidden}{COPY_STATES[item.state].lower()} {lasted(end - item.at)} ({cases.when(work, end)})"


def lasted(span: timedelta) -> str:
    """A length of time in words, to the minute."""
    minutes = int(span.total_seconds()) // 60
    counted = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    words = [f"{number} {unit}{'s' if number != 1 else ''}" for number, unit in counted if number]
    return "after " + " and ".join(words[:2]) if words else "within a minute"


async def actions(work: Work, case: CaseFile) -> tuple[Action, ...]:
    """A button for each copy without an end; one for all of them where they are many."""
    if case.state in cases.machine(case).ended:
        return ()
    left = await standing(work, case)
    if len(left) > DIRECT:
        return (Action(MARK_SOME, "Copies: what became of them", case.id, style="main", opens_form=True),)
    return tuple(
        Action(MARK, f"Copy {each.position}: what became of it", f"{case.id} {each.position}", style="main", opens_form=True)
        for each in left
    )


async def held(work: Work, person: str, case_id: str) -> CaseFile:
    """A case whose copies somebody may mark now: a curator or whoever is on call, or the role. Raises `Refused`."""
    try:
        case = await cases.partied(work, person, case_id, kind="image")
    except Refused:
        case = await cases.acted_on(work, person, case_id, kind="image")
    cases.must(case, "finish")
    return case


async def inform(work: Work, case: CaseFile, drawing: str, people: Iterable[str]) -> None:
    """Message curators, or whoever is on call, at once; `telling.announce` edits what they were sent."""
    for email in people:
        key = telling.to_party(case, email)
        await work.owe(key=key, to=f"person:{email}", drawing=drawing, subject=case.id, case_id=case.id, urgent=True)


async def for_curator(work: Work, case: CaseFile) -> Message:
    """What the curator of a page gets: the copies, and a button for each."""
    return await _personal(work, case, "You are named in the register for a page that is on this list.")


async def for_on_call(work: Work, case: CaseFile) -> Message:
    """What the emergency contact gets while the college is closed."""
    return await _personal(work, case, "It came in outside opening hours, and you are the emergency contact.")


async def _personal(work: Work, case: CaseFile, why: str) -> Message:
    show = Action(cases.SHOW, f"Show {case.reference}", case.id)
    if case.state in cases.machine(case).ended:
        ended = (Text(f"{cases.words(case)}."), *await shown(work, case))
        return Message(f"{case.reference}: nothing is left to do", ended, (show,))
    words = f"{why} Please hide or remove each copy **now**, and say so with its button. {_role(work, case)} has been told too."
    parts = (Text(words), await cases.facts(work, case), *await shown(work, case))
    who = Action(WHO, "Who is in it", case.id)
    return Message(f"{case.reference}: an image is to be removed now", parts, (*await actions(work, case), who, show), "urgent")


def _role(work: Work, case: CaseFile) -> str:
    return work.college.roles[case.role].title
