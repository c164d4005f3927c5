"""The pages of a report: what it is about, who, and what was seen. Nothing on them judges or investigates (2.3)."""

from dataclasses import dataclass, replace

from handlers import emergency, hearing, subjects
from handlers.event import Work
from handlers.flow import Draft, Values
from handlers.hearing import Hearing
from handlers.machines import BREACH, CONCERN, Machine
from handlers.message import Field, Form, Part, Text
from handlers.roles import Role

TITLE = "Report a concern"
DIGNITY = "Dignity at Work Policy"
KINDS = (
    ("student", "A student’s welfare or safety"),
    ("conduct", "The conduct of an adult who works for the College"),
    ("post", "A post or account of a member of staff"),
    ("third", "A third party or contractor"),
    ("page", "Something on an official College page"),
    ("me", "Something is happening to me"),
    ("own", "It is about me: something I did or posted"),
    ("breach", "A suspected breach of this policy"),
)
BUSINESS = "business"
ABOUT = Field("about", "What is it about?", "choices", "Tick all that fit.", options=KINDS)
WHO = Field("who", "Who is it about?", "person", "Pick or type somebody who works for the College.", required=False)
WHO_2 = Field("who_2", "Somebody else?", "person", required=False)
WHO_3 = Field("who_3", "Anybody else?", "person", required=False)
NAMED = Field(
    "named",
    "Other names, typed",
    "line",
    "Put commas between them. Leave a student’s name out if you can.",
    required=False,
    longest=300,
)
UNKNOWN = Field(
    "unknown",
    "If you cannot name anybody",
    "choices",
    options=(("yes", "I do not know who, or it is nobody who works for the College"),),
    required=False,
)
ADULT = Field(
    "adult",
    "Is an adult who works for the College involved, or might be?",
    "choice",
    options=(("no", "No"), ("yes", "Yes"), ("unsure", "I am not sure")),
)
PLATFORM = Field(
    "platform",
    "Where is it, or where was it posted?",
    "choice",
    options=(
        (BUSINESS, "LinkedIn, or another business platform"),
        ("personal", "Facebook, Instagram, TikTok, SnapChat, WhatsApp, Twitter or another"),
        ("unknown", "I do not know"),
    ),
)
WHAT = Field(
    "what",
    "What did you see, or what were you told?",
    "text",
    "A few plain words are enough; give what was said as it was said. You need not be sure, and need not find out more. "
    "Leave a student’s name out if you can.",
)
WHERE = Field("where", "Where is it?", "line", "A link, a page or a place. Do not copy anything.", required=False, longest=500)
WHEN = Field("when", "When was it?", "line", "A day, a time, or “still going on”.", required=False, longest=200)
KEPT = Field(
    "kept",
    "Has anything been kept?",
    "choice",
    "Only what exists already. Please do not take or ask for copies now.",
    options=(("yes", "Yes"), ("no", "No"), ("unknown", "I do not know")),
)
REACH = Field(
    "reach",
    "Is it on MyConcern?",
    "choice",
    options=(
        ("now", "I am raising it there now"),
        ("done", "I have raised it there"),
        ("cannot", "I cannot reach it now"),
    ),
)
NOTE = Field(
    "note",
    "A short note to the Designated Safeguarding Lead",
    "text",
    "What worries you, and whom they should look for. A few words are enough; put the rest on MyConcern as soon as you can.",
    longest=600,
)
TO = Field("to", "Who should hear it?", "choice", "You choose. No other role sees it, unless they bring one in.")
STORY = (WHAT, WHERE, WHEN, KEPT)
CHOSEN = {"conduct": ("safeguarding", "hr", "principal"), "me": ("hr", "safeguarding")}


@dataclass(frozen=True)
class Plan:
    """Where a report goes as it is answered so far. ``options``: the roles its reporter chooses from, or none.

    ``notice``: the role that gets a breach notice beside the one that is chosen.
    """

    lead: str
    rules: Hearing
    roles: tuple[Role, ...]
    options: tuple[Role, ...] = ()
    notice: tuple[Role, ...] = ()

    @property
    def settled(self) -> tuple[Role, ...]:
        """The roles that get it whatever its reporter chooses."""
        return self.notice if self.options else self.roles

    @property
    def machine(self) -> Machine:
        """The kind of case: students, conduct and the reporter's own safety run on the clock, the rest in working time."""
        return CONCERN if self.lead in ("student", *CHOSEN) else BREACH


def kinds(answers: Values) -> frozenset[str]:
    """What was ticked."""
    return hearing.split(answers.get("about", ""))


def lead(answers: Values) -> str:
    """Which route leads. Where an adult of the College may be involved with a student, conduct does (2.3).

    So too where somebody says that no adult is, but ticked a post of a member of staff, or a contractor.
    """
    ticked = kinds(answers)
    adult = answers.get("adult") in ("yes", "unsure") or bool(subjects.emails(answers) or ticked & {"own", "post", "third"})
    if "conduct" in ticked or ("student" in ticked and adult):
        return "conduct"
    return next((each for each in ("student", "me") if each in ticked), "matter")


async def plan(work: Work, answers: Values, person: str) -> Plan:
    """The route of these answers, conflicts taken out (promise 4)."""
    about = {*subjects.emails(answers), *((person,) if "own" in kinds(answers) else ())}
    rules = Hearing(work.college, person, frozenset(about), absent=await hearing.absent(work))
    leading = lead(answers)
    if leading in CHOSEN:
        return _chosen(leading, rules, answers)
    wanted = ("safeguarding",) if leading == "student" else _matter(answers)
    return Plan(leading, rules, rules.stand_ins(wanted))


def _chosen(leading: str, rules: Hearing, answers: Values) -> Plan:
    """The reporter chooses who hears it (2.3). A concern about the Principal can go straight to the governors."""
    above = ("governors",) if rules.subjects & set(rules.college.roles["principal"].members) else ()
    options = rules.stand_ins((*above, *CHOSEN[leading]))
    chosen = tuple(role for role in options if role.name == answers.get("to"))
    notice = rules.stand_ins(("hr",)) if "breach" in kinds(answers) and "student" not in kinds(answers) else ()
    roles = tuple({role.name: role for role in (*chosen, *notice)}.values()) if chosen else ()
    return Plan(leading, rules, roles, options, notice)


def _matter(answers: Values) -> tuple[str, ...]:
    """Posts on business platforms: HR and Marketing (3.3.1). Official pages: Marketing. All else: HR (1.5, 1.6, 3.3.2)."""
    ticked = kinds(answers)
    to_hr = bool(ticked & {"post", "third", "own", "breach"})
    to_marketing = "page" in ticked or ("post" in ticked and answers.get("platform") == BUSINESS)
    return (("hr",) if to_hr else ()) + (("marketing",) if to_marketing else ())


async def about_form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """The first page is the emergency page, always; the question comes below it."""
    return Form(TITLE, (ABOUT,), emergency.parts(work.college), tone="urgent")


async def who_form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """Who it is about; what decides the route is asked here, before anything is stored."""
    answers = {**draft.answers, **values}
    ticked = kinds(answers)
    extra = ((ADULT,) if "student" in ticked else ()) + ((PLATFORM,) if "post" in ticked else ())
    fields = (*extra, WHO, WHO_2, WHO_3, NAMED, UNKNOWN, *meant(work, draft.answers, values))
    words = "Lodge asks this before anything else, so that your report reaches nobody it is about. Nothing has been sent."
    return Form("Who is it about?", fields, (Text(words),))


def check_who(answers: Values) -> dict[str, str]:
    """Somebody, or that nobody can be named."""
    if subjects.emails(answers) or answers.get("named") or answers.get("unknown") == "yes" or "own" in kinds(answers):
        return {}
    if answers.get("adult") == "no" and kinds(answers) <= {"student"}:
        return {}
    return {"who": "Please pick or type a name, or tick below that you cannot name anybody."}


async def tell_form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """What was seen, below who will see it. If the people or roles changed since the page was shown, they are shown first."""
    answers = {**draft.answers, **values}
    shown, now = await plan(work, draft.answers, person), await plan(work, answers, person)
    if not (now.roles or now.options):
        return Form("Please ring somebody outside", (), outside(work), "Close", tone="urgent")
    to = (replace(TO, options=_titles(now.options)),) if now.options else ()
    again = (_agreed(now),) if values and now.settled and _names(shown) != _names(now) else ()
    asked = [each for each in meant(work, draft.answers, values) if each.name not in draft.answers]
    fields = (*to, *STORY, NAMED, *asked, *again)
    return Form("What happened?", fields, seen_by(work, now), "Send it", values={"where": draft.answers.get("link", "")})


def _names(one: Plan) -> set[str]:
    return {role.name for role in one.settled}


def _titles(roles: tuple[Role, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((role.name, role.title) for role in roles)


def _agreed(now: Plan) -> Field:
    """Nothing goes to a role that its reporter was not shown (promise 12): the tick names the roles."""
    titles = hearing.titles(now.settled)
    option = ("+".join(role.name for role in now.settled), f"Yes, send it to {titles}")
    return Field("agreed", "Because of who it is about, it goes to others now. Is that all right?", "choice", options=(option,))


def meant(work: Work, before: Values, values: Values) -> tuple[Field, ...]:
    """ "Is it this person?", where a name that was typed may be somebody's in `lodge.toml`. ``before``: the earlier pages."""
    found = subjects.doubtful(work.college, {**before, **values}, before)
    if not found:
        return ()
    options = tuple((each.email, f"{each.name}, {each.post}") for each in found)
    hint = "Tick everybody it is about. Lodge asks so that it does not reach them."
    name, none = subjects.asked(found), (subjects.NONE, "None of these")
    return (Field(name, "Is it about one of these people?", "choices", hint, (*options, none)),)


def seen_by(work: Work, now: Plan) -> tuple[Part, ...]:
    """Who will see it, by role, before it is sent; nobody is promised secrecy (promise 12)."""
    first = (now.options or now.roles)[0]
    lines = [
        f"**Who will see this**: {_goes(now)}. They see it with your name. No other role does, unless they bring it in.",
        "Lodge will not tell the person it is about. They may learn of it through a fair process or the law, and others may be "
        "told to keep somebody safe, so nobody can promise you secrecy.",
        f"**Rather talk?** Ring {hearing.rings(work, (first,))}. Nothing you type is kept before you send it.",
    ]
    link = work.college.documents.get(DIGNITY)
    if now.lead == "me" and link:
        lines.append(f"You have a right to be treated with respect: [{DIGNITY}]({link}).")
    return tuple(Text(line) for line in lines)


def _goes(now: Plan) -> str:
    if not now.options:
        return hearing.titles(now.roles)
    notice = "".join(f". {role.title} gets a breach notice too" for role in now.notice)
    return f"the one that you choose: {hearing.titles(now.options).replace(' and ', ' or ')}{notice}"


def outside(work: Work) -> tuple[Part, ...]:
    """Everybody who could hear it inside the College may be concerned: whom to ring instead. Nothing is stored."""
    found = work.college.contacts
    words = (
        "It may be about everybody in the College whom Lodge could send it to, so Lodge has sent and stored **nothing**. "
        "Please do not leave it there: somebody outside will listen. "
        f"Ring {hearing.rings(work, ())}; in danger 999, otherwise the police on 101. "
        f"[Whistleblowing]({found.whistleblowing}) says who else can hear you, and staff support is there for you: "
        f"{emergency.tapped(found.staff_support)}."
    )
    return (Text(words),)


async def myconcern_form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """A student's welfare is raised on MyConcern, where it is dealt with; Lodge asks for no story (2.3)."""
    found = work.college.contacts
    now = await plan(work, {**draft.answers, **values}, person)
    words = (
        f"Please raise it on [MyConcern]({found.myconcern}): that is where the Safeguarding team deals with it. Lodge does not "
        "ask you to tell it here. In an hour it asks whether you got there."
    )
    told = f"**Who will see this**: {_goes(now)}. They see your name, and that a concern about a student is on its way to them."
    ring = f"**Urgent?** Ring the Designated Safeguarding Lead first: {hearing.number(work, 'safeguarding')}. In danger, 999."
    return Form("Raise it on MyConcern", (REACH,), (Text(ring), Text(words), Text(told)), "Go on")


async def note_form(work: Work, draft: Draft, values: Values, person: str) -> Form:
    """MyConcern cannot be reached: the number first, and a short note to the lead."""
    now = await plan(work, {**draft.answers, **values}, person)
    if not now.roles:
        return Form("Please ring somebody outside", (), outside(work), "Close", tone="urgent")
    first = now.roles[0]
    ring = f"**Please ring {hearing.title(first)} now: {hearing.number(work, first.name)}.** Then leave a short note here."
    return Form("MyConcern cannot be reached", (NOTE,), (Text(ring), *seen_by(work, now)), "Send the note")
