"""How a message of Lodge's reaches a chat, a channel or a person in Teams."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.surface import SendRefused
from bot.teams_cards import CARD, citations, message_card
from bot.teams_connector import NOT_THERE, Connector
from bot.teams_directory import Conversation, Directory, Member, channel_of
from handlers.message import Message

PATIENCE = 5.0
"""Seconds that a reply waits where Teams asks Lodge to slow down; what is owed to others waits in the outbox instead."""


class Post:
    """Sends and changes messages. Everything raises `SendRefused` or `SendUnsure`. A reference is conversation and activity."""

    def __init__(self, connector: Connector, directory: Directory) -> None:
        self._connector, self._directory = connector, directory

    async def to_place(self, place: str, message: Message) -> str:
        """To ``teams:<conversation>`` or ``teams:@<e-mail>``."""
        address = place.partition(":")[2]
        if address.startswith("@"):
            member = await self._directory.person(address[1:])
            if member is None:
                raise SendRefused(NOT_THERE)
            return await self.to_person(member, message)
        conversation = await self._directory.conversation(channel_of(address))
        if conversation is None:
            raise SendRefused(NOT_THERE)
        if conversation.kind == "channel" and address == conversation.id:
            return await self._new_thread(conversation, message)
        return await self.to(replace(conversation, id=address), message)

    async def reaches(self, place: str) -> bool:
        """Whether Teams has told Lodge of a place, so that it can be written to."""
        address = place.partition(":")[2]
        if address.startswith("@"):
            return await self._directory.person(address[1:]) is not None
        return await self._directory.conversation(channel_of(address)) is not None

    async def to(self, conversation: Conversation, message: Message, *, asks_back: bool = False) -> str:
        """To a chat or a thread. ``asks_back``: with Teams' own buttons to say whether it helped."""
        activity = drawn(message, asks_back=asks_back)
        return f"{conversation.id} {await self._connector.post(conversation.service, conversation.id, activity)}"

    async def to_person(self, member: Member, message: Message) -> str:
        """To one person alone, in their personal chat, which is opened where there is none yet."""
        chat = member.chat or await self._open_chat(member)
        return await self.to(Conversation(chat, member.service, "personal", member.bot, member.tenant), message)

    async def change(self, ref: str, message: Message) -> None:
        """Change a message that stands."""
        conversation_id, _, activity_id = ref.rpartition(" ")
        conversation = await self._directory.conversation(channel_of(conversation_id))
        if conversation is None:
            raise SendRefused(NOT_THERE)
        await self._connector.put(conversation.service, conversation_id, activity_id, drawn(message))

    async def typing(self, conversation: Conversation) -> None:
        """Show that Lodge is at work."""
        await self._connector.post(conversation.service, conversation.id, {"type": "typing"})

    async def _new_thread(self, channel: Conversation, message: Message) -> str:
        """A message that starts a thread of its own in a channel."""
        data = {"channel": {"id": channel.id}, "tenant": {"id": channel.tenant}}
        asked = {"isGroup": True, "bot": {"id": channel.bot}, "tenantId": channel.tenant, "channelData": data}
        thread, activity = await self._connector.open(channel.service, {**asked, "activity": drawn(message)})
        return f"{thread} {activity}"

    async def _open_chat(self, member: Member) -> str:
        data = {"tenant": {"id": member.tenant}}
        asked = {"isGroup": False, "bot": {"id": member.bot}, "members": [{"id": member.id}], "tenantId": member.tenant}
        chat, _ = await self._connector.open(member.service, {**asked, "channelData": data})
        await self._directory.meet(replace(member, chat=chat))
        await self._directory.keep(Conversation(chat, member.service, "personal", member.bot, member.tenant))
        return chat


def drawn(message: Message, *, asks_back: bool = False) -> dict[str, Any]:
    """The activity that shows a message. ``summary`` is the notification's preview: it holds nobody's words (promise 9)."""
    activity = {
        "type": "message",
        "summary": "Lodge has answered you" if message.discreet else message.title,
        "attachments": [{"contentType": CARD, "content": message_card(message)}],
    }
    if found := citations(message):
        activity["entities"] = found
    return {**activity, "channelData": {"feedbackLoop": {"type": "default"}}} if asks_back else activity


async def patiently(send: Callable[[], Awaitable[str]]) -> str:
    """A reply is tried once more where Teams asks Lodge to wait a little: nobody's question stays unanswered for that."""
    try:
        return await send()
    except SendRefused as refused:
        if refused.retry_after is None or refused.retry_after > PATIENCE:
            raise
        await asyncio.sleep(refused.retry_after)
        return await send()
