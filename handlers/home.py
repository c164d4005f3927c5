"""A person's own page: where to ask, their cases, and what waits for them if they hold a role."""

from handlers import cases, emergency
from handlers.event import Event, Reply, Work
from handlers.marketing import BEGIN
from handlers.message import Action, Message, Part, Text

SHOWN = 10


async def show(event: Event, work: Work) -> Reply:
    """Everything that is theirs, newest first; a list carries references and states, nobody's words."""
    mine = await work.cases_of(event.person)
    parts: list[Part] = [Text(_listed("Your cases", [cases.line(work, case) for case in mine[:SHOWN]], "You have no cases yet."))]
    actions = [Action(cases.SHOW, f"Show {case.reference}", case.id) for case in mine[:SHOWN]]
    for role in work.college.roles_of(event.person):
        pending = cases.waiting(await work.cases_with(role.name))[:SHOWN]
        words = _listed(f"Waiting for {role.title}", [cases.line(work, case) for case in pending], "Nothing is waiting.")
        parts.append(Text(words))
        actions += [Action(cases.SHOW, f"Show {case.reference}", case.id) for case in pending]
    start = (Action(BEGIN, "Ask Marketing a question", opens_form=True, style="main"), emergency.button())
    return Message("Home", tuple(parts), start + tuple(dict.fromkeys(actions)), discreet=True)


def _listed(title: str, lines: list[str], nothing: str) -> str:
    return f"**{title}**\n" + ("\n".join(f"- {each}" for each in lines) if lines else nothing)
