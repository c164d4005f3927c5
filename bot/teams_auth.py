"""Who may hand Lodge an activity: the Bot Framework's signed tokens, checked with keys that are kept.

botbuilder's own check fetches keys in the event loop, for each activity; here nothing is fetched in steady state.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import jwt

LOGIN = "https://login.microsoftonline.com"
OPENID = "https://login.botframework.com/v1/.well-known/openidconfiguration"
ALGORITHMS = ["RS256", "RS384", "RS512"]
KEPT, ASK_AGAIN, LEEWAY = timedelta(hours=24), timedelta(minutes=1), 300
REMEMBERED = 256
_WITHIN = aiohttp.ClientTimeout(total=10)

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class TeamsSettings:
    """The bot's registration. ``insecure``: accept unsigned activities from this computer, where no app id is set.

    ``login_url`` and ``openid_url`` are Microsoft's unless a government cloud, or a test, has its own.
    Raises ``ValueError`` where something is missing.
    """

    app_id: str
    app_password: str
    tenant_id: str
    login_url: str = LOGIN
    openid_url: str = OPENID
    insecure: bool = False

    def __post_init__(self) -> None:
        if self.app_id and not (self.app_password and self.tenant_id):
            raise ValueError("TEAMS_APP_ID is set, so TEAMS_APP_PASSWORD and TEAMS_TENANT_ID are needed too.")
        if not (self.app_id or self.insecure):
            raise ValueError("TEAMS_APP_ID is not set: Lodge takes no unsigned activities. Set it, or use --insecure-teams.")


class NotLetIn(Exception):
    """An activity is refused: 401 for a token that is not good, 403 for a good one that is not for this, 503 for no keys."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass(frozen=True)
class _Key:
    key: Any
    endorsements: tuple[str, ...]


class Keys:
    """Microsoft's public keys, as its OpenID configuration publishes them."""

    def __init__(self, url: str, session: aiohttp.ClientSession, now: Callable[[], datetime]) -> None:
        self._url, self._session, self._now = url, session, now
        self._keys: dict[str, _Key] = {}
        self._asked: datetime | None = None
        self._refresh: asyncio.Task[None] | None = None
        self.issuer = ""

    async def get(self, kid: str) -> _Key:
        """The key with this id. A key nobody knows is asked for, once a minute at most. Raises `NotLetIn`."""
        if kid not in self._keys and self._older_than(ASK_AGAIN):
            await self.load()
        elif self._older_than(KEPT) and (self._refresh is None or self._refresh.done()):
            self._refresh = asyncio.create_task(self._reload())
        if not self._keys:
            raise NotLetIn(503, "Lodge cannot reach Microsoft's keys just now. Please send it again in a minute.")
        if kid not in self._keys:
            raise NotLetIn(401, "The token is signed with a key that Microsoft does not publish.")
        return self._keys[kid]

    async def load(self) -> None:
        """Fetch the keys. Where that fails those that are kept stand; with none at all raises `NotLetIn`."""
        self._asked = self._now()
        try:
            found = await self._read(self._url)
            listed = await self._read(found["jwks_uri"])
            keys = {each["kid"]: _read_key(each) for each in listed["keys"] if each.get("kty") == "RSA"}
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, jwt.PyJWTError):
            if not self._keys:
                raise NotLetIn(503, "Microsoft's keys cannot be fetched. Check the network and TEAMS_OPENID_URL.") from None
            return
        self._keys, self.issuer = keys, found["issuer"]

    async def stop(self) -> None:
        """Let go of a refresh that is under way."""
        if self._refresh and not self._refresh.done():
            self._refresh.cancel()

    async def _reload(self) -> None:
        try:
            await self.load()
        except NotLetIn:
            return

    async def _read(self, url: str) -> dict[str, Any]:
        async with self._session.get(url, timeout=_WITHIN, raise_for_status=True) as response:
            return dict(await response.json(content_type=None))

    def _older_than(self, age: timedelta) -> bool:
        return self._asked is None or self._now() - self._asked >= age


def _read_key(published: Mapping[str, Any]) -> _Key:
    return _Key(jwt.PyJWK(dict(published), algorithm="RS256").key, tuple(published.get("endorsements", ())))


class Door:
    """Checks the token of an activity, and that it was made for this very one. Checked tokens are kept until they expire."""

    def __init__(self, settings: TeamsSettings, keys: Keys, now: Callable[[], datetime]) -> None:
        self._settings, self._keys, self._now = settings, keys, now
        self._checked: dict[str, tuple[Claims, tuple[str, ...]]] = {}

    async def check(self, header: str, remote: str) -> tuple[Claims, tuple[str, ...]]:
        """The token's claims and what its key vouches for. Raises `NotLetIn`."""
        if not self._settings.app_id:
            if remote not in ("127.0.0.1", "::1"):
                raise NotLetIn(403, "Unsigned activities are taken only from this computer. Set TEAMS_APP_ID.")
            return {}, ()
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotLetIn(401, "There is no bearer token. Activities must come from the Bot Framework.")
        found = self._checked.get(token) or await self._verify(token)
        self._in_time(found[0])
        return found

    def match(self, claims: Claims, endorsements: tuple[str, ...], activity: Mapping[str, Any]) -> None:
        """That a checked token belongs to this activity: its service, its channel and the college's tenant. Raises `NotLetIn`."""
        if not self._settings.app_id:
            return
        if str(claims.get("serviceurl", "")).rstrip("/") != str(activity.get("serviceUrl", "")).rstrip("/"):
            raise NotLetIn(403, "The token is for another service URL.")
        if endorsements and activity.get("channelId") not in endorsements:
            raise NotLetIn(403, "The token's key does not vouch for this channel.")
        if tenant_of(activity) != self._settings.tenant_id:
            raise NotLetIn(403, "This comes from another organisation's tenant. Lodge serves one college.")

    async def _verify(self, token: str) -> tuple[Claims, tuple[str, ...]]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.get(str(header.get("kid")))
            claims = jwt.decode(
                token,
                key.key,
                algorithms=ALGORITHMS,
                audience=self._settings.app_id,
                issuer=self._keys.issuer,
                options={"require": ["exp", "iss", "aud"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.PyJWTError as error:
            raise NotLetIn(401, f"The token is not good ({type(error).__name__}).") from None
        if len(self._checked) >= REMEMBERED:
            del self._checked[next(iter(self._checked))]
        self._checked[token] = claims, key.endorsements
        return self._checked[token]

    def _in_time(self, claims: Claims) -> None:
        """By our own clock, with five minutes' grace, as Microsoft's documentation has it."""
        at = self._now().timestamp()
        try:
            good = int(claims.get("nbf", 0)) - LEEWAY <= at <= int(claims["exp"]) + LEEWAY if claims else True
        except (TypeError, ValueError):
            good = False
        if not good:
            raise NotLetIn(401, "The token has expired, or is not valid yet. Check this computer's clock.")


def tenant_of(activity: Mapping[str, Any]) -> str:
    """The Microsoft 365 tenant that an activity names, or ''."""
    conversation, data = activity.get("conversation"), activity.get("channelData")
    tenant = data.get("tenant") if isinstance(data, dict) else None
    named = tenant.get("id") if isinstance(tenant, dict) else None
    return str(named or (conversation.get("tenantId") if isinstance(conversation, dict) else "") or "")
