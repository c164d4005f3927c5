"""Live posts and home pages for the playground, by server-sent events.

A stream holds no queue: it is woken, and reads what is new from the store. A slow or a lost client therefore costs no
memory, and one that comes back gets what it missed.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.web_page import message_html
from bot.web_posts import Arrived, Board

SLOW = 20.0
"""Seconds that one write may take before the client is dropped (it reconnects by itself)."""

_HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@dataclass(eq=False)
class _Listener:
    """One open stream. ``home`` is the newest home page not yet sent: an older one is of no use."""

    email: str
    response: web.StreamResponse
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    home: str = ""


class Streams:
    """Every open stream. ``heartbeat`` is in seconds: how long a quiet stream waits before it shows that it lives."""

    def __init__(self, board: Board, heartbeat: float) -> None:
        self._board, self._heartbeat = board, heartbeat
        self._open: set[_Listener] = set()
        self._closing = False

    def wake(self) -> None:
        """Something was posted or changed."""
        for listener in self._open:
            listener.wake.set()

    def home(self, email: str, html: str) -> None:
        """Put a fresh home page before a person, in each of their windows."""
        for listener in self._open:
            if listener.email == email:
                listener.home = html
                listener.wake.set()

    def close(self) -> None:
        """End every stream."""
        self._closing = True
        self.wake()

    async def follow(self, request: web.Request, email: str, after: int) -> web.StreamResponse:
        """Serve one stream until the client goes, is too slow, or the playground stops."""
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        listener = _Listener(email, response)
        self._open.add(listener)
        try:
            await self._serve(listener, after)
        except (ConnectionError, TimeoutError):
            response.force_close()
        finally:
            self._open.discard(listener)
        return response

    async def _serve(self, listener: _Listener, after: int) -> None:
        await _write(listener, b"retry: 2000\n\n")
        while not self._closing:
            listener.wake.clear()
            after = await self._send_posts(listener, after)
            await _send_home(listener)
            if not await _woken(listener.wake, self._heartbeat):
                await _write(listener, b": still here\n\n")

    async def _send_posts(self, listener: _Listener, after: int) -> int:
        for arrived in await self._board.since(listener.email, after):
            await _write(listener, _event("post", _post(arrived), arrived.seq))
            after = arrived.seq
        return after


async def _send_home(listener: _Listener) -> None:
    html, listener.home = listener.home, ""
    if html:
        await _write(listener, _event("home", {"html": html}))


async def _write(listener: _Listener, data: bytes) -> None:
    async with asyncio.timeout(SLOW):
        await listener.response.write(data)


async def _woken(wake: asyncio.Event, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            return await wake.wait()
    except TimeoutError:
        return False


def _post(arrived: Arrived) -> dict[str, object]:
    shown = arrived.shown
    html = message_html(shown.message, ref=shown.ref, at=shown.at, place=shown.place, private=shown.private)
    return {"seq": arrived.seq, "ref": shown.ref, "place": shown.place, "html": html, "fresh": arrived.fresh}


def _event(name: str, data: Mapping[str, object], seq: int | None = None) -> bytes:
    """One event. JSON has no bare line break, so the data is always one line."""
    number = "" if seq is None else f"id: {seq}\n"
    return f"{number}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
