"""Lodge in Slack, driven as Slack drives it: signed HTTP or Socket Mode in, the Web API out."""

import hashlib
import hmac
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.slack import PATH, Slack, SlackSettings
from handlers.roles import College
from tests import slack_reading as reading
from tests.slack_fake import APP_TOKEN, BOT, TEAM, TOKEN, SlackFake
from tests.world import Button, Seen

SECRET = "5ecret"


def slack_college(college: College) -> College:
    """The college with every role's channel in Slack."""
    roles = {name: replace(role, channel=f"slack:C{name.upper()}") for name, role in college.roles.items()}
    return replace(college, roles=roles)


class SlackDriver:
    """Staff in Slack. `surface` is what an `App` needs; `serve` starts to listen once it has been started."""

    def __init__(self, college: College, now: Callable[[], datetime], **settings: str) -> None:
        self.college, self.now, self.fake = college, now, SlackFake(now)
        self.session = aiohttp.ClientSession()
        self.settings = {"signing_secret": SECRET, **settings}
        self.runner: web.AppRunner | None = None

    async def prepare(self) -> Slack:
        """Start the fake and fill it with the college; the surface to give to the `App`."""
        await self.fake.start()
        for person in self.college.people.values():
            self.fake.add_user(person.email, person.name)
        for role in self.college.roles.values():
            members = [self.fake.user_of(email) for email in role.members + role.deputies]
            self.fake.add_channel(f"C{role.name.upper()}", [*members, BOT])
        settings = SlackSettings(TOKEN, api_url=f"{self.fake.root}/api/", **self.settings)
        self.surface = Slack(settings, self.college.name, "In danger ring 999.", self.now)
        return self.surface

    async def serve(self) -> None:
        """Listen where Slack posts."""
        made = web.Application()
        made.add_routes(self.surface.routes())
        self.runner = web.AppRunner(made, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}{PATH}"

    async def stop(self) -> None:
        await self.session.close()
        if self.runner:
            await self.runner.cleanup()

    async def close(self) -> None:
        """Stop the fake, once the surface has been stopped."""
        await self.fake.stop()

    # What staff do

    async def say(self, person: str, text: str, event_id: str) -> Seen:
        user = self.fake.user_of(person)
        return await self._shown(self.event(event_id, self.message(user, text)))

    async def press(self, person: str, place: str, button: Button, event_id: str, status: int = 200) -> Seen:
        user = self.fake.user_of(person)
        payload = self.press_of(user, place, button)
        return await self._shown(self.interaction(payload))

    async def submit(self, person: str, page: Seen, values: Mapping[str, Any], event_id: str) -> Seen:
        view, user = self.fake.drawn[page.place.removeprefix("view:")], self.fake.user_of(person)
        filled = {**view, "state": {"values": reading.state(view, dict(values))}}
        payload = {"type": "view_submission", **self.who(user), "trigger_id": self.fake.trigger(user), "view": filled}
        before = len(self.fake.sights)
        ack = await self.interaction(payload)
        await self.surface.idle()
        if ack.get("response_action") == "errors":
            errors = {name: f"Error: {words}" for name, words in ack["errors"].items()}  # Slack draws a sign for it
            typed = {name: value if isinstance(value, str) else ",".join(value) for name, value in values.items()}
            return replace(page, fields=typed, errors=errors)
        if ack.get("response_action") == "update":
            return reading.dialog(self.fake.put_view(view["id"], ack["view"]))
        return self._newest(before)

    async def home(self, person: str) -> Seen:
        user = self.fake.user_of(person)
        event = {
            "type": "app_home_opened",
            "user": user,
            "channel": self.fake.conversation(user),
            "tab": "home",
            "event_ts": "1.1",
        }
        return await self._shown(self.event(self.fake.stamp(), event))

    async def posts(self, person: str, place: str) -> list[Seen]:
        channel = f"C{place.upper()}" if place else self.fake.conversation(self.fake.user_of(person))
        kept = [each for each in self.fake.messages.get(channel, []) if each["metadata"]["event_type"] == "lodge_delivery"]
        return [reading.message(each, f"{channel}|{each['ts']}|") for each in kept]

    async def point(self, person: str, author: str, text: str) -> Seen:
        """Use "Report this message" on what somebody wrote, in a channel that Lodge is not in."""
        message = self.message(self.fake.user_of(author), text, channel="CSTAFFROOM")
        return await self._shown(self.interaction(self.shortcut_of(self.fake.user_of(person), "report_this", message)))

    def out(self) -> list[Any]:
        """Everything that Lodge has sent to Slack."""
        return [self.fake.calls, [sight.body for sight in self.fake.sights]]

    # What Slack sends for it

    def shortcut_of(self, user: str, callback: str, message: dict[str, Any]) -> dict[str, Any]:
        """A shortcut from the menu below a message."""
        stands = {"channel": {"id": message["channel"], "name": "c"}, "message": message, "message_ts": message["ts"]}
        answers = {"response_url": self.fake.answer_url(user, message["channel"]), "trigger_id": self.fake.trigger(user)}
        return {"type": "message_action", "callback_id": callback, **self.who(user), **stands, **answers}

    def message(self, user: str, text: str, **more: Any) -> dict[str, Any]:
        """A message typed to Lodge, as Slack writes it."""
        written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        channel, ts = self.fake.conversation(user), self.fake.stamp()
        event = {
            "type": "message",
            "channel_type": "im",
            "user": user,
            "text": written,
            "channel": channel,
            "ts": ts,
            "event_ts": ts,
        }
        return event | more

    def mention(self, user: str, channel: str, text: str, **more: Any) -> dict[str, Any]:
        """Lodge named in a channel."""
        ts = self.fake.stamp()
        return {
            "type": "app_mention",
            "user": user,
            "text": f"<@{BOT}> {text}",
            "channel": channel,
            "ts": ts,
            "event_ts": ts,
        } | more

    def press_of(self, user: str, place: str, button: Button) -> dict[str, Any]:
        """A press on a button that stands at a place of `Seen`."""
        element = {
            "type": "button",
            "action_id": f"0:{button.action}",
            "value": button.subject,
            "action_ts": "1.1",
            "block_id": "b",
        }
        payload = {"type": "block_actions", **self.who(user), "trigger_id": self.fake.trigger(user), "actions": [element]}
        if place.startswith("view:"):
            view = self.fake.drawn[place.removeprefix("view:")]
            return payload | {"view": view, "container": {"type": "view", "view_id": view["id"]}}
        channel, ts, thread = (place or f"{self.fake.conversation(user)}|{self.fake.stamp()}|").split("|")
        box = {"type": "message", "channel_id": channel, "message_ts": ts, "is_ephemeral": False}
        box |= {"thread_ts": thread} if thread else {}
        answers = self.fake.answer_url(user, channel)
        return payload | {"container": box, "channel": {"id": channel, "name": "c"}, "response_url": answers}

    def command_of(self, user: str, channel: str, command: str, text: str) -> dict[str, str]:
        """A slash command."""
        urls = {"response_url": self.fake.answer_url(user, channel), "trigger_id": self.fake.trigger(user)}
        return {"command": command, "text": text, "user_id": user, "channel_id": channel, "team_id": TEAM, **urls}

    async def event(self, event_id: str, event: dict[str, Any], **headers: str) -> dict[str, Any]:
        """Bring an event; what its ack holds."""
        body = {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event_time": 1, "event": event}
        return await self._brought(json.dumps(body), "application/json", headers)

    async def interaction(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Bring a press, a shortcut or a submission."""
        return await self._brought(urlencode({"payload": json.dumps(payload)}))

    async def command(self, form: dict[str, str]) -> dict[str, Any]:
        """Bring a slash command."""
        return await self._brought(urlencode(form))

    async def post(
        self, body: str | bytes, content_type: str, headers: Mapping[str, str] = {}, secret: str = SECRET
    ) -> tuple[int, str]:
        """Post something signed, as Slack signs; its status and its words."""
        raw = body if isinstance(body, bytes) else body.encode()
        stamp = headers.get("X-Slack-Request-Timestamp") or str(int(self.now().timestamp()))
        made = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + raw, hashlib.sha256).hexdigest()
        sent = {"Content-Type": content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}", **headers}
        async with self.session.post(self.url, data=io.BytesIO(raw), headers=sent) as response:
            return response.status, await response.text()

    async def _brought(
        self, body: str, kind: str = "application/x-www-form-urlencoded", headers: Mapping[str, str] = {}
    ) -> dict[str, Any]:
        status, text = await self.post(body, kind, headers)
        assert status == 200, (status, text)
        return json.loads(text) if text.startswith("{") else {"text": text}

    def who(self, user: str) -> dict[str, Any]:
        """What every interaction says of its person."""
        return {"team": {"id": TEAM, "domain": "c"}, "user": {"id": user, "team_id": TEAM}, "api_app_id": "A0LODGE"}

    async def _shown(self, bringing: Any) -> Seen:
        before = len(self.fake.sights)
        await bringing
        await self.surface.idle()
        return self._newest(before)

    def _newest(self, before: int) -> Seen:
        if len(self.fake.sights) == before:
            return Seen("nothing")
        sight = self.fake.sights[-1]
        if sight.kind == "view":
            return reading.dialog(sight.body)
        place = (
            f"view:{sight.body['hash']}"
            if sight.kind == "home"
            else f"{sight.channel}|{sight.body.get('ts', '1.1')}|{sight.body.get('thread_ts', '')}"
        )
        return reading.message(sight.body, place)


class SocketDriver(SlackDriver):
    """The same over Socket Mode."""

    def __init__(self, college: College, now: Callable[[], datetime]) -> None:
        super().__init__(college, now, signing_secret="", app_token=APP_TOKEN)

    async def serve(self) -> None:
        """Wait until Lodge has connected."""
        await self.fake.linked.wait()

    async def event(self, event_id: str, event: dict[str, Any], **headers: str) -> dict[str, Any]:
        body = {"type": "event_callback", "team_id": TEAM, "event_id": event_id, "event_time": 1, "event": event}
        return await self.fake.bring("events_api", body, accepts_response_payload=False, retry_attempt=0, retry_reason="")

    async def interaction(self, payload: dict[str, Any]) -> dict[str, Any]:
        return await self.fake.bring("interactive", payload, accepts_response_payload=True)

    async def command(self, form: dict[str, str]) -> dict[str, Any]:
        return await self.fake.bring("slash_commands", dict(form), accepts_response_payload=True)
