"""An approved account becomes a live one: its curator completes the register, its deputy signs in, Marketing corrects."""

from handlers import cases, chasing, checkins, register, telling
from handlers.cases import Drawing, Refused
from handlers.chasing import MARKETING, WEEK, Chase
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Action, Field, Form, Message, Text
from storage.work import CaseFile

NOT_LIVE = "register.not_live"
SIGN_IN, UNSIGNED, PEOPLE, UNLIVE = (f"register.{each}" for each in ("sign_in", "unsigned", "people", "unlive"))
LIVE_WITHIN = 3  # months from approval, after which Marketing is told once that there is still no page
CORRECTED = ("curator", "deputy", "handle", "address", "credentials")


async def await_live(work: Work, case: CaseFile) -> None:
    """An account is approved: look again in three months whether it is live. Called where it is approved."""
    due = work.college.calendar.opening(register.months(register.day(work), LIVE_WITHIN))
    await work.set_timer(key=f"{case.id}:unlive", action=NOT_LIVE, subject=case.id, due_at=due)


async def not_live(event: Event, work: Work) -> Reply:
    """Three months after its approval: if it is not live, Marketing is told, once."""
    case = await work.case(event.subject, actor="lodge", purpose="act")
    if case is not None and case.state == "approved":
        await register.tell(work, case, f"role:{case.role}", UNLIVE, "once")
    return None


# It is live


async def _may_go_live(event: Event, work: Work) -> Values | Message:
    case = await register.owned(work, event.person, event.subject)
    cases.must(case, "go_live")
    today = register.day(work).isoformat()
    return {checkins.TODAY: today, "live_on": today, "address": case.details.get("address", "")}


def _check_live(answers: Values) -> dict[str, str]:
    return _check_address(answers) | checkins.check_day(answers, "live_on")


def _check_address(answers: Values) -> dict[str, str]:
    given = answers.get("address", "").strip()
    if given and ("." not in given or " " in given):
        return {"address": "Please give the page’s own address, for example https://www.instagram.com/name."}
    return {}


async def _go_live(work: Work, draft: Draft, person: str) -> Message:
    case = await register.owned(work, person, draft.subject)
    cases.must(case, "go_live")
    given = {name: draft.answers[name] for name in ("address", "live_on")}
    await work.amend(case, actor=person, verb="completed the register", details={**case.details, **given})
    await cases.make(work, person, case, "go_live")
    await register.moved(work, case, person)
    await ask_to_sign_in(work, case)
    await checkins.watch(work, case)
    return await _is_live(work, draft, person)


async def _is_live(work: Work, draft: Draft, person: str) -> Message:
    case = await register.owned(work, person, draft.subject)
    deputy = work.college.name_of(case.details["deputy"])
    return register.done("In the register", f"{register.name(case)} is live. {deputy} is asked to try the sign-in now.", case)


ADDRESS = Field("address", "Its address", "line", "The page’s own link. Never a password.", longest=300)
GOING_LIVE = Flow(
    "go_live",
    (
        Step(
            "live",
            Form("It is live", (ADDRESS, Field("live_on", "Live since", "date")), submit="Put it in the register"),
            check=_check_live,
        ),
    ),
    _may_go_live,
    _go_live,
    _is_live,
)


# The deputy can sign in


async def ask_to_sign_in(work: Work, case: CaseFile) -> None:
    """The deputy is asked whether they can sign in (3.1.2: 'accessible if an employee leaves'); again if no answer comes."""
    about = register.day(work).isoformat()
    for email in register.staying(case, "deputy"):
        await register.tell(work, case, f"person:{email}", SIGN_IN, about)
        await chasing.begin(work, case, "signin", f"{about}/{email}", SIGNING_IN)


async def signed_in(event: Event, work: Work) -> Reply:
    """The deputy, and nobody else, confirms that they can sign in."""
    case = await register.owned(work, event.person, event.subject)
    if event.person != case.details.get("deputy"):
        raise Refused("The deputy confirms this", f"{work.college.name_of(case.details.get('deputy', ''))} is asked to try it.")
    if case.state not in register.ON_A_PAGE or case.state == "approved":
        raise Refused(f"Already {cases.words(case).lower()}", f"{case.reference} needs this no more. Nothing was changed.")
    if case.details.get("signed_in") != "yes":
        await work.amend(case, actor=event.person, verb="can sign in", details={**case.details, "signed_in": "yes"})
        await telling.announce(work, case)
    return register.done("Thank you", f"The register shows that you can sign in to {register.name(case)}.", case)


async def _unsigned(work: Work, case: CaseFile, about: str) -> bool:
    going = case.state in ("live", "quiet")
    return going and case.details.get("signed_in") != "yes" and case.details.get("deputy") == about.partition("/")[2]


# Correcting


async def _may_correct(event: Event, work: Work) -> Values | Message:
    case = await register.decided(work, event.person, event.subject)
    _standing(case)
    return {name: case.details.get(name, "") for name in CORRECTED}


def _standing(case: CaseFile) -> None:
    if case.state not in register.ON_A_PAGE or case.state == "handover":
        why = "Name who follows instead." if case.state == "handover" else "The register keeps it as it was."
        raise Refused(f"{case.reference}: {cases.words(case).lower()}", why)


async def _correct(work: Work, draft: Draft, person: str) -> Message:
    case = await register.decided(work, person, draft.subject)
    _standing(case)
    given = {name: draft.answers[name] for name in CORRECTED}
    await correct(work, case, person, given)
    return await _corrected(work, draft, person)


async def correct(work: Work, case: CaseFile, person: str, given: Values) -> None:
    """Change what the register says, audited; the old and new curator and deputy are told. Raises `Refused`."""
    given = {**given, **{each: register.resolved(work, given[each]) for each in ("curator", "deputy") if each in given}}
    after, before = {**case.details, **given}, case.details
    if after["curator"] == after["deputy"]:
        raise Refused("That is one person twice", "The curator and the deputy must be two people. Open the form again.")
    changed = {each for each in given if before.get(each, "") != given[each]}
    if not changed:
        return
    if "deputy" in changed:
        after["signed_in"] = ""
    await work.amend(case, actor=person, verb="corrected", details=after)
    await telling.announce(work, case)
    await _tell_people(work, case, before, changed)


async def _tell_people(work: Work, case: CaseFile, before: Values, changed: set[str]) -> None:
    """Those who answered for it and those who do now; whoever is leaving hears that from people, not from Lodge."""
    latest = await work.last_move(case.id)
    if changed & {"curator", "deputy"}:
        named = [held.get(each, "") for held in (before, case.details) for each in ("curator", "deputy")]
        for email in dict.fromkeys(each for each in named if each and each not in register.leaving(case)):
            await register.tell(work, case, f"person:{email}", PEOPLE, str(latest.seq if latest else 0))
    if "deputy" in changed and case.state in ("live", "quiet"):
        await ask_to_sign_in(work, case)


async def _corrected(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.seen_by(work, person, draft.subject)
    return register.done("Corrected", f"The register has it now, and {case.reference} keeps who changed it.", case)


def _check_correct(answers: Values) -> dict[str, str]:
    return register.check_both(answers) | _check_address(answers)


PERSON = "Choose a name, or type an e-mail address."
CORRECTING = Flow(
    "correct_account",
    (
        Step(
            "correct",
            Form(
                "Correct the register",
                (
                    Field("curator", "Curator", "person", PERSON),
                    Field("deputy", "Deputy", "person", PERSON),
                    Field("handle", "Handle", "line", longest=100),
                    Field("address", "Its address", "line", required=False, longest=300),
                    Field("credentials", "Where are the credentials kept?", "line", "A place. Never the password.", longest=200),
                ),
                submit="Save",
            ),
            check=_check_correct,
            resolve=register.both,
        ),
    ),
    _may_correct,
    _correct,
    _corrected,
)


# What is sent


async def sign_in(work: Work, case: CaseFile) -> Message:
    """The question to the deputy."""
    if case.details.get("signed_in") == "yes":
        return Message(f"{register.name(case)}: thank you", (Text("You said that you can sign in."),), (register.show(case),))
    text = Text("You are its deputy. Please try it now. Never send a password to anybody, Lodge included.")
    kept = register.about(work, case, ("platform", "handle", "address", "credentials"))
    yes = Action(register.SIGNED_IN, "Yes, I can", case.id, "main")
    return Message(f"Can you sign in to {register.name(case)}?", (text, kept), (yes, register.show(case)))


async def unsigned(work: Work, case: CaseFile) -> Message:
    """Marketing learns that the deputy has not confirmed it."""
    words = "The deputy was asked three times and has not said that they can sign in. If the curator leaves, nobody can (3.1.2)."
    title = f"{case.reference}: can the deputy sign in?"
    return Message(title, (Text(words), register.about(work, case)), (register.show(case),), "condition")


async def unlive(work: Work, case: CaseFile) -> Message:
    """Marketing learns that an approved account never came to life."""
    words = "It was approved three months ago, and its curator has not said that it is live."
    return Message(
        f"{case.reference}: not live yet", (Text(words), register.about(work, case)), (register.show(case),), "condition"
    )


async def people(work: Work, case: CaseFile) -> Message:
    """Who answers for an account, after a change."""
    words = "The curator answers for all content, and monitors what others add (3.1.3). The deputy stands in."
    facts = register.about(work, case, ("platform", "handle", "address", "curator", "deputy", "credentials"))
    return Message(f"{register.name(case)}: who answers for it now", (Text(words), facts), (register.show(case),))


SIGNING_IN = Chase(
    _unsigned,
    (
        chasing.Step(WEEK, ("deputy",), SIGN_IN),
        chasing.Step(WEEK, ("deputy",), SIGN_IN),
        chasing.Step(WEEK, (MARKETING,), UNSIGNED),
    ),
)
PRESSES = {register.SIGNED_IN: signed_in}
CHASES = {"signin": SIGNING_IN}
TIMERS = {NOT_LIVE: not_live}
OPENS: dict[str, Flow] = {register.GO_LIVE: GOING_LIVE, register.CORRECT: CORRECTING}
DRAWINGS: dict[str, Drawing] = {SIGN_IN: sign_in, UNSIGNED: unsigned, UNLIVE: unlive, PEOPLE: people}
