"""Teams' dialogs (task modules) and its other invokes: an answer travels in the response itself."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bot.surface import SendRefused, SendUnsure
from bot.teams_cards import CARD, form_card, message_card
from bot.teams_directory import Directory, Member
from bot.teams_fields import form_values
from bot.teams_heard import Heard
from bot.teams_roster import Roster
from bot.teams_talk import GUEST, UNKNOWN, Talk
from handlers import emergency
from handlers.ask import FEEDBACK, TO_MARKETING
from handlers.event import Event, Reply
from handlers.message import Message, Page, Text

MESSAGE_ACTIONS = {"ask": TO_MARKETING, "report": emergency.REPORT}
"""What Teams' message actions (by their id in the app's manifest) open: the form for Marketing, and a report."""

DONE = "That is done already. You can close this window."
UNREADABLE = Message("That could not be read", (Text("Please close this window and start again from the button."),))
_TITLE = 60
_LONGEST = 500
"""Characters of a link: Teams puts the names of team and channel behind it, and it leads there without them."""
_AUTHOR_WITHIN = 2.0
"""Seconds in which Teams may say who wrote a message: the form does not wait longer for it."""

_log = structlog.get_logger("lodge.teams")
Body = dict[str, Any]
Take = Callable[[Heard, Event], Awaitable[Reply]]


class Dialogs:
    """One method an invoke; what Teams may add later is answered with an empty table."""

    def __init__(self, talk: Talk, roster: Roster, directory: Directory, now: Callable[[], datetime]) -> None:
        self._talk, self._roster, self._directory, self._now = talk, roster, directory, now
        self._doors: Mapping[str, Callable[[Heard], Awaitable[Body]]] = {
            "task/fetch": self.filled,
            "task/submit": self.filled,
            "composeExtension/fetchTask": self.asked_about,
            "composeExtension/submitAction": self.filled,
            "adaptiveCard/action": self.executed,
            "message/submitAction": self.judged,
        }

    async def invoke(self, heard: Heard) -> Body:
        """The body of the response to any invoke."""
        door = self._doors.get(heard.name)
        return await door(heard) if door else {}

    async def filled(self, heard: Heard) -> Body:
        """A button that opens a form, a form sent in, or a button inside one."""
        return _continued(await self._reply(heard, _table(heard.value.get("data"))))

    async def asked_about(self, heard: Heard) -> Body:
        """A message action: a form. A report takes along where the message stands and whose it is; its words are not read."""
        action = MESSAGE_ACTIONS.get(str(heard.value.get("commandId")), MESSAGE_ACTIONS["ask"])
        payload = _table(heard.value.get("messagePayload"))
        values = await self._pointed(heard, payload) if action == emergency.REPORT else {}
        return _continued(await self._reply(heard, {"lodge": {"action": action, "subject": ""}}, values))

    async def executed(self, heard: Heard) -> Body:
        """A card that changes in place (Action.Execute): the reply takes the card's place, for this person."""
        reply = await self._reply(heard, _table(_table(heard.value.get("action")).get("data")), take=self._talk.plainly)
        if not isinstance(reply, Message):
            return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": DONE}
        return {"statusCode": 200, "type": CARD, "value": message_card(reply)}

    async def judged(self, heard: Heard) -> Body:
        """Teams' own "was this helpful": counted, without the words beside it. What follows comes as a message.

        Teams does not say which question it is about: the last one counts.
        """
        verdict = {"like": "yes", "dislike": "no"}.get(str(_table(heard.value.get("actionValue")).get("reaction")))
        with contextlib.suppress(SendRefused, SendUnsure):
            member = await self._roster.who(heard)
            if verdict and not member.guest:
                event = await self._event(heard, member, {"lodge": {"action": FEEDBACK, "subject": verdict}})
                await self._talk.answer(heard, member, event)
        return {}

    async def _pointed(self, heard: Heard, payload: Mapping[str, Any]) -> dict[str, str]:
        """The link to a message and the address of its author, as far as Teams says."""
        user = str(_table(_table(payload.get("from")).get("user")).get("id") or "")
        values = {"link": _link(payload.get("linkToMessage")), "who": await self._author(heard, user) if user else ""}
        return {name: value for name, value in values.items() if value}

    async def _author(self, heard: Heard, user: str) -> str:
        """The address of whoever has this directory id; '' where neither Lodge nor Teams knows them soon enough."""
        if known := await self._directory.picked(user):
            return known
        try:
            async with asyncio.timeout(_AUTHOR_WITHIN):
                return await self._roster.address(heard, user)
        except (SendRefused, SendUnsure, TimeoutError):
            return ""

    async def _reply(
        self, heard: Heard, data: Mapping[str, Any], values: Mapping[str, str] | None = None, take: Take | None = None
    ) -> Reply:
        """What an event leads to, by way of ``take`` where it is not a dialog that asks."""
        try:
            member = await self._roster.who(heard)
            event = await self._event(heard, member, data)
        except (SendRefused, SendUnsure):
            return UNKNOWN
        except ValueError:
            return UNREADABLE
        return GUEST if member.guest else await (take or self._talk.reply)(heard, replace(event, values=values or event.values))

    async def _event(self, heard: Heard, member: Member, data: Mapping[str, Any]) -> Event:
        """A press or a submission. Raises ``ValueError`` for what no card of ours sends."""
        lodge = _table(data.get("lodge"))
        if not lodge:
            raise ValueError("no card of ours")
        event = Event("pressed", "teams", member.email, heard.place, heard.id, self._now())
        if isinstance(lodge.get("action"), str):
            return replace(event, action=lodge["action"], subject=str(lodge.get("subject") or ""))
        picked = await self._picked(data, lodge.get("people"))
        values = form_values(data, lodge.get("people"), picked.__getitem__)
        step, draft = str(lodge.get("step") or ""), str(lodge.get("draft") or "")
        return replace(event, kind="submitted", action=step, subject=draft, values=values)

    async def _picked(self, data: Mapping[str, Any], people: object) -> dict[str, str]:
        """Who is behind each directory id that was picked. Nobody picked is dropped: whom Lodge does not know is said so."""
        ids = [data.get(name) for name in people if isinstance(name, str)] if isinstance(people, list) else []
        found = {each: await self._directory.picked(each) for each in ids if isinstance(each, str)}
        return {each: email or f"somebody picked in Teams ({each})" for each, email in found.items()}


def _continued(reply: Reply) -> Body:
    """The dialog goes on with the reply, or says that there is nothing more to do."""
    if reply is None:
        return {"task": {"type": "message", "value": DONE}}
    title = reply.form.title if isinstance(reply, Page) else reply.title
    card = form_card(reply) if isinstance(reply, Page) else message_card(reply, in_dialog=True)
    shown = {"title": title[:_TITLE], "width": "medium", "height": "large", "card": {"contentType": CARD, "content": card}}
    return {"task": {"type": "continue", "value": shown}}


def _link(address: object) -> str:
    """The address of a message, short enough for its field."""
    if not isinstance(address, str) or not address.startswith("https://"):
        return ""
    return address if len(address) <= _LONGEST else address.partition("?")[0][:_LONGEST]


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
