"""The page that comes before everything else when somebody may be at risk (2.3, 2.4; promise 1)."""

from handlers.message import Action, Message, Text
from handlers.roles import College

SHOW = "emergency.show"
REPORT = "concern.begin"
SAMARITANS = "116 123"

EXAMPLE = (
    "**These numbers are examples.** The college has not put its own into Lodge yet: "
    "use the numbers you know, or ring 999 or 101."
)
LINE = (
    "**If a student, a child or a colleague may be at risk, or you are, do not wait for an answer here.** "
    "Immediate danger: ring **999**. Otherwise press **How to report**."
)

SENT_LINE = "**If somebody may be in danger now, ring 999: do not wait for an answer here.**"


def report() -> Action:
    """The way to a report that Lodge carries."""
    return Action(REPORT, "Report a concern", style="danger", opens_form=True)


def button() -> Action:
    """The way to the emergency page, under every answer that may need it."""
    return Action(SHOW, "How to report", style="danger")


def page(college: College) -> Message:
    """Whom to ring, where to record it and what to leave alone, with the college's own contacts."""
    return Message("If someone may be at risk, start here", parts(college), (report(),), "urgent", discreet=True)


def parts(college: College) -> tuple[Text, ...]:
    """The page's words, for a message or above a form."""
    spoken = (_now(college), _student(college), _staff(college), _leave_alone(), _yourself(college))
    return tuple(Text(text) for text in ((EXAMPLE, *spoken) if college.example else spoken))


def tapped(number: str) -> str:
    """A number that can be tapped, shown as the college writes it."""
    dialled = "".join(mark for mark in number.partition("(")[0] if mark.isdigit() or mark == "+")
    return f"[{number}](tel:{dialled})" if dialled else number


def _now(college: College) -> str:
    return "**Immediate danger to anyone: ring 999 now.** You may always go to the police or the council yourself."


def _student(college: College) -> str:
    found = college.contacts
    return (
        "**About a student or a child**\n"
        f"- Ring the Designated Safeguarding Lead: {tapped(found.safeguarding_day)}; "
        f"at night and weekends {tapped(found.safeguarding_night)}.\n"
        f"- Then record it on [MyConcern]({found.myconcern}), the same day."
    )


def _staff(college: College) -> str:
    found = college.contacts
    return (
        "**About somebody who works for the College** (do not use MyConcern)\n"
        f"- Tell one of these: the Designated Safeguarding Lead, {tapped(found.safeguarding_day)}; "
        f"the Director of Human Resources, {tapped(found.director_of_hr)}; the Principal, {tapped(found.principal)}.\n"
        f"- About the Principal: the chair of governors, {tapped(found.chair_of_governors)}.\n"
        f"- The local authority's designated officer (LADO): {tapped(found.lado)}."
    )


def _leave_alone() -> str:
    return (
        "**Please leave it as it is**\n"
        "- Do not view, copy, forward or delete images, and do not ask anyone else to.\n"
        "- Do not investigate or question anybody. Listen, and write down what you were told in the person's own words.\n"
        "- Promise nobody secrecy: say that you have to pass it on to keep people safe."
    )


def _yourself(college: College) -> str:
    found = college.contacts
    return (
        "**If it is you**, or it weighs on you\n"
        f"- Samaritans: {tapped(SAMARITANS)}, free, day and night. Staff support: {tapped(found.staff_support)}.\n"
        f"- [Whistleblowing]({found.whistleblowing}): how to speak up safely."
    )
