"""How Teams draws what Lodge shows and asks: Adaptive Cards 1.5. Pure: messages and forms in, JSON values out.

Cards are linear and every input has a label. What does not fit in `LIMIT` bytes is left out from the end, and said so.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bot.teams_fields import drawn_fields
from bot.teams_markup import PIECE, Element, escaped, exact, paragraphs, run, text_block
from handlers.ask import FEEDBACK
from handlers.message import Action, Facts, Form, Message, Page, Part, Quote, Said, Text, labelled

CARD = "application/vnd.microsoft.card.adaptive"
LIMIT = 26_000
"""Bytes of a card: Teams refuses 28 KB, and the message around the card needs some."""

IN_A_ROW = 5
"""Buttons in one set: Teams shows six at most and drops the rest."""

REST = "The rest is under My cases: type “my cases” to Lodge."
REST_OF_FORM = "There is more than fits here. Nothing of it is lost."
TONES = {"plain": "default", "yes": "good", "condition": "warning", "no": "attention", "urgent": "attention"}
STYLES = {"plain": "default", "main": "positive", "danger": "destructive"}
_ABSTRACT, _NAME = 157, 77  # Teams refuses a citation whose extract is over 160 characters, or its name over 80


def message_card(message: Message, *, in_dialog: bool = False) -> Element:
    """A message. In a dialog a button cannot open another, so that its form comes in the same one."""
    buttons = _sets((each for each in message.actions if not _thumb(each)), in_dialog)
    head = _head(message.title, message.tone)
    body = _fitted([each for part in _numbered(message.parts) for each in part], LIMIT - _size([head, buttons]))
    return _card([head, *body, *buttons])


def form_card(page: Page) -> Element:
    """A page of a flow: what is wrong stands in words above its field, and what was typed is still there."""
    form = page.form
    head, buttons = _head(form.title, form.tone), _sets(form.actions, in_dialog=True, inputs="none")
    intro = [each for part in _numbered(form.intro) for each in part]
    around = _size([head, buttons]) + 1000  # what is typed gets the room that the introduction leaves, and half in any case
    asked = drawn_fields(form, max(LIMIT // 2, LIMIT - around - _size(intro)))
    body = _fitted(intro, LIMIT - _size([head, asked, buttons]) - 500, REST_OF_FORM)
    return _card([head, *_wrong(form), *body, *asked, *buttons], [_submit(page)])


def citations(message: Message) -> list[Element]:
    """The platform's own citations, in the order of the visible quotes: Teams puts an extract behind each [1].

    No claim that a machine wrote the words: none did.
    """
    claims = [_claim(number, quote) for number, quote in enumerate(_quotes(message.parts), 1)]
    thing = {"type": "https://schema.org/Message", "@type": "Message", "@context": "https://schema.org", "@id": ""}
    return [{**thing, "citation": claims}] if claims else []


def _card(body: list[Element], actions: Iterable[Element] = ()) -> Element:
    card: Element = {"type": "AdaptiveCard", "version": "1.5", "body": body, "msteams": {"width": "Full"}}
    found = list(actions)
    return {**card, "actions": found} if found else card


def _head(title: str, tone: str) -> Element:
    heading = text_block(escaped(title), style="heading", size="Large", weight="Bolder")
    return {"type": "Container", "id": f"tone-{tone}", "style": TONES[tone], "bleed": tone != "plain", "items": [heading]}


def _numbered(parts: Iterable[Part]) -> Iterable[list[Element]]:
    number = 0
    for part in parts:
        number += isinstance(part, Quote)
        yield _quote(part, number) if isinstance(part, Quote) else _part(part)


def _part(part: Text | Said | Facts) -> list[Element]:
    if isinstance(part, Text):
        return paragraphs(part.text)
    if isinstance(part, Said):
        by = [text_block(escaped(part.by), size="Small", weight="Bolder")] if part.by else []
        first, *more = exact(part.text) or [text_block("–")]
        return [_boxed([*by, first]), *(_boxed([each]) for each in more)]
    return [_fact(label, value) for label, value in part.pairs]


def _quote(quote: Quote, number: int) -> list[Element]:
    """The words of a clause, as published; the number in brackets is where Teams hangs its citation."""
    heading = text_block(f"{escaped(f'Clause {quote.clause} · {quote.heading}')} [{number}]", weight="Bolder")
    source = text_block(escaped(f"{quote.policy}, {quote.version}"), size="Small", isSubtle=True)
    return [_boxed([heading, *exact(quote.text, italic=True), source], id=f"clause-{number}")]


def _fact(label: str, value: str) -> Element:
    """A label and its value. No FactSet: it reads markdown, and a value is often somebody's own words."""
    runs = [run(f"{labelled(label)} ", weight="Bolder"), *(run(value[at : at + PIECE]) for at in range(0, len(value), PIECE))]
    return {"type": "RichTextBlock", "inlines": runs}


def _boxed(items: list[Element], **more: Any) -> Element:
    return {"type": "Container", "style": "emphasis", "items": items, **more}


def _thumb(action: Action) -> bool:
    """A kind word has Teams' own thumb. The other way is a button all the same: it alone says which question it is about."""
    return action.name == FEEDBACK and action.subject.startswith("yes")


def _sets(actions: Iterable[Action], in_dialog: bool, **more: str) -> list[Element]:
    drawn = [_button(action, in_dialog, **more) for action in actions]
    rows = [drawn[at : at + IN_A_ROW] for at in range(0, len(drawn), IN_A_ROW)]
    return [{"type": "ActionSet", "actions": row} for row in rows]


def _button(action: Action, in_dialog: bool, inputs: str = "") -> Element:
    data: Element = {"lodge": {"action": action.name, "subject": action.subject}}
    if action.opens_form and not in_dialog:
        data["msteams"] = {"type": "task/fetch"}
    drawn = {"type": "Action.Submit", "title": action.label, "style": STYLES[action.style], "data": data}
    return {**drawn, "associatedInputs": inputs} if inputs else drawn


def _submit(page: Page) -> Element:
    people = [field.name for field in page.form.fields if field.kind == "person"]
    data = {"lodge": {"draft": page.draft, "flow": page.flow, "step": page.step, "people": people}}
    return {"type": "Action.Submit", "title": page.form.submit, "style": "positive", "data": data}


def _wrong(form: Form) -> list[Element]:
    if not form.errors:
        return []
    words = "**Nothing has been sent yet.** Please look at what is marked “Error” below, and send it again."
    return [text_block(words, color="Attention")]


def _fitted(elements: list[Element], room: int, rest: str = REST) -> list[Element]:
    """Those that fit, in their order; where some do not, the last words say so: ``rest``."""
    kept: list[Element] = []
    left = room - 200  # for the last words
    for element in elements:
        left -= _size(element)
        if left < 0:
            return [*kept, text_block(rest)]
        kept.append(element)
    return kept


def _size(drawn: object) -> int:
    return len(json.dumps(drawn, ensure_ascii=False).encode()) + 2


def _quotes(parts: Iterable[Part]) -> list[Quote]:
    return [part for part in parts if isinstance(part, Quote)]


def _claim(number: int, quote: Quote) -> Mapping[str, Any]:
    name, extract = f"Clause {quote.clause} · {quote.heading}", quote.text
    document = {"@type": "DigitalDocument", "name": _short(name, _NAME), "abstract": _short(extract, _ABSTRACT)}
    return {"@type": "Claim", "position": number, "appearance": document}


def _short(text: str, longest: int) -> str:
    """Only for the extract behind a citation; the whole text stands in the card."""
    return text if len(text) <= longest else text[:longest] + "…"
