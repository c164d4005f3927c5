"""Who somebody is: Slack's id, the e-mail that is theirs on every surface, and whether they are one of the college's staff."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from bot.slack_calls import Calls, Refused

KEPT = timedelta(hours=1)
MOST = 20_000
_NOBODY = ("users_not_found", "user_not_found", "user_not_visible")


@dataclass(frozen=True)
class Member:
    """Somebody in Slack. ``outside``: deactivated, a guest, a bot, or from the other side of a shared channel.

    ``bot`` is nobody at all: no person reads or writes behind it.
    """

    id: str
    email: str
    name: str
    outside: bool
    bot: bool = False


class People:
    """Members by id and by e-mail, each asked for once an hour. ``team`` gives our workspace's and organisation's ids.

    ``known`` gives the e-mail addresses of ids that the college has written down, where Slack has another address or none.
    """

    def __init__(
        self,
        calls: Calls,
        now: Callable[[], datetime],
        team: Callable[[], tuple[str, str]],
        known: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._calls, self._now, self._team, self._known = calls, now, team, known
        self._ids = {email: user for user, email in known.items()}
        self._kept: OrderedDict[str, tuple[Member | None, datetime]] = OrderedDict()

    async def by_id(self, user: str) -> Member | None:
        """The member with this id. Raises as a call does."""
        return await self._found(user, "users.info", user=user)

    async def by_email(self, email: str) -> Member | None:
        """The member with this address. Raises as a call does."""
        email = email.lower()
        if email.startswith("slack-"):
            return await self.by_id(email.removeprefix("slack-").upper())
        if email in self._ids:
            return await self.by_id(self._ids[email])
        return await self._found(email, "users.lookupByEmail", email=email)

    def name(self, user: str) -> str:
        """The name of somebody who was looked up lately, else words for anybody."""
        member, _ = self._kept.get(user, (None, None))
        return member.name if member else "somebody"

    async def _found(self, key: str, method: str, **arguments: str) -> Member | None:
        member, at = self._kept.get(key, (None, None))
        if at and self._now() - at < KEPT:
            return member
        member = await self._asked(method, **arguments)
        for each in (key, *((member.id, member.email) if member else ())):
            self._kept[each] = (member, self._now())
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        return member

    async def _asked(self, method: str, **arguments: str) -> Member | None:
        try:
            answer = await self._calls(method, **arguments)
        except Refused as refused:
            if refused.code in _NOBODY:
                return None
            raise
        return self._read(answer["user"])

    def _read(self, user: Mapping[str, Any]) -> Member:
        profile = user.get("profile") or {}
        email = (self._known.get(user["id"]) or profile.get("email") or f"slack-{user['id']}").lower()
        name = profile.get("real_name") or user.get("real_name") or user.get("name") or email
        return Member(user["id"], email, name, self._outside(user), bool(user.get("is_bot")))

    def _outside(self, user: Mapping[str, Any]) -> bool:
        marks = ("deleted", "is_restricted", "is_ultra_restricted", "is_stranger", "is_bot")
        team, organisation = self._team()
        ours = user.get("team_id") in (team, None, "")
        same = bool(organisation) and (user.get("enterprise_user") or {}).get("enterprise_id") == organisation
        return any(user.get(mark) for mark in marks) or not (ours or same)
