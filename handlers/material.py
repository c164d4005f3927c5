"""The Director of HR, and nobody else, asks for material to be changed or removed (1.5, 1.6).

Never where a student may be at risk, or somebody is harmed: only from a breach notice, and with Safeguarding's agreement.
"""

from dataclasses import replace

from handlers import adding, cases, compliance, hearing, people, subjects, telling, wanted
from handlers.cases import Refused
from handlers.event import Event, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.hearing import Hearing
from handlers.machines import BREACH, MATERIAL
from handlers.message import Action, Field, Form, Message, Part, Text
from handlers.roles import College, Role
from handlers.view import Power, buttons
from storage.work import CaseFile

BEGIN = "material.begin"
TITLE = "Ask for change or removal"
COLLEGE = "college"  # a request is the College's: it has a role that may act on it, and no person who owns it
BEGINNING = Power(BEGIN, TITLE, written=True, only="a member of Human Resources, or of the role above where one may not hear it")
EVIDENCE = Field("evidence", "Evidence", "choices", options=(("yes", "Evidence is kept"),))
AGREED = Field(
    "agreed",
    "Safeguarding",
    "choices",
    options=(("yes", "Safeguarding agrees; the LADO or the police too if they are involved"),),
)
NOBODY = Field(
    "students",
    "Students",
    "choices",
    "If one may be, stop here and ring the Designated Safeguarding Lead.",
    options=(("yes", "No student may be at risk"),),
)
WHO = Field(
    "who", "Which employee?", "person", "A name in full, or an e-mail address. Lodge sends it to them alone.", required=False
)
THIRD = Field(
    "third",
    "Or which third party, and how do you reach them?",
    "line",
    "Lodge sends them nothing. It shows you the words to send.",
    required=False,
    longest=300,
)
LINK = Field("link", "Where is it?", "line", "A link, or which post of which day.", longest=500)
WHAT = Field(
    "what",
    "What is to change or go?",
    "text",
    "They see these words. Nothing of who told you, and no student’s name.",
    longest=1000,
)
FIELDS = (EVIDENCE, AGREED, NOBODY, WHO, THIRD, LINK, WHAT, wanted.BY)
TICKS = {"evidence": "kept", "safeguarding": "agrees", "students": "none at risk"}


def owner(rules: Hearing) -> Role | None:
    """Human Resources; where somebody it is about belongs to it, or no member of it may hear it, the lowest role above."""
    for role in (rules.college.roles[name] for name in rules.rungs("hr")):
        members = set(role.members) - rules.barred - {rules.opener}
        if members and rules.usable(role, present=False):
            return role
    return None


async def offered(work: Work, case: CaseFile, person: str) -> tuple[Action, ...]:
    """The way to ask, and to what was asked before, for somebody who has a concern open and may."""
    role = owner(await hearing.of(work, case))
    if case.kind != BREACH.kind or role is None or person not in role.members:
        return ()
    asked = [each for each in case.details.get("material", "").split(",") if each]
    return (*buttons((BEGINNING,), case), *(Action(cases.SHOW, f"Show {each}", each) for each in asked))


async def _ready(work: Work, person: str, case_id: str) -> CaseFile:
    """A breach notice that somebody hears and may ask from. Raises `Refused`."""
    case = await cases.acted_on(work, person, case_id)
    if case.kind != BREACH.kind:
        words = (
            "This may be about a student, or about harm to somebody. Talk to Safeguarding: nothing is asked for through Lodge."
        )
        raise Refused("That cannot be done here", words)
    if case.state in BREACH.ended:
        raise Refused("Already closed", f"{case.reference} has ended. Ask from a concern that goes on.")
    role = owner(await hearing.of(work, case))
    if role is None or person not in role.members:
        title = role.title if role else "somebody outside the College"
        raise Refused("This is not yours to ask", f"Only a member of {title} asks for this, never a deputy (1.5). Ask them.")
    return case


async def _may(event: Event, work: Work) -> Values | Message:
    await _ready(work, event.person, event.subject)
    return wanted.future(work)


async def _look(work: Work, draft: Draft) -> tuple[Part, ...]:
    words = (
        "This is a case of its own: whoever is asked learns nothing of who reported it, or that anybody did. "
        "What they answer is theirs; no answer is only ever recorded as no answer."
    )
    return (wanted.clause(work, "1.5"), Text(words))


def _resolve(college: College, values: Values) -> Values:
    """Somebody of the College typed as a third party is an employee: both are filled then, and the page comes back."""
    typed = values.get("who", "") or _employee(college, values.get("third", ""))
    return {**values, "who": subjects.certain(college, typed) or typed}


def _employee(college: College, typed: str) -> str:
    found = subjects.certain(college, typed)
    return found if found in college.people else ""


def _check(answers: Values) -> dict[str, str]:
    who, third = answers.get("who", "").strip(), answers.get("third", "").strip()
    if bool(who) == bool(third):
        return {"who": "Please give an employee, or a third party below: one of the two."}
    return people.unknown(answers, "who") | wanted.check_by(answers)


async def _send(work: Work, draft: Draft, person: str) -> Message:
    """A case of its own for the role, a message to the employee, and the day on which Lodge looks again, in one transaction."""
    concern = await _ready(work, person, draft.subject)
    role = await _of_role(work, concern, person, draft.answers)
    wanted.closing(work, draft.answers["by"], fresh=True)
    _unnamed(work, concern, draft.answers)
    case = await _opened(work, concern, role, draft, person)
    await _named(work, concern, draft, person)
    refs = ",".join(each for each in (concern.details.get("material", ""), case.reference) if each)
    await work.amend(concern, actor=person, verb="asked for change or removal", details={**concern.details, "material": refs})
    await telling.announce(work, case)
    await wanted.wait(work, case)
    for email in cases.parties(case):
        to = f"person:{email}"
        await work.owe(key=telling.to_party(case, email), to=to, drawing=wanted.REQUEST, subject=case.id, case_id=case.id)
    return await _sent(work, draft, person)


async def _of_role(work: Work, concern: CaseFile, person: str, answers: Values) -> Role:
    """The role that asks, with the employee counted among those it is about. Raises `Refused` where that is another one."""
    rules = await hearing.of(work, concern)
    about = rules.subjects | ({answers["who"]} if answers["who"] else set())
    role = owner(replace(rules, subjects=about))
    if role is None or person not in role.members:
        words = (
            f"Somebody in your role is asked, or stands in for them, so {role.title if role else 'nobody here'} asks instead. "
        )
        raise Refused("This is not yours to ask", words + "Nothing was sent. Open the concern and press “Say who it is about”.")
    return role


def _unnamed(work: Work, concern: CaseFile, answers: Values) -> None:
    """Raises `Refused` where the words would show whoever is asked who reported it, or which concern it was."""
    words = f"{answers['what']} {answers['link']}".casefold()
    reporter = concern.opened_by if concern.opened_by != answers["who"] else ""
    telltale = (concern.reference, *((reporter, work.college.name_of(reporter)) if reporter else ()))
    if any(each.casefold() in words for each in telltale):
        why = "Your words name the concern, or who reported it. Nothing was sent. Open the form again and leave that out."
        raise Refused("They would learn who reported it", why)


async def _opened(work: Work, concern: CaseFile, role: Role, draft: Draft, person: str) -> CaseFile:
    """Nothing in it leads back to the concern; whoever could not hear that cannot hear this."""
    given = {name: draft.answers[name] for name in ("third", "link", "what", "by")}
    about = hearing.split(concern.details.get("subjects", "")) | ({draft.answers["who"]} - {""})
    aside = hearing.split(concern.details.get("aside", "")) | ({concern.opened_by} & {*role.members, *role.deputies})
    kept = {"employee": draft.answers["who"], "asker": person, "round": "1"}
    shut = {"subjects": ",".join(sorted(about)), "aside": ",".join(sorted(aside))}
    case, _ = await work.open_case(
        kind=MATERIAL.kind,
        prefix=MATERIAL.prefix,
        opened_by=COLLEGE,
        role=role.name,
        details={**given, **shut},
        submission_key=draft.id,
    )
    await hearing.bring_in(work, case, (role,), person)
    await work.amend(case, actor=person, verb="asked", details={**case.details, **kept}, facts=TICKS)
    return case


async def _named(work: Work, concern: CaseFile, draft: Draft, person: str) -> None:
    """Whoever is asked is among those it is about from now on, and loses sight of the concern if they had it (promise 4)."""
    about = hearing.split(concern.details.get("subjects", ""))
    if draft.answers["who"] and draft.answers["who"] not in about:
        details = {**concern.details, "subjects": ",".join(sorted(about | {draft.answers["who"]}))}
        await work.amend(concern, actor=person, verb="named somebody", details=details)
        await adding.moved_on(work, concern, person, f"named:{draft.id}")


async def _sent(work: Work, draft: Draft, person: str) -> Message:
    """What becomes of it; the same again for a page that was sent twice."""
    case = await work.submitted(draft.id, COLLEGE)
    if case is None:
        raise Refused("Nothing was sent", "Open the concern and begin again.")
    whom = "They have it in a message of their own." if cases.parties(case) else "You reach them yourself."
    words = f"{case.reference} is a case of its own. {whom} An answer is due by {wanted.by(work, case)}."
    return Message("Asked", (Text(words), *wanted.outside(work, case)), wanted.show(case), "yes", discreet=True)


FLOW = Flow(
    "material_begin",
    (Step("what", Form(TITLE, FIELDS, submit="Ask them"), check=_check, resolve=_resolve, look=_look),),
    _may,
    _send,
    _sent,
    unkept=("third", "link", "what"),
)
VIEW = compliance.VIEW
OPENS: dict[str, Flow] = {BEGIN: FLOW, **compliance.OPENS}
PRESSES, TIMERS, DRAWINGS = compliance.PRESSES, compliance.TIMERS, compliance.DRAWINGS
