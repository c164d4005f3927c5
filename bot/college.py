"""The college's own file, `lodge.toml`: read, checked whole, and turned into what handlers know of the college."""

import re
import tomllib
from collections.abc import Container
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.settings import nearest
from handlers.calendar import LONGEST_CLOSURE, Calendar
from handlers.roles import College, Contacts, Person, Role, Route

EXAMPLE = Path(__file__).with_name("lodge.example.toml")
ROLES = ("marketing", "hr", "safeguarding", "principal", "governors")
ROUTES = ("ask_marketing", "account", "image_removal", "image_alert", "concern", "concern_urgent")
OWN_GOES_UP = ("account",)  # where a member's own request passes over their whole role (3.1.2)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"minute": "minutes", "hour": "hours", "day": "days"}


class CollegeError(Exception):
    """What is wrong in `lodge.toml`, one line each, and how to mend it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        raise ValueError("write an e-mail address, for example ben@college.example")
    return value.lower()


def _link(value: str) -> str:
    if not value.startswith("https://"):
        raise ValueError("write a link that starts with https://")
    return value


def _period(value: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,3} (minute|hour|day)s?", value):
        raise ValueError('write a time such as "30 minutes", "4 hours" or "2 days"')
    return value


def _hours(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value) or value[:5] >= value[6:]:
        raise ValueError('write opening hours such as "08:30-17:00"')
    if value[:5] < "04:00":  # before that the clocks may change, and a time of day can come twice or not at all
        raise ValueError('write opening hours that start at 04:00 or later, such as "08:30-17:00"')
    return value


def _closure(value: str) -> str:
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?", value):
            raise ValueError
        _span(value)
    except ValueError:
        raise ValueError('write a day such as "2026-12-24", or the first and the last: "2026-12-21/2027-01-01"') from None
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError('write a time zone such as "Europe/London"') from None
    return value


def _slack_id(value: str) -> str:
    if value and not re.fullmatch(r"[UW][A-Z0-9]+", value):
        raise ValueError('write the member id from their Slack profile, such as "U012AB3CD"')
    return value


def _teams_id(value: str) -> str:
    if value and not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value.lower()):
        raise ValueError('write their object id from Entra, such as "2f9c6f3e-0d2c-4d6f-9f0e-0d5f0c1b2a3d"')
    return value.lower()


Email = Annotated[str, AfterValidator(_email)]
Link = Annotated[str, AfterValidator(_link)]
Filled = Annotated[str, Field(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _College(_Table):
    name: Filled
    short_names: tuple[Filled, ...] = ()
    example: bool = False


class _Person(_Table):
    email: Email
    name: Filled
    post: Filled
    slack: Annotated[str, AfterValidator(_slack_id)] = ""
    teams: Annotated[str, AfterValidator(_teams_id)] = ""


class _Role(_Table):
    title: Filled
    members: tuple[Email, ...]
    deputies: tuple[Email, ...] = ()
    delegates: tuple[Email, ...] = ()
    channel: Annotated[str, Field(pattern=r"^(web|slack:\S+|teams:\S+)$")]
    next: str = ""


class _Contacts(_Table):
    safeguarding_day: Filled
    safeguarding_night: Filled
    director_of_hr: Filled
    principal: Filled
    chair_of_governors: Filled
    lado: Filled
    staff_support: Filled
    whistleblowing: Link
    myconcern: Link


class _Route(_Table):
    role: str
    answer_within: Annotated[str, AfterValidator(_period)]
    phone: Filled
    emergency: Annotated[str, AfterValidator(lambda value: value and _email(value))] = ""


Hours = Annotated[str, AfterValidator(_hours)] | None


class _Calendar(_Table):
    """Where a college says nothing: Monday to Friday, half past eight to five, closed on England's bank holidays."""

    zone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    monday: Hours = None
    tuesday: Hours = None
    wednesday: Hours = None
    thursday: Hours = None
    friday: Hours = None
    saturday: Hours = None
    sunday: Hours = None
    closed: tuple[Annotated[str, BeforeValidator(str), AfterValidator(_closure)], ...] = ()
    bank_holidays: Literal["England", "Wales", "Scotland", "Northern Ireland", ""] = "England"


_USUAL = _Calendar(**dict.fromkeys(DAYS[:5], "08:30-17:00"))


class _File(_Table):
    college: _College
    people: tuple[_Person, ...] = ()
    roles: dict[str, _Role]
    routes: dict[str, _Route]
    contacts: _Contacts
    calendar: _Calendar = _USUAL
    documents: dict[str, Link] = {}


def load(path: Path) -> College:
    """The college from a file. Raises `CollegeError` with every mistake found, each with its mend."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CollegeError([f"{path}: no such file. Copy bot/lodge.example.toml there, or set LODGE_CONFIG."]) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CollegeError([f"{path}: cannot be read ({error}). Mend that line, or start again from the example."]) from None
    try:
        file = _File.model_validate(raw)
    except ValidationError as error:
        raise CollegeError([f"{path}: {_said(each)}" for each in error.errors()]) from None
    lines = _amiss(file)
    if lines:
        raise CollegeError([f"{path}: {line}" for line in lines])
    return _college(file)


def _said(error: Any) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{where} is not known. {nearest(str(error['loc'][-1]), _keys(error['loc'][:-1]))}"
    if error["type"] == "missing":
        return f"{where} is missing. The example shows what belongs there."
    return f"{where}: {error['msg'].removeprefix('Value error, ')}."


def _keys(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that a table may have, following the path of an error."""
    tables: dict[str, type[BaseModel]] = {
        "college": _College,
        "people": _Person,
        "roles": _Role,
        "routes": _Route,
        "contacts": _Contacts,
        "calendar": _Calendar,
    }
    return list(tables[str(loc[0])].model_fields) if loc else list(_File.model_fields)


def _amiss(file: _File) -> list[str]:
    """What each table alone cannot show."""
    lines = [f"roles.{name} is missing: Lodge routes to it. The example shows one." for name in ROLES if name not in file.roles]
    lines += [f"roles.{name} is not known. {nearest(name, list(ROLES))}" for name in file.roles if name not in ROLES]
    for name, role in file.roles.items():
        lines += _amiss_role(file, name, role)
    lines += _amiss_routes(file) + _amiss_people(file) + _amiss_calendar(file.calendar)
    return lines or _dead_ends(file)


def _amiss_routes(file: _File) -> list[str]:
    needs = "Add it with role, answer_within and phone; the example shows one."
    lines = [f"routes.{name} is missing. {needs}" for name in ROUTES if name not in file.routes]
    lines += [f"routes.{name} is not known. {nearest(name, list(ROUTES))}" for name in file.routes if name not in ROUTES]
    listed = [person.email for person in file.people]
    for name, route in file.routes.items():
        if route.role not in file.roles:
            lines.append(f"routes.{name}.role: there is no role {route.role!r}. {nearest(route.role, list(file.roles))}")
        told = route.emergency
        if told and told not in listed:
            lines.append(f"routes.{name}.emergency: {told} is not among [[people]]. {nearest(told, listed)}")
    return lines


def _amiss_people(file: _File) -> list[str]:
    """An address or an id that stands twice would let one person act as another."""
    lines = []
    for key in ("email", "slack", "teams"):
        given = [value for person in file.people if (value := getattr(person, key))]
        twice = sorted({value for value in given if given.count(value) > 1})
        lines += [f"people: {key} {value} stands twice. Keep one entry." for value in twice]
    return lines


def _amiss_calendar(file: _Calendar) -> list[str]:
    if not any(getattr(file, day) for day in DAYS):
        return ['calendar: the college never opens. Give at least one day its hours: monday = "08:30-17:00".']
    calendar = _calendar(file)
    for closure in file.closed:
        first = _span(closure)[0]
        if not any(calendar.works(first + timedelta(days=each)) for each in range(LONGEST_CLOSURE)):
            return [f"calendar.closed: from {first} on the college does not open for a year. Shorten or remove a span."]
    return []


def _amiss_role(file: _File, name: str, role: _Role) -> list[str]:
    lines = []
    if not role.members:
        lines.append(f"roles.{name}.members is empty: name at least one person.")
    if role.next and role.next not in file.roles:
        lines.append(f"roles.{name}.next: there is no role {role.next!r}. {nearest(role.next, list(file.roles))}")
    listed = [person.email for person in file.people]
    unknown = [email for email in role.members + role.deputies + role.delegates if email not in listed]
    return lines + [f"roles.{name}: {email} is not among [[people]]. {nearest(email, listed)}" for email in unknown]


def _dead_ends(file: _File) -> list[str]:
    """A ladder that runs in a circle, or a route on which a person's own request would reach nobody else."""
    for name in file.roles:
        seen, step = set[str](), name
        while step:
            if step in seen:
                return [f'roles.{name}.next leads round in a circle at {step!r}: end the ladder with next = "".']
            seen.add(step)
            step = file.roles[step].next
    college = _college(file)
    everyone = [person.email for person in file.people]
    lines = [line for route in file.routes for email in everyone if (line := _unreached(college, route, email))]
    return lines or [line for route in OWN_GOES_UP for email in everyone if (line := _unreached(college, route, email, True))]


def _unreached(college: College, route: str, email: str, above_own: bool = False) -> str:
    try:
        college.role_for(route, email, above_own=above_own)
    except LookupError:
        if above_own:
            return f"routes.{route}: a request by {email} goes to a role above theirs, and there is none: give theirs a next."
        return f"routes.{route}: a request by {email} would reach nobody else. Give the role a deputy, or a role above it."
    return ""


def _person(each: _Person) -> Person:
    known_as = {"slack": each.slack, "teams": each.teams}
    return Person(each.email, each.name, each.post, {surface: name for surface, name in known_as.items() if name})


def _college(file: _File) -> College:
    said = file.college
    return College(
        name=said.name,
        short_names=said.short_names,
        people={each.email: _person(each) for each in file.people},
        roles={name: Role(name, **each.model_dump()) for name, each in file.roles.items()},
        routes={
            name: Route(each.role, period(each.answer_within), each.phone, each.emergency) for name, each in file.routes.items()
        },
        contacts=Contacts(**file.contacts.model_dump()),
        calendar=_calendar(file.calendar),
        documents=dict(file.documents),
        example=said.example,
    )


class _Closed(Container[date]):
    """The days the college is shut: its own closures, and the bank holidays of any year."""

    def __init__(self, days: frozenset[date], public: Container[date]) -> None:
        self._days, self._public = days, public

    def __contains__(self, day: object) -> bool:
        return day in self._days or day in self._public


def _calendar(file: _Calendar) -> Calendar:
    hours = {number: getattr(file, day) for number, day in enumerate(DAYS) if getattr(file, day)}
    part = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}.get(file.bank_holidays)
    public: Container[date] = holidays.country_holidays("GB", subdiv=part) if part else ()
    own = frozenset(day for closure in file.closed for day in _span(closure))
    opening = {number: (time.fromisoformat(text[:5]), time.fromisoformat(text[6:])) for number, text in hours.items()}
    return Calendar(ZoneInfo(file.zone), opening, _Closed(own, public))


def _span(value: str) -> list[date]:
    first, _, last = value.partition("/")
    start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    if end < start or (end - start).days > 366:
        raise ValueError("a span of days runs from its first to its last")
    return [start + timedelta(days=each) for each in range((end - start).days + 1)]


def period(value: str) -> timedelta:
    """'2 days' as a span of working time: its days are working days, and so are 24 hours."""
    number, unit = value.split()
    return timedelta(**{_UNITS[unit.rstrip("s")]: int(number)})
