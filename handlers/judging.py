"""Whether an answer helped; and where it did not, the next best cards, and a way on for a question that none of them fits."""

from dataclasses import replace

from handlers import ask, emergency, missed
from handlers.event import Event, Reply, Work
from handlers.message import Action, Message, Part, Said, Text
from knowledge.answer import Card
from storage.work import Asked

CARD = "card.show"
FITTING = 70  # characters of an example that a button shows whole
HUSHED = Message(
    "Not what you asked",
    (Text(emergency.LINE), Text("I keep no word of a question like this one. For anything else, please ask in other words.")),
    (emergency.button(), emergency.report()),
    discreet=True,
)


async def judge(event: Event, work: Work) -> Reply:
    """Whether an answer helped. The subject is ``yes`` or ``no``, the question's id, and the card that was picked, if one was.

    A kind word needs no answer. Nothing is kept of either but a count.
    """
    verdict, question, shown = (*event.subject.split(" "), "", "")[:3]
    if verdict != "no":
        return None
    if question == ask.GATED:
        return HUSHED
    kept = await work.asked(question, event.person)
    if kept is None:
        return _other_words(question)
    answer = work.answers.answer(kept.text, kept.before)
    if answer.danger or answer.danger_page:
        return HUSHED
    cards = work.answers.likeliest(kept.text, answer.following, but={answer.card, shown}, most=3)
    return _meant(work, kept, cards)


async def show(event: Event, work: Work) -> Reply:
    """A card's full answer, to somebody who picked it: as it would have been shown at once."""
    question, _, name = event.subject.partition(" ")
    card = work.answers.card(name)
    if card is None:
        return Message("That answer is no longer there", (Text("The policy's cards have changed since. Please ask again."),))
    kept = await work.asked(question, event.person) or Asked(question, "", "")
    before = work.answers.answer(kept.text, kept.before).following
    return ask.picked(work.answers.of(card, kept.text, before), question, work.college)


async def alone(event: Event, work: Work) -> Reply:
    """The answer to a question read by itself, to somebody who meant no follow-up."""
    kept = await work.asked(event.subject, event.person)
    if kept is None:
        return _other_words(event.subject)
    return ask.hear(replace(event, id=kept.id), work.answers.answer(kept.text), work.college)


def _meant(work: Work, asked: Asked, cards: tuple[Card, ...]) -> Message:
    parts: tuple[Part, ...] = (
        Said(asked.text, by="You asked"),
        Text("**Did you mean one of these?** Press it, and you see the full answer."),
        Text(
            "**If none fits:** Marketing can answer you. Or send the words alone to the policy's owner, who can teach me a "
            "better answer: your name does not go with them, and nobody replies."
        ),
    )
    picks = tuple(Action(CARD, _label(work.answers.example(card, asked.text)), f"{asked.id} {card.id}") for card in cards)
    sending = Action(missed.BEGIN, "None fits: let Lodge learn from it", asked.id, opens_form=True)
    return Message("Not what you asked", parts, (*picks, ask.offer(asked.id), sending), discreet=True)


def _label(example: str) -> str:
    words = f"{example[0].upper()}{example[1:]}"
    return words if len(words) <= FITTING else f"{words[: FITTING - 1].rstrip()}…"


def _other_words(question: str) -> Message:
    """The question is not kept any more, or never was."""
    words = "Thank you. Try it in other words, one question at a time; or let Marketing answer it."
    return Message("Not what you asked", (Text(words),), (ask.offer(question), emergency.button()), discreet=True)
