"""The state machines are data: what they must never hold, and the README's drawings of them."""

from pathlib import Path

import pytest

from handlers import powers
from handlers.machines import (
    ACCESS_MOVES,
    ACCESS_STATES,
    COPY_MOVES,
    COPY_STATES,
    MACHINES,
    TAKEDOWN_MOVES,
    TAKEDOWN_STATES,
    drawn,
)

README = Path(__file__).parent.parent / "README.md"
PIECES = {
    "Copy of an image": (COPY_STATES, COPY_MOVES),
    "Access to revoke": (ACCESS_STATES, ACCESS_MOVES),
    "Content to take down": (TAKEDOWN_STATES, TAKEDOWN_MOVES),
}
DECIDED = {"approved", "declined", "closed", "done", "answered", "taken", "refused", "failed"}


@pytest.mark.parametrize("kind", MACHINES)
def test_every_arrow_joins_states_that_there_are(kind):
    """No arrow starts or ends at a state the machine does not name, and every state but the first is reached."""
    machine = MACHINES[kind]
    for move in machine.moves.values():
        assert {*move.sources, move.to} <= set(machine.states)
    assert set(machine.states) - {"open"} == {move.to for move in machine.moves.values()} - {"open"}


@pytest.mark.parametrize("kind", MACHINES)
def test_no_clock_and_no_opener_decides(kind):
    """No arrow leads from a timer to a decision, and the person who asked can withdraw and nothing else (promise 7)."""
    for name, move in MACHINES[kind].moves.items():
        if move.by == "timer":
            assert move.to not in DECIDED
        if move.by == "opener":
            assert name == "withdraw"


@pytest.mark.parametrize("kind", MACHINES)
def test_what_has_ended_stays_ended(kind):
    """No arrow leaves a state in which a case has ended, and what is waiting has not ended."""
    machine = MACHINES[kind]
    assert not any(set(machine.ended) & set(move.sources) for move in machine.moves.values())
    assert set(machine.climbing) & set(machine.states) <= set(machine.waiting)
    assert not set(machine.waiting) & set(machine.ended)


@pytest.mark.parametrize("kind", MACHINES)
def test_the_readme_draws_each_machine_as_it_is(kind):
    """The README's diagram is made from the table: paste `handlers.machines.drawn` there when an arrow changes."""
    machine = MACHINES[kind]
    assert drawn(machine.states, machine.moves) in README.read_text(encoding="utf-8")


@pytest.mark.parametrize("piece", PIECES)
def test_the_readme_draws_what_has_an_end_of_its_own(piece):
    """A copy of an image and an access to revoke are drawn too."""
    states, moves = PIECES[piece]
    assert drawn(states, moves, "asked") in README.read_text(encoding="utf-8")


def test_the_readme_says_who_may_do_what(college):
    """The README's tables of powers are read from the product: paste `handlers.powers.table` there when a power changes."""
    assert powers.table(college) in README.read_text(encoding="utf-8")


def test_nobody_a_concern_is_about_has_any_power(college):
    """In every state and circumstance, those it is about, their deputies and everybody else may do nothing (promise 4)."""
    for who in ("Somebody it is about, or a deputy of theirs", "Everybody else"):
        assert f"| {who} | nothing |" in powers.table(college)
