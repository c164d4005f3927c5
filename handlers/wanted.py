"""A request to change or remove material (1.5, 1.6): what is asked, by when, who may act on it, and how it is shown.

It is a case of its own. Nothing in it says that anybody reported anything, or who.
"""

from datetime import date, datetime, timedelta

from handlers import ask, cases, hearing, register, telling
from handlers.cases import Refused
from handlers.event import Work
from handlers.flow import Values
from handlers.machines import MATERIAL
from handlers.message import Action, Facts, Field, Message, Part, Quote, Said, Text, Tone
from handlers.view import Power
from storage.work import CaseFile

DONE, REFUSE, ASK = "material.done", "material.refuse", "material.ask"
AGAIN, MARK_DONE, MARK_REFUSED = "material.again", "material.mark_done", "material.mark_refused"
FAIL, END, ANSWER = "material.fail", "material.end", "material.answer"
SILENT = "material.silent"
REQUEST, ASKED_AGAIN, NEWS, ANSWERED = "material.request", "material.asked_again", "material.news", "material.answered"
DISCIPLINARY = "Staff Disciplinary Policy"
ALONE = "a member of the role, never a deputy"

FOR_PARTY = (
    Power(DONE, "It is done", "party", "done", opens_form=False, style="main"),
    Power(REFUSE, "I refuse", "party", "refuse"),
    Power(ASK, "Ask a question", "party"),
)
MARKING_REFUSED = Power(MARK_REFUSED, "Record a refusal", move="mark_refused", only=f"a third party’s; {ALONE}")
ANSWERING = Power(ANSWER, "Answer their question", only=f"while a question waits; {ALONE}")
FOR_ROLE = (
    ANSWERING,
    Power(MARK_DONE, "Record that it is done", move="mark_done", opens_form=False, only=ALONE),
    MARKING_REFUSED,
    Power(AGAIN, "Ask again", move="ask_again", only=ALONE),
    Power(FAIL, "Decide: failure to comply", move="fail", only=ALONE),
    Power(END, "Close", move="end", opens_form=False, only=ALONE),
)
TODAY = "today"  # an answer no page asks for: what the date is checked against
LONGEST = 180  # days in which an answer can be due
BY = Field("by", "By when?", "date", "They have until the College closes on that day.")


# Whose it is to act


async def asked_of(work: Work, person: str, case_id: str) -> CaseFile:
    """The request, for whoever it was put to. Raises `Refused`."""
    return await cases.partied(work, person, case_id, kind=MATERIAL.kind)


async def directed(work: Work, person: str, case_id: str) -> CaseFile:
    """The request, for a member of the role that made it: a deputy can see it, and no more. Raises `Refused`."""
    case = await cases.acted_on(work, person, case_id, kind=MATERIAL.kind)
    roles = (await hearing.of(work, case)).held()
    if not any(person in role.members for role in roles):
        titles = " or ".join(role.title for role in roles)
        raise Refused("A deputy cannot decide this", f"{case.reference} is for a member of {titles} alone (1.5).")
    return case


async def wait(work: Work, case: CaseFile) -> None:
    """Look on the day whether there is an answer. Called whenever somebody is asked."""
    key = f"{case.id}:silent:{case.details['round']}"
    await work.set_timer(key=key, action=SILENT, subject=case.id, due_at=closing(work, case.details["by"]))


async def tell_roles(work: Work, case: CaseFile, about: str = "") -> None:
    """A message of its own to those who asked: the notice is edited, and an edit makes no sound."""
    latest = await work.last_move(case.id)
    await telling.again(work, case, about or str(latest.seq if latest else 0), drawing=NEWS)


async def tell_party(work: Work, case: CaseFile, drawing: str = telling.TOLD, about: str = "") -> None:
    """A message to whoever was asked, where that is somebody whom Lodge can reach."""
    for email in cases.parties(case):
        await telling.tell(work, case, email, drawing, about)


def show(case: CaseFile) -> tuple[Action, ...]:
    """The way to the whole of it."""
    return (Action(cases.SHOW, f"Show {case.reference}", case.id),)


def going(case: CaseFile) -> None:
    """Raises `Refused` where nothing is asked any more."""
    if case.state in MATERIAL.ended:
        raise Refused(
            f"Already ended: {cases.words(case).lower()}", f"{case.reference} asks for nothing more. Ring them instead."
        )


async def follow(work: Work, concern: CaseFile, actor: str) -> None:
    """Whoever may not hear a concern any more may not hear what was asked because of it, either (promise 4)."""
    for reference in filter(None, concern.details.get("material", "").split(",")):
        case = await work.case(reference, actor="lodge", purpose="act")
        if case is None:
            continue
        shut = {each: ",".join(sorted(_both(case, concern, each))) for each in ("subjects", "aside")}
        await work.amend(case, actor=actor, verb="routed again", details={**case.details, **shut})
        await hearing.route_again(work, case, actor)
        await telling.announce(work, case)


def _both(case: CaseFile, concern: CaseFile, name: str) -> frozenset[str]:
    return hearing.split(case.details.get(name, "")) | hearing.split(concern.details.get(name, ""))


# By when


def future(work: Work) -> Values:
    """The first values of a page that asks for a date."""
    return {TODAY: register.day(work).isoformat()}


def check_by(answers: Values) -> dict[str, str]:
    """A day after today, within half a year."""
    today, given = date.fromisoformat(answers[TODAY]), date.fromisoformat(answers["by"])
    if not today < given <= today + timedelta(days=LONGEST):
        return {"by": "Please give a day after today, within half a year: they need time to read it and to act."}
    return {}


def closing(work: Work, day: str, *, fresh: bool = False) -> datetime:
    """When an answer is due: as the College closes on that day, or on the next working day. ``fresh`` refuses what is over."""
    due = work.college.calendar.closing(date.fromisoformat(day))
    if fresh and due <= work.now:
        raise Refused("That day is over", "Nothing was sent. Open the form again and give a later day.")
    return due


def by(work: Work, case: CaseFile) -> str:
    """When an answer is due, as people read it."""
    return cases.when(work, closing(work, case.details["by"]))


# How it is shown


def clause(work: Work, number: str) -> Quote:
    """A clause word for word."""
    return ask.quoted(work.answers, number)


def sender(work: Work, case: CaseFile) -> str:
    """Who asks, with their post."""
    person = work.college.people.get(case.details["asker"])
    return f"{person.name}, {person.post}," if person else work.college.name_of(case.details["asker"])


async def body(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """The whole of it: the same for those who ask and for whoever is asked."""
    return (*wanted(work, case), *await cases.history(work, case))


def wanted(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """The link, the words and the clause; to a third party, the words to send besides."""
    given = case.details
    whom = ", ".join(map(work.college.name_of, cases.parties(case))) or given["third"]
    facts = Facts((("Asked of", whom), ("Where", given["link"]), ("By", by(work, case))))
    return (facts, Said(given["what"], by=sender(work, case).rstrip(",")), clause(work, "1.5"), *outside(work, case))


def outside(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """What its asker sends to a third party themself."""
    if cases.parties(case) or case.state in MATERIAL.ended:
        return ()
    lead = "**Lodge sends a third party nothing.** These are the words to send; press a button below once they have answered."
    return (Text(lead), Said(_letter(work, case)))


def _letter(work: Work, case: CaseFile) -> str:
    given = case.details
    return (
        f"{work.college.name} asks you to change or remove this by {by(work, case)}.\n\nWhere: {given['link']}\n"
        f"What: {given['what']}\n\nOur Social Media Policy, clause 1.5: “{work.answers.clause('1.5').text}”\n\n"
        f"Please tell me when it is done or, if you will not do it, why.\n{sender(work, case).rstrip(',')}"
    )


STANDS = {"open": "It waits for an answer.", "silent": "It waits for you.", "refused": "It waits for you."}


async def notice(work: Work, case: CaseFile) -> Message:
    """To the role's channel: a reference, and whether there is something to do. What was answered stays out of it."""
    tone: Tone = "condition" if case.state in ("silent", "refused") else "plain"
    words = f"{STANDS.get(case.state, 'It has ended.')} Show it away from other eyes, and do not discuss it here."
    return Message(case.reference, (Text(words),), show(case), tone)


async def news(work: Work, case: CaseFile) -> Message:
    """To those who asked, as a message of its own: an edit makes no sound."""
    words = "There is something new. Show it away from other eyes, and do not discuss it here."
    return Message(f"{case.reference}: news", (Text(words),), show(case), "condition")


_OPEN = (
    "{sender} asks you to change or remove this by **{by}** (clause 1.5, below). When it is done, say so. If you will not, "
    "say why: people read it and decide what follows (1.6). If it is not yours, or you need longer, ask."
)
LEADS = {
    "open": _OPEN,
    "silent": "**The date has passed without an answer.** Lodge records that and nothing else. You can still answer.",
    "refused": "You refused, and gave your reasons. You can still change it and say so.",
}


async def request(work: Work, case: CaseFile, actions: tuple[Action, ...]) -> Message:
    """To the employee who is asked: the link, the words, the clause and the date. Nothing of where it came from."""
    title = f"{case.reference}: you are asked to change or remove something"
    if case.state in MATERIAL.ended:
        words = f"{cases.words(case)}. Nothing more is asked of you here."
        return Message(title, (Text(words),), show(case))
    lead = LEADS[case.state].format(sender=sender(work, case), by=by(work, case))
    support = work.college.contacts.staff_support
    rather = f"**Rather talk?** Ring {hearing.number(work, case.role)}. For support for yourself, ring {support}."
    return Message(title, (Text(lead), *wanted(work, case), Text(rather)), actions, "condition")
