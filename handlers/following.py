"""All that follows an approval, as tables for the router: going live, check-ins, quiet pages, take-downs, leavers."""

from handlers import chasing, checkins, closing, entering, leavers, takedowns
from handlers.cases import Drawing
from handlers.event import Event, Reply, Work
from handlers.flow import Flow

CHASES = {**entering.CHASES, **checkins.CHASES, **closing.CHASES, **takedowns.CHASES, **leavers.CHASES}


async def chase(event: Event, work: Work) -> Reply:
    """A wait for an answer is over."""
    return await chasing.raised(event, work, CHASES)


OPENS: dict[str, Flow] = {**entering.OPENS, **checkins.OPENS, **closing.OPENS, **takedowns.OPENS, **leavers.OPENS}
PRESSES = {**entering.PRESSES, **closing.PRESSES, **takedowns.PRESSES, **leavers.PRESSES}
TIMERS = {**entering.TIMERS, **checkins.TIMERS, chasing.CHASE: chase}
DRAWINGS: dict[str, Drawing] = {
    **entering.DRAWINGS,
    **checkins.DRAWINGS,
    **closing.DRAWINGS,
    **takedowns.DRAWINGS,
    **leavers.DRAWINGS,
}
