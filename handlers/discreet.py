"""What a channel or a chat may hold of a concern: a reference, an urgency and a button (promise 5)."""

from handlers import cases
from handlers.event import Work
from handlers.message import Action, Message, Text, Tone
from storage.work import CaseFile, CaseLine

OPEN = "concern.open"
REMINDER = "concern.reminder"
AWAY = "Open it away from other eyes, and do not discuss it here."
READING = "Read it away from other eyes, and do not discuss it in chat."


def button(case: CaseLine, label: str = "Open privately", action: str = OPEN) -> Action:
    """The way to what it says."""
    return Action(action, label, case.id, style="main", opens_form=True)


async def notice(work: Work, case: CaseFile) -> Message:
    """The notice as the case is now."""
    title, tone = _urgency(case)
    return Message(title, (Text(f"{cases.state(work, case)}. {AWAY}"),), (button(case),), tone)


async def reminder(work: Work, case: CaseFile) -> Message:
    """Nobody has opened it in time."""
    if case.state not in cases.machine(case).waiting:
        return Message(f"{case.reference}: no longer waiting", (Text(f"It is {cases.words(case).lower()} now."),))
    words = f"It came {cases.when(work, case.opened_at)}, and nobody has opened it yet. {AWAY}"
    return Message(f"{case.reference} has not been opened", (Text(words),), (button(case),), "urgent")


async def news(work: Work, case: CaseFile) -> Message:
    """Something was added, or has become known."""
    words = f"There is something new. It stands at: {cases.state(work, case)}. {AWAY}"
    return Message(f"{case.reference}: news", (Text(words),), (button(case),), "urgent" if cases.urgent(case) else "condition")


def _urgency(case: CaseFile) -> tuple[str, Tone]:
    if case.state in cases.machine(case).ended:
        return case.reference, "plain"
    pressing = cases.urgent(case)
    if case.state in cases.machine(case).waiting:
        return f"{case.reference}: {'urgent' if pressing else 'to be opened'}", "urgent" if pressing else "condition"
    return case.reference, "plain"
