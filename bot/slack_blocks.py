"""How Slack draws what Lodge shows. Pure: messages in, blocks out, within Slack's limits.

Only `Text` is markup (promise 11): everything else is rich text or plain text, which Slack shows character by character.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from bot.slack_mrkdwn import mrkdwn, slices
from handlers.ask import FEEDBACK
from handlers.message import Action, Facts, Message, Part, Quote, Said, Text, Tone, labelled

Block = dict[str, Any]

BLOCKS = 50
"""Blocks that Slack takes in one message."""
CHARACTERS = 12_000
"""Characters that one message may hold: Slack refuses somewhat more, and does not say where."""
TEXT, HEADER, LABEL, VALUE, ROW = 3000, 150, 75, 2000, 5
REST = "The rest is under My cases: type “my cases” to Lodge."
REST_OF_FORM = "There is more than fits here. Nothing of it is lost."
SIGNS: Mapping[Tone, str] = {"plain": "", "yes": "✅ ", "condition": "⚠️ ", "no": "⛔ ", "urgent": "🚨 "}
_STYLES = {"main": "primary", "danger": "danger"}


def message_blocks(message: Message, most: int = BLOCKS, *, in_view: bool = False) -> list[Block]:
    """A message as blocks: heading, parts, buttons. Whether it helped is asked Slack's own way, which a view does not have."""
    asking = () if in_view else tuple(each for each in message.actions if each.name == FEEDBACK)
    buttons = action_blocks([each for each in message.actions if each not in asking])
    buttons += [feedback(asking)] if asking else []
    parts = [block for part in message.parts for block in part_blocks(part)]
    head = heading(message.title, message.tone)
    return fitting(head + parts, most - len(buttons)) + buttons


def fitting(blocks: Sequence[Block], most: int, rest: str = REST) -> list[Block]:
    """As many blocks as Slack takes; where that is not all of them, the last one says so: ``rest``."""
    if len(blocks) <= most and len(repr(blocks)) <= CHARACTERS:  # nearly always, and far cheaper than to weigh each
        return list(blocks)
    kept: list[Block] = []
    left = CHARACTERS
    for block in blocks:
        left -= _weight(block)
        if left < 0:
            break
        kept.append(block)
    return kept if len(kept) == len(blocks) <= most else [*kept[: most - 1], section(rest)]


def heading(title: str, tone: Tone = "plain") -> list[Block]:
    """The title, with a sign for its tone; one too long for a header is bold text, whole."""
    words = SIGNS[tone] + (title or "Lodge")
    if len(words) <= HEADER:
        return [{"type": "header", "text": plain_text(words)}]
    return [rich([_run(piece, bold=True)]) for piece in slices(words, TEXT)]


def section(words: str) -> Block:
    """Plain characters as a paragraph, up to `TEXT` of them."""
    return {"type": "section", "text": plain_text(words)}


def plain_text(words: str) -> Block:
    """A text that Slack never reads as markup; colons in it make no pictures."""
    return {"type": "plain_text", "text": words, "emoji": False}


def part_blocks(part: Part) -> list[Block]:
    """One part of a message or of a form's introduction."""
    return list(_PARTS[type(part)](part))


def action_blocks(actions: Sequence[Action]) -> list[Block]:
    """Buttons, a row a block. An action's name stands in its id behind a number, since no id may stand twice."""
    drawn = [button(action, number) for number, action in enumerate(actions)]
    return [{"type": "actions", "elements": drawn[start : start + ROW]} for start in range(0, len(drawn), ROW)]


def button(action: Action, number: int) -> Block:
    """A button: its value is what it is about, and never data."""
    drawn: Block = {"type": "button", "text": plain_text(shortened(action.label, LABEL)), "action_id": f"{number}:{action.name}"}
    if action.subject:
        drawn["value"] = action.subject[:VALUE]
    if action.style in _STYLES:
        drawn["style"] = _STYLES[action.style]
    return drawn


def pressed(element: Mapping[str, Any]) -> tuple[str, str]:
    """The action's name and subject, from the button that Slack says was pressed."""
    return str(element.get("action_id", "")).partition(":")[2], str(element.get("value", ""))


def feedback(asking: Sequence[Action]) -> Block:
    """'Helpful' and 'Not what I asked', under an answer. Slack toggles them and never says 'cleared': the last one counts."""
    kind, unkind = ({"text": plain_text(each.label), "value": each.subject[:VALUE]} for each in asking)
    made = {
        "type": "feedback_buttons",
        "action_id": f"0:{FEEDBACK}",
        "positive_button": kind,
        "negative_button": unkind,
    }
    return {"type": "context_actions", "elements": [made]}


def shortened(label: str, longest: int) -> str:
    """One of our own labels, where Slack has no room for all of it."""
    return label if len(label) <= longest else label[: longest - 1] + "…"


def rich(*runs: Sequence[Block]) -> Block:
    """A block of rich text: each sequence of runs is a paragraph."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(each)} for each in runs]}


def _text(part: Text) -> Iterator[Block]:
    for words in _within(part.text):
        yield {"type": "section", "text": {"type": "mrkdwn", "text": words, "verbatim": True}, "expand": True}


def _within(text: str) -> Iterator[str]:
    """Our words in pieces that are short enough once they are drawn, cut between lines or words."""
    drawn = mrkdwn(text)
    if len(drawn) > TEXT:
        half = len(text) // 2
        cut = max(text.rfind("\n", 0, half), 0) or max(text.rfind(" ", 0, half), 0) or half
        yield from _within(text[:cut])
        yield from _within(text[cut:])
    elif drawn.strip():
        yield drawn


def _said(part: Said) -> Iterator[Block]:
    for number, words in enumerate(slices(part.text or "–", TEXT)):
        head = [_section(_run(part.by, bold=True))] if part.by and not number else []
        yield {"type": "rich_text", "elements": [*head, _quoted(words)]}


def _quote(part: Quote) -> Iterator[Block]:
    """A citation: number and heading, the words in a quotation, and where they are from."""
    *early, last = slices(part.text or "–", TEXT)
    head = _section(_run(f"Clause {part.clause} {part.heading}".strip(), bold=True))
    source = _section(_run(f"{part.policy}, {part.version}", italic=True))
    if early:
        yield {"type": "rich_text", "elements": [head, _quoted(early[0])]}
        yield from ({"type": "rich_text", "elements": [_quoted(words)]} for words in early[1:])
    yield {"type": "rich_text", "elements": [*([] if early else [head]), _quoted(last), source]}


def _facts(part: Facts) -> Iterator[Block]:
    for label, value in part.pairs:
        for number, words in enumerate(slices(value or "–", TEXT)):
            yield rich([*([] if number else [_run(f"{labelled(label)} ", bold=True)]), _run(words)])


_PARTS: Mapping[type, Callable[[Any], Iterator[Block]]] = {Text: _text, Said: _said, Quote: _quote, Facts: _facts}


def _section(*runs: Block) -> Block:
    return {"type": "rich_text_section", "elements": list(runs)}


def _quoted(words: str) -> Block:
    return {"type": "rich_text_quote", "elements": [_run(words)]}


def _run(words: str, **style: bool) -> Block:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def _weight(block: Any) -> int:
    """The characters that people read in a block."""
    if isinstance(block, dict):
        return sum(len(value) if key == "text" and isinstance(value, str) else _weight(value) for key, value in block.items())
    return sum(map(_weight, block)) if isinstance(block, list) else 0
