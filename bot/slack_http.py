"""What Slack posts to us over HTTP: the signature before anything else, then the shape, then the doors."""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import structlog
from aiohttp import web
from slack_bolt.response import BoltResponse

log = structlog.get_logger("lodge.slack")
LARGEST = 1024 * 1024
"""Bytes that a request's body may have."""
LONGEST_READ = 16 * LARGEST
OLDEST = 300
"""Seconds between a request's own time and ours."""
TOO_LARGE = "That is too much at once: the limit is 1 MB. Please shorten it and send it again."
NOT_SLACK = (
    "This is not signed by Slack with this app's signing secret, or not just now. Check SLACK_SIGNING_SECRET and the clock."
)
UNREADABLE = "That could not be read: it is neither the JSON nor the form that Slack sends."
Dispatch = Callable[[dict[str, Any], Mapping[str, str]], Awaitable[BoltResponse]]
"""A parsed body and the headers it came with: the answer. Raises where the body is not shaped as Slack's are."""


class Desk:
    """Takes Slack's requests in. ``now`` is the clock, in UTC."""

    def __init__(self, signing_secret: str, now: Callable[[], datetime], dispatch: Dispatch) -> None:
        self._secret, self._now, self._dispatch = signing_secret.encode(), now, dispatch

    async def take(self, request: web.Request) -> web.Response:
        """One request: refused in words, or answered."""
        body = await _read(request)
        if body is None:
            return web.Response(status=413, text=TOO_LARGE)
        stamp, signature = (request.headers.get(f"X-Slack-{name}", "") for name in ("Request-Timestamp", "Signature"))
        if not self._signed(body, stamp, signature):
            return web.Response(status=401, text=NOT_SLACK)
        payload = _parsed(body, request.content_type)
        answer = await self._asked(payload, request) if payload else None
        if answer is None:
            return web.Response(status=400, text=UNREADABLE)
        return web.Response(status=answer.status, text=answer.body or "", headers=_headers(answer))

    async def _asked(self, payload: dict[str, Any], request: web.Request) -> BoltResponse | None:
        """The answer, or None where the shape of the body is not as Slack's are."""
        try:
            return await self._dispatch(payload, request.headers)
        except (AttributeError, KeyError, TypeError) as error:
            log.warning("unreadable", error=type(error).__name__)
            return None

    def _signed(self, body: bytes, stamp: str, signature: str) -> bool:
        if not (stamp.isascii() and stamp.isdigit()) or abs(self._now().timestamp() - int(stamp)) > OLDEST:
            return False
        made = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={made}".encode(), signature.encode("utf-8", "replace"))


async def _read(request: web.Request) -> bytes | None:
    """The body, or None where it is too large: no more than that much is kept, so that whoever sends it gets an answer."""
    kept = bytearray()
    size = 0
    async for piece in request.content.iter_any():
        size += len(piece)
        if size > LONGEST_READ:
            return None
        kept += piece if size <= LARGEST else b""
    return bytes(kept) if size <= LARGEST else None


def _parsed(body: bytes, content_type: str) -> dict[str, Any] | None:
    """The JSON of an event, the JSON inside a form of an interaction, or the form of a command."""
    try:
        text = body.decode()
        if content_type == "application/json":
            found = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True))
            found = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found else None


def _headers(answer: BoltResponse) -> dict[str, str]:
    return {"Content-Type": answer.headers.get("content-type", ["text/plain;charset=utf-8"])[0]}
