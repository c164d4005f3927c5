"""The rules of a concern by themselves, over thousands of colleges: nobody it is about, and somebody else (promise 4)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.college import EXAMPLE
from bot.college import load as load_college
from handlers import subjects
from handlers.hearing import TOP, Hearing
from tests.imagined import LADDERS, NAMES, PEOPLE, ways

COLLEGE = load_college(EXAMPLE)
EMAILS = tuple(each.email for each in PEOPLE[:7])
MASK = st.integers(0, 2 ** len(EMAILS) - 1)
MANY = settings(max_examples=700, deadline=None, derandomize=True, database=None)


def some(mask: int) -> tuple[str, ...]:
    """The people whose bits are set."""
    return tuple(email for place, email in enumerate(EMAILS) if mask >> place & 1)


def rules(shape: int, masks: list[int], opener: int, roles: int, escalation: int) -> Hearing:
    """A concern in a college: two masks a role, then two each for those it is about, aside and away."""
    made = {
        name: replace(
            COLLEGE.roles[name],
            members=some(masks[2 * place]) or EMAILS[place : place + 1],
            deputies=some(masks[2 * place + 1] & ~masks[2 * place]),
            next=LADDERS[shape].get(name, ""),
        )
        for place, name in enumerate(NAMES)
    }
    about, aside, absent = (frozenset(some(one & other)) for one, other in zip(masks[10::2], masks[11::2], strict=True))
    held = tuple(name for place, name in enumerate(NAMES) if roles >> place & 1)
    return Hearing(replace(COLLEGE, roles=made), EMAILS[opener], about, aside, absent, held, escalation)


RULES = st.builds(
    rules,
    st.integers(0, len(LADDERS) - 1),
    st.lists(MASK, min_size=16, max_size=16),
    st.integers(0, len(EMAILS) - 1),
    st.integers(0, 31),
    st.integers(0, 2),
)


@MANY
@given(RULES)
def test_whoever_hears_is_not_concerned(rules):
    """Nobody barred is free, hears or is told; whoever hears may be told, and belongs to a role that nobody it is about does."""
    for person in EMAILS:
        assert not (rules.hears(person) and person in rules.barred | {rules.opener})
        assert rules.may_be_told(person) or not rules.hears(person)
        assert person == rules.opener or not (rules.may_be_told(person) and person in rules.barred)
        own = [role for role in rules.held() if person in role.members + role.deputies]
        assert own or not rules.hears(person)
    for role in rules.college.roles.values():
        assert not set(rules.free(role)) & rules.barred


@MANY
@given(RULES)
def test_those_it_is_about_their_deputies_and_whoever_stood_aside_are_barred(rules):
    """Bars are all of these, and grow with every name."""
    deputies = {each for role in rules.college.roles.values() for each in role.deputies if set(role.members) & rules.subjects}
    assert rules.barred == rules.subjects | deputies | rules.aside
    for person in EMAILS:
        assert rules.barred <= replace(rules, subjects=rules.subjects | {person}).barred


@MANY
@given(RULES, st.sampled_from(NAMES))
def test_a_role_that_stands_in_has_nobody_it_is_about_and_somebody_to_act(rules, name):
    """It is on the ladder; nobody of it is concerned; and once it has the concern, somebody can open it."""
    role = rules.stand_in(name)
    ladder = [each.name for each in rules.college.ladder(name)]
    above = TOP[TOP.index(name) :] if name in TOP else TOP  # a concern never goes down the ladder
    if role is None:
        assert not any(rules.usable(rules.college.roles[each], present=False) for each in [*ladder, *above])
        return
    assert role.name in [*ladder, *above]
    assert not rules.subjects & {*role.members, *role.deputies}
    here = replace(rules, roles=(role.name,))
    hearing = {person for person in EMAILS if here.hears(person)}
    assert hearing
    assert hearing - rules.absent or not rules.usable(role), "somebody is here, and only people who are away may open it"


@MANY
@given(RULES, st.lists(st.sampled_from(NAMES), max_size=3))
def test_nobody_here_is_passed_over_for_somebody_away(rules, names):
    """Each role once; one whose people are all away only where nobody on its ladder is here."""
    found = rules.stand_ins(names)
    assert len({role.name for role in found}) == len(found)
    for name in names:
        stand_in = rules.stand_in(name)
        rungs = [rules.college.roles[each.name] for each in rules.college.ladder(name)]
        assert stand_in is None or rules.usable(stand_in) or not any(rules.usable(each) for each in rungs)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda each: each.name)
def test_a_name_is_known_however_it_is_typed(person):
    """In part, with a slip, without accents, as short as two letters, or with an address that is not the one in `lodge.toml`."""
    college = replace(COLLEGE, people={each.email: each for each in PEOPLE})
    for typed in ways(person):
        assert subjects.certain(college, typed) == person.email or person in subjects.likely(college, typed), typed
    elsewhere = person.email.replace("college.example", "mail.example")
    assert person in subjects.doubtful(college, {"who": elsewhere}, {})
