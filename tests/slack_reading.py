"""Blocks and dialogs as a person in Slack reads them."""

import html
import json
import re
from typing import Any

from bot.slack_views import BY_NAME
from tests.world import Button, Seen

SIGNS = {"✅ ": "yes", "⚠️ ": "condition", "⛔ ": "no", "🚨 ": "urgent"}
_LINK = re.compile(r"<([^<>|]+)\|([^<>]+)>")


def message(body: dict[str, Any], place: str) -> Seen:
    """A message, or a home page."""
    blocks = body["blocks"]
    tone, title = _head(blocks) or ("plain", "")
    return Seen("message", title, "\n".join(map(_words, blocks)), tone, _quotes(blocks), _buttons(blocks), place)


def dialog(view: dict[str, Any]) -> Seen:
    """A dialog: a form where there is something to send, else a message."""
    place = f"view:{view['hash']}"
    if "submit" not in view:
        return message(view, place)
    kept, blocks = json.loads(view["private_metadata"]), view["blocks"]
    tone, title = _head(blocks) or ("plain", view["title"]["text"])
    fields = {block["block_id"]: _filled(block["element"]) for block in blocks if block["type"] == "input"}
    words = "\n".join([view["title"]["text"], *map(_words, blocks)])
    return Seen(
        "page",
        title,
        words,
        tone,
        _quotes(blocks),
        _buttons(blocks),
        place,
        fields,
        {},
        kept["flow"],
        kept["step"],
        kept["draft"],
    )


def state(view: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """What Slack sends as a dialog's state, filled in with these values."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return {
        each["block_id"]: {each["element"]["action_id"]: _state(each["element"], _given(each["block_id"], values))}
        for each in inputs
    }


def _given(name: str, values: dict[str, Any]) -> Any:
    """A person who is named by an id of Slack's is picked; anybody else is typed, in the field below."""
    value = values.get(name.removesuffix(BY_NAME)) or values.get(name)
    picked = isinstance(value, str) and value.isalnum() and value.isupper()
    return None if name.endswith(BY_NAME) and picked else value


def _head(blocks: list[dict[str, Any]]) -> tuple[str, str] | None:
    if not blocks or blocks[0]["type"] != "header":
        return None
    title = blocks[0]["text"]["text"]
    for sign, tone in SIGNS.items():
        if title.startswith(sign):
            return tone, title.removeprefix(sign)
    return "plain", title


def _words(node: Any) -> str:
    """Every character that is read in a block."""
    if isinstance(node, list):
        return " ".join(filter(None, map(_words, node)))
    if not isinstance(node, dict):
        return ""
    if node.get("type") == "rich_text_section":
        return "".join(each.get("text", "") for each in node["elements"])
    if isinstance(node.get("text"), str):
        return shown(node["text"]) if node.get("type") == "mrkdwn" else node["text"]
    return " ".join(filter(None, map(_words, node.values())))


def shown(mrkdwn: str) -> str:
    """Slack's markup as it is read."""
    return html.unescape(_LINK.sub(r"\2", mrkdwn).replace("*", ""))


def _quotes(blocks: list[dict[str, Any]]) -> tuple[str, ...]:
    """The words of each citation."""
    found: list[str] = []
    for block in blocks:
        elements = block["elements"] if block["type"] == "rich_text" else []
        head = elements[0]["elements"][0]["text"] if elements and elements[0]["type"] == "rich_text_section" else ""
        quoted = ["".join(run["text"] for run in each["elements"]) for each in elements if each["type"] == "rich_text_quote"]
        if head.startswith("Clause ") and quoted:
            found.append(quoted[0])
        elif quoted and not head and found:
            found[-1] += quoted[0]
    return tuple(found)


def _buttons(blocks: list[dict[str, Any]]) -> tuple[Button, ...]:
    drawn = [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
    asking = [each for block in blocks if block["type"] == "context_actions" for each in block["elements"]]
    drawn += [{**each[f"{way}_button"], "action_id": each["action_id"]} for each in asking for way in ("positive", "negative")]
    return tuple(
        Button(each["text"]["text"], each["action_id"].partition(":")[2], each.get("value", ""), False) for each in drawn
    )


def _filled(element: dict[str, Any]) -> str:
    if "initial_options" in element:
        return ",".join(each["value"] for each in element["initial_options"])
    if "initial_option" in element:
        return str(element["initial_option"]["value"])
    return str(element.get("initial_value") or element.get("initial_date") or "")


def _state(element: dict[str, Any], value: Any) -> dict[str, Any]:
    kind = element["type"]
    if kind in ("checkboxes", "multi_static_select"):
        chosen = value if isinstance(value, list) else (value or "").split(",")
        return {"type": kind, "selected_options": [each for each in element["options"] if each["value"] in chosen]}
    if kind in ("radio_buttons", "static_select"):
        return {"type": kind, "selected_option": next((each for each in element["options"] if each["value"] == value), None)}
    if kind == "users_select":
        value = value if str(value or "").isalnum() and str(value or "").isupper() else None
    key = {"datepicker": "selected_date", "users_select": "selected_user"}.get(kind, "value")
    return {"type": kind, key: value or None}
