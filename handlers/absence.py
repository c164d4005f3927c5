"""A member of a role says when they are away: their deputies stand in for those days."""

from datetime import date

from handlers.cases import Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Action, Field, Form, Message, Text

BEGIN, BACK = "absence.begin", "absence.back"


async def record(work: Work, person: str, first: date, until: date, by: str) -> None:
    """Write an absence down. Raises `Refused` where the days make no sense, or nobody would notice the absence."""
    if not work.college.roles_of(person):
        raise Refused(
            "Only for people who hold a role", f"{work.college.name_of(person)} holds none in lodge.toml: nothing waits for them."
        )
    today = work.college.calendar.day(work.now)
    if until < first or until < today:
        raise Refused(
            "Those days do not fit", "Give the first day away and then the last, not before today. Nothing was changed."
        )
    standing = [each for each in await work.absences(today) if each.person == person]
    if not any((each.first, each.until) == (first, until) for each in standing):
        await work.set_absence(person=person, first=first, until=until, recorded_by=by)


async def lines(work: Work, person: str) -> list[str]:
    """A person's own absences, now and to come."""
    today = work.college.calendar.day(work.now)
    return [f"{_said(each.first)} to {_said(each.until)}" for each in await work.absences(today) if each.person == person]


async def actions(work: Work, person: str) -> tuple[Action, ...]:
    """What a member of a role may do about their absences."""
    back = (Action(BACK, "I am not away after all"),) if await lines(work, person) else ()
    return (Action(BEGIN, "I shall be away", opens_form=True), *back)


async def back(event: Event, work: Work) -> Reply:
    """Somebody is here after all: their absences from today on are taken back."""
    today = work.college.calendar.day(work.now)
    for each in await work.absences(today):
        if each.person == event.person:
            await work.drop_absence(each.id, event.person)
    return Message("Welcome back", (Text("You are recorded as here. What waits for your role waits for you again."),))


async def _may(event: Event, work: Work) -> Values | Message:
    if not work.college.roles_of(event.person):
        raise Refused("Only for people who hold a role", "You hold none in Lodge, so nothing waits for you.")
    return {}


async def _record(work: Work, draft: Draft, person: str) -> Message:
    first, until = (date.fromisoformat(draft.answers[name]) for name in ("first", "until"))
    await record(work, person, first, until, person)
    return await _recorded(work, draft, person)


async def _recorded(work: Work, draft: Draft, person: str) -> Message:
    titles = ", ".join(role.title for role in work.college.roles_of(person))
    words = f"From your first day away to your last, the deputies of {titles} can act. Under Home you can take it back."
    return Message("Recorded", (Text(words),), tone="yes")


def _check(answers: Values) -> dict[str, str]:
    return (
        {} if answers["until"] >= answers["first"] else {"until": "This is before the first day. Please give the last day away."}
    )


AWAY = Flow(
    "away",
    (
        Step(
            "days",
            Form(
                "I shall be away",
                (Field("first", "First day away", "date"), Field("until", "Last day away", "date")),
                (Text("While you are away, your deputies can act on what comes to your role."),),
                submit="Record it",
            ),
            check=_check,
        ),
    ),
    prepare=_may,
    finish=_record,
    sent=_recorded,
)
OPENS = {BEGIN: AWAY}
PRESSES = {BACK: back}


def _said(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"
