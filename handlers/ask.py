"""A question becomes a message: gates first, then a ruling with its clause, the closest clauses, or 'not covered'."""

from handlers import emergency
from handlers.event import Event
from handlers.message import Action, Message, Part, Quote, Said, Text, Tone
from handlers.roles import College
from knowledge.answer import Answer, Answers, Citation

LONGEST = 4000
TITLES: dict[str, tuple[str, Tone]] = {
    "allowed": ("Allowed", "yes"),
    "allowed_if": ("Allowed, on a condition", "condition"),
    "ask_first": ("Ask first", "condition"),
    "required": ("You need to do this", "condition"),
    "not_allowed": ("Not allowed", "no"),
    "explained": ("What the policy says", "plain"),
}
AT_RISK: tuple[str, Tone] = ("If somebody may be at risk, report it", "condition")
"""Over the duty to report, where it comes before an answer and no card gave it."""
TO_MARKETING = "marketing.begin"
CLAUSE = "clause.show"
FEEDBACK = "feedback"
ALONE = "ask.alone"
FOLLOWING = "Following on from your last question:"
GATED = "-"
"""Stands for the id of a question in which a gate heard danger: it is not kept, and nothing is offered for it."""
TOO_LONG = Message(
    "That is too long for me to read well",
    (Text(f"Please ask in up to {LONGEST:,} characters: one or two sentences work best."),),
)


def hear(event: Event, answer: Answer, college: College) -> Message:
    """The reply to something typed. Pure: everything it needs is in memory.

    ``event.id`` names the question, so that a button under the answer can find it again for a day.
    """
    return _answered(answer, event.id, college, event.id)


def picked(answer: Answer, question: str, college: College) -> Message:
    """A card's answer, to somebody who picked it because another was not what they asked."""
    return _answered(answer, question, college, f"{question} {answer.card}")


def _answered(answer: Answer, question: str, college: College, about: str) -> Message:
    if answer.danger_page:
        return _after_the_page(answer, college)
    shown = _SHAPES[answer.kind](answer, question, college)
    further: tuple[Part, ...] = tuple(part for other in answer.further for part in _second(other))
    parts = _before(answer) + shown.parts + further
    report = (emergency.report(),) if answer.danger or _rests_on_safety(answer) else ()
    asked = _alone(answer, question) + _judging(answer, about)
    actions = ((emergency.button(),) if answer.danger else ()) + shown.actions + report + asked
    return Message(shown.title, parts, _once(actions), shown.tone, discreet=_discreet(answer))


def _alone(answer: Answer, question: str) -> tuple[Action, ...]:
    """The way to the answer without the turn before it. A gated question is not kept, so it cannot be read again."""
    return (Action(ALONE, "Read it by itself", question),) if answer.following and not answer.danger else ()


def _judging(answer: Answer, about: str) -> tuple[Action, ...]:
    """Whether it helped. A gated question has no id to find it by, and leads to the emergency way alone."""
    if answer.kind == "talk":
        return ()
    named = GATED if answer.danger else about
    return (Action(FEEDBACK, "Helpful", f"yes {named}"), Action(FEEDBACK, "Not what I asked", f"no {named}"))


def _discreet(answer: Answer) -> bool:
    """A gated question, or an answer that rests on 2.3, 2.4 or section 4, is nobody's business but the asker's."""
    return answer.danger or _rests_on_safety(answer)


def _rests_on_safety(answer: Answer) -> bool:
    rests_on = {each.clause for each in answer.citations}
    return any(number in ("2.3", "2.4") or number.split(".")[0] == "4" for number in rests_on)


def clause(answers: Answers, number: str) -> Message:
    """One clause word for word."""
    return Message(f"Clause {number}", (quoted(answers, number),))


def quoted(answers: Answers, number: str) -> Quote:
    """A whole clause, to be shown among other parts."""
    found, policy = answers.clause(number), answers.policy
    return Quote(found.id, found.heading, found.text, policy.name, policy.version)


def _before(answer: Answer) -> tuple[Part, ...]:
    line = (Text(emergency.LINE),) if answer.danger else ()
    return (*line, Text(FOLLOWING), Said(answer.following)) if answer.following else line


def _after_the_page(answer: Answer, college: College) -> Message:
    """The emergency page, then the duty to report in the policy's own words."""
    page = emergency.page(college)
    duty: tuple[Part, ...] = (Text("**What the policy asks of you.** " + answer.answer), *map(_quote, answer.citations[:1]))
    removal = (
        (Text("**If it is only that an image must come down**, press the button."),) if "3.1.4" in answer.nearest[:1] else ()
    )
    start = (_STARTS["image_removal"],) if removal else ()
    return Message(page.title, page.parts + duty + removal, (*page.actions, *start), tone="urgent", discreet=True)


def _ruled(answer: Answer, question: str, college: College) -> Message:
    duty = answer.ruling == "required" and not answer.card
    title, tone = AT_RISK if duty else TITLES[answer.ruling or "explained"]
    following = (Text(f"**What to do next.** {answer.next}"),) if answer.next else ()
    hurry = (
        (Text(f"**Do not wait for a reply: ring Marketing now, {_phone(college)}.**"),) if answer.flow == "image_removal" else ()
    )
    parts = (Text(answer.answer), *hurry, *map(_quote, answer.citations[:2]), *following, *_links(answer, college))
    return Message(title, parts, _next(answer, question) + _also(answer), tone)


def _closest(answer: Answer, question: str, college: College) -> Message:
    quotes = tuple(map(_quote, answer.citations[:3]))
    lead = answer.answer or "I am not sure enough of your question to give a ruling. These clauses come closest:"
    closing = Text(f"If they do not settle it, Marketing can: press the button, or ring {_phone(college)}.")
    return Message(
        "The closest clauses, no ruling", (Text(lead), *quotes, closing), (offer(question), *_also(answer)), "condition"
    )


def _uncovered(answer: Answer, question: str, college: College) -> Message:
    lead = answer.answer or "I looked through every clause of the policy and none of them decides this, so I will not guess."
    near = " These come nearest, if you want to look." if answer.nearest else ""
    closing = Text(f"Marketing can tell you: press the button, or ring {_phone(college)}.")
    return Message("The policy does not decide this", (Text(lead + near), closing), (offer(question), *_also(answer)))


def _phone(college: College) -> str:
    return college.routes["ask_marketing"].phone


def _talked(answer: Answer, question: str, college: College) -> Message:
    return Message("Lodge", (Text(answer.answer),), (emergency.button(),))


_SHAPES = {"ruling": _ruled, "nearest": _closest, "not_covered": _uncovered, "talk": _talked}


def _second(other: Answer) -> tuple[Part, ...]:
    """The answer to a second question in the same text, in short."""
    title = TITLES[other.ruling][0] if other.ruling in TITLES else "The closest clauses, no ruling"
    return (Text(f"**You also asked. {title}.** {other.answer}"), *map(_quote, other.citations[:1]))


def _quote(citation: Citation) -> Quote:
    return Quote(citation.clause, citation.heading, citation.text, citation.policy, citation.version)


def _next(answer: Answer, question: str) -> tuple[Action, ...]:
    if answer.flow == "report_concern":
        return (emergency.report(), emergency.button())
    if answer.flow in _STARTS:
        return (_STARTS[answer.flow],)
    if answer.flow or answer.ask == "marketing":
        return (offer(question, "Pass it to Marketing" if answer.flow else "Ask Marketing"),)
    return ()


# What an answer may lead to, beside a question to Marketing. The names are those of `home.START`.
_STARTS = {
    "request_account": Action("account.begin", "Request an account", style="main", opens_form=True),
    "image_removal": Action("image_removal.begin", "Have an image removed", style="danger", opens_form=True),
}


def offer(question: str, label: str = "Put this question to Marketing") -> Action:
    """The way to Marketing with a question that is kept."""
    return Action(TO_MARKETING, label, question, style="main", opens_form=True)


def _also(answer: Answer) -> tuple[Action, ...]:
    return tuple(Action(CLAUSE, f"Read {number}", number) for number in answer.nearest[:2])


def _links(answer: Answer, college: College) -> tuple[Part, ...]:
    """Section 6's documents that the answer names, each with the college's own link."""
    named = [f"[{name}]({url})" for name, url in college.documents.items() if name in f"{answer.answer} {answer.next}"]
    return (Text("See also: " + ", ".join(named) + "."),) if named else ()


def _once(actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Each button once: a danger line and a card may both bring the same one."""
    return tuple(dict.fromkeys(actions))
