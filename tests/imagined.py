"""Colleges and concerns that hypothesis imagines: who holds which role, who is away, who reads a channel, whom it is about."""

from dataclasses import dataclass, field, replace

from hypothesis import strategies as st

from handlers.concern_form import KINDS
from handlers.roles import College, Person, Role

PEOPLE = (
    Person("gwenllian.vaughan@college.example", "Gwenllian Vaughan", "Chair"),
    Person("tobias.okonkwo@college.example", "Tobias Okonkwo", "Director"),
    Person("zoe.bronte@college.example", "Zoë Brontë", "Deputy head"),
    Person("marguerite.fitzroy-hall@college.example", "Marguerite Fitzroy-Hall", "Manager"),
    Person("sean.oneill@college.example", "Seán O’Neill", "Officer"),
    Person("jo.li@college.example", "Jo Li", "Assistant"),
    Person("rupert.dashwood@college.example", "Rupert Dashwood", "Clerk"),
    Person("isolde.quayle@college.example", "Isolde Quayle", "Tutor"),
    Person("kwame.mensah@college.example", "Kwame Mensah", "Technician"),
)
OUTSIDER = "reporter@college.example"
STRANGER = "somebody.else@agency.example"
NAMES = ("marketing", "hr", "safeguarding", "principal", "governors")
LADDERS = (
    {"marketing": "principal", "hr": "principal", "safeguarding": "principal", "principal": "governors"},
    {"marketing": "hr", "hr": "safeguarding", "safeguarding": "principal", "principal": "governors"},
    {"marketing": "hr", "hr": "governors", "safeguarding": "governors", "principal": "governors"},
    {"hr": "principal", "safeguarding": "hr"},
    {},
)


@dataclass(frozen=True)
class About:
    """One person whom it is about, and how they are named: picked, typed in part or misspelt, or later on."""

    email: str
    typed: str = ""


@dataclass(frozen=True)
class Deed:
    """What is done with a concern at one moment: by somebody who hears it, by its reporter, or by the clock alone."""

    what: str
    about: About | None = None
    pick: int = 0


@dataclass(frozen=True)
class Imagined:
    """A college and what befalls it. ``readers`` are the people in each role's channel; ``hidden`` channels do not say who.

    ``deaf`` channels refuse what is sent to them, for good where that is ``final``.
    ``hasty``: what is owed is still to be sent when somebody is named.
    """

    college: College = field(repr=False)
    readers: dict[str, frozenset[str]]
    hidden: frozenset[str] = frozenset()
    deaf: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    reporter: str = OUTSIDER
    kinds: tuple[str, ...] = ("conduct",)
    about: tuple[About, ...] = ()
    chosen: int = 0
    adult: str = "unsure"
    platform: str = "unknown"
    reach: str = "cannot"
    surface: str = "slack"
    deeds: tuple[Deed, ...] = ()
    final: bool = False
    hasty: bool = False


def _role(draw, example: Role, people: list[str], ladder: dict[str, str], surface: str) -> Role:
    members = draw(st.lists(st.sampled_from(people), min_size=1, max_size=2, unique=True))
    others = [each for each in people if each not in members]
    deputies = draw(st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
    channel = "web" if surface == "web" else f"{surface}:{example.name}"
    above = ladder.get(example.name, "")
    return replace(example, members=tuple(members), deputies=tuple(deputies), channel=channel, next=above, delegates=())


@st.composite
def colleges(draw, example: College, surface: str = "web") -> College:
    """Five to nine people over the five roles, some in several, on a ladder of one of several shapes."""
    people = PEOPLE[: draw(st.integers(5, len(PEOPLE)))]
    emails = [each.email for each in people]
    ladder = draw(st.sampled_from(LADDERS))
    roles = {name: _role(draw, example.roles[name], emails, ladder, surface) for name in NAMES}
    return replace(example, people={each.email: each for each in people}, roles=roles)


def ways(person: Person) -> tuple[str, ...]:
    """How people type a name: a part of it, a slip in it, without its accents, their address, their name for certain."""
    first, *_, last = person.name.split()
    plain = person.email.partition("@")[0].split(".")
    slip = last[:2] + last[3:] if len(last) > 4 else last
    return (first, last, f"Mr {last}", *plain, slip, f"{first.upper()} {last[0]}.", person.name, person.email.upper())


def subjects(college: College, reporter: str):
    """Somebody of the college, picked or typed; or a name and an address that the college does not know."""
    known = [About(each.email) for each in college.people.values()]
    typed = [About(each.email, way) for each in college.people.values() for way in ways(each)]
    return st.sampled_from([*known, *known, *typed, About(STRANGER, STRANGER), About("", "A man in a red van")])


@st.composite
def concerns(draw, example: College) -> Imagined:
    """A college, a concern in it, and what happens to it until it has nowhere left to go."""
    surface = draw(st.sampled_from(("web", "slack", "teams")))
    college = draw(colleges(example, surface))
    emails = list(college.people)
    reporter = draw(st.sampled_from([*emails, OUTSIDER, OUTSIDER]))
    strangers = st.frozensets(st.sampled_from([*emails, STRANGER]), max_size=2)
    own = {name: draw(st.sampled_from(((*role.members, *role.deputies), ()))) for name, role in college.roles.items()}
    readers = {name: frozenset(people) | draw(strangers) for name, people in own.items()}
    whom = subjects(college, reporter)
    deeds = st.builds(Deed, st.sampled_from(DEEDS), whom, st.integers(0, 7))
    return Imagined(
        college,
        readers,
        draw(st.frozensets(st.sampled_from(NAMES), max_size=3)),
        draw(st.frozensets(st.sampled_from(NAMES), max_size=1)),
        draw(st.frozensets(st.sampled_from(emails), max_size=3)),
        reporter,
        tuple(draw(st.lists(st.sampled_from([name for name, _ in KINDS]), min_size=1, max_size=3, unique=True))),
        tuple(draw(st.lists(whom, max_size=3, unique=True))),
        draw(st.integers(0, 3)),
        draw(st.sampled_from(("no", "yes", "unsure"))),
        draw(st.sampled_from(("business", "personal", "unknown"))),
        draw(st.sampled_from(("now", "done", "cannot"))),
        surface,
        tuple(draw(st.lists(deeds, max_size=5))),
        hasty=draw(st.booleans()),
    )


DEEDS = (
    "wait",
    "open",
    "acknowledge",
    "take",
    "name",
    "reporter names",
    "aside",
    "add",
    "hand",
    "ring",
    "ask",
    "withdraw",
    "close",
)


def told(imagined: Imagined) -> str:
    """An example as whoever reads a failure wants it."""
    roles = (f"{each.name} {each.members} {each.deputies} next={each.next!r}" for each in imagined.college.roles.values())
    return "\n".join([*roles, repr(imagined)])
