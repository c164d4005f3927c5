"""The college's own file, `lodge.toml`: read, checked whole, and turned into what handlers know of the college."""

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.settings import nearest
from handlers.roles import College, Contacts, Person, Role, Route

EXAMPLE = Path(__file__).with_name("lodge.example.toml")
ROLES = ("marketing", "hr", "safeguarding", "principal", "governors")
ROUTES = ("ask_marketing",)
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
    if not re.fullmatch(r"[1-9]\d* (minute|hour|day)s?", value):
        raise ValueError('write a time such as "30 minutes", "4 hours" or "2 days"')
    return value


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


class _Role(_Table):
    title: Filled
    members: tuple[Email, ...]
    deputies: tuple[Email, ...] = ()
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


class _File(_Table):
    college: _College
    people: tuple[_Person, ...] = ()
    roles: dict[str, _Role]
    routes: dict[str, _Route]
    contacts: _Contacts
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
    }
    return list(tables[str(loc[0])].model_fields) if loc else list(_File.model_fields)


def _amiss(file: _File) -> list[str]:
    """What each table alone cannot show."""
    lines = [f"roles.{name} is missing: Lodge routes to it. The example shows one." for name in ROLES if name not in file.roles]
    lines += [f"roles.{name} is not known. {nearest(name, list(ROLES))}" for name in file.roles if name not in ROLES]
    lines += [f"routes.{name} is missing. The example shows one." for name in ROUTES if name not in file.routes]
    lines += [f"routes.{name} is not known. {nearest(name, list(ROUTES))}" for name in file.routes if name not in ROUTES]
    for name, role in file.roles.items():
        lines += _amiss_role(file, name, role)
    for name, route in file.routes.items():
        if route.role not in file.roles:
            lines.append(f"routes.{name}.role: there is no role {route.role!r}. {nearest(route.role, list(file.roles))}")
    return lines or _dead_ends(file)


def _amiss_role(file: _File, name: str, role: _Role) -> list[str]:
    lines = []
    if not role.members:
        lines.append(f"roles.{name}.members is empty: name at least one person.")
    if role.next and role.next not in file.roles:
        lines.append(f"roles.{name}.next: there is no role {role.next!r}. {nearest(role.next, list(file.roles))}")
    listed = [person.email for person in file.people]
    unknown = [email for email in role.members + role.deputies if email not in listed]
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
    return [line for route in file.routes for email in everyone if (line := _unreached(college, route, email))]


def _unreached(college: College, route: str, email: str) -> str:
    try:
        college.role_for(route, email)
    except LookupError:
        return f"routes.{route}: a request by {email} would reach nobody else. Give the role a deputy, or a role above it."
    return ""


def _college(file: _File) -> College:
    people = {each.email: Person(each.email, each.name, each.post) for each in file.people}
    roles = {
        name: Role(name, each.title, each.members, each.deputies, each.channel, each.next) for name, each in file.roles.items()
    }
    routes = {name: Route(each.role, period(each.answer_within), each.phone) for name, each in file.routes.items()}
    contacts = Contacts(**file.contacts.model_dump())
    return College(
        file.college.name, file.college.short_names, people, roles, routes, contacts, dict(file.documents), file.college.example
    )


def period(value: str) -> timedelta:
    """'2 days' as a span of time."""
    number, unit = value.split()
    return timedelta(**{_UNITS[unit.rstrip("s")]: int(number)})
