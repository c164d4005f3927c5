"""A question that Lodge missed goes to the policy's owner (2.2, 9): its words alone, and only as its asker has seen them."""

from handlers import emergency, names
from handlers.event import Event, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Facts, Field, Form, Message, Part, Said, Text

BEGIN = "missed.begin"
OWNER = "marketing"
QUESTION, NAMED = "question", "named"
OUT, AS_IT_IS = "out", "as_it_is"
CHOICES = ((OUT, "Send it with these taken out"), (AS_IT_IS, "Send it as it stands in the box: I have looked"))
_WORDS = Field(QUESTION, "The question", "text", "Only these words are sent. Leave out names and anything private.", longest=1000)
_LEAD = (
    "The policy's owner sees these words and the day. **Not your name, not where you asked, not the time.** "
    "Nobody replies: if you want an answer, ask Marketing instead. Teaching Lodge takes effect for everybody."
)


async def _prefill(event: Event, work: Work) -> Values | Message:
    kept = await work.asked(event.subject, event.person)
    if kept is None:
        return Message(
            "I no longer have your question",
            (Text("It is kept for a day at most. Please ask it again, and press “Not what I asked” under the answer."),),
        )
    answer = work.answers.answer(kept.text, kept.before)  # its gates are read as when it was asked: with the turn before it
    if answer.danger or answer.danger_page:
        return emergency.page(work.college)
    return {QUESTION: f"{answer.following} {kept.text}".strip()}


async def _form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """The words, and what in them may say who somebody is: with it, a choice that has no answer beforehand."""
    text = {**draft.answers, **values}.get(QUESTION, "")
    listed = found(work, text)
    choice = Field(NAMED, "What shall be done with these?", "choice", options=CHOICES)
    parts: tuple[Part, ...] = (Text(_LEAD),)
    if listed:
        parts += (
            Facts((("This may say who somebody is", ", ".join(listed)),)),
            Text("Without it the question reads:"),
            Said(names.without(text, listed)),
        )
    return Form("Let Lodge learn from it", (_WORDS, choice) if listed else (_WORDS,), parts)


def found(work: Work, text: str) -> tuple[str, ...]:
    """What in a text is proposed for removal."""
    people = [each.name for each in work.college.people.values()]
    return names.found(text, people, work.answers.index.english)


def _sent(work: Work, draft: Draft) -> str:
    """The words as they go: with the names taken out where their asker chose so, else to the letter."""
    text = draft.answers[QUESTION]
    return names.without(text, found(work, text)) if draft.answers.get(NAMED) == OUT else text


async def _shown(work: Work, draft: Draft) -> tuple[Part, ...]:
    return (Text("**This is sent, word for word, and nothing else:**"), Said(_sent(work, draft)))


async def _finish(work: Work, draft: Draft, person: str) -> Message:
    """One row of words and a day. The question itself is forgotten too: lying beside it for a day, it would tell whose it was."""
    await work.put_missed(_sent(work, draft))
    await work.forget_question(draft.subject, person)
    title = work.college.roles[OWNER].title
    words = f"Thank you. {title} will find these words among the missed questions, without your name, and can teach me from them."
    return Message("Sent, without your name", (Text(words),), tone="yes")


SEND = Flow(
    "missed",
    (
        Step("words", Form("Let Lodge learn from it", (_WORDS,)), ask=_form),
        Step("check", Form("Send these words?", submit="Send"), review=True, look=_shown),
    ),
    prepare=_prefill,
    finish=_finish,
    sent=_finish,
    unsigned=True,
)
OPENS = {BEGIN: SEND}
