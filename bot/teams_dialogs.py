"""Teams' dialogs (task modules) and its other invokes: an answer travels in the response itself."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import Any

import structlog

from bot.surface import SendRefused, SendUnsure
from bot.teams_cards import CARD, form_card, message_card
from bot.teams_directory import Directory, Member
from bot.teams_fields import form_values
from bot.teams_heard import Heard
from bot.teams_roster import Roster
from bot.teams_talk import GUEST, UNKNOWN, Talk
from handlers.ask import FEEDBACK
from handlers.event import Event, Reply
from handlers.message import Message, Page, Text

MESSAGE_ACTIONS = {"ask": "marketing.begin", "report": "emergency.show"}
"""What Teams' message actions (by their id in the app's manifest) press: the form for Marketing, and whom to tell."""

DONE = "That is done already. You can close this window."
UNREADABLE = Message("That could not be read", (Text("Please close this window and start again from the button."),))
_TITLE = 60
_TAG = re.compile(r"<[^>]+>")

_log = structlog.get_logger("lodge.teams")
Body = dict[str, Any]


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
        """A message action, such as "Ask Lodge about this"; the message's words come along as the event's text."""
        action = MESSAGE_ACTIONS.get(str(heard.value.get("commandId")), MESSAGE_ACTIONS["ask"])
        words = _words(heard.value.get("messagePayload"))
        return _continued(await self._reply(heard, {"lodge": {"action": action, "subject": ""}}, words))

    async def executed(self, heard: Heard) -> Body:
        """A card that changes in place (Action.Execute): the reply takes the card's place, for this person."""
        reply = await self._reply(heard, _table(_table(heard.value.get("action")).get("data")))
        if reply is None:
            return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": DONE}
        card = form_card(reply) if isinstance(reply, Page) else message_card(reply)
        return {"statusCode": 200, "type": CARD, "value": card}

    async def judged(self, heard: Heard) -> Body:
        """Teams' own "was this helpful": counted, without the words beside it. Teams shows nothing in return."""
        verdict = {"like": "yes", "dislike": "no"}.get(str(_table(heard.value.get("actionValue")).get("reaction")))
        if verdict:
            await self._reply(heard, {"lodge": {"action": FEEDBACK, "subject": verdict}})
        return {}

    async def _reply(self, heard: Heard, data: Mapping[str, Any], text: str = "") -> Reply:
        try:
            member = await self._roster.who(heard)
            event = self._event(heard, member, data)
        except (SendRefused, SendUnsure):
            return UNKNOWN
        except ValueError:
            return UNREADABLE
        return GUEST if member.guest else await self._talk.reply(heard, replace(event, text=text))

    def _event(self, heard: Heard, member: Member, data: Mapping[str, Any]) -> Event:
        """A press or a submission. Raises ``ValueError`` for what no card of ours sends."""
        lodge = _table(data.get("lodge"))
        if not lodge:
            raise ValueError("no card of ours")
        event = Event("pressed", "teams", member.email, heard.place, heard.id, self._now())
        if isinstance(lodge.get("action"), str):
            return replace(event, action=lodge["action"], subject=str(lodge.get("subject") or ""))
        values = form_values(data, lodge.get("people"), self._directory.picked)
        step, draft = str(lodge.get("step") or ""), str(lodge.get("draft") or "")
        return replace(event, kind="submitted", action=step, subject=draft, values=values)


def _continued(reply: Reply) -> Body:
    """The dialog goes on with the reply, or says that there is nothing more to do."""
    if reply is None:
        return {"task": {"type": "message", "value": DONE}}
    title = reply.form.title if isinstance(reply, Page) else reply.title
    card = form_card(reply) if isinstance(reply, Page) else message_card(reply, in_dialog=True)
    shown = {"title": title[:_TITLE], "width": "medium", "height": "large", "card": {"contentType": CARD, "content": card}}
    return {"task": {"type": "continue", "value": shown}}


def _words(payload: object) -> str:
    """The plain words of the message that somebody pointed at."""
    content = _table(_table(payload).get("body")).get("content")
    return unescape(_TAG.sub(" ", content)).strip() if isinstance(content, str) else ""


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
