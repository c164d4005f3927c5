"""What Slack refuses in blocks and views: its own schemas where they are there, and its limits always."""

import functools
import json
import os
from pathlib import Path
from typing import Any

from jsonschema.protocols import Validator

from tests.contracts import validator

CONTRACTS = Path(os.environ.get("LODGE_CONTRACTS", Path(__file__).parent.parent.parent / "shared" / "contracts"))
REASON = "the contracts are not there: set LODGE_CONTRACTS to their folder"
TEXTS = {"header": 150, "section": 3000}
LONGEST = {"action_id": 255, "block_id": 255, "value": 2000}


def have_contracts() -> bool:
    """Whether the platforms' own contracts can be read here."""
    return (CONTRACTS / "slack" / "blocks.json").exists()


@functools.cache
def contract(name: str) -> Any:
    """One of the contracts, as JSON."""
    return json.loads((CONTRACTS / "slack" / f"{name}.json").read_text(encoding="utf-8"))


@functools.cache
def _validator(name: str) -> Validator:
    return validator(contract(name))


def wrong_by_contract(name: str, drawn: Any) -> list[str]:
    """What the schema does not accept; nothing where the contracts are not there."""
    return [error.message[:200] for error in _validator(name).iter_errors(drawn)] if have_contracts() else []


def wrong_blocks(blocks: Any, most: int = 50) -> list[str]:
    """Everything that Slack would refuse in a message's blocks."""
    found = [f"{len(blocks)} blocks"] if not 0 < len(blocks) <= most else []
    return found + [words for block in blocks for words in _wrong_block(block)]


def wrong_view(view: Any) -> list[str]:
    """Everything that Slack would refuse in a dialog or a home page."""
    found = wrong_by_contract("view", view) + wrong_blocks(view["blocks"], 100)
    for key, longest in (("title", 24), ("submit", 24), ("close", 24)):
        if key in view and not 0 < len(view[key]["text"]) <= longest:
            found.append(f"{key} {len(view[key]['text'])}")
    if len(view.get("private_metadata", "")) > 3000:
        found.append("private_metadata")
    names = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    if len(names) != len(set(names)):
        found.append("a block_id stands twice")
    return found + (["inputs without submit"] if names and "submit" not in view else [])


def wrong_message(message: Any) -> list[str]:
    """Everything that Slack would refuse in the arguments of a message."""
    return wrong_by_contract("blocks", message["blocks"]) + wrong_blocks(message["blocks"])


def _wrong_block(block: Any) -> list[str]:
    ids = [each.get("action_id") for each in block.get("elements", []) if "action_id" in each]
    found = [f"action_id twice: {ids}"] if len(ids) != len(set(ids)) else []
    if block["type"] in TEXTS and not 0 < len(block["text"]["text"]) <= TEXTS[block["type"]]:
        found.append(f"{block['type']} text {len(block['text']['text'])}")
    if block["type"] == "actions" and len(block["elements"]) > 25:
        found.append("more than 25 elements")
    return found + list(_wrong_inside(block))


def _wrong_inside(node: Any) -> Any:
    """Limits that hold wherever a thing stands: buttons, options, texts that may not be empty."""
    if isinstance(node, list):
        for each in node:
            yield from _wrong_inside(each)
    if not isinstance(node, dict):
        return
    for key, longest in LONGEST.items():
        if key in node and isinstance(node[key], str) and not 0 < len(node[key]) <= longest:
            yield f"{key} {len(node[key])}"
    if node.get("type") == "button" and not 0 < len(node["text"]["text"]) <= 75:
        yield "button label"
    if node.get("type") in ("text", "plain_text", "mrkdwn") and not node["text"]:
        yield "an empty text"
    if "options" in node:
        yield from _wrong_options(node)
    for key in ("hint", "label"):
        if isinstance(node.get(key), dict) and len(node[key]["text"]) > 2000:
            yield key
    if len(node.get("initial_value", "")) > 3000:
        yield "initial_value"
    for each in node.values():
        yield from _wrong_inside(each)


def _wrong_options(node: Any) -> Any:
    if not 0 < len(node["options"]) <= (10 if node["type"] in ("checkboxes", "radio_buttons") else 100):
        yield f"{len(node['options'])} options"
    for each in node["options"]:
        if len(each["text"]["text"]) > 75 or len(each["value"]) > 150 or len(each.get("description", {}).get("text", "")) > 75:
            yield "option"
    for each in [*node.get("initial_options", []), *([node["initial_option"]] if "initial_option" in node else [])]:
        if each not in node["options"]:
            yield "initial option that is none"
