"""The playground's addresses: what the page sends becomes an `Event`, and the reply goes back as drawn HTML."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from aiohttp import web

from bot.surface import Receive
from bot.web_page import PageView, Resident, conversation, form_html, form_values, message_html, page
from bot.web_posts import Board, Rooms
from bot.web_stream import Streams
from handlers.event import Event, EventKind, Reply
from handlers.message import Message, Page

_COOKIE = "lodge_as"
_YEAR = 365 * 24 * 3600
_UNREADABLE = "That could not be read. Please reload the page and try again."
_NOBODY = "There is nobody to be yet. Name the college's people in its settings and start Lodge again."
_STRANGER = "Lodge does not know this person. Go back to the start page and pick who you are."


class Routes:
    """One method an address. ``now`` gives the time that events carry, in UTC."""

    def __init__(self, rooms: Rooms, board: Board, streams: Streams, receive: Receive, now: Callable[[], datetime]) -> None:
        self._rooms, self._board, self._streams = rooms, board, streams
        self._receive, self._now = receive, now

    def table(self) -> list[web.AbstractRouteDef]:
        """Every address and what answers it."""
        return [
            web.get("/", self.start),
            web.post("/say", self.say),
            web.post("/press", self.press),
            web.post("/submit", self.submit),
            web.get("/home", self.home),
            web.get("/events", self.events),
            web.static("/static/", Path(__file__).parent / "static"),
        ]

    async def start(self, request: web.Request) -> web.Response:
        """The page, for the person named in the address, or the one picked last."""
        you = self._chosen(request)
        drawn = page(await self._view(you))
        response = web.Response(text=drawn, content_type="text/html", charset="utf-8")
        response.set_cookie(_COOKIE, you.email, max_age=_YEAR, httponly=True, samesite="Strict")
        return response

    async def say(self, request: web.Request) -> web.Response:
        """A question typed to Lodge."""
        body = await _body(request)
        you = self._known(_text(body, "as"))
        event = self._event("said", you, _id(body))
        return await self._answer(replace(event, text=_text(body, "text")))

    async def press(self, request: web.Request) -> web.Response:
        """A button, in the conversation or under a channel's post."""
        body = await _body(request)
        you = self._known(_text(body, "as"))
        place = body.get("place") or conversation(you.email)
        if place not in self._rooms.places(you.email):
            raise web.HTTPForbidden(text="You are not in that channel. Please reload the page to see yours.")
        event = replace(self._event("pressed", you, _id(body)), place=str(place))
        return await self._answer(replace(event, action=_text(body, "action"), subject=_text(body, "subject")))

    async def submit(self, request: web.Request) -> web.Response:
        """A filled-in form."""
        body = await _body(request)
        you = self._known(_text(body, "as"))
        event = self._event("submitted", you, _id(body))
        shown = replace(event, subject=_text(body, "draft"), action=_text(body, "step"))
        return await self._answer(replace(shown, values=_values(body)))

    async def home(self, request: web.Request) -> web.Response:
        """The person's home page, as a fragment."""
        you = self._known(request.query.get("as", ""))
        reply = await self._receive(self._event("opened", you, str(uuid4())))
        html = message_html(reply) if isinstance(reply, Message) else ""
        return web.Response(text=html, content_type="text/html", charset="utf-8")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Live posts after a sequence number; one that the browser remembers goes before the one in the address."""
        you = self._known(request.query.get("as", ""))
        after = request.headers.get("Last-Event-ID") or request.query.get("after") or "0"
        if not (after.isascii() and after.isdigit()):
            raise web.HTTPBadRequest(text=_UNREADABLE)
        return await self._streams.follow(request, you.email, int(after))

    async def _view(self, you: Resident) -> PageView:
        standing = await self._board.standing(you.email)
        after = max((each.seq for each in standing), default=0)
        shown = [each.shown for each in standing]
        return PageView(you, self._rooms.people(), self._rooms.channels(you.email), shown, after)

    def _chosen(self, request: web.Request) -> Resident:
        """Who looks: an unknown person in the address is refused, one in the cookie is only forgotten."""
        if "as" in request.query:
            return self._known(request.query["as"])
        remembered = self._rooms.resident(request.cookies.get(_COOKIE, ""))
        first = next(iter(self._rooms.people()), None)
        if found := remembered or first:
            return found
        raise web.HTTPNotFound(text=_NOBODY)

    def _known(self, email: str) -> Resident:
        if found := self._rooms.resident(email):
            return found
        raise web.HTTPNotFound(text=_STRANGER)

    def _event(self, kind: EventKind, you: Resident, event_id: str) -> Event:
        return Event(kind, "web", you.email, conversation(you.email), event_id, self._now())

    async def _answer(self, event: Event) -> web.Response:
        reply = await self._receive(event)
        return web.json_response(self._drawn(event, reply))

    def _drawn(self, event: Event, reply: Reply) -> dict[str, str]:
        if reply is None:
            return {"kind": "nothing"}
        if isinstance(reply, Page):
            return {"kind": "page", "html": form_html(reply, self._rooms.people())}
        private = event.place != conversation(event.person)
        return {"kind": "message", "html": message_html(reply, at=event.at, place=event.place, private=private)}


async def _body(request: web.Request) -> Mapping[str, object]:
    try:
        body = json.loads(await request.read())
        json.dumps(body, ensure_ascii=False).encode()  # half a character passes as JSON, and can be stored nowhere
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text=_UNREADABLE) from None
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text=_UNREADABLE)
    return body


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise web.HTTPBadRequest(text=_UNREADABLE)
    return value


def _id(body: Mapping[str, object]) -> str:
    """The event's id, which the page made: the same id twice is a repeat, so it has to be a real one."""
    try:
        return str(UUID(_text(body, "id")))
    except ValueError:
        raise web.HTTPBadRequest(text=_UNREADABLE) from None


def _values(body: Mapping[str, object]) -> dict[str, str]:
    posted = body.get("values")
    try:
        if isinstance(posted, dict):
            return form_values(None, posted)
    except ValueError:
        pass
    raise web.HTTPBadRequest(text=_UNREADABLE)
