"""The register of the College's accounts (3.1.2): each account since its approval, who answers for it, what may be done."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from handlers import cases, machines, people, telling
from handlers.cases import Refused
from handlers.event import Work
from handlers.flow import Values
from handlers.message import Action, Facts, Message, Part, Style, Text
from handlers.roles import College
from storage.items import Item
from storage.work import CaseFile

KIND = "account"
ON_A_PAGE = ("approved", "live", "quiet", "handover", "closing")  # accounts that somebody answers for now
SHOWN = (*ON_A_PAGE, "closed")
GO_LIVE, SIGNED_IN, CORRECT = "register.go_live", "register.signed_in", "register.correct"
ANSWER, WAKE = "register.answer", "register.wake"
KEEP, ASK_TO_CLOSE, CLOSE, CLOSED = (f"register.{each}" for each in ("keep", "ask_to_close", "close", "closed"))
ASK_DOWN, DOWN, NOT_DOWN = "register.ask_down", "register.down", "register.not_down"
REVOKED, SUCCESSOR = "register.revoked", "register.successor"
TAKEDOWN, ACCESS = "takedown", "access"
ALIKE = 82  # of 100: at which two handles, or a word and a field, are taken for the same
FIELDS = (
    ("department", "Department"),
    ("platform", "Platform"),
    ("handle", "Handle"),
    ("address", "Address"),
    ("curator", "Curator"),
    ("deputy", "Deputy"),
    ("credentials", "Credentials are kept"),
    ("live_on", "Live since"),
    ("last_post", "Last post"),
    ("leaving", "Leaving"),
)


# Finding


async def entries(work: Work, *, states: Collection[str] | None = None, words: str = "") -> list[CaseFile]:
    """The accounts of the register, latest change first; with ``words``, those that look like them, likeliest first.

    ``states``: only these; without it, every account that was ever approved.
    """
    found = await work.files(KIND, SHOWN if states is None else states)
    if not words.strip():
        return found
    scored = sorted(((_score(work, case, words), case) for case in found), key=lambda pair: -pair[0])
    return [case for score, case in scored if score >= ALIKE]


def _score(work: Work, case: CaseFile, words: str) -> float:
    held = [case.reference, *(case.details.get(name, "") for name in ("handle", "department", "address", "curator"))]
    held.append(work.college.name_of(case.details.get("curator", "")))
    return max(fuzz.WRatio(words.lower(), each.lower()) if each else 0.0 for each in held)


async def near(work: Work, platform: str, handle: str) -> list[CaseFile]:
    """Accounts that are, or are asked to be, on a platform under nearly this handle: 'is it this one?'."""
    asked = _plain(handle)
    found = await work.files(KIND, ("open", *ON_A_PAGE))
    return [case for case in found if asked and _same(platform, case) and fuzz.ratio(asked, _plain(_held(case))) >= ALIKE]


def _same(platform: str, case: CaseFile) -> bool:
    return not platform or platform.lower() == case.details.get("platform", "").lower()


def _held(case: CaseFile) -> str:
    return case.details.get("handle", "")


def _plain(handle: str) -> str:
    return re.sub(r"[^a-z0-9]", "", handle.lower())


async def by_address(work: Work, link: str) -> list[CaseFile]:
    """The accounts whose page a link is on: its host and path begin with an account's address, or it names the handle."""
    named = {each.lower() for each in re.findall(r"@[\w.]+", link)}
    found = await work.files(KIND, ON_A_PAGE)
    return [case for case in found if _on(link, case.details.get("address", "")) or _at(_held(case)) in named]


def _at(handle: str) -> str:
    return "@" + handle.strip().lower().lstrip("@")


def _on(link: str, address: str) -> bool:
    page, place = _place(address), _place(link)
    return bool(page) and (place == page or place.startswith(page + "/"))


def _place(link: str) -> str:
    """Host and path, as two people would both write them: without scheme, ``www.``, query and last stroke."""
    try:
        parts = urlsplit(link.strip() if "://" in link else f"https://{link.strip()}")
    except ValueError:  # no address at all
        return ""
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    return (host + parts.path.rstrip("/")).lower() if "." in host else ""


async def mine(work: Work, person: str) -> list[CaseFile]:
    """The accounts somebody is curator or deputy of now."""
    return [case for case in await work.files(KIND, ON_A_PAGE) if person in cases.parties(case)]


# Who


def resolved(work: Work, typed: str) -> str:
    """The e-mail address of a person as typed: an address, or the name of one whom the college knows. Raises `Refused`."""
    email = people.address_of(work.college, typed)
    if people.unknown({"who": email}, "who"):
        raise Refused("Who is that?", f"“{typed}”: {people.UNKNOWN} Nothing was changed.")
    return email


def leaving(case: CaseFile) -> tuple[str, ...]:
    """Who of an account's people is leaving the College."""
    return tuple(each for each in case.details.get("leaving", "").split(",") if each)


def staying(case: CaseFile, *names: str) -> tuple[str, ...]:
    """The curator and deputy, or those of the two that are named, who are not leaving."""
    named = (case.details.get(name, "") for name in names or ("curator", "deputy"))
    return tuple(dict.fromkeys(email for email in named if email and email not in leaving(case)))


PEOPLE = ("curator", "deputy")


def both(college: College, values: Values) -> dict[str, str]:
    """A page's curator and deputy as e-mail addresses, where they are known by name."""
    return people.resolved(college, values, *PEOPLE)


def check_both(values: Values) -> dict[str, str]:
    """Two different people, each known by an address (3.1.2)."""
    if wrong := people.unknown(values, *PEOPLE):
        return wrong
    twice = values.get("curator") == values.get("deputy")
    return {"deputy": "Please name somebody else as deputy: the curator may be away or leave (3.1.2)."} if twice else {}


async def owned(work: Work, person: str, case_id: str) -> CaseFile:
    """An account for its curator or deputy to speak for. Raises `Refused`."""
    return await cases.partied(work, person, case_id, kind=KIND)


async def decided(work: Work, person: str, case_id: str) -> CaseFile:
    """An account for Marketing to act on. Raises `Refused`."""
    return await cases.acted_on(work, person, case_id, kind=KIND)


# Days


def day(work: Work) -> date:
    """Today, by the college's clock."""
    return work.college.calendar.day(work.now)


def months(start: date, count: int) -> date:
    """The same day some months on, or the last day of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return first.replace(day=min(start.day, (following - timedelta(days=1)).day))


def dated(case: CaseFile, name: str) -> date | None:
    """A day that an account's details hold."""
    held = case.details.get(name, "")
    return date.fromisoformat(held) if held else None


# What is shown and what may be pressed


def name(case: CaseFile) -> str:
    """How an account is named in a sentence: its handle, else its reference."""
    return _held(case) or case.reference


def about(work: Work, case: CaseFile, names: Collection[str] = ()) -> Facts:
    """What the register holds of an account, in words; ``names``: these fields only."""
    pairs = [(label, _said(work, field, case.details.get(field, ""))) for field, label in FIELDS if not names or field in names]
    return Facts((("Reference", case.reference), *((label, value) for label, value in pairs if value)))


def _said(work: Work, field: str, value: str) -> str:
    if field in ("curator", "deputy", "leaving"):
        return ", ".join(work.college.name_of(each) for each in value.split(",") if each)
    if field in ("live_on", "last_post") and value:
        found = date.fromisoformat(value)
        return f"{found.day} {found:%b %Y}"
    return value


async def items(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """What was asked to be taken down and which access is to be revoked, with what became of each."""
    found = await work.items(case)
    return (Facts(tuple(_lined(work, each) for each in found)),) if found else ()


def _lined(work: Work, item: Item) -> tuple[str, str]:
    states = machines.TAKEDOWN_STATES if item.kind == TAKEDOWN else machines.ACCESS_STATES
    label = "Take down" if item.kind == TAKEDOWN else "Access"
    who = "" if item.state == "asked" else f" by {work.college.name_of(item.changed_by)}, {cases.when(work, item.changed_at)}"
    note = f"\n{item.note}" if item.note else ""
    return f"{label} {item.position}: {states[item.state].lower()}{who}", item.text + note


async def shown(work: Work, case: CaseFile) -> tuple[Part, ...]:
    """What the register adds to what was asked for: the address, the dates, the deputy's word, what was asked and revoked."""
    kept = about(work, case, ("address", "live_on", "last_post", "leaving")).pairs[1:]
    signed = (("The deputy can sign in", "Yes" if case.details.get("signed_in") else "Not confirmed yet"),)
    asked = signed if case.state in ("live", "quiet") else ()
    pairs = (*kept, *asked)
    return (*((Facts(pairs),) if pairs else ()), *await items(work, case))


def _button(case: CaseFile, action: str, label: str, style: Style = "plain", *, form: bool = False) -> Action:
    return Action(action, label, case.id, style, form)


async def for_role(work: Work, case: CaseFile) -> tuple[Action, ...]:
    """What Marketing may do with an account now."""
    correct = _button(case, CORRECT, "Correct", form=True)
    down = _button(case, ASK_DOWN, "Ask to take down", form=True)
    ask = _button(case, ASK_TO_CLOSE, "Ask to close", form=True)
    close = _button(case, CLOSE, "Close", "danger")
    by_state: Mapping[str, tuple[Action, ...]] = {
        "approved": (correct, ask),
        "live": (down, correct, ask),
        "quiet": (_button(case, KEEP, "Keep", "main"), ask, close, down),
        "handover": (ask, down),
        "closing": (close, down),
    }
    return (*await _revoking(work, case), *by_state.get(case.state, ()))


async def _revoking(work: Work, case: CaseFile) -> tuple[Action, ...]:
    if not leaving(case) or case.state not in ON_A_PAGE:
        return ()
    named = set(leaving(case)) & {case.details.get("curator", ""), case.details.get("deputy", "")}
    successor = (_button(case, SUCCESSOR, "Name who follows", "main", form=True),) if named and case.state != "closing" else ()
    left = [each for each in await work.items(case, ACCESS) if each.state == "asked"]
    return (*(Action(REVOKED, f"Access {each.position} revoked", f"{case.id} {each.position}") for each in left), *successor)


async def for_party(work: Work, case: CaseFile) -> tuple[Action, ...]:
    """What the curator or the deputy of an account may do now; each is checked again at the press."""
    by_state = {
        "approved": (_button(case, GO_LIVE, "It is live", "main", form=True),),
        "live": (_button(case, ANSWER, "Say when you last posted", form=True),),
        "quiet": (_button(case, WAKE, "Record a new post", "main", form=True),),
        "closing": (_button(case, CLOSED, "It is closed", "main"),),
    }
    return (*await downs(work, case), *by_state.get(case.state, ()))


async def downs(work: Work, case: CaseFile) -> tuple[Action, ...]:
    """Two buttons for each thing that Marketing has asked to be taken down, until it is."""
    found: list[Action] = []
    for each in await work.items(case, TAKEDOWN):
        subject = f"{case.id} {each.position}"
        if each.state in ("asked", "not_done") and case.state in ON_A_PAGE:
            found.append(Action(DOWN, f"{each.position} is down", subject, "main"))
        if each.state == "asked" and case.state in ON_A_PAGE:
            found.append(Action(NOT_DOWN, f"{each.position} is not", subject, opens_form=True))
    return tuple(found)


def show(case: CaseFile) -> Action:
    """The way to the whole account."""
    return Action(cases.SHOW, f"Show {case.reference}", case.id)


# Telling


async def tell(work: Work, case: CaseFile, to: str, drawing: str, about: str) -> None:
    """Owe a role or a person (``role:…``, ``person:…``) a message about an account, once for what it is about."""
    await work.owe(key=_key(case, to, drawing, about), to=to, drawing=drawing, subject=case.id, case_id=case.id)


async def retell(work: Work, case: CaseFile, to: str, drawing: str, about: str, change: str) -> None:
    """Draw a message that was sent anew, so that it shows the outcome."""
    key = _key(case, to, drawing, about)
    if await work.delivery(key):
        await work.owe(key=f"{key}:{change}", to=to, drawing=drawing, subject=case.id, case_id=case.id, replaces=key)


async def moved(work: Work, case: CaseFile, actor: str, *told: str) -> None:
    """The notice changes, and the person who asked for the account learns of it, unless they did it, know it or are leaving."""
    await telling.announce(work, case)
    if case.opened_by not in (actor, *told, *leaving(case)):
        await telling.tell(work, case, case.opened_by)


def _key(case: CaseFile, to: str, drawing: str, about: str) -> str:
    return f"{case.id}:{drawing}:{to}:{about}"


def done(title: str, words: str, case: CaseFile) -> Message:
    """What whoever pressed sees."""
    return Message(title, (Text(words),), (show(case),), "yes")


async def numbered(work: Work, case: CaseFile, kind: str, position: str) -> Item:
    """One thing of an account, by its number on a button. Raises `Refused`."""
    found = next((each for each in await work.items(case, kind) if str(each.position) == position), None)
    if found is None:
        raise Refused("That is not on the list", f"Nothing was changed. Open {case.reference} again to see what is.")
    return found


def late(work: Work, case: CaseFile, item: Item) -> Refused:
    """Somebody was first: who, and when (promise 7)."""
    who, when = work.college.name_of(item.changed_by), cases.when(work, item.changed_at)
    return Refused("Already done", f"{case.reference}, {item.position}: {who} did that {when}. Nothing was changed now.")
