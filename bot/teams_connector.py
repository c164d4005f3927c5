"""What Lodge asks of the Bot Framework's connector: plain JSON over one shared session, with a token that is kept.

botbuilder's client costs 3 ms to make, sends from threads and is made anew for each activity. None of that is needed.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.surface import SendRefused, SendUnsure
from bot.teams_auth import TeamsSettings

EARLY = timedelta(minutes=5)
WITHIN = aiohttp.ClientTimeout(total=10, sock_connect=5)
PAGE = 500
NOT_THERE = "Lodge is not installed there yet. Add the Lodge app to that team or chat, or ask the person to add it."
_JSON = {"Content-Type": "application/json; charset=utf-8"}


class Login:
    """The token that Lodge shows to the connector: fetched once, kept, and fetched again shortly before it ends."""

    def __init__(self, settings: TeamsSettings, session: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._settings, self._session, self._now = settings, session, now
        self._token, self._until = "", now()
        self._one = asyncio.Lock()
        self.scope = "https://api.botframework.com/.default"

    async def token(self) -> str:
        """A token that is good for some minutes more. Raises `SendRefused` where Microsoft gives none."""
        if self._now() < self._until:
            return self._token
        async with self._one:
            if self._now() >= self._until:
                await self._fetch()
        return self._token

    def forget(self) -> None:
        """The token was refused: fetch another before the next call."""
        self._until = self._now()

    async def _fetch(self) -> None:
        asked = {
            "grant_type": "client_credentials",
            "client_id": self._settings.app_id,
            "client_secret": self._settings.app_password,
            "scope": self.scope,
        }
        url = f"{self._settings.login_url.rstrip('/')}/{self._settings.tenant_id}/oauth2/v2.0/token"
        try:
            async with self._session.post(url, data=asked, timeout=WITHIN) as response:
                found = await response.json(content_type=None)
                self._token, lasts = found["access_token"], float(found["expires_in"])
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError):
            why = "Microsoft gave no token. Check TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID."
            raise SendRefused(why) from None
        self._until = self._now() + timedelta(seconds=lasts) - EARLY


class Connector:
    """The REST calls that Lodge makes. Every one raises `SendRefused` for a no and `SendUnsure` for no clear answer."""

    def __init__(self, session: aiohttp.ClientSession, login: Login | None) -> None:
        self._session, self._login = session, login

    async def post(self, service: str, conversation: str, activity: Mapping[str, Any]) -> str:
        """Send an activity; its id."""
        found = await self._call("POST", service, f"/v3/conversations/{_part(conversation)}/activities", activity)
        return str(found.get("id", ""))

    async def put(self, service: str, conversation: str, activity_id: str, activity: Mapping[str, Any]) -> None:
        """Change an activity that stands."""
        path = f"/v3/conversations/{_part(conversation)}/activities/{_part(activity_id)}"
        await self._call("PUT", service, path, {**activity, "id": activity_id})

    async def open(self, service: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
        """Start a conversation, or a thread where ``activity`` is given: its id, and the activity's."""
        found = await self._call("POST", service, "/v3/conversations", parameters)
        return str(found["id"]), str(found.get("activityId", ""))

    async def member(self, service: str, conversation: str, user: str) -> dict[str, Any]:
        """One member of a conversation, with name and e-mail."""
        return await self._call("GET", service, f"/v3/conversations/{_part(conversation)}/members/{_part(user)}")

    async def members(self, service: str, conversation: str) -> list[dict[str, Any]]:
        """Every member of a conversation, page by page."""
        found: list[dict[str, Any]] = []
        mark = ""
        while True:
            more = f"&continuationToken={quote(mark, safe='')}" if mark else ""
            path = f"/v3/conversations/{_part(conversation)}/pagedmembers?pageSize={PAGE}{more}"
            page = await self._call("GET", service, path)
            found += page.get("members", ())
            mark = str(page.get("continuationToken") or "")
            if not mark:
                return found

    async def channels(self, service: str, team: str) -> list[str]:
        """The ids of a team's channels."""
        found = await self._call("GET", service, f"/v3/teams/{_part(team)}/conversations")
        return [str(each["id"]) for each in found.get("conversations", ())]

    async def _call(self, method: str, service: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        url = URL(service.rstrip("/") + path, encoded=True)
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        status, after, read = await self._answer(method, url, data)
        if status == 401 and self._login:
            self._login.forget()
            status, after, read = await self._answer(method, url, data)
        _settle(status, after)
        return _object(read)

    async def _answer(self, method: str, url: URL, data: bytes | None) -> tuple[int, str, bytes]:
        """Status, Retry-After and body. That no connection could be made is a no; one that breaks leaves us unsure."""
        headers = {**_JSON, "Authorization": f"Bearer {await self._login.token()}"} if self._login else _JSON
        try:
            async with self._session.request(method, url, data=data, headers=headers, timeout=WITHIN) as response:
                return response.status, response.headers.get("Retry-After", ""), await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise SendRefused("Teams cannot be reached from here.") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SendUnsure(type(error).__name__) from None


def _settle(status: int, after: str) -> None:
    if status < 300:
        return
    if status in (412, 429):
        raise SendRefused("Teams asks Lodge to slow down.", retry_after=_seconds(after))
    if status >= 500:
        raise SendUnsure(f"Teams answered {status}")
    raise SendRefused(NOT_THERE if status in (403, 404) else f"Teams answered {status}")


def _seconds(after: str) -> float:
    try:
        return max(0.1, float(after))
    except ValueError:
        return 1.0


def _object(read: bytes) -> dict[str, Any]:
    try:
        found = json.loads(read) if read else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _part(text: str) -> str:
    return quote(text, safe="")
