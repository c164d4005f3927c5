"""The policy's owner teaches Lodge: each missed question gets its card, or none, or asks for a new one; and can be taken back."""

from handlers import ask, cases, hearing
from handlers.cases import Refused
from handlers.event import Event, Reply, Work
from handlers.flow import Draft, Flow, Step, Values
from handlers.message import Action, Facts, Field, Form, Message, Part, Said, Text
from handlers.missed import OWNER
from knowledge.answer import Card
from storage.work import Missed

LIST, DECIDE, UNDO = "missed.list", "missed.decide", "missed.undo"
SHOWN, LATELY, CHOICES, FOUND = 8, 5, 5, 8
NOT_THIS, NEW = "not.this.policy", "new.card"
STATES = {NOT_THIS: "outside", NEW: "wanted"}
_ELSE = ((NOT_THIS, "Not about this policy: nothing in it decides this"), (NEW, "A new card is needed"))
_NOBODY = "Who asked is not recorded: neither a name nor a place, and of the time only the day."


async def offered(work: Work, person: str) -> tuple[Action, ...]:
    """The button on the owner's home page, with how many wait."""
    return (Action(LIST, f"Missed questions ({await work.missed_count()})"),) if await _may(work, person) else ()


async def listed(event: Event, work: Work) -> Reply:
    """What waits, oldest first; and what was decided last, each with a way to take it back."""
    await _must(work, event.person)
    waiting = await work.missed_in(("open",), SHOWN)
    lately = await work.missed_in(("taught", "outside", "wanted"), LATELY)
    count = await work.missed_count()
    said = [Said(each.text, by=f"{number}. {each.day}") for number, each in enumerate(waiting, 1)]
    more = [Text(f"{count - len(waiting)} more come up as these are decided.")] if count > len(waiting) else []
    parts: list[Part] = [Text(f"**{count} waiting.** {_NOBODY}"), *said, *more]
    if lately:
        pairs = [
            (f"{letter}. {await _decided(work, each)}", each.phrasing) for letter, each in zip("ABCDE", lately, strict=False)
        ]
        parts += [Text("**Decided lately**"), Facts(tuple(pairs))]
    opens = [Action(DECIDE, f"Open {number}", each.id, opens_form=True) for number, each in enumerate(waiting, 1)]
    undoes = [_undo(each, f"Undo {letter}") for letter, each in zip("ABCDE", lately, strict=False)]
    return Message("Missed questions", tuple(parts), (*opens, *undoes), discreet=True)


async def undo(event: Event, work: Work) -> Reply:
    """Take a decision back: the question waits again, and what it taught is forgotten at the next learning."""
    await _must(work, event.person)
    id, _, moment = event.subject.partition(" ")
    missed = await work.missed(id)
    if missed is None or _moment(missed) != moment or not await work.undo_missed(missed, actor=event.person):
        raise Refused("That decision no longer stands", "It was taken back, or decided anew. Open the missed questions to see.")
    return Message(
        "Taken back", (Text("The question waits again. Within a minute I answer as before."),), (_back(),), discreet=True
    )


async def _begun(event: Event, work: Work) -> Values | Message:
    return {"phrasing": (await _waiting(work, event.person, event.subject)).text}


async def _form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    missed = await work.missed(draft.subject)
    text = missed.text if missed else ""
    options = (*(_option(work, card, text) for card in work.answers.likeliest(text, most=CHOICES)), *_ELSE)
    fields = (
        Field("card", "Which answer fits?", "choice", options=options, required=False),
        Field("search", "None of these? Words of another card's question", required=False, longest=200),
        Field("phrasing", "What I shall learn", "text", "Take out whatever is not part of the question.", longest=1000),
    )
    return Form("A missed question", fields, (Said(text, by=missed.day if missed else ""), Text(_NOBODY)))


async def _search(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """The cards that the words of a search find; no page at all where an answer was chosen."""
    given = {**draft.answers, **values}
    if given.get("card") or not given.get("search"):
        return Form("Another card")
    options = tuple(_option(work, card, given["search"]) for card in work.answers.likeliest(given["search"], most=FOUND))
    return Form("Another card", (Field("found", "Which answer fits?", "choice", options=(*options, *_ELSE)),), submit="Decide")


def _one(answers: Values) -> dict[str, str]:
    chosen = answers.get("card") or answers.get("search")
    return {} if chosen else {"card": "Please choose one, or give words of another card's question below."}


async def _decide(work: Work, draft: Draft, person: str) -> Message:
    """The decision and its audit line; learning happens beside, in every process that serves."""
    missed = await _waiting(work, person, draft.subject)
    given = draft.answers
    chosen, phrasing = given.get("found") or given["card"], given["phrasing"]
    if chosen != NEW and work.answers.gates(phrasing).broad:
        words = "A gate hears danger in these words, so I show the emergency way for them and nothing else. Decided was nothing."
        return Message("I do not learn from this one", (Text(words),), (_back(),), "condition", discreet=True)
    state, card = STATES.get(chosen, "taught"), "" if chosen in STATES else chosen
    if not await work.decide_missed(missed, actor=person, state=state, card=card, phrasing=phrasing):
        raise Refused(*await _already(work, missed.id))
    return await _done(work, draft, person)


async def _done(work: Work, draft: Draft, person: str) -> Message:
    missed = await work.missed(draft.subject)
    if missed is None or missed.state == "open":
        return Message("Taken back", (Text("That decision has been taken back since."),), (_back(),), discreet=True)
    following = {
        "taught": "I am learning it now: within a minute or two this question gets that answer.",
        "outside": "I am learning it now: within a minute or two I say that the policy does not decide this.",
        "wanted": "It is marked so. A card is written in the files; `lodge cards missed` lists what asks for one.",
    }[missed.state]
    parts = (Text(f"**{_label(work, missed)}.** {following}"), Said(missed.phrasing))
    return Message("Decided", parts, (_undo(missed, "Undo"), _back()), "yes", discreet=True)


TEACH = Flow(
    "teach",
    (
        Step("choose", Form("A missed question"), check=_one, ask=_form),
        Step("found", Form("Another card"), ask=_search),
    ),
    prepare=_begun,
    finish=_decide,
    sent=_done,
)
OPENS = {DECIDE: TEACH}
PRESSES = {LIST: listed, UNDO: undo}


async def _may(work: Work, person: str) -> bool:
    return work.college.may_act(OWNER, person, "", absent=await hearing.absent(work))


async def _must(work: Work, person: str) -> None:
    if not await _may(work, person):
        title = work.college.roles[OWNER].title
        raise Refused("These are for the policy's owner", f"{title} looks after the missed questions (2.2, 9).")


async def _waiting(work: Work, person: str, id: str) -> Missed:
    await _must(work, person)
    missed = await work.missed(id)
    if missed is None:
        raise Refused("Not found", "There is no such question. It may have been removed after its time.")
    if missed.state != "open":
        raise Refused(*await _already(work, id))
    return missed


async def _already(work: Work, id: str) -> tuple[str, str]:
    *_, last = await work.decisions(id)
    return "Decided already", f"{work.college.name_of(last.actor)} was first. Undo it to decide anew."


async def _decided(work: Work, missed: Missed) -> str:
    *_, last = await work.decisions(missed.id)
    return f"{_label(work, missed)}, {work.college.name_of(last.actor)}, {cases.when(work, last.at)}"


def _label(work: Work, missed: Missed) -> str:
    card = work.answers.card(missed.card)
    plain = {
        "outside": "Not about this policy",
        "wanted": "A new card is needed",
        "taught": "Its card is gone: it teaches nothing",
    }
    return _named(work, card, missed.phrasing) if card else plain[missed.state]


def _option(work: Work, card: Card, text: str) -> tuple[str, str]:
    return card.id, _named(work, card, text)


def _named(work: Work, card: Card, text: str) -> str:
    return f"{ask.TITLES[card.ruling][0]} ({card.clauses[0].clause}): {work.answers.example(card, text)}"


def _undo(missed: Missed, label: str) -> Action:
    return Action(UNDO, label, f"{missed.id} {_moment(missed)}")


def _moment(missed: Missed) -> str:
    """Which decision it is: a button from before a newer one undoes nothing."""
    return missed.changed_at.strftime("%Y%m%d%H%M%S%f") if missed.changed_at else ""


def _back() -> Action:
    return Action(LIST, "Missed questions")
