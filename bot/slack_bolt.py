"""bolt, with what we have done already switched off: it verifies nothing twice, asks nobody who we are, polls for no ack."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack_calls import QUIET

Event = Callable[[Mapping[str, Any]], BoltResponse]
Introduced = Callable[[], Awaitable[dict[str, Any]]]


class _Known(AsyncAuthorize):
    """Who we are, from the one question asked at the start: bolt needs it to leave out what Lodge itself wrote."""

    def __init__(self, token: str, introduced: Introduced) -> None:
        self._token, self._introduced = token, introduced

    async def __call__(self, **_: Any) -> AuthorizeResult:
        me = await self._introduced()
        return AuthorizeResult(
            enterprise_id=me.get("enterprise_id"),
            team_id=me.get("team_id"),
            bot_id=me.get("bot_id"),
            bot_user_id=me.get("user_id"),
            bot_token=self._token,
        )


def bolt_app(token: str, api_url: str, session: aiohttp.ClientSession, introduced: Introduced) -> AsyncApp:
    """An app of bolt's over our own session. ``introduced`` gives what ``auth.test`` said."""
    return AsyncApp(
        logger=QUIET,
        name="lodge",
        client=AsyncWebClient(base_url=api_url, session=session, retry_handlers=[], logger=QUIET),
        authorize=_Known(token, introduced),
        process_before_response=True,
        request_verification_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )


class Socket(AsyncSocketModeHandler):
    """bolt's handler of Socket Mode, with events handed to ``event`` directly; the rest goes through ``app``."""

    def __init__(self, app: AsyncApp, event: Event, app_token: str, ping_interval: float) -> None:
        super().__init__(app, app_token, ping_interval=ping_interval)
        self._event = event

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """One envelope. What cannot be taken in now is not acked, so that Slack brings it again."""
        if req.type != "events_api" or not isinstance(req.payload, dict):
            await super().handle(client, req)
        elif self._event(req.payload).status == 200:
            await client.send_socket_mode_response(SocketModeResponse(envelope_id=req.envelope_id))
