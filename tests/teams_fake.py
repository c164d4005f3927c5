"""Microsoft, as far as Lodge sees it: the keys, the login and the connector, over HTTP."""

import itertools
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.teams_contract import LARGEST, problems, size

APP, TENANT, ISSUER = "5f0c8e2a-6a55-4b5b-9d0e-0d7c1f1b7a11", "0b7a3c1e-2f4d-4e6a-8c9b-1a2b3c4d5e6f", "https://issuer.example"
PASSWORD = "not-a-real-password"
BOT = {"id": f"28:{APP}", "name": "Lodge"}
KID = "key-1"
TEAM = "19:team@thread.tacv2"


@cache
def key(kid: str) -> rsa.RSAPrivateKey:
    """A signing key; other names are other keys."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Sent:
    """An activity that stands in a conversation."""

    conversation: str
    id: str
    activity: dict[str, Any]

    @property
    def card(self) -> dict[str, Any]:
        """The card it shows."""
        return self.activity["attachments"][0]["content"]


class Microsoft:
    """Answers as the platform does, and refuses what it refuses. ``fails`` are statuses given instead, one a call."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.sent: list[Sent] = []
        self.typing = 0
        self.signed = self.strict = True
        self.calls: Counter[str] = Counter()
        self.fails: list[tuple[int, dict[str, str]]] = []
        self.people: dict[str, dict[str, str]] = {}
        self.places: dict[str, list[str]] = {}
        self.blocked: set[str] = set()
        self.on_typing: Callable[[], None] = lambda: None
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.root = ""

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/openid", self._openid),
                web.get("/keys", self._keys),
                web.post("/{tenant}/oauth2/v2.0/token", self._token),
                web.post("/v3/conversations", self._open),
                web.post("/v3/conversations/{place}/activities", self._post),
                web.post("/v3/conversations/{place}/activities/{reply}", self._post),
                web.put("/v3/conversations/{place}/activities/{id}", self._put),
                web.get("/v3/conversations/{place}/members/{user}", self._member),
                web.get("/v3/conversations/{place}/pagedmembers", self._members),
                web.get("/v3/teams/{team}/conversations", self._channels),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.root = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Listen no more."""
        assert self._runner
        await self._runner.cleanup()

    def hire(self, email: str, name: str = "", **more: str) -> str:
        """A person of the tenant; their Teams id."""
        user = f"29:{email.partition('@')[0]}"
        directory = f"00000000-0000-4000-8000-{abs(hash(email)) % 10**12:012d}"
        self.people[user] = {
            "id": user,
            "name": name or email,
            "email": email,
            "aadObjectId": directory,
            "tenantId": TENANT,
        } | more
        return user

    def bearer(self, signed_with: str = KID, kid: str = KID, **claims: Any) -> str:
        """The header that Microsoft sends with an activity; a claim that is None is left out."""
        at = int(self.now().timestamp())
        told = {"iss": ISSUER, "aud": APP, "serviceurl": self.root, "nbf": at - 60, "exp": at + 3600, **claims}
        told = {name: value for name, value in told.items() if value is not None}
        return "Bearer " + jwt.encode(told, key(signed_with), algorithm="RS256", headers={"kid": kid})

    async def _openid(self, request: web.Request) -> web.Response:
        self.calls["openid"] += 1
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.root}/keys"})

    async def _keys(self, request: web.Request) -> web.Response:
        self.calls["keys"] += 1
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(KID).public_key()))
        return web.json_response({"keys": [{**public, "kid": KID, "use": "sig", "endorsements": ["msteams"]}]})

    async def _token(self, request: web.Request) -> web.Response:
        self.calls["token"] += 1
        asked = await request.post()
        good = (asked["client_id"], asked["client_secret"], asked["scope"]) == (APP, PASSWORD, f"{ISSUER}/.default")
        if not good or request.match_info["tenant"] != TENANT:
            return web.json_response({"error": "invalid_client"}, status=401)
        return web.json_response({"access_token": "ours", "expires_in": 3599, "token_type": "Bearer"})

    def _amiss(self, request: web.Request, what: str) -> web.Response | None:
        self.calls[what] += 1
        if self.fails:
            status, headers = self.fails.pop(0)
            return web.json_response({"error": {"code": "Fails"}}, status=status, headers=headers)
        if request.headers.get("Authorization") != ("Bearer ours" if self.signed else None):
            return web.json_response({"error": {"code": "Unauthorized"}}, status=401)
        return None

    def _wrong(self, activity: dict[str, Any]) -> web.Response | None:
        for attachment in activity.get("attachments", ()):
            card = attachment["content"]
            if size(card) > LARGEST:
                return web.json_response({"error": {"code": "MessageSizeTooBig"}}, status=413)
            assert not self.strict or not problems(card), problems(card)
        return None

    async def _open(self, request: web.Request) -> web.Response:
        asked = await request.json()
        if refused := self._amiss(request, "open"):
            return refused
        if asked["isGroup"]:
            number = str(next(self._numbers))
            place = f"{asked['channelData']['channel']['id']};messageid={number}"
            self.sent.append(Sent(place, number, asked["activity"]))
            return self._wrong(asked["activity"]) or web.json_response({"id": place, "activityId": number}, status=201)
        user = asked["members"][0]["id"]
        if user in self.blocked or user not in self.people:
            return web.json_response({"error": {"code": "Forbidden"}}, status=403)
        place = f"a:{user}"
        self.places[place] = [user]
        return web.json_response({"id": place}, status=201)

    async def _post(self, request: web.Request) -> web.Response:
        activity, place = await request.json(), request.match_info["place"]
        if refused := self._amiss(request, "post"):
            return refused
        if place.partition(";")[0] not in self.places:
            return web.json_response({"error": {"code": "ConversationNotFound"}}, status=404)
        if activity["type"] == "typing":
            self.typing += 1
            self.on_typing()
            return web.json_response({"id": "typing"}, status=201)
        if wrong := self._wrong(activity):
            return wrong
        self.sent.append(Sent(place, str(next(self._numbers)), activity))
        return web.json_response({"id": self.sent[-1].id}, status=201)

    async def _put(self, request: web.Request) -> web.Response:
        activity = await request.json()
        if refused := self._amiss(request, "put") or self._wrong(activity):
            return refused
        where = request.match_info["place"], request.match_info["id"]
        found = next((each for each in self.sent if (each.conversation, each.id) == where), None)
        if found is None:
            return web.json_response({"error": {"code": "ActivityNotFound"}}, status=404)
        found.activity = activity
        return web.json_response({"id": found.id})

    async def _member(self, request: web.Request) -> web.Response:
        if refused := self._amiss(request, "member"):
            return refused
        found = self.people.get(request.match_info["user"])
        return web.json_response(found) if found else web.json_response({"error": {"code": "MemberNotFound"}}, status=404)

    async def _members(self, request: web.Request) -> web.Response:
        """Two a page, so that paging is always at work."""
        if refused := self._amiss(request, "members"):
            return refused
        listed = self.places[request.match_info["place"]]
        start = int(request.query.get("continuationToken", "0"))
        page = {"members": [self.people[user] for user in listed[start : start + 2]]}
        more = {"continuationToken": str(start + 2)} if start + 2 < len(listed) else {}
        return web.json_response(page | more)

    async def _channels(self, request: web.Request) -> web.Response:
        if refused := self._amiss(request, "channels"):
            return refused
        return web.json_response({"conversations": [{"id": place} for place in self.places if place.startswith("19:")]})


def stamp() -> str:
    """A time as activities carry it; nothing reads it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(0))
