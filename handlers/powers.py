"""Who may see and do what in each state of a case, as tables for the README: read from what the product itself goes by.

What can be done, and where, is `handlers.view.Power` and the arrows of `handlers.machines`. Who may do it is asked of
`handlers.hearing` and `handlers.roles`, about the first role of a college that has members and deputies.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from handlers.hearing import Hearing
from handlers.machines import MACHINES, By, Machine
from handlers.roles import College, Role
from handlers.showing import VIEWS

NOTHING = "nothing"
REPORTER, SUBJECT = "reporter", "subject"
NEXT_UP = "tell the next role up, and its reporter whom to ring"
REMINDED = "the role is reminded, then its deputies"
CLIMBS = REMINDED + ", then the role above"


@dataclass(frozen=True)
class When:
    """Circumstances in which a deputy may come to act for a role."""

    words: str
    away: bool = False
    late: int = 0
    aside: bool = False
    own: bool = False


WHENS = (
    When("at any time"),
    When("while a member is away", away=True),
    When("once it is late", late=1),
    When("where every member stood aside", aside=True),
    When("where its only member opened it", own=True),
)
May = Callable[[College, Role, str, When], bool]


def table(college: College) -> str:
    """The README's part about powers: one table for each guarded kind, and one for all the others."""
    guarded: dict[str, list[Machine]] = {}
    for machine in MACHINES.values():
        if machine.guarded:
            guarded.setdefault(machine.noun, []).append(machine)
    parts = [_guarded(college, kinds) for kinds in guarded.values()]
    others = [each for each in MACHINES.values() if not each.guarded and each.route]  # a test has no route, and no clock
    return "\n\n".join((*parts, _others(college, others)))


def _guarded(college: College, kinds: list[Machine]) -> str:
    """Who, what, and a mark under each state in which they may."""
    first, role = kinds[0], _role(college)
    always, never = ((mark,) * len(first.states) for mark in ("yes", "–"))
    about, anybody = _shut_out(college, role)
    rows = [
        *_side("Its reporter", "see its reference, state and roles; not what was said", kinds, "opener"),
        *_side("Whoever is asked", "see what is asked, and by when; not why, or who reported it", kinds, "party"),
        *_side("A member of a role that has it", "see all of it, apart from its channel", kinds, "role"),
        ("A deputy there", f"the same where nothing else is said, {_circumstances(college, _hears)}", *always),
        ("Whoever reads the role’s channel", "see a reference, and whether it waits", *always),
        ("Somebody it is about, or a deputy of theirs", about, *never),
        ("Everybody else", anybody, *never),
        *_clocks(first),
    ]
    routes = " and ".join(f"`{each.route}`" for each in kinds)
    return f"**{first.noun}** ({routes})\n\n{_drawn(('who', 'may', *first.states.values()), rows)}"


def _side(who: str, sight: str, kinds: list[Machine], by: By) -> list[tuple[str, ...]]:
    """What one side sees and can press; nothing where a kind has no such side."""
    found = _buttons(kinds, by)
    return [(who, sight, *(_mark(True) for _ in kinds[0].states)), *(("", *row) for row in found)] if found else []


def _clocks(machine: Machine) -> list[tuple[str, ...]]:
    """What time does by itself."""
    found = [(NEXT_UP, machine.waiting)] if machine.climbing else []
    found += [(f"record: {move.verb}", move.sources) for move in machine.moves.values() if move.by == "timer"]
    return [("The clock", words, *(_mark(state in states) for state in machine.states)) for words, states in found]


def _others(college: College, kinds: list[Machine]) -> str:
    """A line for each state: the arrows that lead from it, by who may take them."""
    heads = ("case", "state", "who opened it", "a member of the role", "curator or deputy of the account", "the clock")
    rows = [
        (each.noun if at == 0 else "", words, *(_arrows(each, state, by) for by in _BYS), _clock(each, state))
        for each in kinds
        for at, (state, words) in enumerate(each.states.items())
    ]
    note = (
        f"Who opened it, its role and its parties read it. A deputy of the role: as a member, {_circumstances(college, _acts)}. "
        f"Everybody else: {NOTHING}."
    )
    return f"**All other cases**\n\n{_drawn(heads, rows)}\n\n{note}"


_BYS: tuple[By, ...] = ("opener", "role", "party")


def _role(college: College) -> Role:
    return next(role for role in college.roles.values() if role.members and role.deputies)


def _rules(college: College, role: Role, when: When, subjects: tuple[str, ...] = ()) -> Hearing:
    members = frozenset(role.members)
    return Hearing(
        college,
        role.members[0] if when.own else REPORTER,
        frozenset(subjects),
        aside=members if when.aside else frozenset(),
        absent=members if when.away else frozenset(),
        roles=(role.name,),
        escalation=when.late,
    )


def _hears(college: College, role: Role, person: str, when: When) -> bool:
    return _rules(college, role, when).hears(person)


def _acts(college: College, role: Role, person: str, when: When) -> bool:
    if when.aside:  # only a concern can be left to others
        return False
    opener, absent = role.members[0] if when.own else REPORTER, role.members if when.away else ()
    return college.may_act(role.name, person, opener, absent=absent, escalation=when.late)


def _circumstances(college: College, may: May) -> str:
    """In which circumstances a deputy may what a member may."""
    role = _role(college)
    found = [when.words for when in WHENS if may(college, role, role.deputies[0], when)]
    return ", or ".join(found) if found else NOTHING


def _shut_out(college: College, role: Role) -> tuple[str, str]:
    """What those it is about, their deputies, and everybody else have of it: asked in every circumstance there is."""
    theirs = next(each for each in college.roles.values() if each.name != role.name and each.deputies)
    both = replace(role, members=role.members + theirs.deputies)  # a deputy of one role may be a member of another
    mixed = replace(college, roles={**college.roles, role.name: both})
    named: dict[tuple[str, ...], tuple[str, ...]] = {(SUBJECT,): (SUBJECT,)}
    for each in (both, theirs):
        named |= {each.members: each.members + each.deputies, each.deputies: each.deputies}
    about = any(_reached(_rules(mixed, both, when, subjects), named[subjects]) for subjects in named for when in WHENS)
    others = ("anybody", *theirs.members, *theirs.deputies)
    anybody = any(_reached(_rules(college, role, when), others) for when in WHENS)
    return tuple("some of it" if reached else NOTHING for reached in (about, anybody))  # type: ignore[return-value]


def _reached(rules: Hearing, people: Iterable[str]) -> bool:
    """Whether anybody of these, other than its reporter, can open it or be sent anything of it."""
    others = (person for person in people if person != rules.opener)
    return any(rules.hears(person) or rules.may_be_told(person) for person in others)


def _buttons(kinds: list[Machine], by: By) -> list[tuple[str, ...]]:
    """The buttons somebody has, with the states they have them in; where kinds that look alike differ, that is said."""
    found = []
    for power in VIEWS[kinds[0].kind].powers:
        states = {each.kind: power.states(each) for each in kinds}
        if power.by == by:
            label = power.label if all(states.values()) else f"{power.label}, where it is not urgent"
            only = f" ({power.only})" if power.only else ""
            found.append((label + only, *(_mark(any(state in each for each in states.values())) for state in kinds[0].states)))
    return found


def _mark(may: bool) -> str:
    return "yes" if may else "–"


def _arrows(machine: Machine, state: str, by: By) -> str:
    found = [name.replace("_", " ") for name, move in machine.moves.items() if move.by == by and state in move.sources]
    talks = not machine.wordless and state not in machine.ended
    if by == "role" and talks and state in machine.waiting:
        found.append("ask a question")
    if by == "opener" and talks:
        found.append("add information")
    return ", ".join(dict.fromkeys(found)) or "–"


def _clock(machine: Machine, state: str) -> str:
    """What time does: it reminds, and takes the arrows that are its own."""
    found = [move.verb for move in machine.moves.values() if move.by == "timer" and state in move.sources]
    if state in machine.waiting:
        found.append(CLIMBS if state in machine.climbing else REMINDED)
    return ", ".join(found) or "–"


def _drawn(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
