"""The README's table of who may do what in each state is what people are offered, on every surface."""

import pytest

from handlers import private
from handlers.machines import MACHINES
from tests.stories.reporting import opens, reports

STEPS = {"opened": (), "acknowledged": ("",), "taken": ("Take it",), "closed": ("Close",)}


def table(kind, state, by):
    """The buttons that the table gives one side in a state, but for those that need something more."""
    powers = (each for each in private.VIEW.powers if each.by == by and (each.only in ("", "once")))
    return {each.label for each in powers if state in each.states(MACHINES[kind])}


async def brought_to(world, state):
    """Hana takes a concern to a state, and has it open."""
    shown = await opens(world.hana, "hr")
    for label in STEPS[state]:
        await (world.hana.presses(label) if label else world.hana.fills())
        if label == "Close":
            await world.hana.fills(outcome="record")
        shown = await opens(world.hana, "hr")
    return shown


@pytest.mark.parametrize("state", STEPS)
@pytest.mark.parametrize(("about", "kind"), [("conduct", "concern"), ("third", "breach")])
async def test_each_side_is_offered_what_the_table_says(world, about, kind, state):
    """In each state, its role is offered those buttons and no other, and so is its reporter."""
    receipt = await reports(world.amira, about, to="hr" if about == "conduct" else "")
    dialog = await brought_to(world, state)
    drawn = {each.label for each in dialog.buttons if not each.label.startswith("Ask for change")}
    assert drawn == table(kind, state, "role") - {"Acknowledge"}
    own = await world.amira.presses("Show", receipt)
    assert {each.label for each in own.buttons} - {"Show CON-0001"} == table(kind, state, "opener")
    again = await world.amira.reaches("Open privately", (await world.hana.reads("hr"))[-1])
    assert again.kind != "page"
