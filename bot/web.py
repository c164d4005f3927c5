"""The playground: Lodge as a web page on this computer, to try it and to show it. No sign-in, so no network."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from aiohttp import web

from bot.surface import Receive, SendRefused, SendUnsure, Someone
from bot.web_guard import LARGEST, add_headers, guard
from bot.web_page import Channel, Resident, message_html
from bot.web_posts import Board, PostStore, Rooms
from bot.web_routes import Routes
from bot.web_stream import Streams
from handlers.message import Message

LOCAL = ("127.0.0.1", "::1", "localhost")
HURRY = 8.0
"""Seconds that requests in hand get when the playground stops."""


class Web:
    """The surface ``web``. Places are ``web:@<e-mail>`` (a conversation) and ``web:#<name>`` (a channel).

    ``people`` and ``channels`` (of one person, by e-mail) are asked anew each time. ``now`` is the clock, in UTC.
    ``extra_routes`` are served beside the playground's own. Raises ``ValueError`` for an address others could reach.
    """

    name = "web"
    remembers = True

    def __init__(
        self,
        database: PostStore,
        people: Callable[[], Sequence[Resident]],
        channels: Callable[[str], Sequence[Channel]],
        host: str,
        port: int,
        *,
        now: Callable[[], datetime],
        extra_routes: Iterable[web.AbstractRouteDef] = (),
        heartbeat: float = 15.0,
    ) -> None:
        if host not in LOCAL:
            raise ValueError(f"The playground has no sign-in, so it listens only here: use 127.0.0.1, not {host}.")
        self._host, self._port, self._now = host, port, now
        self._extra = tuple(extra_routes)
        self._rooms = Rooms(people, channels)
        self._board = Board(database, self._rooms)
        self._streams = Streams(self._board, heartbeat)
        self._runner: web.AppRunner | None = None

    def application(self, receive: Receive) -> web.Application:
        """The whole playground as an aiohttp application."""
        made = web.Application(middlewares=[guard], client_max_size=LARGEST)
        made.add_routes(Routes(self._rooms, self._board, self._streams, receive, self._now).table())
        made.add_routes(self._extra)
        made.on_response_prepare.append(add_headers)
        made.on_shutdown.append(self._close_streams)
        return made

    async def start(self, receive: Receive) -> None:
        """Begin to listen. Raises ``OSError`` where the port is taken. No access log: addresses carry e-mails."""
        self._runner = web.AppRunner(self.application(receive), access_log=None, shutdown_timeout=HURRY)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()

    async def stop(self) -> None:
        """Stop listening, end the streams, and let requests in hand finish within `HURRY` seconds."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    @property
    def port(self) -> int:
        """The port that is listened on: the one asked for, or the one the system gave for 0."""
        addresses = self._runner.addresses if self._runner else ()
        return int(addresses[0][1]) if addresses else self._port

    async def send(self, place: str, message: Message, key: str) -> str:
        """Post a message once for its key. Raises `SendRefused` where nobody can read the place."""
        if not self._rooms.members(place):
            raise SendRefused("nobody can read this place", final=True)
        try:
            ref = await self._board.put(place, key, message)
        except Exception as error:
            raise SendUnsure(type(error).__name__) from None
        self._streams.wake()
        return ref

    async def find(self, place: str, key: str) -> str | None:
        """The reference of the post with this key, or None."""
        return await self._board.find(place, key)

    async def replace(self, ref: str, message: Message) -> None:
        """Change a post. Raises `SendRefused` where it does not stand."""
        try:
            found = await self._board.replace(ref, message)
        except Exception as error:
            raise SendUnsure(type(error).__name__) from None
        if not found:
            raise SendRefused("no such post", final=True)
        self._streams.wake()

    async def person(self, id_or_email: str) -> Someone | None:
        """Who this is, or None where the college does not name them."""
        found = self._rooms.resident(id_or_email)
        return Someone(found.email, found.name) if found else None

    async def members(self, place: str) -> tuple[str, ...]:
        """The e-mail addresses of those who can read a place."""
        return self._rooms.members(place)

    async def trouble(self, place: str) -> str:
        """Why nothing can be posted at a place; empty where it can."""
        return "" if self._rooms.members(place) else "nobody can read this place: name members in lodge.toml"

    async def show_home(self, person: str, message: Message) -> None:
        """Put a fresh home page into each window that this person has open."""
        self._streams.home(person.lower(), message_html(message))

    async def _close_streams(self, _application: web.Application) -> None:
        self._streams.close()
