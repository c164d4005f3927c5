"""Lodge in Microsoft Teams. This is the only file that imports botbuilder, so that a successor is a swap of one file.

botbuilder carries the turn; what it would make anew for each activity (connector, login, keys) is made once and kept.
"""

# botbuilder has no types, so its classes are Any to mypy.
# mypy: disable-error-code="import-untyped,misc"

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import aiohttp
import structlog
from aiohttp import web
from botbuilder import schema
from botbuilder.core import CloudAdapterBase, InvokeResponse, TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.schema import Activity
from botframework.connector.auth import BotFrameworkAuthentication, ClaimsIdentity, ConnectorFactory
from botframework.connector.auth.authenticate_request_result import AuthenticateRequestResult
from msrest import Deserializer
from msrest.exceptions import ClientException

from bot.surface import Receive, SendRefused, SendUnsure, Someone
from bot.teams_auth import Door, Keys, NotLetIn, TeamsSettings
from bot.teams_connector import NOT_THERE, Connector, Login
from bot.teams_dialogs import Dialogs
from bot.teams_directory import Directory, References
from bot.teams_heard import Heard, heard
from bot.teams_post import Post
from bot.teams_roster import Roster
from bot.teams_talk import TYPING_AFTER, Talk
from handlers.message import Message

PATH = "/api/messages"
HERE = "Lodge is here. Microsoft Teams sends its activities to this address with POST; there is nothing to read."
TOO_MUCH = "That is more than Teams ever sends. Please shorten it and send it again."

_MODELS = Deserializer({name: each for name, each in vars(schema).items() if isinstance(each, type)})  # type: ignore[no-untyped-call]
_log = structlog.get_logger("lodge.teams")


class Teams:
    """The surface ``teams``. Places are ``teams:<conversation id>`` and ``teams:@<e-mail>`` (a personal chat).

    ``references`` keeps where Lodge may write. ``now`` is the clock, in UTC. ``session`` carries everything that goes out;
    who made it closes it.
    """

    name = "teams"
    remembers = False

    def __init__(
        self,
        settings: TeamsSettings,
        references: References,
        *,
        now: Callable[[], datetime],
        session: aiohttp.ClientSession,
        typing_after: float = TYPING_AFTER,
        known: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._keys = Keys(settings.openid_url, session, now)
        self._login = Login(settings, session, now) if settings.app_id else None
        self._door = Door(settings, self._keys, now)
        connector = Connector(session, self._login)
        self._directory = Directory(references, now)
        self._post = Post(connector, self._directory)
        self._roster = Roster(connector, self._directory, known)
        self._talk = Talk(self._post, self._roster, now, typing_after)
        self._turns = Turns(self._talk, Dialogs(self._talk, self._roster, self._directory, now), self._roster)
        self._adapter = Adapter(connector)

    def routes(self) -> list[web.RouteDef]:
        """The one address that Teams knows."""
        return [web.post(PATH, self._messages), web.get(PATH, self._here)]

    async def start(self, receive: Receive) -> None:
        """Begin to answer. Keys and token are fetched beforehand; that they cannot be just now stops nothing."""
        self._talk.receive = receive
        if self._login is None:
            return
        try:
            await self._keys.load()
            self._login.scope = f"{self._keys.issuer.rstrip('/')}/.default"
            await self._login.token()
        except (NotLetIn, SendRefused) as error:
            _log.warning("teams.not_ready", why=str(error))

    async def stop(self) -> None:
        """Let go. Requests in hand are finished by whoever serves the routes."""
        await self._keys.stop()

    async def send(self, place: str, message: Message, key: str) -> str:
        """Show a message where Lodge is installed. Raises `SendRefused` or `SendUnsure`."""
        return await self._post.to_place(place, message)

    async def find(self, place: str, key: str) -> str | None:
        """Always None: Teams cannot be asked what stands there."""
        return None

    async def replace(self, ref: str, message: Message) -> None:
        """Change a message that stands. Raises as `send` does."""
        await self._post.change(ref, message)

    async def person(self, id_or_email: str) -> Someone | None:
        """Who this is, or None where Teams has not told Lodge of them, so that Lodge cannot reach them yet."""
        member = self._directory.heard(id_or_email) or await self._directory.person(id_or_email)
        return Someone(member.email, member.name) if member else None

    async def members(self, place: str) -> tuple[str, ...]:
        """The e-mail addresses of those who can read a place. Raises `SendRefused` where Lodge is not installed there."""
        return await self._roster.members(place)

    async def trouble(self, place: str) -> str:
        """Why nothing can be sent to a place; empty where it can, as far as Teams has told Lodge of it."""
        return "" if await self._post.reaches(place) else NOT_THERE

    async def show_home(self, person: str, message: Message) -> None:
        """Nothing: the home page in Teams is the answer to "menu", which is always fresh."""

    async def _here(self, request: web.Request) -> web.Response:
        return web.Response(text=HERE)

    async def _messages(self, request: web.Request) -> web.Response:
        """One activity: checked, read, carried through a turn, and for an invoke answered in the response."""
        try:
            claims, vouched = await self._door.check(request.headers.get("Authorization", ""), request.remote or "")
            raw, activity = _read(await request.read())
            self._door.match(claims, vouched, raw)
        except NotLetIn as refused:
            return web.Response(status=refused.status, text=refused.why)
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413, text=TOO_MUCH)
        answer = await self._adapter.process_activity(self._adapter.let_in(claims), activity, self._turns.on_turn)
        if answer is None:
            return web.Response(status=200)
        return web.json_response(answer.body or {}, status=int(answer.status))


class Turns(TeamsActivityHandler):
    """botbuilder's handler: each kind of activity to the function that knows what it means."""

    def __init__(self, talk: Talk, dialogs: Dialogs, roster: Roster) -> None:
        self._talk, self._dialogs, self._roster = talk, dialogs, roster

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """A message, or a plain button. What another bot says is not answered, or two would talk for ever."""
        if getattr(turn_context.activity.from_property, "role", None) != "bot":
            await self._talk.hear(heard(turn_context.activity))

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """Dialogs, feedback and whatever Teams adds later: never 'not implemented'."""
        return InvokeResponse(status=200, body=await self._dialogs.invoke(heard(turn_context.activity)))

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """Lodge was added or taken out."""
        event = heard(turn_context.activity)
        if str(turn_context.activity.action or "").startswith("remove"):
            await self._learn(self._roster.left, event)
            return
        await self._learn(self._roster.installed, event)
        if not event.public:
            await self._talk.welcome(event)

    async def on_conversation_update_activity(self, turn_context: TurnContext) -> None:
        """Somebody joined, Lodge was added, or a team has a new channel."""
        event = heard(turn_context.activity)
        kind, channel = event.data.get("eventType"), event.data.get("channel")
        joined = [each.id for each in turn_context.activity.members_added or ()]
        if kind == "channelCreated" and isinstance(channel, dict):
            await self._roster.channel_made(event, str(channel.get("id")))
        elif event.bot in joined:
            await self._learn(self._roster.installed, event)
        elif joined and event.public:
            await self._learn(self._roster.joined, event)

    async def _learn(self, learn: Callable[[Heard], Any], event: Heard) -> None:
        """Whatever cannot be learnt now is asked for when it is needed."""
        try:
            await learn(event)
        except (SendRefused, SendUnsure) as error:
            _log.warning("teams.roster_unread", why=type(error).__name__)


class Adapter(CloudAdapterBase):
    """botbuilder's adapter with one connector for all turns. The token is checked before a turn begins."""

    def __init__(self, connector: Connector) -> None:
        super().__init__(_CheckedAlready(connector))
        self._factory = _Kept(connector)

    def let_in(self, claims: Any) -> AuthenticateRequestResult:
        """What botbuilder wants to know of a request that the door has let in."""
        result = AuthenticateRequestResult()
        result.claims_identity, result.connector_factory = ClaimsIdentity(dict(claims), True), self._factory
        return result


class _Kept(ConnectorFactory):
    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def create(self, service_url: str, audience: str) -> Any:
        return self._connector


class _CheckedAlready(BotFrameworkAuthentication):
    """Lodge signs nobody in for other services, and checks tokens at its own door."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def authenticate_request(self, activity: Activity, auth_header: str) -> AuthenticateRequestResult:
        raise PermissionError("the door checks tokens")

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> AuthenticateRequestResult:
        raise PermissionError("Lodge takes no streams")

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:
        return _Kept(self._connector)

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> Any:
        return None


def _read(body: bytes) -> tuple[dict[str, Any], Activity]:
    """An activity, as JSON and as botbuilder has it. Raises `NotLetIn` (400) for anything else."""
    try:
        raw = json.loads(body)
        if b"\\u" in body or not body.isascii():
            json.dumps(raw, ensure_ascii=False).encode()  # half a character passes as JSON, and can be stored nowhere
        activity = _MODELS("Activity", raw) if _whole(raw) else None
    except (ValueError, RecursionError, ClientException, AttributeError, TypeError):
        activity = None
    if activity is None:
        raise NotLetIn(400, "That is no activity of the Bot Framework.")
    activity.id = activity.id or str(uuid4())
    return raw, activity


def _whole(raw: object) -> bool:
    """Whether everything is there that every activity has."""
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str) or not isinstance(raw.get("serviceUrl"), str):
        return False
    return all(isinstance(raw.get(name), dict) and isinstance(raw[name].get("id"), str) for name in ("from", "conversation"))
