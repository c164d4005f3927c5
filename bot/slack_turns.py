"""One turn: something a person did becomes an `Event`, and its reply is shown where it happened."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot import slack_words as words
from bot.slack_mrkdwn import mentioned, plain
from bot.slack_people import Member, People
from bot.slack_replies import Replies, Spot
from bot.slack_views import about, chosen_people, form_view, message_view, values
from bot.surface import Receive, SendRefused, SendUnsure
from handlers.event import Event, EventKind, Reply
from handlers.message import Message, Page

log = structlog.get_logger("lodge.slack")
Body = Mapping[str, Any]
SLOW_AFTER = 0.4
"""Seconds after which 'is at work' is shown."""


@dataclass(frozen=True)
class House:
    """What turns need: people, how replies are shown, the clock, words for those outside, Lodge's own id in Slack."""

    people: People
    replies: Replies
    now: Callable[[], datetime]
    outside: Message
    own_id: Callable[[], str]


class Turns:
    """What happens after an ack, or, for a form, before it."""

    def __init__(self, house: House, receive: Receive) -> None:
        self._house, self._receive = house, receive

    async def hear(self, event: Body, spot: Spot, event_id: str) -> None:
        """A typed message: its words as its writer sees them; files in it are never fetched (promise 8)."""
        raw = event.get("text") or ""
        for user in mentioned(raw):
            await self._house.people.by_id(user)
        text = plain(raw, self._house.people.name, without=self._house.own_id())
        if event.get("files") and not text:
            await self.show(spot, words.FILE)
        else:
            await self.run(spot, "said", event_id, files=bool(event.get("files")), text=text or "menu")

    async def point(self, spot: Spot, event_id: str, action: str, link: str, author: str) -> None:
        """A message that somebody pointed at: its link, and its author where Slack says who it was, in the form's fields."""
        try:
            member = await self._house.people.by_id(author) if author else None
        except (SendRefused, SendUnsure) as error:
            log.info("author.unknown", why=type(error).__name__)
            member = None
        values = {"link": link, "who": _named(member)}
        await self.run(spot, "pressed", event_id, action=action, values={name: each for name, each in values.items() if each})

    async def run(self, spot: Spot, kind: EventKind, event_id: str, files: bool = False, place: str = "", **more: Any) -> None:
        """One event from a person, and its reply shown; a failure is told to them, and to nobody else."""
        try:
            reply = await self._waited(spot, self._reply(spot, kind, event_id, place, more))
        except Exception as error:
            log.error("event.failed", kind=kind, error=type(error).__name__, exc_info=True)
            reply = words.FAILED
        if files and isinstance(reply, Message):
            reply = replace(reply, parts=(words.FILE_WORDS, *reply.parts))
        await self._house.replies.show(spot, reply)

    async def show(self, spot: Spot, message: Message) -> None:
        """Fixed words, to whomever they are for."""
        await self._house.replies.show(spot, message)

    async def home(self, user: str, event_id: str) -> None:
        """A person's home page, fresh."""
        reply = await self._reply(Spot(user), "opened", event_id, "", {})
        if isinstance(reply, Message):
            await self._house.replies.home(user, reply)

    async def outcome(self, body: Body) -> Reply:
        """What a submission leads to. Never raises: a failure is a message that says so."""
        view, kept = body["view"], about(body["view"])
        try:
            picked = {each: await self._house.people.by_id(each) for each in chosen_people(view)}
            more = {"action": kept.get("step", ""), "subject": kept.get("draft", ""), "values": values(view, _emails(picked))}
            event_id = f"{view['id']}-{view.get('hash', '')}"
            return await self._reply(Spot(body["user"]["id"]), "submitted", event_id, kept.get("place", ""), more)
        except Exception as error:
            log.error("event.failed", kind="submitted", error=type(error).__name__, exc_info=True)
            return words.FAILED

    async def late(self, view: Body, outcome: Awaitable[Reply]) -> None:
        """The outcome that came after the ack, in the dialog that waits for it."""
        shown = view_of(view, await outcome)
        if shown:
            await self._house.replies.view(view["id"], shown)

    async def _reply(self, spot: Spot, kind: EventKind, event_id: str, place: str, more: Mapping[str, Any]) -> Reply:
        member = await self._house.people.by_id(spot.user)
        if member is None or member.outside:
            return self._house.outside
        place = place or f"slack:{spot.channel or '@' + member.email}"
        return await self._receive(Event(kind, "slack", member.email, place, event_id, self._house.now(), **more))

    async def _waited(self, spot: Spot, work: Awaitable[Reply]) -> Reply:
        """The reply; where it takes long in a conversation, 'is at work' is shown first, and the reply clears it."""
        if spot.public or not spot.thread:
            return await work
        loop, shown = asyncio.get_running_loop(), list[asyncio.Task[None]]()
        timer = loop.call_later(SLOW_AFTER, lambda: shown.append(loop.create_task(self._house.replies.working(spot))))
        try:
            return await work
        finally:
            timer.cancel()
            await asyncio.gather(*shown)  # or it would be shown after the reply, and stay


def view_of(view: Body, reply: Reply) -> dict[str, Any] | None:
    """A reply as the dialog that takes the place of ``view``, or None where there is nothing more to show."""
    place = about(view).get("place", "")
    if isinstance(reply, Page):
        return form_view(reply, place)
    return message_view(reply, place) if reply else None


def _named(member: Member | None) -> str:
    """How a form names somebody: by address, or by name where Slack has no address of theirs."""
    if member is None or member.bot:
        return ""
    return member.email if "@" in member.email else member.name


def _emails(picked: Mapping[str, Member | None]) -> Callable[[str], str]:
    found = {user: member.email for user, member in picked.items() if member}
    return lambda user: found.get(user, f"slack-{user}".lower())
