"""How one kind of case is shown: what it is called, what it says, and what each side may do now."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from handlers.event import Work
from handlers.message import Action, Message, Part
from storage.work import CaseFile

Actions = Callable[[Work, CaseFile], Awaitable[tuple[Action, ...]]]


async def _nothing(work: Work, case: CaseFile) -> tuple[Action, ...]:
    return ()


@dataclass(frozen=True)
class View:
    """``title`` heads the notice to the role, ``body`` follows the facts. Each side's actions are checked again at the press.

    ``notice`` draws the notice where it is not the whole case.
    """

    title: Callable[[Work, CaseFile], str]
    body: Callable[[Work, CaseFile], Awaitable[tuple[Part, ...]]]
    for_role: Actions = _nothing
    for_opener: Actions = _nothing
    for_party: Actions = _nothing
    discreet: bool = False
    notice: Callable[[Work, CaseFile], Awaitable[Message]] | None = None
