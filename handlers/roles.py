"""Who is who at the college: people, roles, routes and contacts, as `lodge.toml` gives them. Permissions are of roles."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from handlers.calendar import Calendar


@dataclass(frozen=True)
class Person:
    """One member of staff. ``email`` is lower case and is who they are on every surface; ``post`` is their job title.

    ``ids`` are the ids, by surface, of somebody whom a surface does not know by that address; most people need none.
    """

    email: str
    name: str
    post: str
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Role:
    """Who must act: members, deputies, where notices go, and the role above (empty at the top).

    ``delegates`` may decide account requests beside the members (3.1.2, 3.3.3), because the college has written them down.
    """

    name: str
    title: str
    members: tuple[str, ...]
    deputies: tuple[str, ...]
    channel: str
    next: str
    delegates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Route:
    """Which role a kind of case goes to, how soon they must answer in working time, and the number to ring instead.

    ``emergency`` is the e-mail address of whoever is messaged outside opening hours, or ''.
    """

    role: str
    answer_within: timedelta
    phone: str
    emergency: str = ""


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
    calendar: Calendar
    documents: Mapping[str, str] = field(default_factory=dict)
    example: bool = False

    def name_of(self, email: str) -> str:
        """How to name a person: their name where we know it, else their address."""
        person = self.people.get(email)
        return person.name if person else email

    def ids(self, surface: str) -> dict[str, str]:
        """The addresses of the people whose id on a surface `lodge.toml` gives, by that id."""
        return {each.ids[surface]: each.email for each in self.people.values() if surface in each.ids}

    def roles_of(self, email: str) -> tuple[Role, ...]:
        """The roles in which a person is a member or a deputy."""
        return tuple(role for role in self.roles.values() if email in role.members + role.deputies)

    def may_act(self, role: str, email: str, requester: str, *, absent: Collection[str] = (), escalation: int = 0) -> bool:
        """Whether a person may decide now: never on their own request.

        A deputy may where a member is away, after the first escalation, or where every member is the requester; from the
        second escalation on, the roles above may too.
        """
        if email == requester:
            return False
        held, *above = self.reached(role, escalation)
        if email in held.members or any(email in each.members for each in above):
            return True
        standing_in = escalation >= 1 or set(held.members) <= {requester} or bool(set(held.members) & set(absent))
        return standing_in and email in held.deputies

    def may_approve(self, role: str, email: str, requester: str, *, absent: Collection[str] = (), escalation: int = 0) -> bool:
        """Whether a person may give permission in writing now: as `may_act`, and the role's recorded delegates too."""
        delegated = email in self.roles[role].delegates and email != requester
        return delegated or self.may_act(role, email, requester, absent=absent, escalation=escalation)

    def reached(self, role: str, escalation: int) -> tuple[Role, ...]:
        """The roles that have a case: its own, and from the second escalation on, one more up the ladder each time."""
        return tuple(self.ladder(role))[: max(1, escalation)]

    def ladder(self, role: str) -> Iterator[Role]:
        """A role and those above it, lowest first."""
        name = role
        while name:
            yield self.roles[name]
            name = self.roles[name].next

    def role_for(self, route: str, requester: str, *, absent: Collection[str] = (), above_own: bool = False) -> Role:
        """The lowest role on a route in which somebody who is here, other than the requester, can act.

        ``above_own``: a role of which the requester is a member is passed over (a manager's own request goes up).
        Raises ``LookupError`` where there is nobody: `lodge check` and the loader refuse such a college beforehand.
        """
        for role in self.ladder(self.routes[route].role):
            if above_own and requester in role.members:
                continue
            here = (email for email in role.members + role.deputies if email not in absent)
            if any(self.may_act(role.name, email, requester, absent=absent) for email in here):
                return role
        raise LookupError(f"nobody but the requester can act on {route}")
