"""The pages on which an account is asked for, and what is already known about the name while they are filled in."""

from collections.abc import Mapping

from handlers import handles, people, register
from handlers.cases import words
from handlers.event import Work
from handlers.flow import Draft, Step, Values
from handlers.message import Facts, Field, Form, Part, Text

OTHER = "other"
NAMES = (
    "Instagram",
    "Facebook",
    "TikTok",
    "X (Twitter)",
    "LinkedIn",
    "YouTube",
    "Snapchat",
    "WhatsApp",
    "Threads",
    "Bluesky",
    "Podcast or blog",
)
DEPARTMENT = Field("department", "Department or service area", longest=200)
PURPOSE = Field(
    "purpose", "What is it for?", "choice", options=(("marketing", "Marketing"), ("educational", "Educational purposes"))
)
PLATFORM = Field("platform", "Platform", "choice", options=(*((name, name) for name in NAMES), (OTHER, "Another one")))
ELSEWHERE = Field("platform_other", "If another one: which?", required=False, longest=100)
HANDLE = Field("handle", "Proposed name or handle", hint="As people will see it, for example @wiltscoll_hair.", longest=100)
AUDIENCE = Field(
    "audience", "Who is it for?", hint="For example: applicants for hair and beauty, and their parents.", longest=500
)
CONTENT = Field("content", "What will be posted?", "text", "What kind of thing, and about how often.", longest=1500)
START = Field("start", "When should it start?", "date")
CURATOR = Field("curator", "Curator", "person", "Answers for all content (3.1.3). Pick them, or type their e-mail address.")
DEPUTY = Field("deputy", "Deputy", "person", "Can sign in too, and steps in when the curator is away or leaves.")
CREDENTIALS = Field(
    "credentials",
    "Where will the credentials be kept?",
    hint="The place only: “the department safe”, “the department's password manager”. Never the password itself.",
    longest=300,
)
REACH = Field("reach", "Who in the department can reach them?", hint="Names or posts, more than one.", longest=300)
UNDERTAKINGS = Field(
    "undertakings",
    "Please tick each one",
    "choices",
    options=(
        ("content", "The curator answers for all content and watches contributions"),
        ("outside", "No chain letters, personal views or outside promotion"),
        ("consent", "Images of students only with consent; under 18, a parent's"),
        ("removal", "Images are removed at once when somebody asks"),
        ("acceptable", "The Acceptable Use Policy applies"),
    ),
)
_IN_FULL = (
    "**The curator** remains responsible for all content, and watches contributions: they must be appropriate, give no offence "
    "and infringe nobody's rights (3.1.3).\n"
    "- No chain letters or spam; no personal religious, equality & diversity or political content; no promotion of outside "
    "organisations that have nothing to do with the College's business (3.1.3).\n"
    "- Images of students and facts about them only as part of an educational activity and with their consent; under 18, with "
    "that of a parent or guardian (3.1.4).\n"
    "- Whoever asks for their image to be removed has it removed at once (3.1.4)."
)
FIELDS = (DEPARTMENT, PURPOSE, PLATFORM, HANDLE, AUDIENCE, START, CURATOR, DEPUTY, CREDENTIALS, REACH, UNDERTAKINGS)


def details(answers: Values) -> dict[str, str]:
    """What the case keeps: the answers, with the platform by its name."""
    kept = {name: value for name, value in answers.items() if name != ELSEWHERE.name}
    if kept.get("platform") == OTHER:
        kept["platform"] = answers.get(ELSEWHERE.name, "")
    return kept


def _check_platform(answers: Values) -> dict[str, str]:
    missing = answers["platform"] == OTHER and not answers.get(ELSEWHERE.name, "").strip()
    return {ELSEWHERE.name: "Please say which platform it is."} if missing else {}


def _check_people(answers: Values) -> dict[str, str]:
    """Two different people, so that somebody can still sign in when one of them leaves (3.1.2)."""
    if wrong := people.unknown(answers, CURATOR.name, DEPUTY.name):
        return wrong
    same = answers["curator"] == answers["deputy"]
    return {"deputy": "Please name somebody else as deputy: the curator may be away or leave (3.1.2)."} if same else {}


def _check_undertakings(answers: Values) -> dict[str, str]:
    ticked = answers["undertakings"].split(",")
    missing = [label for name, label in UNDERTAKINGS.options if name not in ticked]
    return {"undertakings": f"Please tick this too, or ring Marketing: {missing[0]}."} if missing else {}


async def known(work: Work, answers: Mapping[str, str], but: str = "") -> tuple[Part, ...]:
    """What the register and the handle check say about a name: nothing here is a decision."""
    near = [each for each in await register.near(work, answers["platform"], answers["handle"]) if each.id != but]
    parts: list[Part] = []
    if near:
        pairs = tuple(
            (each.reference, f"{each.details['handle']}, {each.details['platform']}, {words(each).lower()}") for each in near[:3]
        )
        parts = [Text("**Is it this one?** The College has an account like it:"), Facts(pairs)]
    verdict = handles.judge(answers["handle"], work.college)
    said = _OFFICIAL if verdict.kind == "mirrors" else _PLAIN
    return (*parts, Facts((("Name", answers["handle"]), ("Handle check", verdict.why))), Text(said))


_OFFICIAL = (
    "A personal account may not be called this (3.3.2). An official one may, once it is approved in advance (3.1.2): "
    "that is what this form asks for."
)
_PLAIN = "Marketing may propose a name in which the College's name can be seen, so that people know it is official."


async def _look(work: Work, draft: Draft) -> tuple[Part, ...]:
    return await known(work, details(draft.answers))


async def _documents(work: Work, draft: Draft) -> tuple[Part, ...]:
    link = work.college.documents.get("Acceptable Use Policy")
    return (Text(f"The [Acceptable Use Policy]({link}) applies to the account too (3.1.2)."),) if link else ()


STEPS = (
    Step(
        "who",
        Form(
            "Request an account",
            (DEPARTMENT, PURPOSE, PLATFORM, ELSEWHERE),
            (
                Text(
                    "Official accounts are approved **before** they are set up (3.1.2). Marketing decides, and answers you here."
                ),
            ),
        ),
        check=_check_platform,
    ),
    Step("name", Form("What will it be called?", (HANDLE,))),
    Step("content", Form("What will it be?", (AUDIENCE, CONTENT, START)), look=_look),
    Step(
        "people",
        Form("Who looks after it?", (CURATOR, DEPUTY), (Text("Two different people of the College."),)),
        check=_check_people,
        resolve=lambda college, values: people.resolved(college, values, CURATOR.name, DEPUTY.name),
    ),
    Step(
        "credentials",
        Form(
            "The credentials",
            (CREDENTIALS, REACH),
            (
                Text(
                    "The department keeps them, so that the account can be reached if somebody leaves (3.1.2). Lodge never does."
                ),
            ),
        ),
    ),
    Step(
        "undertakings",
        Form("What you undertake", (UNDERTAKINGS,), (Text(_IN_FULL),)),
        check=_check_undertakings,
        look=_documents,
    ),
    Step("check", Form("Check your answers", submit="Send the request"), review=True, look=_look),
)
