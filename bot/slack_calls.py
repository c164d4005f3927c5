"""One call to Slack's Web API, over one shared session, and what its failure means: a certain no, or not known."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic_core import PydanticSerializationError, to_json

from bot.surface import SendRefused, SendUnsure

QUIET = logging.getLogger("lodge.slack.sdk")
QUIET.setLevel(logging.ERROR)  # below that, slack_sdk and bolt log whole bodies: nobody's words reach a log (promise 9)
WITHIN = 8.0
"""Seconds that one call may take."""
_READS = {"users.info", "users.lookupByEmail", "conversations.members", "conversations.history", "conversations.replies"}
_READS |= {"conversations.info"}
_INVITE = "Lodge cannot see this channel. Open it in Slack and type /invite @Lodge"
_REINSTALL = "Slack does not accept the bot token. Install the app again and set SLACK_BOT_TOKEN"
WORDS = {
    "channel_not_found": _INVITE,
    "not_in_channel": _INVITE,
    "is_archived": "this channel is archived. Name another one in lodge.toml",
    "invalid_auth": _REINSTALL,
    "not_authed": _REINSTALL,
    "account_inactive": _REINSTALL,
    "token_revoked": _REINSTALL,
    "missing_scope": "a permission is missing. Install the app again with the manifest.yml of this version",
    "users_not_found": "nobody in this workspace has that e-mail address",
    "user_not_found": "nobody in this workspace has that id",
}
_UNCLEAR = {"fatal_error", "internal_error", "service_unavailable", "request_timeout"}  # Slack: some of it may have happened


class Refused(SendRefused):
    """Slack's no, with its own word for it: ``code``."""

    def __init__(self, code: str) -> None:
        super().__init__(WORDS.get(code, f"Slack says {code}"))
        self.code = code


class Calls:
    """The Web API with the bot's token. Nothing is sent again here: whoever calls knows whether it may be."""

    def __init__(self, token: str, api_url: str, session: aiohttp.ClientSession) -> None:
        self.session, self._api_url = session, api_url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._written = self._headers | {"Content-Type": "application/json;charset=utf-8"}

    async def __call__(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Slack's answer. Raises `SendRefused`, with seconds to wait where Slack names them, or `SendUnsure`."""
        try:
            status, headers, raw = await self._asked(method, arguments)
        except aiohttp.ClientConnectorError as error:
            raise SendRefused(f"Slack cannot be reached ({type(error).__name__})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SendUnsure(type(error).__name__) from None
        answer = _read(raw)
        if status != 200 or answer.get("ok") is not True:
            raise _meant(status, headers, str(answer.get("error", "")))
        return answer

    async def _asked(self, method: str, arguments: Mapping[str, Any]) -> tuple[int, Mapping[str, str], bytes]:
        """The bare call: slack_sdk's own would cost as much again."""
        url = self._api_url + method
        if method in _READS:
            asking = self.session.get(url, params=arguments, headers=self._headers)
        else:
            asking = self.session.post(url, data=_json(arguments), headers=self._written)
        async with asking as response:
            return response.status, response.headers, await response.read()


def session() -> aiohttp.ClientSession:
    """The session that everything to Slack goes through: kept connections, and a limit to waiting."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=WITHIN))


def _json(arguments: Mapping[str, Any]) -> bytes:
    """As JSON; half a character, which only the slower encoder can write, is rare."""
    try:
        return to_json(arguments)
    except PydanticSerializationError:
        return json.dumps(arguments).encode()


def _read(raw: bytes) -> dict[str, Any]:
    """An answer's JSON, or nothing where it has none."""
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _meant(status: int, headers: Mapping[str, str], error: str) -> SendRefused | SendUnsure:
    """What an answer other than 'ok' means. ``error`` is Slack's word for it, or nothing where the body was no JSON."""
    if status == 429 or error == "ratelimited":
        return SendRefused("Slack asks to wait", retry_after=_seconds(headers))
    if status >= 500 or error in _UNCLEAR or not error:
        return SendUnsure(error or f"HTTP {status}")
    return Refused(error)


def _seconds(headers: Mapping[str, str]) -> float:
    try:
        return float(headers.get("Retry-After", "1"))
    except ValueError:
        return 1.0
