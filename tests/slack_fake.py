"""Slack's side of the wire: a Web API that answers with Slack's keys and refuses what Slack refuses."""

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import WSMsgType, web

from tests.slack_limits import contract, have_contracts, wrong_message, wrong_view

TEAM, BOT, BOT_ID, TOKEN, APP_TOKEN = "T0LODGE", "U0LODGE", "B0LODGE", "xoxb-test", "xapp-test"
TRIGGER_LASTS = 3.0


class No(Exception):
    """Slack's refusal: its error word."""


@dataclass(frozen=True)
class Sight:
    """Something that became visible: in a channel, to one person, as a dialog or as a home page."""

    kind: str
    user: str = ""
    channel: str = ""
    body: dict[str, Any] = field(default_factory=dict)


class SlackFake:
    """One workspace. ``now`` is the clock, which trigger ids age by."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.users: dict[str, dict[str, Any]] = {
            BOT: {"id": BOT, "team_id": TEAM, "name": "lodge", "is_bot": True, "profile": {"real_name": "Lodge"}}
        }
        self.channels: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.sights: list[Sight] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.drawn: dict[str, dict[str, Any]] = {}
        self.stacks: dict[str, list[str]] = {}
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: dict[str, list[Any]] = {}
        self.sockets: list[web.WebSocketResponse] = []
        self.linked = asyncio.Event()
        self.acks: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.answers: dict[str, tuple[str, str, int]] = {}
        self._triggers: dict[str, tuple[str, datetime]] = {}
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None

    # The workspace

    def add_user(self, email: str, name: str, **marks: Any) -> str:
        """A member; ``marks`` are keys of their own, such as ``is_restricted``."""
        user = f"U{next(self._numbers):06}"
        profile = {"email": email, "real_name": name} if email else {"real_name": name}
        self.users[user] = {"id": user, "team_id": TEAM, "name": name, "deleted": False, "profile": profile, **marks}
        return user

    def add_channel(self, channel: str, members: list[str], invited: bool = True, private: bool = True) -> str:
        """A channel, with Lodge in it or not; a public one can be read by the whole workspace."""
        self.channels[channel] = {"id": channel, "is_member": invited, "is_private": private, "members": members}
        return channel

    def user_of(self, email: str) -> str:
        """The id of the member with this address."""
        return next(user for user, found in self.users.items() if found["profile"].get("email") == email)

    def conversation(self, user: str) -> str:
        """The channel of a person's conversation with Lodge."""
        channel = f"D{user[1:]}"
        self.channels.setdefault(channel, {"id": channel, "is_im": True, "is_member": True, "members": [user, BOT]})
        return channel

    def trigger(self, user: str) -> str:
        """A fresh trigger id, as comes with a press or a command."""
        made = f"{next(self._numbers)}.{TEAM}.lodge"
        self._triggers[made] = (user, self.now())
        return made

    def answer_url(self, user: str, channel: str) -> str:
        """An address that takes up to five answers."""
        key = f"r{next(self._numbers)}"
        self.answers[key] = (user, channel, 5)
        return f"{self.root}/answers/{key}"

    def stamp(self) -> str:
        """A new message's timestamp."""
        return f"{self.now().timestamp():.0f}.{next(self._numbers):06}"

    def called(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of a method."""
        return [arguments for name, arguments in self.calls if name == method]

    # The server

    async def start(self) -> None:
        """Listen on a free port."""
        made = web.Application(client_max_size=8 * 1024 * 1024)
        made.router.add_route("*", "/api/{method}", self._take)
        made.router.add_post("/answers/{key}", self._answered)
        made.router.add_get("/link", self._link)
        self._runner = web.AppRunner(made, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        for socket in self.sockets:
            await socket.close()
        if self._runner:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        fault = self.faults.get(method, []).pop(0) if self.faults.get(method) else None
        if fault is not None and fault != "after":
            return await self._fail(request, fault)
        try:
            answer = {"ok": True, **self._answer(method, arguments, request.headers.get("Authorization", ""))}
            _true_to_contract(method, answer)
        except No as no:
            answer = {"ok": False, "error": str(no)}
        if fault == "after" and request.transport:
            request.transport.close()
        return web.json_response(answer)

    async def _fail(self, request: web.Request, fault: Any) -> web.StreamResponse:
        """A rate limit, an error of the server's, or a line that is cut."""
        if fault == "cut" and request.transport:
            request.transport.close()
        if isinstance(fault, tuple):
            status, wait = fault
            return web.json_response({"ok": False, "error": "ratelimited"}, status=status, headers={"Retry-After": str(wait)})
        return web.Response(status=fault if isinstance(fault, int) else 500, text="upstream failed")

    def _answer(self, method: str, arguments: dict[str, Any], bearer: str) -> dict[str, Any]:
        token = APP_TOKEN if method == "apps.connections.open" else TOKEN
        if bearer != f"Bearer {token}":
            raise No("invalid_auth")
        return getattr(self, "_" + method.replace(".", "_"))(arguments)

    async def _answered(self, request: web.Request) -> web.Response:
        key, body = request.match_info["key"], await request.json()
        user, channel, left = self.answers[key]
        if left == 0 or wrong_message(body):
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        self.answers[key] = (user, channel, left - 1)
        self._seen("ephemeral", user, channel, body)
        return web.json_response({"ok": True})

    # Socket Mode

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.linked.set()
        async for message in socket:
            if message.type == WSMsgType.TEXT:
                found = json.loads(message.data)
                self.acks.pop(found["envelope_id"]).set_result(found.get("payload") or {})
        return socket

    async def bring(self, kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Send one envelope over the newest socket; the payload of its ack."""
        await self.linked.wait()
        envelope = f"e{next(self._numbers)}"
        self.acks[envelope] = asyncio.get_running_loop().create_future()
        await self.sockets[-1].send_json({"type": kind, "envelope_id": envelope, "payload": payload, **more})
        return await asyncio.wait_for(self.acks[envelope], 5)

    # The methods

    def _apps_connections_open(self, _: Any) -> dict[str, Any]:
        return {"url": self.root.replace("http", "ws") + "/link"}

    def _auth_test(self, _: Any) -> dict[str, Any]:
        return {"url": self.root, "team": "College", "team_id": TEAM, "user": "lodge", "user_id": BOT, "bot_id": BOT_ID}

    def _users_info(self, arguments: Any) -> dict[str, Any]:
        if arguments["user"] not in self.users:
            raise No("user_not_found")
        return {"user": self.users[arguments["user"]]}

    def _users_lookupByEmail(self, arguments: Any) -> dict[str, Any]:
        for user in self.users.values():
            if user["profile"].get("email", "").lower() == arguments["email"]:
                return {"user": user}
        raise No("users_not_found")

    def _conversations_open(self, arguments: Any) -> dict[str, Any]:
        return {"channel": {"id": self.conversation(arguments["users"])}}

    def _conversations_members(self, arguments: Any) -> dict[str, Any]:
        """Two a page, so that paging is always at work."""
        listed, start = self._channel(arguments["channel"])["members"], int(arguments.get("cursor") or 0)
        after = str(start + 2) if start + 2 < len(listed) else ""
        return {"members": listed[start : start + 2], "response_metadata": {"next_cursor": after}}

    def _conversations_info(self, arguments: Any) -> dict[str, Any]:
        found = dict(self._channel(arguments["channel"]))
        found.pop("members")
        return {"channel": found}

    def _conversations_history(self, arguments: Any) -> dict[str, Any]:
        self._channel(arguments["channel"], posting=True)
        found = [each for each in self.messages.get(arguments["channel"], []) if not each.get("thread_ts")]
        return {"messages": self._shown(found, arguments), "has_more": False}

    def _conversations_replies(self, arguments: Any) -> dict[str, Any]:
        found = [each for each in self.messages.get(arguments["channel"], []) if each.get("thread_ts") == arguments["ts"]]
        return {"messages": self._shown(found, arguments), "has_more": False}

    def _shown(self, messages: list[dict[str, Any]], arguments: Any) -> list[dict[str, Any]]:
        hidden = () if str(arguments.get("include_all_metadata")).lower() == "true" else ("metadata",)
        newest = sorted(messages, key=lambda each: each["ts"], reverse=True)
        return [{key: value for key, value in each.items() if key not in hidden} for each in newest]

    def _chat_postMessage(self, arguments: Any) -> dict[str, Any]:
        channel = arguments["channel"]
        self._channel(channel, posting=True)
        _checked(wrong_message(arguments))
        kept = {key: value for key, value in arguments.items() if key != "channel"}
        message = {**kept, "ts": self.stamp(), "bot_id": BOT_ID, "user": BOT, "type": "message"}
        self.messages.setdefault(channel, []).append(message)
        self._seen("message", "", channel, message)
        return {"channel": channel, "ts": message["ts"], "message": message}

    def _chat_update(self, arguments: Any) -> dict[str, Any]:
        _checked(wrong_message(arguments))
        for message in self.messages.get(arguments["channel"], []):
            if message["ts"] == arguments["ts"]:
                message |= {"text": arguments["text"], "blocks": arguments["blocks"]}
                return {"channel": arguments["channel"], "ts": message["ts"]}
        raise No("message_not_found")

    def _chat_postEphemeral(self, arguments: Any) -> dict[str, Any]:
        if arguments["user"] not in self._channel(arguments["channel"], posting=True)["members"]:
            raise No("user_not_in_channel")
        _checked(wrong_message(arguments))
        self._seen("ephemeral", arguments["user"], arguments["channel"], arguments)
        return {"message_ts": self.stamp()}

    def _views_publish(self, arguments: Any) -> dict[str, Any]:
        view = self._stored(arguments["view"])
        if view["type"] != "home":
            raise No("invalid_arguments")
        self._seen("home", arguments["user_id"], "", view)
        return {"view": view}

    def _views_open(self, arguments: Any) -> dict[str, Any]:
        user = self._used(arguments["trigger_id"])
        view = self._stored(arguments["view"])
        self.stacks[user] = [view["id"]]
        self._seen("view", user, "", view)
        return {"view": view}

    def _views_push(self, arguments: Any) -> dict[str, Any]:
        user = self._used(arguments["trigger_id"])
        if len(self.stacks.get(user, [])) >= 3:
            raise No("push_limit_reached")
        view = self._stored(arguments["view"])
        self.stacks.setdefault(user, []).append(view["id"])
        self._seen("view", user, "", view)
        return {"view": view}

    def _views_update(self, arguments: Any) -> dict[str, Any]:
        if arguments["view_id"] not in self.views:
            raise No("not_found")
        view = self.put_view(arguments["view_id"], arguments["view"])
        user = next((user for user, stack in self.stacks.items() if view["id"] in stack), "")
        self._seen("view", user, "", view)
        return {"view": view}

    def _assistant_threads_setStatus(self, _: Any) -> dict[str, Any]:
        return {}

    def _assistant_threads_setSuggestedPrompts(self, arguments: Any) -> dict[str, Any]:
        if "thread_ts" in arguments or not 0 < len(arguments["prompts"]) <= 4:
            raise No("invalid_arguments")
        return {}

    # What they share

    def put_view(self, view_id: str, view: dict[str, Any]) -> dict[str, Any]:
        """A dialog in place of the one that stands."""
        _checked(wrong_view(view))
        self.views[view_id] = {**view, "id": view_id, "hash": f"h{next(self._numbers)}", "team_id": TEAM, "app_id": "A0LODGE"}
        self.drawn[self.views[view_id]["hash"]] = self.views[view_id]
        return self.views[view_id]

    def _stored(self, view: dict[str, Any]) -> dict[str, Any]:
        return self.put_view(f"V{next(self._numbers)}", view)

    def _used(self, trigger: str) -> str:
        """Whose trigger this is. It is good once, and for three seconds."""
        if trigger not in self._triggers:
            raise No("invalid_trigger_id")
        user, made = self._triggers[trigger]
        if not user:
            raise No("exchanged_trigger_id")
        if (self.now() - made).total_seconds() > TRIGGER_LASTS:
            raise No("expired_trigger_id")
        self._triggers[trigger] = ("", made)
        return user

    def _channel(self, channel: str, posting: bool = False) -> dict[str, Any]:
        if channel not in self.channels:
            raise No("channel_not_found")
        if posting and not self.channels[channel].get("is_member"):
            raise No("not_in_channel")
        return self.channels[channel]

    def _seen(self, kind: str, user: str, channel: str, body: dict[str, Any]) -> None:
        self.sights.append(Sight(kind, user, channel, body))


async def _arguments(request: web.Request) -> dict[str, Any]:
    """Query, form or JSON: Slack takes each, and slack_sdk sends each."""
    found: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        found |= await request.json()
    elif request.can_read_body:
        for key, value in (await request.post()).items():
            found[key] = json.loads(value) if str(value)[:1] in "[{" else value
    return found


def _checked(wrong: list[str]) -> None:
    if wrong:
        raise No(f"invalid_blocks: {wrong[:3]}")


def _true_to_contract(method: str, answer: dict[str, Any]) -> None:
    """An answer holds no key that Slack's does not."""
    if not have_contracts():
        return
    try:
        known = contract(f"api-{method}")
    except FileNotFoundError:
        return
    assert set(answer) <= set(known), (method, set(answer) - set(known))
    for key in ("user", "channel"):
        if isinstance(answer.get(key), dict):
            assert set(answer[key]) <= set(known[key]), (method, set(answer[key]) - set(known[key]))
