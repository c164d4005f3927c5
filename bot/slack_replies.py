"""Where a reply is seen: in the thread, only by one person, as a dialog, or as a home page."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
import structlog

from bot.slack_blocks import message_blocks
from bot.slack_calls import Calls, Refused
from bot.slack_mrkdwn import escaped
from bot.slack_views import form_view, home_view, message_view
from bot.surface import SendRefused, SendUnsure
from handlers.event import Reply
from handlers.message import Message, Page, Text

log = structlog.get_logger("lodge.slack")
TRIES, LONGEST_WAIT, LOOK_AFTER = 4, 30.0, 0.2
PRIVATELY = Message("I've answered privately", (Text("Only the person who asked can see the answer."),))
TOO_LATE = Message("That took too long", (Text("Slack gives a form three seconds to open. Please press the button again."),))


@dataclass(frozen=True)
class Spot:
    """Where something was done. Without a ``channel`` it was a home page or a shortcut; ``view`` is a dialog's id.

    ``thread`` is the thread that a reply joins; ``joined`` the one that was there already: only there is a private reply seen.
    ``private``: the reply is for this person alone.
    """

    user: str
    channel: str = ""
    thread: str = ""
    joined: str = ""
    private: bool = False
    trigger: str = ""
    answers_at: str = ""
    view: str = ""

    @property
    def public(self) -> bool:
        """Whether others can read what is posted here."""
        return bool(self.channel) and not self.channel.startswith("D")


def drawn(message: Message) -> dict[str, Any]:
    """A message as Slack's calls take it. The text beside the blocks is what notifications show: the title, no more."""
    blocks = message_blocks(message)
    return {"text": escaped(message.title or "Lodge"), "blocks": blocks, "mrkdwn": False, "unfurl_links": False}


def key_of(message: Mapping[str, Any]) -> str:
    """The key that Lodge wrote into one of its messages, or nothing."""
    return str(((message.get("metadata") or {}).get("event_payload") or {}).get("key", ""))


class Replies:
    """Shows replies, and opens conversations with people."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._conversations: dict[str, str] = {}

    async def show(self, spot: Spot, reply: Reply) -> None:
        """Show a reply where its event happened. Raises `SendRefused` or `SendUnsure`."""
        if isinstance(reply, Page):
            await self._open(spot, form_view(reply, self._place(spot)), "views.update")
        elif reply is None:
            return
        elif spot.view or not spot.channel:
            await self._open(spot, message_view(reply, self._place(spot)), "views.push")
        elif spot.private:
            await self._privately(spot, reply)
        elif spot.public and reply.discreet:
            await self.post(spot.channel, PRIVATELY, spot.thread)
            await self._privately(spot, reply)
        else:
            await self.post(spot.channel, reply, spot.thread)

    async def post(self, channel: str, message: Message, thread: str = "") -> None:
        """A reply in a channel or conversation: once, even where Slack asks to wait or does not answer clearly."""
        body = {"channel": channel, **drawn(message)} | ({"thread_ts": thread} if thread else {})
        key = uuid4().hex
        body["metadata"] = {"event_type": "lodge_reply", "event_payload": {"key": key}}
        for attempt in range(1, TRIES + 1):
            try:
                await self._calls("chat.postMessage", **body)
                return
            except SendRefused as refused:
                if refused.retry_after is None or attempt == TRIES:
                    raise
                await asyncio.sleep(min(refused.retry_after, LONGEST_WAIT))
            except SendUnsure:
                if attempt == TRIES or not thread:
                    raise
                await asyncio.sleep(LOOK_AFTER)
                if await self._landed(channel, thread, key):
                    return

    async def home(self, user: str, message: Message) -> None:
        """Put a home page before somebody. Raises as a call does."""
        await self._calls("views.publish", user_id=user, view=home_view(message))

    async def view(self, view_id: str, view: Mapping[str, Any]) -> None:
        """Change a dialog that stands. Raises as a call does."""
        await self._calls("views.update", view_id=view_id, view=dict(view))

    async def conversation(self, user: str) -> str:
        """The channel in which Lodge and one person talk. Raises as a call does."""
        if user not in self._conversations:
            answer = await self._calls("conversations.open", users=user)
            self._conversations[user] = answer["channel"]["id"]
        return self._conversations[user]

    async def working(self, spot: Spot) -> None:
        """Show that Lodge is at work; that it cannot be shown loses nothing."""
        try:
            await self._calls(
                "assistant.threads.setStatus", channel_id=spot.channel, thread_ts=spot.thread, status="is reading the policy …"
            )
        except (SendRefused, SendUnsure) as error:
            log.info("status.failed", why=type(error).__name__)

    async def prompts(self, channel: str, words: tuple[str, ...]) -> None:
        """Questions to start from. Without a thread: agents show them for the whole conversation."""
        prompts = [{"title": each, "message": each} for each in words[:4]]
        await self._calls("assistant.threads.setSuggestedPrompts", channel_id=channel, prompts=prompts)

    async def _open(self, spot: Spot, view: dict[str, Any], inside: str) -> None:
        """A dialog from a press: anew, or, from a dialog, in its place or on top of it."""
        try:
            if not spot.view:
                await self._calls("views.open", trigger_id=spot.trigger, view=view)
            elif inside == "views.push":
                await self._pushed(spot, view)
            else:
                await self.view(spot.view, view)
        except Refused as refused:
            if refused.code not in ("expired_trigger_id", "exchanged_trigger_id"):
                raise
            await self._privately(spot, TOO_LATE)

    async def _pushed(self, spot: Spot, view: dict[str, Any]) -> None:
        try:
            await self._calls("views.push", trigger_id=spot.trigger, view=view)
        except Refused as refused:
            if refused.code != "push_limit_reached":
                raise
            await self.view(spot.view, view)

    async def _privately(self, spot: Spot, message: Message) -> None:
        """Only to this person, here; where that cannot be, in their own conversation with Lodge."""
        body = drawn(message) | ({"thread_ts": spot.joined} if spot.joined else {})
        try:
            if spot.answers_at and await self._answered(spot.answers_at, body):
                return
            if spot.channel and not spot.answers_at:
                await self._calls("chat.postEphemeral", channel=spot.channel, user=spot.user, **body)
                return
        except (SendRefused, SendUnsure) as error:
            log.info("private.refused", why=type(error).__name__)
        await self.post(await self.conversation(spot.user), message)

    async def _answered(self, url: str, body: dict[str, Any]) -> bool:
        """The address that came with a press or a command takes an answer even where Lodge was never invited."""
        answer = {"response_type": "ephemeral", "replace_original": False, **body}
        try:
            async with self._calls.session.post(url, json=answer) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    async def _landed(self, channel: str, thread: str, key: str) -> bool:
        """Whether a reply whose sending was not clearly answered stands in its thread all the same."""
        found = await self._calls("conversations.replies", channel=channel, ts=thread, limit=100, include_all_metadata="true")
        return any(key_of(each) == key for each in found.get("messages", ()))

    def _place(self, spot: Spot) -> str:
        return f"slack:{spot.channel}" if spot.channel else ""
