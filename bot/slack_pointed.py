"""The message that somebody pointed at with a message shortcut: where it stands and whose it is. Its words are never read."""

import re
from collections.abc import Mapping
from typing import Any

Body = Mapping[str, Any]
_DOMAIN, _CHANNEL, _STAMP = re.compile(r"[a-z0-9-]+"), re.compile(r"[A-Z0-9]+"), re.compile(r"\d+\.\d+")


def link(body: Body) -> str:
    """The address that Slack's own "Copy link" gives, a reply's with its thread; '' where Slack did not say enough for it."""
    message, channel = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
    domain, stamp = str((body.get("team") or {}).get("domain") or ""), str(body.get("message_ts") or message.get("ts") or "")
    if not (_DOMAIN.fullmatch(domain) and _CHANNEL.fullmatch(channel) and _STAMP.fullmatch(stamp)):
        return ""
    address = f"https://{domain}.slack.com/archives/{channel}/p{stamp.replace('.', '')}"
    thread = str(message.get("thread_ts") or stamp)
    return address if thread == stamp or not _STAMP.fullmatch(thread) else f"{address}?thread_ts={thread}&cid={channel}"


def author(body: Body) -> str:
    """The id of the person who wrote it; '' where no person did."""
    message = body.get("message") or {}
    posted = message.get("bot_id") or message.get("subtype") == "bot_message"
    return "" if posted else str(message.get("user") or "")
