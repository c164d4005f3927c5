"""Who may hear of a concern: never anybody it is about, nor their deputies (promise 4; 2.3).

A role in which somebody it concerns is a member or a deputy is replaced by the role above it, up to the governors. Where
nobody is left, an outside contact is shown, and Lodge keeps nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from handlers import emergency
from handlers.event import Work
from handlers.machines import MACHINES
from handlers.roles import College, Role
from storage.work import CaseFile

TOP = ("principal", "governors")


@dataclass(frozen=True)
class Hearing:
    """The rules for one concern. ``opener`` reported it; ``aside`` said that they should not handle it.

    ``roles`` are those it is with now; ``escalation`` counts how often nobody opened it in time.
    """

    college: College
    opener: str
    subjects: frozenset[str] = frozenset()
    aside: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    roles: tuple[str, ...] = ()
    escalation: int = 0

    @property
    def barred(self) -> frozenset[str]:
        """Whom nothing may reach: those it is about, the deputies of their roles, and those who stood aside."""
        roles = self.college.roles.values()
        deputies = {email for role in roles if self.subjects & set(role.members) for email in role.deputies}
        return self.subjects | deputies | self.aside

    def free(self, role: Role) -> tuple[str, ...]:
        """Who of a role may hear of it."""
        return tuple(email for email in dict.fromkeys(role.members + role.deputies) if email not in self.barred)

    def usable(self, role: Role, *, present: bool = True) -> bool:
        """Whether a role may have it: nobody it is about belongs to it, and somebody other than the reporter can act."""
        if self.subjects & {*role.members, *role.deputies}:
            return False
        able = set(self.free(role)) - {self.opener}
        return bool(able - self.absent if present else able)

    def stand_in(self, name: str, *, but: Collection[str] = ()) -> Role | None:
        """The role itself, or the lowest above it that may have it; those who are all away are passed over if others are here.

        ``but``: roles that do not count. None where nobody is left inside the College.
        """
        rungs = [self.college.roles[each] for each in self.rungs(name) if each not in but]
        for present in (True, False):
            for role in rungs:
                if self.usable(role, present=present):
                    return role
        return None

    def stand_ins(self, names: Iterable[str]) -> tuple[Role, ...]:
        """The roles that get it, each once, where these are the ones that should."""
        found = (self.stand_in(name) for name in names)
        return tuple({role.name: role for role in found if role}.values())

    def held(self) -> tuple[Role, ...]:
        """The roles that have it and may."""
        return tuple(role for name in self.roles if self.usable(role := self.college.roles[name], present=False))

    def hears(self, person: str) -> bool:
        """Whether somebody may open it now: a member; a deputy where a member is away, barred or late."""
        if person == self.opener or person in self.barred:
            return False
        return any(self._hears_in(role, person) for role in self.held())

    def may_be_told(self, person: str) -> bool:
        """Whether a message about it may go to somebody: who reported it, or a member or deputy of a role that has it."""
        if person == self.opener:
            return True
        return person not in self.barred and any(person in self.free(role) for role in self.held())

    def _hears_in(self, role: Role, person: str) -> bool:
        if person in role.members:
            return True
        able = set(role.members) - self.barred - {self.opener}
        return person in role.deputies and (self.escalation > 0 or not able or bool(able & self.absent))

    def rungs(self, name: str) -> list[str]:
        """A role and those that may stand in for it, lowest first: its ladder, and the top of the College."""
        above = TOP[TOP.index(name) :] if name in TOP else TOP
        return list(dict.fromkeys([*(role.name for role in self.college.ladder(name)), *above]))


def split(emails: str) -> frozenset[str]:
    """Addresses that are kept as one text, joined by commas."""
    return frozenset(each for each in emails.split(",") if each)


async def absent(work: Work) -> frozenset[str]:
    """Who is recorded as away today, by the college's calendar."""
    return frozenset(await work.absent_on(work.college.calendar.day(work.now)))


async def of(work: Work, case: CaseFile) -> Hearing:
    """The rules for a concern that stands."""
    return Hearing(
        work.college,
        case.opened_by,
        split(case.details.get("subjects", "")),
        split(case.details.get("aside", "")),
        await absent(work),
        await work.shared(case.id),
        case.escalation,
    )


async def held_by(work: Work, case: CaseFile) -> tuple[Role, ...]:
    """The roles that have a case of any kind."""
    if MACHINES[case.kind].guarded:
        return (await of(work, case)).held()
    return work.college.reached(case.role, case.escalation)


async def bring_in(work: Work, case: CaseFile, roles: Iterable[Role], actor: str) -> None:
    """A concern goes to these roles too; each is written to its chain."""
    for role in roles:
        await work.share(case, role.name, actor=actor)


async def route_again(work: Work, case: CaseFile, actor: str) -> tuple[Role, ...]:
    """Somebody was named, or stood aside: roles that may not have it any more are replaced. Gives those that have it now.

    Empty where nobody inside the College is left.
    """
    rules = await of(work, case)
    for name in rules.roles:
        if not rules.usable(work.college.roles[name], present=False):
            await work.unshare(case, name, actor=actor)
            stand_in = rules.stand_in(name)
            await bring_in(work, case, (stand_in,) if stand_in else (), actor)
    return (await of(work, case)).held()


def title(role: Role) -> str:
    """A role in the middle of a sentence: "the Principal"."""
    return f"the {role.title[4:]}" if role.title.startswith("The ") else role.title


def titles(roles: Iterable[Role]) -> str:
    """Roles as a sentence names them: "Safeguarding, the Principal and the governors"."""
    *first, last = list(map(title, roles)) or ["nobody in the College"]
    return f"{', '.join(first)} and {last}" if first else last


def rings(work: Work, roles: Iterable[Role]) -> str:
    """Whom to ring, with the numbers; where no role is left, somebody outside."""
    found = [f"{title(role)}, {number(work, role.name)}" for role in roles]
    return "; ".join(found) or f"the local authority’s designated officer (LADO), {emergency.tapped(work.college.contacts.lado)}"


def number(work: Work, role: str) -> str:
    """The number to ring for a role, at this time of day, so that it can be tapped."""
    contacts = work.college.contacts
    if role == "safeguarding":
        open_now = work.college.calendar.open_at(work.now)
        return emergency.tapped(contacts.safeguarding_day if open_now else contacts.safeguarding_night)
    numbers = {"hr": contacts.director_of_hr, "principal": contacts.principal, "governors": contacts.chair_of_governors}
    return emergency.tapped(numbers.get(role) or work.college.routes["ask_marketing"].phone)
