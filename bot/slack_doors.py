"""The doors by which things come in from Slack, each short, since the ack waits for it. All but events come through bolt.

Events, commands and presses are handed on and acked at once; a form's submission is handled before its ack, since
errors and the next page travel in it.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot import slack_words as words
from bot.slack_blocks import pressed
from bot.slack_inhand import InHand, Work, quietly
from bot.slack_mrkdwn import plain
from bot.slack_pointed import author, link
from bot.slack_replies import Spot
from bot.slack_turns import House, Turns, view_of
from bot.slack_views import about, inputs, said_above
from bot.surface import Receive
from handlers import emergency, home
from handlers.ask import TO_MARKETING
from handlers.event import Reply
from handlers.message import Page

log = structlog.get_logger("lodge.slack")
Body = Mapping[str, Any]
Ack = Callable[..., Awaitable[Any]]
ANSWER_WITHIN = 2.3
"""Seconds for a submission: Slack gives three."""
REPORT_THIS = "report_this"
SHORTCUTS = {
    "ask_lodge": TO_MARKETING,
    "ask_lodge_about": TO_MARKETING,
    "report_concern": emergency.REPORT,
    REPORT_THIS: emergency.REPORT,
}
"""What the shortcuts open, by their callback ids in the manifest; those under a message do not read it."""
_NAMES = ("/report-concern", "/request-account", "/image-removal", "/ask-marketing")
COMMANDS = {each: home.DOORS[home.command(each)] for each in _NAMES}
_TYPED = (None, "file_share", "thread_broadcast")


class Doors:
    """Every listener. `hang` puts them into a bolt app; `empty` waits for what is in hand."""

    def __init__(self, house: House, receive: Receive) -> None:
        self._house, self._turns, self._in_hand = house, Turns(house, receive), InHand()
        self._late: dict[str, asyncio.Future[Reply]] = {}
        self.empty = self._in_hand.empty
        self._events = {"message": self.said, "app_mention": self.mentioned, "app_home_opened": self.opened}

    def hang(self, app: AsyncApp) -> None:
        """What people call, press and fill in, and what takes it. Events come by `event`."""
        app.command("/policy")(self.asked)
        app.command("/lodge")(self.called)
        app.command(re.compile("|".join(COMMANDS)))(self.began)
        app.shortcut(re.compile("|".join(SHORTCUTS)))(self.shortcut)
        app.action(re.compile(""))(self.pressed)
        app.view(re.compile(""))(self.submitted)
        app.error(self.unreadable)

    def event(self, body: Body) -> BoltResponse:
        """An event, without bolt, whose matching costs more than the answer. What Slack tells besides is passed over."""
        try:
            event = body["event"]
            take = self._events.get(event["type"])
            taken = take(body) if take and event.get("user") != self._house.own_id() else None
        except (AttributeError, KeyError, TypeError) as error:
            return _unreadable(error)
        return taken or BoltResponse(status=200)

    def said(self, body: Body) -> BoltResponse | None:
        """Something typed to Lodge itself. Edits, deletions, bots' and other channels' messages are passed over."""
        event = body["event"]
        if event.get("channel_type") != "im" or not _typed(event):
            return None
        spot = Spot(event["user"], event["channel"], event.get("thread_ts") or event["ts"])
        return self._once(body, lambda: self._turns.hear(event, spot, body["event_id"]))

    def mentioned(self, body: Body) -> BoltResponse | None:
        """Lodge was named in a channel: the answer goes into the thread."""
        event = body["event"]
        if event["channel"].startswith("D") or not _typed(event):
            return None
        joined = event.get("thread_ts", "")
        spot = Spot(event["user"], event["channel"], joined or event["ts"], joined)
        return self._once(body, lambda: self._turns.hear(event, spot, body["event_id"]))

    def opened(self, body: Body) -> BoltResponse | None:
        """Lodge's page was opened: the home page, or the questions to start from."""
        event = body["event"]
        if event.get("tab") == "messages":
            return self._once(body, lambda: self._house.replies.prompts(event["channel"], words.PROMPTS))
        return self._once(body, lambda: self._turns.home(event["user"], body["event_id"]))

    async def asked(self, ack: Ack, body: Body) -> None:
        """`/policy` and a question: the answer is for the asker alone."""
        spot, text = _of_command(body), plain(body.get("text", ""), self._house.people.name)
        if text:
            await self._begin(ack, lambda: self._turns.run(spot, "called", body["trigger_id"], text=text))
        else:
            await self._begin(ack, lambda: self._turns.show(spot, words.HOW))

    async def called(self, ack: Ack, body: Body) -> None:
        """`/lodge`: the menu; a question after it is answered."""
        spot, text = _of_command(body), plain(body.get("text", ""), self._house.people.name) or "menu"
        await self._begin(ack, lambda: self._turns.run(spot, "called", body["trigger_id"], text=text))

    async def began(self, ack: Ack, body: Body) -> None:
        """A command that opens a form at once."""
        spot, action = _of_command(body), COMMANDS[body["command"]]
        await self._begin(ack, lambda: self._turns.run(spot, "pressed", body["trigger_id"], action=action))

    async def shortcut(self, ack: Ack, body: Body) -> None:
        """From the menu, or under a message: a form. A report takes along where the message stands and whose it is."""
        called, event_id = body["callback_id"], body["trigger_id"]
        spot, action = Spot(body["user"]["id"], trigger=event_id), SHORTCUTS[body["callback_id"]]
        if called == REPORT_THIS:
            await self._begin(ack, lambda: self._turns.point(spot, event_id, action, link(body), author(body)))
        else:
            await self._begin(ack, lambda: self._turns.run(spot, "pressed", event_id, action=action))

    async def pressed(self, ack: Ack, body: Body) -> None:
        """A button, or whether an answer helped."""
        element = body["actions"][0]
        action, subject = pressed(element)
        if element.get("type") not in ("button", "feedback_buttons"):
            await ack()
            return
        spot, place = _of_press(body)
        event_id = body["trigger_id"]
        await self._begin(ack, lambda: self._turns.run(spot, "pressed", event_id, place=place, action=action, subject=subject))

    async def submitted(self, ack: Ack, body: Body) -> None:
        """A filled-in form. One that takes too long goes on by itself when it is done."""
        view = body["view"]
        shown = f"{view['id']}-{view.get('hash', '')}"
        task = self._late.get(shown) or self._in_hand.keep(self._turns.outcome(body))
        done, _ = await asyncio.wait({task}, timeout=ANSWER_WITHIN)
        if not done and shown not in self._late:
            self._late[shown] = task
            self._in_hand.keep(quietly(self._go_on(shown, view, task)))
        await ack(**(_answer(view, task.result()) if done else _asked_to_wait(view)))

    async def unreadable(self, error: Exception) -> BoltResponse:
        """A signed request that is not as Slack's are."""
        return _unreadable(error)

    async def _go_on(self, shown: str, view: Body, task: asyncio.Future[Reply]) -> None:
        """Until the dialog shows the late outcome, sending it once more means the same submission, and no further step."""
        try:
            await self._turns.late(view, task)
        finally:
            self._late.pop(shown, None)

    def _once(self, body: Body, work: Work) -> BoltResponse | None:
        """Where too much is in hand, the event is not acked, and Slack brings it again."""
        taken = self._in_hand.start_once(body["event_id"], work)
        return None if taken else BoltResponse(status=503, body=words.BUSY)

    async def _begin(self, ack: Ack, work: Work) -> None:
        await (ack() if self._in_hand.start(work) else ack(text=words.BUSY))


def _unreadable(error: Exception) -> BoltResponse:
    log.warning("unreadable", error=type(error).__name__)
    return BoltResponse(status=400, body="That could not be read: it lacks what Slack's requests carry.")


def _typed(event: Body) -> bool:
    """Whether a person wrote this just now: no bot, no edit, no deletion."""
    return event.get("subtype") in _TYPED and not event.get("bot_id") and bool(event.get("user"))


def _of_command(body: Body) -> Spot:
    answers_at = body.get("response_url", "")
    return Spot(body["user_id"], body["channel_id"], private=True, answers_at=answers_at, trigger=body["trigger_id"])


def _of_press(body: Body) -> tuple[Spot, str]:
    """Where a button was pressed, and the place that a dialog remembers."""
    user, trigger, view = body["user"]["id"], body["trigger_id"], body.get("view")
    if view:
        inside = view["id"] if view.get("type") == "modal" else ""
        return Spot(user, trigger=trigger, view=inside), about(view).get("place", "")
    box, answers_at = body["container"], body.get("response_url", "")
    joined = box.get("thread_ts") or ""
    spot = Spot(user, box["channel_id"], joined or box["message_ts"], joined, trigger=trigger, answers_at=answers_at)
    return replace(spot, private=spot.public or bool(box.get("is_ephemeral"))), ""


def _answer(view: Body, reply: Reply) -> dict[str, Any]:
    """A submission's answer: errors beside fields that are shown, the next page, the last message, or nothing more."""
    if isinstance(reply, Page):
        errors = reply.form.errors
        if errors and about(view).get("step") == reply.step and set(errors) <= set(inputs(view)):
            return {"response_action": "errors", "errors": dict(errors)}
    shown = view_of(view, reply)
    return {"response_action": "update", "view": shown} if shown else {}


def _asked_to_wait(view: Body) -> dict[str, Any]:
    first = next(iter(inputs(view)), None)
    if first:
        return {"response_action": "errors", "errors": {first: words.SLOW}}
    return {"response_action": "update", "view": said_above(view, words.SLOW)}
