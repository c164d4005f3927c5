"""Who can read a channel of Slack: everybody or nobody, since a list that lacks somebody would be taken as whole (promise 4)."""

import structlog

from bot.slack_calls import Calls
from bot.slack_people import People
from bot.surface import SendRefused, SendUnsure

log = structlog.get_logger("lodge.slack")
PAGE, MOST = 200, 1000
"""Members asked for at a time, and in all: no role's channel has more."""


async def readers(calls: Calls, people: People, channel: str) -> tuple[str, ...]:
    """The e-mail addresses of all who can read a channel, guests too. Empty where Slack does not say of each who it is."""
    try:
        if not await _closed(calls, channel):
            return ()
        found = [await people.by_id(each) for each in await _members(calls, channel)]
    except (SendRefused, SendUnsure) as error:
        log.info("members.unknown", why=type(error).__name__)
        return ()
    emails = tuple(member.email if member else "" for member in found if member is None or not member.bot)
    return emails if all("@" in email for email in emails) else ()


async def _closed(calls: Calls, channel: str) -> bool:
    """Whether only its members can read it: a public channel is open to the whole workspace, whoever has joined."""
    found = (await calls("conversations.info", channel=channel))["channel"]
    return any(found.get(mark) for mark in ("is_private", "is_im", "is_mpim"))


async def _members(calls: Calls, channel: str) -> list[str]:
    """Every page of them. Raises `SendRefused` where there is no end to them."""
    found: list[str] = []
    cursor = ""
    while len(found) < MOST:
        more = {"cursor": cursor} if cursor else {}
        answer = await calls("conversations.members", channel=channel, limit=PAGE, **more)
        found += answer.get("members", ())
        cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
        if not cursor:
            return found
    raise SendRefused("more people than any role has are in this channel")
