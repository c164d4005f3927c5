"""The monthly check-in to a curator, and three months without a post (3.1.2, 3.3.3): the clock asks, people decide."""

from datetime import date

from handlers import cases, chasing, register, telling
from handlers.cases import Drawing
from handlers.chasing import MARKETING, WEEK, Chase
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Action, Field, Form, Message, Text
from storage.work import CaseFile

CHECKIN, FALL_QUIET = "register.checkin", "register.fall_quiet"
ASKED, UNANSWERED, QUIET, STILL_QUIET = (f"register.{each}" for each in ("asked", "unanswered", "quiet", "still_quiet"))
SILENT_FOR = 3  # months without a post, after which the College "reserves the right to remove it" (3.1.2)
TODAY = "today"  # an answer no page asks for: what a page's dates are checked against


async def watch(work: Work, case: CaseFile) -> None:
    """Begin to ask about an account that is live now, month by month. Asking twice starts nothing twice."""
    await _ask_next(work, case)
    await watch_silence(work, case)


async def _ask_next(work: Work, case: CaseFile) -> None:
    """The first working day at or after the next whole month since it went live."""
    start = register.dated(case, "live_on") or register.day(work)
    today, count = register.day(work), 1
    calendar = work.college.calendar
    while calendar.day(calendar.opening(register.months(start, count))) <= today:
        count += 1
    month = register.months(start, count)
    key = f"{case.id}:checkin:{month}"
    await work.set_timer(key=key, action=CHECKIN, subject=f"{case.id} {month}", due_at=calendar.opening(month))


def _silent_on(case: CaseFile) -> date | None:
    """The day by which nothing was posted for three months, counted from the latest sign of life."""
    known = [found for name in ("live_on", "last_post", "kept_on") if (found := register.dated(case, name))]
    return register.months(max(known), SILENT_FOR) if known else None


async def watch_silence(work: Work, case: CaseFile) -> None:
    """Look again when three months without a post are over; on a working day."""
    on = _silent_on(case)
    if on:
        key = f"{case.id}:silent:{on}:{register.day(work)}"
        due = work.college.calendar.opening(on)
        await work.set_timer(key=key, action=FALL_QUIET, subject=case.id, due_at=due)


async def check_in(event: Event, work: Work) -> Reply:
    """A month has passed: the curator of a live account is asked; of any other nobody is, and the months go on."""
    case_id, month = event.subject.split(" ")
    case = await work.case(case_id, actor="lodge", purpose="act")
    if case is None or case.state not in register.ON_A_PAGE:
        return None
    await _ask_next(work, case)
    if case.state == "live" and register.staying(case, "curator") and not _silent(work, case):
        await work.amend(case, actor="lodge", verb="asked whether it is used", details={**case.details, "asked_on": month})
        await register.tell(work, case, f"person:{case.details['curator']}", ASKED, month)
        await chasing.begin(work, case, "checkin", month, UNREPLIED)
    return None


def _silent(work: Work, case: CaseFile) -> bool:
    on = _silent_on(case)
    return on is not None and on <= register.day(work)


async def fall_quiet(event: Event, work: Work) -> Reply:
    """Three months without a post: Marketing is asked what is to become of the account. Nothing closes by itself."""
    case = await work.case(event.subject, actor="lodge", purpose="act")
    if case is not None and case.state == "live" and _silent(work, case):
        await _quiet(work, case, "lodge", "fall_quiet", "Nothing was posted for three months.")
    return None


async def _quiet(work: Work, case: CaseFile, actor: str, move: str, why: str) -> None:
    today = register.day(work).isoformat()
    cases.must(case, move)
    changed = {**case.details, "quiet_on": today, "quiet_why": why, "asked_on": ""}
    await work.amend(case, actor=actor, verb="found quiet", details=changed)
    await cases.make(work, actor, case, move)
    await telling.announce(work, case)
    await register.tell(work, case, f"role:{case.role}", QUIET, today)
    for email in register.staying(case, "curator"):
        await register.tell(work, case, f"person:{email}", QUIET_CURATOR, today)
    await chasing.begin(work, case, "quiet", today, UNDECIDED)


QUIET_CURATOR = "register.quiet_curator"


# Answering


async def _may_answer(event: Event, work: Work) -> Values | Message:
    case = await register.owned(work, event.person, event.subject)
    cases.must(case, "give_up")
    return {TODAY: register.day(work).isoformat(), "used": "yes"}


def check_day(answers: Values, name: str) -> dict[str, str]:
    """A day that has been: never one to come."""
    if answers.get(name) and answers[name] > answers.get(TODAY, answers[name]):
        return {name: f"That day has not come yet: this form was opened on {answers[TODAY]}."}
    return {}


async def _answer(work: Work, draft: Draft, person: str) -> Message:
    case = await register.owned(work, person, draft.subject)
    cases.must(case, "give_up")
    asked, posted = case.details.get("asked_on", ""), draft.answers["last_post"] or case.details.get("last_post", "")
    replied = {**case.details, "asked_on": "", "last_post": posted}
    await work.amend(case, actor=person, verb="said whether it is used", details=replied)
    if draft.answers["used"] == "no":
        await _quiet(work, case, person, "give_up", "Its curator says that it is no longer used.")
    else:
        await watch_silence(work, case)
        await telling.announce(work, case)
    await answered(work, case, asked)
    return await _thanked(work, draft, person)


async def answered(work: Work, case: CaseFile, asked: str) -> None:
    """The question that was asked shows that it is answered."""
    for email in cases.parties(case) if asked else ():
        for about in (asked, f"{asked}:0"):
            await register.retell(work, case, f"person:{email}", ASKED, about, "answered")


async def _thanked(work: Work, draft: Draft, person: str) -> Message:
    case = await register.owned(work, person, draft.subject)
    words = {"quiet": "Marketing is asked to decide what becomes of it."}.get(case.state, "The register shows it.")
    return register.done("Thank you", f"{register.name(case)}: {words}", case)


LAST_POST = Field(
    "last_post", "When was the last post?", "date", "Leave it empty if nothing has been posted yet.", required=False
)
USED = Field("used", "Is it still used?", "choice", options=(("yes", "Yes"), ("no", "No longer used")))
ANSWERING = Flow(
    "check_in",
    (Step("answer", Form("Still used?", (USED, LAST_POST), submit="Send"), check=lambda given: check_day(given, "last_post")),),
    _may_answer,
    _answer,
    _thanked,
)


# A new post on a quiet page


async def _may_wake(event: Event, work: Work) -> Values | Message:
    cases.must(await register.owned(work, event.person, event.subject), "wake")
    today = register.day(work)
    return {TODAY: today.isoformat(), "since": register.months(today, -SILENT_FOR).isoformat()}


def _check_wake(answers: Values) -> dict[str, str]:
    if answers["posted"] <= answers.get("since", ""):
        return {"posted": "That is three months ago too. Post something first, or leave it to Marketing to decide."}
    return check_day(answers, "posted")


async def _wake(work: Work, draft: Draft, person: str) -> Message:
    case = await register.owned(work, person, draft.subject)
    cases.must(case, "wake")
    await work.amend(case, actor=person, verb="recorded a post", details={**case.details, "last_post": draft.answers["posted"]})
    await cases.make(work, person, case, "wake")
    await watch_silence(work, case)
    await register.moved(work, case, person)
    await settled(work, case)
    return await _thanked(work, draft, person)


async def settled(work: Work, case: CaseFile) -> None:
    """What Marketing and the curator were told of a quiet page shows what became of it."""
    on, change = case.details.get("quiet_on", ""), case.state
    for drawing, to in ((QUIET, f"role:{case.role}"), (QUIET_CURATOR, f"person:{case.details.get('curator', '')}")):
        await register.retell(work, case, to, drawing, on, change)


POSTED = Field("posted", "When was the new post?", "date")
WAKING = Flow(
    "wake",
    (Step("posted", Form("Record a new post", (POSTED,), submit="Record it"), check=_check_wake),),
    _may_wake,
    _wake,
    _thanked,
)


# What is sent


async def asked(work: Work, case: CaseFile) -> Message:
    """The check-in, in front of the curator or, later, the deputy."""
    if not case.details.get("asked_on") or case.state != "live":
        return Message(
            f"{register.name(case)}: answered", (Text("Nothing more is asked now. Thank you."),), (register.show(case),)
        )
    words = "Is it still used, and when was the last post? It takes a minute, and is asked once a month (3.1.2)."
    reply = Action(register.ANSWER, "Answer", case.id, "main", opens_form=True)
    return Message(f"{register.name(case)}: still used?", (Text(words), register.about(work, case)), (reply, register.show(case)))


async def unanswered(work: Work, case: CaseFile) -> Message:
    """Neither the curator nor the deputy has answered: Marketing is told, once."""
    words = "Neither the curator nor the deputy has answered this month’s check-in. Perhaps ring them."
    return Message(f"{case.reference}: no answer", (Text(words), register.about(work, case)), (register.show(case),), "condition")


async def quiet(work: Work, case: CaseFile) -> Message:
    """Marketing is asked to decide; afterwards the same message says what was decided."""
    title = f"{register.name(case)} is quiet"
    if case.state != "quiet":
        return Message(f"{title} no more", (Text(f"{cases.words(case)}."), register.about(work, case)), (register.show(case),))
    lead = f"{case.details.get('quiet_why', '')} Please decide: keep it, ask the curator to close it, or close it (3.1.2, 3.3.3)."
    actions = (*await register.for_role(work, case), register.show(case))
    return Message(title, (Text(lead), register.about(work, case)), actions, "condition")


async def quiet_curator(work: Work, case: CaseFile) -> Message:
    """The curator learns that Marketing decides, and can still record a post."""
    if case.state != "quiet":
        return Message(f"{register.name(case)}: {cases.words(case).lower()}", (Text("It is decided."),), (register.show(case),))
    words = f"{case.details.get('quiet_why', '')} Marketing decides whether it stays. If you have posted since, record it now."
    actions = (*await register.for_party(work, case), register.show(case))
    return Message(f"{register.name(case)} is quiet", (Text(words),), actions, "condition")


async def _unreplied(work: Work, case: CaseFile, about: str) -> bool:
    return case.state == "live" and case.details.get("asked_on") == about


async def _undecided(work: Work, case: CaseFile, about: str) -> bool:
    return case.state == "quiet" and case.details.get("quiet_on") == about


UNREPLIED = Chase(_unreplied, (chasing.Step(WEEK, ("deputy",), ASKED), chasing.Step(WEEK, (MARKETING,), UNANSWERED)))
UNDECIDED = Chase(_undecided, (chasing.Step(WEEK, (MARKETING,), STILL_QUIET),))
CHASES = {"checkin": UNREPLIED, "quiet": UNDECIDED}
TIMERS = {CHECKIN: check_in, FALL_QUIET: fall_quiet}
OPENS: dict[str, Flow] = {register.ANSWER: ANSWERING, register.WAKE: WAKING}
DRAWINGS: dict[str, Drawing] = {
    ASKED: asked, UNANSWERED: unanswered, QUIET: quiet, STILL_QUIET: quiet, QUIET_CURATOR: quiet_curator,
}  # fmt: skip
