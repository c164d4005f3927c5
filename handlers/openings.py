"""Where the policy is unclear, for its owner to decide (2.2, 9): the cards say so, and here it is listed."""

from dataclasses import dataclass

from handlers.event import Event, Reply, Work
from handlers.message import Action, Message, Text
from handlers.missed import OWNER
from handlers.roles import College
from knowledge.answer import Answers, Card

SHOW = "policy.openings"
SHOWN = 10
TITLE = "Open questions in the policy"
_LEAD = (
    "Here the policy is silent, or says two things. Until it is changed, Lodge gives no ruling of its own and names whom to ask."
)


@dataclass(frozen=True)
class Opening:
    """One open question: the clauses it lies between, the roles that staff are sent to meanwhile, the cards that send them."""

    clauses: tuple[str, ...]
    question: str
    ask: tuple[str, ...]
    cards: tuple[str, ...]


def found(answers: Answers) -> tuple[Opening, ...]:
    """Every open question once, however many cards it is on, in the order of the policy's clauses."""
    cards: dict[str, list[Card]] = {}
    for card in answers.cards:
        if card.open:
            cards.setdefault(card.open, []).append(card)
    place = {clause: at for at, clause in enumerate(answers.policy.clauses)}
    listed = (_opening(question, those) for question, those in cards.items())
    return tuple(sorted(listed, key=lambda each: [place[clause] for clause in each.clauses]))


def _opening(question: str, cards: list[Card]) -> Opening:
    clauses = dict.fromkeys(basis.clause for card in cards for basis in card.clauses)
    ask = dict.fromkeys(card.ask for card in cards if card.ask)
    return Opening(tuple(clauses), question, tuple(ask), tuple(card.id for card in cards))


def message(answers: Answers, college: College) -> Message:
    """All of them, as a terminal prints them."""
    return Message(TITLE, (Text(_LEAD), *_lines(answers, college)))


def offered(college: College, person: str) -> tuple[Action, ...]:
    """The button on the home page of the policy's owner."""
    owner = college.roles[OWNER]
    return (Action(SHOW, TITLE),) if person in owner.members + owner.deputies else ()


async def show(event: Event, work: Work) -> Reply:
    """Ten of them, ``event.subject`` saying which, and the ways to those beside them. Nothing in them is private."""
    lines = _lines(work.answers, work.college)
    pages = [lines[at : at + SHOWN] for at in range(0, len(lines), SHOWN)] or [()]
    number = _number(event.subject, len(pages))
    turns = ((number + 1, "Read on"), (number - 1, "Back"))
    buttons = (Action(SHOW, f"{label} ({to} of {len(pages)})", str(to)) for to, label in turns if 0 < to <= len(pages))
    lead = (Text(_LEAD),) if number == 1 else ()
    return Message(TITLE, (*lead, *pages[number - 1]), tuple(buttons), discreet=True)


def _number(subject: str, most: int) -> int:
    """Which page: the first for the button at home, and for whatever no button of ours says."""
    return int(subject) if subject in map(str, range(1, most + 1)) else 1


def _lines(answers: Answers, college: College) -> tuple[Text, ...]:
    return tuple(_line(number, each, college) for number, each in enumerate(found(answers), 1))


def _line(number: int, opening: Opening, college: College) -> Text:
    many = "Clauses" if len(opening.clauses) > 1 else "Clause"
    ask = " and ".join(college.roles[name].title for name in opening.ask) or "nobody"
    head = f"**{number}. {many} {', '.join(opening.clauses)}.** {opening.question}"
    return Text(f"{head}\nStaff are sent to {ask} meanwhile. Cards: {', '.join(opening.cards)}.")
