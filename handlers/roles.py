"""Who is who at the college: people, roles, routes and contacts, as `lodge.toml` gives them. Permissions are of roles."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True)
class Person:
    """One member of staff. ``email`` is lower case and is who they are on every surface; ``post`` is their job title."""

    email: str
    name: str
    post: str


@dataclass(frozen=True)
class Role:
    """Who must act: members, deputies, where notices go, and the role above (empty at the top)."""

    name: str
    title: str
    members: tuple[str, ...]
    deputies: tuple[str, ...]
    channel: str
    next: str


@dataclass(frozen=True)
class Route:
    """Which role a kind of case goes to, how soon they must answer, and the number to ring instead."""

    role: str
    answer_within: timedelta
    phone: str


@dataclass(frozen=True)
class Contacts:
    """The numbers and links of the emergency page. Numbers are shown as written here."""

    safeguarding_day: str
    safeguarding_night: str
    director_of_hr: str
    principal: str
    chair_of_governors: str
    lado: str
    staff_support: str
    whistleblowing: str
    myconcern: str


@dataclass(frozen=True)
class College:
    """One college. ``example`` is true where nobody has put in the college's own details yet."""

    name: str
    short_names: tuple[str, ...]
    people: Mapping[str, Person]
    roles: Mapping[str, Role]
    routes: Mapping[str, Route]
    contacts: Contacts
    documents: Mapping[str, str] = field(default_factory=dict)
    example: bool = False

    def name_of(self, email: str) -> str:
        """How to name a person: their name where we know it, else their address."""
        person = self.people.get(email)
        return person.name if person else email

    def roles_of(self, email: str) -> tuple[Role, ...]:
        """The roles in which a person is a member or a deputy."""
        return tuple(role for role in self.roles.values() if email in role.members + role.deputies)

    def may_act(self, role: str, email: str, requester: str) -> bool:
        """Whether a person may decide now: never on their own request; a deputy only where every member asked it."""
        held = self.roles[role]
        if email == requester:
            return False
        return email in held.members or (email in held.deputies and set(held.members) <= {requester})

    def ladder(self, role: str) -> Iterator[Role]:
        """A role and those above it, lowest first."""
        name = role
        while name:
            yield self.roles[name]
            name = self.roles[name].next

    def role_for(self, route: str, requester: str) -> Role:
        """The lowest role on a route in which somebody other than the requester can act.

        Raises ``LookupError`` where there is nobody: `lodge check` and the loader refuse such a college beforehand.
        """
        for role in self.ladder(self.routes[route].role):
            if any(self.may_act(role.name, email, requester) for email in role.members + role.deputies):
                return role
        raise LookupError(f"nobody but the requester can act on {route}")
