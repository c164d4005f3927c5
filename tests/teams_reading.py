"""A card as a person reads it."""

import re
from typing import Any

from tests.teams_contract import every
from tests.world import Button, Seen

_ESCAPE = re.compile(r"\\([\\`*_{}\[\]<>&#~|.)+-])")
_LINK = re.compile(r"(?<!\\)\[([^\]\\]+|(?:\\.|[^\]\\])+)\]\(([^\s()]+)\)")


def seen(card: dict[str, Any], kind: str = "message", place: str = "") -> Seen:
    """A message or a form: title, words, quotes, buttons, what is filled in and what is wrong."""
    head = card["body"][0]
    sent = next((each["data"]["lodge"] for each in card.get("actions", ())), {})
    return Seen(
        kind,
        plain(head["items"][0]["text"]),
        words(card),
        head["id"].removeprefix("tone-"),
        tuple(_quote(each) for each in every(card, "Container") if str(each.get("id", "")).startswith("clause-")),
        _buttons(card),
        place,
        {each["id"]: each.get("value", "") for each in inputs(card)},
        {each["id"].removesuffix("-error"): plain(each["text"]) for each in every(card, "TextBlock") if _is_error(each)},
        sent.get("flow", ""),
        sent.get("step", ""),
        sent.get("draft", ""),
    )


def words(drawn: Any) -> str:
    """Every word of a card in reading order."""
    if isinstance(drawn, list):
        return "\n".join(filter(None, map(words, drawn)))
    if not isinstance(drawn, dict):
        return ""
    if drawn.get("type") == "TextBlock":
        return plain(drawn["text"])
    if drawn.get("type") == "RichTextBlock":
        return "".join(run["text"] for run in drawn["inlines"])
    own = [drawn.get("label", ""), drawn.get("title", "")]
    inside = [words(drawn[name]) for name in ("body", "items", "actions", "choices") if name in drawn]
    return "\n".join(filter(None, own + inside))


def inputs(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Every input of a card."""
    return [each for kind in ("Input.Text", "Input.Date", "Input.ChoiceSet") for each in every(card, kind)]


def plain(text: str) -> str:
    """A TextBlock's markdown as it reads on the screen."""
    unlinked = _LINK.sub(r"\1", text)
    return _ESCAPE.sub(r"\1", re.sub(r"(?<!\\)\*\*", "", unlinked))


def _quote(box: dict[str, Any]) -> str:
    return "".join(run["text"] for block in every(box, "RichTextBlock") for run in block["inlines"])


def _buttons(card: dict[str, Any]) -> tuple[Button, ...]:
    found = [(each, each["data"]) for each in every(card, "Action.Submit") if "action" in each["data"]["lodge"]]
    return tuple(
        Button(each["title"], data["lodge"]["action"], data["lodge"]["subject"], data.get("msteams") == {"type": "task/fetch"})
        for each, data in found
    )


def _is_error(block: dict[str, Any]) -> bool:
    return str(block.get("id", "")).endswith("-error")
