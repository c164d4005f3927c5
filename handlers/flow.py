"""A guided walk: steps in a table, and pure functions that take a draft from page to page."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from handlers.credentials import REASON, looks_like_one
from handlers.message import Action, Facts, Field, Form, Message, Page, Part, Text

Values = Mapping[str, str]
BACK, RESUME, FRESH = "flow.back", "flow.resume", "flow.fresh"


Looked = Callable[[Any, "Draft"], Awaitable[tuple[Part, ...]]]


def _nothing(answers: Values) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Step:
    """One page. ``check`` gives what is wrong, by field; ``then`` gives the next step's name (default: the next in line).

    A ``review`` step shows every answer so far, each with a way back to it, before anything is sent.
    ``look(work, draft)`` gives what else the page says above its fields: what is already known about these answers.
    ``resolve(college, values)`` reads what was sent as the college knows it (a person's name as their address), before any check.
    ``ask(work, draft, values, person)`` gives the form instead of ``form`` where it depends on what was answered; ``values`` is
    what was sent of this page just now, or nothing.
    """

    name: str
    form: Form
    check: Callable[[Values], Mapping[str, str]] = _nothing
    then: Callable[[Values], str] | None = None
    review: bool = False
    look: Looked | None = None
    resolve: Callable[[Any, Values], Values] | None = None
    ask: Callable[[Any, "Draft", Values, str], Awaitable[Form]] | None = None


@dataclass(frozen=True)
class Flow:
    """A table of steps. ``prepare(event, work)`` gives the first values, or a message that refuses.

    ``finish(work, draft, person)`` acts on the answers, once; ``sent`` (same arguments) answers a submission that is repeated.
    ``route`` is whose number every page names, for whoever would rather ring. What was typed into the fields of ``unkept`` stays
    on the page and is never written down before it is sent. ``warned``: the emergency page is part of the flow, and no gate shows
    it again. ``unsigned``: who sends it is not written down, so its draft is forgotten as it is sent; and no text in which a gate
    hears danger is taken.
    """

    name: str
    steps: tuple[Step, ...]
    prepare: Callable[[Any, Any], Awaitable[Values | Message]]
    finish: Callable[[Any, "Draft", str], Awaitable[Message]]
    sent: Callable[[Any, "Draft", str], Awaitable[Message]]
    route: str = ""
    unkept: tuple[str, ...] = ()
    warned: bool = False
    unsigned: bool = False


@dataclass(frozen=True)
class Draft:
    """What was answered so far, and the step that is shown now. ``subject`` is what the flow is about."""

    id: str
    flow: str
    step: str
    subject: str = ""
    answers: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Finished:
    """Every step is answered: the draft may be acted on."""

    draft: Draft


async def blank(event: Any, work: Any) -> Values | Message:
    """For a flow that begins with nothing filled in and refuses nobody."""
    return {}


async def set_out(work: Any, flow: Flow, draft: "Draft", values: Values, person: str) -> Flow:
    """The flow with the pages that depend on what was answered, as they are for these answers."""
    steps = [replace(step, form=await step.ask(work, draft, values, person)) if step.ask else step for step in flow.steps]
    return replace(flow, steps=tuple(steps))


def begin(flow: Flow, draft_id: str, subject: str, values: Values) -> tuple[Draft, Page]:
    """A new draft at the first step, and its page filled with ``values``."""
    draft = Draft(draft_id, flow.name, flow.steps[0].name, subject, dict(values))
    return draft, page(flow, draft)


def advance(flow: Flow, draft: Draft, values: Values) -> tuple[Draft, Page] | Finished:
    """The next page, the same page with what is wrong, or the end."""
    step = step_of(flow, draft.step)
    typed = {item.name: values.get(item.name, "") for item in step.form.fields}
    errors = wrong(step.form, typed) or dict(step.check({**draft.answers, **typed}))
    if errors:
        return draft, _paged(flow, draft, page(flow, draft).form.again(typed, errors))
    answers = {**draft.answers, **{name: value.strip() for name, value in typed.items()}}
    following = _ahead(flow, step, answers)
    if not following:
        return Finished(replace(draft, answers=answers))
    moved = replace(draft, step=following, answers=answers)
    return moved, page(flow, moved)


def back(flow: Flow, draft: Draft, step: str) -> tuple[Draft, Page]:
    """An earlier page again, with what was answered on it."""
    moved = replace(draft, step=step_of(flow, step).name)
    return moved, page(flow, moved)


def at(flow: Flow, draft: Draft, step: str) -> Draft:
    """The draft at the step that was sent, where the flow has one of that name."""
    return replace(draft, step=step) if step in {each.name for each in flow.steps} else draft


def page(flow: Flow, draft: Draft) -> Page:
    """The draft's present step, as it is shown."""
    step = step_of(flow, draft.step)
    if step.review:
        return _paged(flow, draft, _reviewed(flow, step, draft))
    given = {**step.form.values, **draft.answers}
    kept = {item.name: given.get(item.name, "") for item in step.form.fields}
    return _paged(flow, draft, replace(step.form, values=kept))


def wrong(form: Form, typed: Values) -> dict[str, str]:
    """What no flow accepts: nothing where something is needed, too much, no such choice or day, a credential."""
    found = {item.name: _amiss(item, typed.get(item.name, "").strip()) for item in form.fields}
    return {name: error for name, error in found.items() if error}


def _amiss(item: Field, value: str) -> str:
    if not value:
        return f"Please fill in “{item.label}”." if item.required else ""
    if len(value) > item.longest:
        return f"Please shorten this to {item.longest:,} characters: it has {len(value):,}."
    if item.kind in ("line", "text", "person") and looks_like_one(value):
        return REASON
    if item.kind in ("choice", "choices"):
        return _amiss_choice(item, value)
    return _amiss_date(value) if item.kind == "date" else ""


def _amiss_choice(item: Field, value: str) -> str:
    chosen = value.split(",") if item.kind == "choices" else [value]
    known = {name for name, _ in item.options}
    return "" if set(chosen) <= known else "Please choose from the list."


def _amiss_date(value: str) -> str:
    try:
        date.fromisoformat(value)
    except ValueError:
        return "Please give a date as year-month-day, for example 2026-11-30."
    return ""


def step_of(flow: Flow, name: str) -> Step:
    """The step of that name."""
    return next(step for step in flow.steps if step.name == name)


def _ahead(flow: Flow, step: Step, answers: Values) -> str:
    """The next page that is still to be answered: whoever changes one answer comes straight back to the check page."""
    following = _following(flow, step, answers)
    while following:
        ahead = step_of(flow, following)
        if ahead.review or not all(item.name in answers for item in ahead.form.fields):
            break
        following = _following(flow, ahead, answers)
    return following


def _following(flow: Flow, step: Step, answers: Values) -> str:
    if step.then is not None:
        return step.then(answers)
    names = [each.name for each in flow.steps]
    place = names.index(step.name) + 1
    return names[place] if place < len(names) else ""


def _paged(flow: Flow, draft: Draft, form: Form) -> Page:
    return Page(form, flow.name, draft.step, draft.id)


def _reviewed(flow: Flow, step: Step, draft: Draft) -> Form:
    """'Check your answers': other people's words go into Facts, which no surface reads as markup."""
    asked = [each for each in flow.steps if any(item.name in draft.answers for item in each.form.fields) and not each.review]
    pairs = tuple((item.label, shown(item, draft.answers.get(item.name, ""))) for each in asked for item in each.form.fields)
    shown_parts: tuple[Part, ...] = (Text("Please check your answers before you send them."), Facts(pairs))
    changes = tuple(Action(BACK, f"Change “{each.form.fields[0].label}”", f"{draft.id} {each.name}") for each in asked)
    return replace(step.form, intro=shown_parts + step.form.intro, actions=changes)


def shown(item: Field, value: str) -> str:
    """An answer as people read it: labels for choices, a dash where nothing was given."""
    labels = dict(item.options)
    if item.kind in ("choice", "choices"):
        value = ", ".join(labels.get(name, name) for name in value.split(",") if name)
    return value or "–"
