"""How one kind of case is shown: what it is called, what it says, and what each side may do now."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from handlers.event import Work
from handlers.machines import MACHINES, By, Machine
from handlers.message import Action, Message, Part, Style
from storage.work import CaseFile, CaseLine

Actions = Callable[[Work, CaseFile], Awaitable[tuple[Action, ...]]]


async def _nothing(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return ()


@dataclass(frozen=True)
class Power:
    """A button on a case, and who has it in which states: pages draw it from here, and so does the README's table.

    ``move`` is the arrow it takes, and gives the states; without one it is there until the case has ended. ``written`` asks
    something in writing, which no urgent case does. ``only`` says in words what else must be so, for the table.
    """

    action: str
    label: str
    by: By = "role"
    move: str = ""
    opens_form: bool = True
    style: Style = "plain"
    written: bool = False
    only: str = ""

    def states(self, machine: Machine) -> tuple[str, ...]:
        """Where a case of this kind must stand for the button to be there."""
        if self.written and machine.urgent:
            return ()
        return machine.moves[self.move].sources if self.move else tuple(s for s in machine.states if s not in machine.ended)

    def there(self, case: CaseLine) -> bool:
        """Whether it is on this case now."""
        return case.state in self.states(MACHINES[case.kind])


def buttons(powers: Iterable[Power], case: CaseLine) -> tuple[Action, ...]:
    """Those of these buttons that a case has where it stands."""
    found = (each for each in powers if each.there(case))
    return tuple(Action(each.action, each.label, case.id, each.style, each.opens_form) for each in found)


@dataclass(frozen=True)
class View:
    """``title`` heads the notice to the role, ``body`` follows the facts. Each side's actions are checked again at the press.

    ``notice`` draws the notice where it is not the whole case. ``powers``: all that can be pressed, of a kind that has its
    table; other kinds are told from their arrows.
    """

    title: Callable[[Work, CaseFile], str]
    body: Callable[[Work, CaseFile], Awaitable[tuple[Part, ...]]]
    for_role: Actions = _nothing
    for_opener: Actions = _nothing
    for_party: Actions = _nothing
    discreet: bool = False
    notice: Callable[[Work, CaseFile], Awaitable[Message]] | None = None
    powers: tuple[Power, ...] = ()
