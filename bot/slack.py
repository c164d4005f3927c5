"""Lodge in Slack, over HTTP or Socket Mode. Places are ``slack:C…`` (a channel), ``slack:D…`` (a conversation) and
``slack:@<e-mail>`` (a person)."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import aiohttp
import structlog
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import slack_words as words
from bot.slack_bolt import Socket, bolt_app
from bot.slack_calls import Calls, session
from bot.slack_doors import Doors
from bot.slack_http import Desk
from bot.slack_people import People
from bot.slack_readers import readers
from bot.slack_replies import Replies, drawn, key_of
from bot.slack_turns import House
from bot.surface import Receive, SendRefused, SendUnsure, Someone
from handlers.message import Message

log = structlog.get_logger("lodge.slack")
PATH = "/slack/events"
SLACK = "https://slack.com/api/"
PAGES, PAGE = 3, 200
PING = 10.0


@dataclass(frozen=True)
class SlackSettings:
    """The app's credentials. With an ``app_token`` Socket Mode is used, and ``signing_secret`` may be empty."""

    bot_token: str
    signing_secret: str = ""
    app_token: str = ""
    api_url: str = SLACK


class Slack:
    """The surface ``slack``. ``contacts_line`` is whom those may ring whom Lodge does not serve; ``now`` the clock, in UTC."""

    name = "slack"
    remembers = True

    def __init__(
        self,
        settings: SlackSettings,
        college_name: str,
        contacts_line: str,
        now: Callable[[], datetime],
        session: aiohttp.ClientSession | None = None,
        known: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._known = known
        self._settings, self._now, self._session = settings, now, session
        self._outside = words.outside(college_name, contacts_line)
        self._me: dict[str, Any] = {}
        self._asking = asyncio.Lock()
        self._socket: Socket | None = None
        self._connecting: asyncio.Task[None] | None = None
        self._bolt: AsyncApp | None = None

    async def start(self, receive: Receive) -> None:
        """Open the session, learn who we are, and connect where Socket Mode is used.

        Raises `SendRefused`, with words for whoever installs Lodge, where Slack does not accept the token.
        """
        self._own = self._session is None
        self._session = self._session or session()
        self._calls = Calls(self._settings.bot_token, self._settings.api_url, self._session)
        self._people = People(
            self._calls, self._now, lambda: (self._me.get("team_id", ""), self._me.get("enterprise_id") or ""), self._known
        )
        self._replies = Replies(self._calls)
        house = House(self._people, self._replies, self._now, self._outside, lambda: self._me.get("user_id", ""))
        self._doors = Doors(house, receive)
        self._bolt = bolt_app(self._settings.bot_token, self._settings.api_url, self._session, self._introduced)
        self._doors.hang(self._bolt)
        await self._introduced()
        self._connect(self._bolt)

    async def stop(self) -> None:
        """Take nothing more in, finish what is in hand, and close the session."""
        if self._connecting:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._socket:
            await self._socket.client.close()  # type: ignore[no-untyped-call]
        if self._bolt:
            self._bolt = None
            await self._doors.empty()
        if self._session and self._own:
            await self._session.close()

    async def idle(self) -> None:
        """Wait until everything that was taken in has been answered."""
        await self._doors.empty()

    def routes(self) -> list[web.RouteDef]:
        """Where Slack posts, over HTTP. None without a signing secret: unsigned requests are never read."""
        if not self._settings.signing_secret:
            return []
        return [web.post(PATH, Desk(self._settings.signing_secret, self._now, self._dispatch).take)]

    async def send(self, place: str, message: Message, key: str) -> str:
        """Post a message with its key in the metadata. Raises `SendRefused` or `SendUnsure`."""
        metadata = {"event_type": "lodge_delivery", "event_payload": {"key": key}}
        answer = await self._calls("chat.postMessage", channel=await self._channel(place), metadata=metadata, **drawn(message))
        return f"{answer['channel']}:{answer['ts']}"

    async def find(self, place: str, key: str) -> str | None:
        """The message with this key among the newest of a place. Raises as `send` does."""
        channel, cursor = await self._channel(place), ""
        for _ in range(PAGES):
            more = {"cursor": cursor} if cursor else {}
            answer = await self._calls("conversations.history", channel=channel, include_all_metadata="true", limit=PAGE, **more)
            found = [each["ts"] for each in answer.get("messages", ()) if key_of(each) == key]
            if found:
                return f"{channel}:{found[0]}"
            cursor = (answer.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return None
        return None

    async def replace(self, ref: str, message: Message) -> None:
        """Change a message that stands. Raises as `send` does."""
        channel, _, ts = ref.partition(":")
        body = drawn(message)
        await self._calls("chat.update", channel=channel, ts=ts, text=body["text"], blocks=body["blocks"])

    async def person(self, id_or_email: str) -> Someone | None:
        """Who this is, or None for those whom Lodge does not serve. Raises as `send` does."""
        known = self._people.by_email if "@" in id_or_email or id_or_email.startswith("slack-") else self._people.by_id
        member = await known(id_or_email)
        return Someone(member.email, member.name) if member and not member.outside else None

    async def members(self, place: str) -> tuple[str, ...]:
        """The e-mail addresses of everybody who can read a place; none where Slack does not say of each who it is."""
        target = place.removeprefix("slack:")
        return (target[1:],) if target.startswith("@") else await readers(self._calls, self._people, target)

    async def show_home(self, person: str, message: Message) -> None:
        """A fresh home page, for somebody who has opened theirs. Everybody else gets one when they open it."""
        member = await self._people.by_email(person)
        if member and not member.outside:
            await self._replies.home(member.id, message)

    async def trouble(self, place: str) -> str:
        """Why Lodge cannot post in a place, with the mend; empty where it can."""
        try:
            if place.startswith("slack:@"):
                await self._channel(place)
                return ""
            answer = await self._calls("conversations.info", channel=place.removeprefix("slack:"))
        except SendRefused as refused:
            return refused.why
        except SendUnsure as unsure:
            return f"Slack did not answer ({unsure}). Try again in a minute"
        found = answer["channel"]
        if found.get("is_archived"):
            return "this channel is archived. Name another one in lodge.toml"
        return "" if found.get("is_member") else "Lodge is not in this channel. Type /invite @Lodge there"

    async def _channel(self, place: str) -> str:
        """The channel that a place means. Raises `SendRefused` where nobody of that name is in the workspace."""
        target = place.removeprefix("slack:")
        if not target.startswith("@"):
            return target
        member = await self._people.by_email(target[1:])
        if member is None:
            raise SendRefused("nobody in this workspace has that e-mail address")
        return await self._replies.conversation(member.id)

    async def _introduced(self) -> dict[str, Any]:
        """Who we are in Slack: asked once. That it cannot be asked now is no reason not to start."""
        async with self._asking:
            if not self._me:
                try:
                    self._me = await self._calls("auth.test")
                except SendUnsure as unsure:
                    log.warning("slack.unsure", why=str(unsure))
        return self._me

    async def _dispatch(self, body: dict[str, Any], headers: Mapping[str, str]) -> BoltResponse:
        """Something that was let in, to its door. bolt takes a body that is parsed already only in this mode."""
        if self._bolt is None:
            return BoltResponse(status=503, body=words.BUSY)
        if body.get("type") == "event_callback":
            return self._doors.event(body)
        return await self._bolt.async_dispatch(AsyncBoltRequest(body=body, headers=dict(headers), mode="socket_mode"))

    def _connect(self, app: AsyncApp) -> None:
        if self._settings.app_token:
            self._socket = Socket(app, self._doors.event, self._settings.app_token, ping_interval=PING)
            self._connecting = asyncio.create_task(self._socket.client.connect(), name="slack.socket")  # type: ignore[no-untyped-call]
