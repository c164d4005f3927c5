"""Who is who in Teams, and where Lodge is installed: learnt from what Teams says, and asked for once."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.surface import SendRefused, SendUnsure
from bot.teams_connector import NOT_THERE, Connector
from bot.teams_directory import Conversation, Directory, Member, channel_of
from bot.teams_heard import Heard

_OUTSIDE = ("guest", "anonymous")


class Roster:
    """People and places, kept in the directory. ``known`` gives the addresses of directory ids the college has written down."""

    def __init__(self, connector: Connector, directory: Directory, known: Mapping[str, str]) -> None:
        self._known = known
        self._connector, self._directory = connector, directory

    async def who(self, heard: Heard) -> Member:
        """Who did this. Asks Teams where they were not met lately. Raises `SendRefused` or `SendUnsure` where it cannot say."""
        member = self._directory.heard(heard.user)
        if heard.elsewhere:
            return member or await self._pointing(heard)
        if member is None:
            told = await self._connector.member(heard.service, heard.conversation, heard.user)
            member = await self._directory.meet(self._member(told, heard.home))
        if not heard.public and member.chat != heard.conversation:
            member = await self._directory.meet(replace(member, chat=heard.conversation))
        await self._directory.keep(heard.home)
        return member

    async def _pointing(self, heard: Heard) -> Member:
        """Who used a message action, perhaps where Lodge is not installed: that place is not kept, nor taken for their chat."""
        if known := await self._directory.person(await self._directory.picked(heard.directory)):
            return known
        told = await self._connector.member(heard.service, heard.conversation, heard.user)
        return self._member(told, replace(heard.home, kind="groupChat"))

    async def installed(self, heard: Heard) -> None:
        """Lodge was added somewhere: keep the place, and whom it can reach from there."""
        if not heard.public:
            await self.who(heard)
            return
        await self._directory.keep(heard.home)
        if heard.team:
            for channel in await self._connector.channels(heard.service, heard.team):
                await self._directory.keep(replace(heard.home, id=channel, kind="channel"))
        await self._read(heard.home)

    async def channel_made(self, heard: Heard, channel: str) -> None:
        """A team that has Lodge has a new channel."""
        await self._directory.keep(replace(heard.home, id=channel, kind="channel"))

    async def joined(self, heard: Heard) -> None:
        """Somebody joined a team or a chat that has Lodge: from now on they can be reached."""
        await self._read(heard.home)

    async def left(self, heard: Heard) -> None:
        """Lodge was taken out."""
        await self._directory.drop(heard.home.id)
        member = self._directory.heard(heard.user)
        if member and not heard.public:
            await self._directory.leave(member)

    async def members(self, place: str) -> tuple[str, ...]:
        """The e-mail addresses of those who can read a place, asked anew each time: somebody may have just joined (promise 4).

        Empty where Teams does not say of each who it is. Raises `SendRefused` where Lodge is not installed there.
        """
        address = place.partition(":")[2]
        if address.startswith("@"):
            return (address[1:].lower(),)
        conversation = await self._directory.conversation(channel_of(address))
        if conversation is None:
            raise SendRefused(NOT_THERE)
        found = await self._read(conversation)
        return found if all("@" in email for email in found) else ()

    async def address(self, heard: Heard, directory: str) -> str:
        """The e-mail address of somebody in a conversation, by their id in the directory; '' where they have none.

        Raises `SendRefused` or `SendUnsure` where Teams does not say who it is.
        """
        member = self._member(await self._connector.member(heard.service, heard.conversation, directory), heard.home)
        return member.email if "@" in member.email else ""

    async def _read(self, conversation: Conversation) -> tuple[str, ...]:
        told = await self._connector.members(conversation.service, conversation.id)
        met = [await self._directory.meet(self._member(each, conversation)) for each in told]
        return tuple(member.email for member in met)

    def _member(self, told: Mapping[str, Any], home: Conversation) -> Member:
        """A person by the address the college knows them by. Raises `SendUnsure` where the answer names nobody."""
        member = _member(told, home)
        return replace(member, email=self._known.get(member.directory, member.email))


def stranger(heard: Heard) -> Member:
    """Somebody whom Teams cannot name just now: good enough to answer a question, never to send anything in their name."""
    return Member(heard.user, _nameless(heard.user), heard.user_name, heard.service, heard.bot, heard.tenant)


def _member(told: Mapping[str, Any], home: Conversation) -> Member:
    """A person from the connector's answer. Raises `SendUnsure` where the answer names nobody."""
    user = str(told.get("id") or "")
    if not user:
        raise SendUnsure("Teams named nobody")
    email = str(told.get("email") or told.get("userPrincipalName") or "").lower()
    return Member(
        id=user,
        email=email or _nameless(user),
        name=str(told.get("name") or ""),
        service=home.service,
        bot=home.bot,
        tenant=home.tenant,
        directory=str(told.get("aadObjectId") or told.get("objectId") or ""),
        chat=home.id if home.kind == "personal" else "",
        guest=told.get("userRole") in _OUTSIDE or str(told.get("tenantId") or home.tenant) != home.tenant,
    )


def _nameless(user: str) -> str:
    return f"teams-{user}".lower()
