"""Somebody is leaving (3.1.2: 'access should be revoked when an employee leaves'): accounts are handed over, access ends."""

from handlers import cases, chasing, checkins, entering, people, register, telling
from handlers.cases import Drawing, Refused
from handlers.chasing import MARKETING, WEEK, Chase
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.machines import ACCESS_MOVES, ACCOUNT
from handlers.message import Field, Form, Message, Text
from storage.work import CaseFile

BEGIN = "leavers.begin"
LEAVING, WAITING = "leavers.leaving", "leavers.waiting"
MAY_SAY_SO = ("marketing", "hr")


async def leaving(work: Work, email: str, by: str) -> list[CaseFile]:
    """Begin the hand-over of every account somebody curates or deputises, and tell Marketing; the accounts it is about.

    Saying it twice begins nothing twice. Raises `Refused` where the register does not name them and no request waits.
    """
    email = email.strip().lower()
    named = [case for case in await work.files("account", ("open", *register.ON_A_PAGE)) if _concerns(case, email)]
    if not named:
        why = "The register names them nowhere, and no request of theirs waits. Check the address with `lodge register`."
        raise Refused(f"{work.college.name_of(email)} answers for no account", why)
    return [await _begin(work, each.id, email, by) for each in named]


def _concerns(case: CaseFile, email: str) -> bool:
    return email in cases.parties(case) or (case.state == "open" and case.opened_by == email)


async def _begin(work: Work, case_id: str, email: str, by: str) -> CaseFile:
    case = await work.case(case_id, actor=by, purpose="act")
    assert case is not None  # it was listed in this transaction, and cases are never removed
    if email in register.leaving(case):
        return case
    named = ",".join((*register.leaving(case), email))
    await work.amend(case, actor=by, verb="said who is leaving", details={**case.details, "leaving": named, "asked_on": ""})
    if case.state != "open":
        await work.add_items(case, kind=register.ACCESS, texts=_accesses(work, case, email), actor=by)
        if case.details.get("curator") == email and cases.can(case, "hand_over"):
            await cases.make(work, by, case, "hand_over")
        await chasing.begin(work, case, "access", email, UNREVOKED)
    await telling.announce(work, case)
    await register.tell(work, case, f"role:{case.role}", LEAVING, email)
    return case


def _accesses(work: Work, case: CaseFile, email: str) -> list[str]:
    who, kept = work.college.name_of(email), case.details.get("credentials", "")
    place = f", and kept again here: {kept}" if kept else ""
    return [
        f"{who}’s own sign-in to {register.name(case)} on {case.details.get('platform', 'the platform')}",
        f"{who}’s access to the shared mailbox, and the telephone that receives sign-in codes",
        f"The credentials, changed after {who} has gone{place}",
    ]


# Saying so


async def _may_begin(event: Event, work: Work) -> Values | Message:
    _allowed(work, event.person)
    return {}


def _allowed(work: Work, person: str) -> None:
    held = {role.name for role in work.college.roles_of(person)}
    if not held & set(MAY_SAY_SO):
        raise Refused("Marketing or Human Resources says so", "Please tell them that somebody is leaving.")


async def _send(work: Work, draft: Draft, person: str) -> Message:
    _allowed(work, person)
    await leaving(work, register.resolved(work, draft.answers["who"]), person)
    return await _sent(work, draft, person)


async def _sent(work: Work, draft: Draft, person: str) -> Message:
    email = register.resolved(work, draft.answers["who"]) if "who" in draft.answers else ""
    found = [case for case in await work.files("account") if email and email in register.leaving(case)]
    lines = "\n".join(f"- {case.reference}: {cases.words(case).lower()}" for case in found)
    words = f"Marketing is told, and ends each access one by one. Lodge says nothing to whoever is leaving.\n{lines}"
    return Message("Hand-over has begun", (Text(words.strip()),), tuple(map(register.show, found[:5])), "yes")


WHO = Field("who", "Who is leaving?", "person", "Choose a name, or type an e-mail address.")
SAYING = Flow(
    "leaving",
    (
        Step(
            "who",
            Form("Someone is leaving", (WHO,), submit="Begin the hand-over"),
            check=lambda given: people.unknown(given, "who"),
            resolve=lambda college, given: people.resolved(college, given, "who"),
        ),
    ),
    _may_begin,
    _send,
    _sent,
)


# Ending each access


async def revoked(event: Event, work: Work) -> Reply:
    """Marketing has ended one access. The last, once somebody follows, ends the hand-over."""
    case_id, _, position = event.subject.partition(" ")
    case = await register.decided(work, event.person, case_id)
    item = await register.numbered(work, case, register.ACCESS, position)
    arrow = ACCESS_MOVES["revoke"]
    moved = await work.move_item(case, item, actor=event.person, verb=arrow.verb, sources=arrow.sources, to=arrow.to, ended=True)
    if not moved:
        raise register.late(work, case, item)
    await telling.announce_again(work, case, f"{item.id}:revoked")
    await _settle(work, case, event.person)
    return register.done("Noted", await _left(work, case), case)


async def _left(work: Work, case: CaseFile) -> str:
    """What still stands between an account and the end of its hand-over."""
    count = len(await _standing(work, case))
    named = _named(case)
    owed = [f"{count} {'access' if count == 1 else 'accesses'} to revoke"] if count else []
    owed += [f"somebody to follow {' and '.join(map(work.college.name_of, named))}"] if named else []
    return f"{case.reference} still needs {' and '.join(owed)}." if owed else f"{case.reference} is handed over."


async def _standing(work: Work, case: CaseFile) -> list[str]:
    return [each.id for each in await work.items(case, register.ACCESS) if each.state == "asked"]


def _named(case: CaseFile) -> list[str]:
    """Who is leaving and still answers for the account; an account that is being closed needs nobody to follow."""
    return [] if case.state in ("closing", "closed") else [each for each in register.leaving(case) if each in cases.parties(case)]


async def _settle(work: Work, case: CaseFile, person: str) -> None:
    """Handed over only when somebody else is named and every access is revoked (3.1.2)."""
    if await _standing(work, case) or _named(case):
        return
    since = {"kept_on": register.day(work).isoformat()} if case.state == "handover" else {}
    await work.amend(case, actor=person, verb="revoked every access", details={**case.details, "leaving": "", **since})
    if case.state == "handover":
        await _handed_over(work, case, person)
    await telling.announce(work, case)


async def _handed_over(work: Work, case: CaseFile, person: str) -> None:
    """Live again, where there is a page; the months of its check-ins and of its silence go on from here."""
    lives = bool(case.details.get("live_on"))
    await cases.make(work, person, case, "handed_over" if lives else "handed_on")
    await (checkins.watch if lives else entering.await_live)(work, case)
    if lives and case.details.get("signed_in") != "yes":
        await entering.ask_to_sign_in(work, case)


# Naming who follows


async def _may_name(event: Event, work: Work) -> Values | Message:
    case = await register.decided(work, event.person, event.subject)
    _to_name(work, case)
    return {
        name: "" if case.details.get(name) in register.leaving(case) else case.details.get(name, "") for name in register.PEOPLE
    }


def _to_name(work: Work, case: CaseFile) -> None:
    if not _named(case):
        raise Refused("Somebody follows already", f"{case.reference}: {cases.words(case).lower()}. Press Correct to change it.")


async def _name(work: Work, draft: Draft, person: str) -> Message:
    case = await register.decided(work, person, draft.subject)
    _to_name(work, case)
    given = {name: register.resolved(work, draft.answers[name]) for name in register.PEOPLE}
    going = [work.college.name_of(each) for each in given.values() if each in register.leaving(case)]
    if going:
        raise Refused(f"{going[0]} is leaving", "Name somebody who stays. Open the form again.")
    await entering.correct(work, case, person, given)
    await _settle(work, case, person)
    return await _is_named(work, draft, person)


async def _is_named(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.seen_by(work, person, draft.subject)
    return register.done("Named", await _left(work, case), case)


NAMING = Flow(
    "successor",
    (
        Step(
            "who",
            Form(
                "Who follows?",
                (Field("curator", "Curator", "person", entering.PERSON), Field("deputy", "Deputy", "person", entering.PERSON)),
                (Text("The curator answers for all content (3.1.3). The two must be different people, and staying."),),
                submit="Save",
            ),
            check=register.check_both,
            resolve=register.both,
        ),
    ),
    _may_name,
    _name,
    _is_named,
)


# What is sent


async def going(work: Work, case: CaseFile) -> Message:
    """Marketing learns who is leaving, and what must be done about it."""
    who = ", ".join(map(work.college.name_of, register.leaving(case))) or "Somebody"
    facts = register.about(work, case)
    if case.state == "open":
        words = f"{who} is leaving, and this request names them. Ask who answers for it before you decide."
        return Message(f"{case.reference}: {who} is leaving", (Text(words), facts), (register.show(case),), "condition")
    if not register.leaving(case):
        return Message(f"{case.reference} is handed over", (Text("Every access is revoked."), facts), (register.show(case),))
    words = f"{who} is leaving. Name who follows, and end each access: tick it off once it is revoked (3.1.2)."
    actions = (*await register.for_role(work, case), register.show(case))
    return Message(f"{case.reference}: {who} is leaving", (Text(words), facts, *await register.items(work, case)), actions)


async def _unrevoked(work: Work, case: CaseFile, about: str) -> bool:
    return case.state not in ACCOUNT.ended and about in register.leaving(case)


UNREVOKED = Chase(_unrevoked, (chasing.Step(WEEK, (MARKETING,), WAITING), chasing.Step(WEEK, (MARKETING,), WAITING)))
OPENS: dict[str, Flow] = {BEGIN: SAYING, register.SUCCESSOR: NAMING}
CHASES = {"access": UNREVOKED}
PRESSES = {register.REVOKED: revoked}
DRAWINGS: dict[str, Drawing] = {LEAVING: going, WAITING: going}
