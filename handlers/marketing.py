"""Questions put to Marketing, and the College's own voice (1.7, 3.2.7): asked, taken, answered, closed."""

from handlers import cases, moves, telling
from handlers.event import Event, Work
from handlers.flow import Draft, Flow, Step, Values, blank
from handlers.machines import MARKETING
from handlers.message import Action, Facts, Field, Form, Message, Part, Said, Text
from handlers.view import View
from storage.work import CaseFile

BEGIN, SPEAK, COMMENT, ANSWER = (f"marketing.{each}" for each in ("begin", "speak", "comment", "answer"))
ABOUT = {"speak": "Speak for the College", "comment": "Answer a comment or query"}
LABELS = (("about", "What it is"), ("link", "Where"), ("by", "Needed by"))


async def _prefill(event: Event, work: Work) -> Values | Message:
    kept = await work.question(event.subject, event.person) if event.subject else None
    return {"question": kept or ""}


async def _send(work: Work, draft: Draft, person: str) -> Message:
    """Open the case; the draft's id is the submission key, so the same draft again finds the case that stands."""
    about = {"about": ABOUT[draft.flow]} if draft.flow in ABOUT else {}
    case, new = await cases.opened(work, MARKETING, person, {**draft.answers, **about}, draft.id)
    if new:
        await telling.announce(work, case)
    return receipt(work, case)


def receipt(work: Work, case: CaseFile) -> Message:
    """What the person sees once it is stored: reference, who has it, by when, and the number to ring."""
    role = work.college.roles[case.role]
    words = (
        f"Received. Your reference is **{case.reference}**. It is with {role.title}, "
        f"and you will have the answer here by {cases.when(work, case.due_at or case.opened_at)}. "
        f"If it cannot wait, ring {work.college.routes[MARKETING.route].phone}."
    )
    actions = (Action(cases.SHOW, f"Show {case.reference}", case.id), Action(moves.WITHDRAW, "Withdraw it", case.id))
    return Message("Sent", (Text(words),), actions, "yes")


CHECK = Step("check", Form("Check your answers", submit="Send to Marketing"), review=True)
LINK = Field("link", "Where is it?", "line", "A link, or the page and the day.", longest=500)
BY = Field("by", "By when do you need it?", "date", required=False)

ASK = Flow(
    "ask_marketing",
    (
        Step(
            "question",
            Form(
                "Ask Marketing",
                (Field("question", "Your question", "text", moves.LEAVE_OUT, longest=2000),),
                (Text("Marketing sees your question and your name, and answers you here."),),
            ),
        ),
        CHECK,
    ),
    prepare=_prefill,
    finish=_send,
    sent=_send,
    route=MARKETING.route,
)
SPEAKING = Flow(
    "speak",
    (
        Step(
            "what",
            Form(
                "Speak for the College",
                (
                    Field("question", "What do you want to say, and to whom?", "text", moves.LEAVE_OUT, longest=2000),
                    Field("link", "Where would it appear?", "line", "The platform, the account, a link.", longest=500),
                    BY,
                ),
                (Text("Speaking for the College on social media is agreed with Marketing first (1.7). They answer you here."),),
            ),
        ),
        CHECK,
    ),
    prepare=blank,
    finish=_send,
    sent=_send,
    route=MARKETING.route,
)
COMMENTING = Flow(
    "comment",
    (
        Step(
            "what",
            Form(
                "Answer this comment or query",
                (
                    LINK,
                    Field("question", "What does it ask, and what should the answer say?", "text", moves.LEAVE_OUT, longest=2000),
                    BY,
                ),
                (Text("Please do not answer it yourself: Marketing answers from the page's own account (3.2.7)."),),
            ),
        ),
        CHECK,
    ),
    prepare=blank,
    finish=_send,
    sent=_send,
    route=MARKETING.route,
)


async def _may_answer(event: Event, work: Work) -> Values | Message:
    cases.must(await cases.acted_on(work, event.person, event.subject), "answer")
    return {}


async def _answer(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.acted_on(work, person, draft.subject)
    await cases.make(work, person, case, "answer", taken_by=person)
    await work.say(case, author=person, kind="answer", body=draft.answers["answer"])
    await telling.moved(work, case, person)
    return await _answered(work, draft, person)


async def _answered(work: Work, draft: Draft, person: str) -> Message:
    case = await cases.seen_by(work, person, draft.subject)
    words = f"{work.college.name_of(case.opened_by)} gets it now, under {case.reference}."
    return Message("Answer sent", (Text(words),), tone="yes")


REPLY = Flow(
    "answer_marketing",
    (
        Step(
            "answer",
            Form(
                "Answer the question",
                (Field("answer", "Your answer", "text", "The person who asked sees this and your name.", longest=3000),),
                submit="Send the answer",
            ),
        ),
    ),
    prepare=_may_answer,
    finish=_answer,
    sent=_answered,
)


def _title(work: Work, case: CaseFile) -> str:
    return f"{case.reference}: {case.details.get('about', 'a question').lower()}, from {work.college.name_of(case.opened_by)}"


async def _body(work: Work, case: CaseFile) -> tuple[Part, ...]:
    pairs = tuple((label, case.details[name]) for name, label in LABELS if case.details.get(name))
    said = Said(case.details["question"], by=work.college.name_of(case.opened_by))
    return (Facts(pairs), said) if pairs else (said,)


async def _for_role(work: Work, case: CaseFile) -> tuple[Action, ...]:
    take_it = Action(moves.TAKE, "Take it", case.id)
    answer = Action(ANSWER, "Answer", case.id, style="main", opens_form=True)
    return {"open": (take_it, answer), "taken": (answer,), "answered": (Action(moves.CLOSE, "Close", case.id),)}.get(
        case.state, ()
    )


VIEW = View(_title, _body, _for_role)
