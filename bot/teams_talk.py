"""What happens in a chat or a channel of Teams: typed words and plain buttons become events, replies become messages."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime

import structlog

from bot.surface import Receive, SendRefused, SendUnsure
from bot.teams_directory import Member
from bot.teams_heard import Heard
from bot.teams_post import Post, patiently
from bot.teams_roster import Roster, stranger
from handlers.ask import FEEDBACK, GATED
from handlers.event import Event, Reply
from handlers.message import Action, Message, Page, Text
from handlers.router import OPENS

TYPING_AFTER = 0.5
"""Seconds after which Lodge shows that it is at work; most answers are there sooner."""

COMMANDS = ("menu", "my cases", "home", "cases")
WELCOME = Message(
    "Hello, I am Lodge",
    (
        Text(
            "Ask me what the college's Social Media Policy allows, and I answer with the clause. I also take questions to "
            "Marketing. Type “menu” to see what you can do and “my cases” for what you have sent."
        ),
    ),
)
FAILED = Message(
    "Something went wrong on our side",
    (Text("Something went wrong on our side; nothing was sent. Try again, or ring the person you need."),),
    tone="no",
)
UNKNOWN = Message(
    "I cannot see who you are just now",
    (Text("Teams did not tell me who you are, so nothing was sent. Try again in a minute, or ring the person you need."),),
    tone="no",
)
FILES = Message(
    "I do not take files",
    (
        Text(
            "I have not opened or kept what you sent. Tell me in words. If it shows harm to a child or a student, do not "
            "forward or copy it: ring the Safeguarding lead, and in an emergency 999."
        ),
    ),
)
GUEST = Message(
    "I answer the college's own staff",
    (Text("Please ask the person at the college whom you deal with. In an emergency, ring 999."),),
)
PRIVATELY = Message("I’ve answered privately", (Text("Look in your chat with Lodge."),))
NOT_REACHED = Message(
    "I can answer that only in private",
    (Text("Open a chat with Lodge (Apps, then Lodge) and ask me there. If anybody is in danger, ring 999 now."),),
)

_log = structlog.get_logger("lodge.teams")


class Talk:
    """``receive`` is set when the surface starts. ``typing_after`` is in seconds."""

    receive: Receive

    def __init__(self, post: Post, roster: Roster, now: Callable[[], datetime], typing_after: float = TYPING_AFTER) -> None:
        self._post, self._roster, self._now, self._after = post, roster, now, typing_after
        self._typing: set[asyncio.Task[None]] = set()

    async def hear(self, heard: Heard) -> None:
        """A message, or the press of a plain button."""
        pressed = _pressed(heard)
        member = await self._who(heard, bool(pressed))
        if member is None or member.guest:
            await self._say(heard, GUEST if member else UNKNOWN)
            return
        if heard.text or pressed or not heard.files:
            await self.answer(heard, member, self._event(heard, member, pressed))
        if heard.files:
            await self._say(heard, FILES)

    async def welcome(self, heard: Heard) -> None:
        """Lodge was added to a personal chat."""
        await self._say(heard, WELCOME)

    async def reply(self, heard: Heard, event: Event) -> Reply:
        """What the rest of Lodge says to an event. A failure becomes words; its own words reach no log (promise 9)."""
        try:
            async with self._at_work(heard):
                return await self.receive(event)
        except Exception:
            _log.exception("teams.failed", kind=event.kind)
            return FAILED

    async def plainly(self, heard: Heard, event: Event) -> Message | None:
        """The reply where no dialog can open: a form is not begun, and a concern not opened, before somebody can see it."""
        if event.kind == "pressed" and event.action in OPENS:
            return _way_in(event)
        reply = await self.reply(heard, event)
        return _way_in(event) if isinstance(reply, Page) else reply

    async def answer(self, heard: Heard, member: Member, event: Event) -> None:
        """What an event leads to, in the chat; to the person alone where it is for nobody else, or where they pressed."""
        reply = await self.plainly(heard, event)
        if reply is None:
            return
        if heard.public and (reply.discreet or event.kind != "said"):
            await self._say_privately(heard, member, reply, told=event.kind != "pressed")
        else:
            await self._say(heard, reply, asks_back=_asks_back(reply))

    async def _who(self, heard: Heard, pressed: bool) -> Member | None:
        """Who did this; a question is answered even where Teams cannot say, a press is not acted on."""
        try:
            return await self._roster.who(heard)
        except (SendRefused, SendUnsure) as error:
            _log.warning("teams.unknown_person", why=type(error).__name__)
            return None if pressed else stranger(heard)

    def _event(self, heard: Heard, member: Member, pressed: dict[str, str]) -> Event:
        event = Event("said", "teams", member.email, heard.place, heard.id, self._now())
        if pressed:
            return replace(event, kind="pressed", action=pressed["action"], subject=pressed["subject"])
        if not heard.text or heard.text.lower() in COMMANDS:
            return replace(event, kind="called", text="menu")
        return replace(event, text=heard.text)

    async def _say(self, heard: Heard, message: Message, *, asks_back: bool = False) -> bool:
        place = replace(heard.home, id=heard.conversation)
        return await _sent(lambda: self._post.to(place, message, asks_back=asks_back))

    async def _say_privately(self, heard: Heard, member: Member, message: Message, *, told: bool) -> None:
        """To the person alone; those who can read the place learn no more than that, and after a press not even that."""
        reached = await _sent(lambda: self._post.to_person(member, message))
        if told or not reached:
            await self._say(heard, PRIVATELY if reached else NOT_REACHED)

    @contextlib.asynccontextmanager
    async def _at_work(self, heard: Heard) -> AsyncIterator[None]:
        timer = asyncio.get_running_loop().call_later(self._after, self._show_typing, heard)
        try:
            yield
        finally:
            timer.cancel()

    def _show_typing(self, heard: Heard) -> None:
        task = asyncio.create_task(self._type(heard))
        self._typing.add(task)
        task.add_done_callback(self._typing.discard)

    async def _type(self, heard: Heard) -> None:
        with contextlib.suppress(SendRefused, SendUnsure):  # the answer matters, this does not
            await self._post.typing(replace(heard.home, id=heard.conversation))


async def _sent(send: Callable[[], object]) -> bool:
    """Whether a reply went out; that it did not is logged, and the person asks again."""
    try:
        await patiently(send)  # type: ignore[arg-type]
    except (SendRefused, SendUnsure) as error:
        _log.warning("teams.reply_failed", why=type(error).__name__)
        return False
    return True


def _asks_back(message: Message) -> bool:
    """Whether Teams' own thumbs stand under a message: only where the question can be found again."""
    asked = [each.subject.split() for each in message.actions if each.name == FEEDBACK]
    return bool(asked) and all(GATED not in each for each in asked)


def _pressed(heard: Heard) -> dict[str, str]:
    """The button's name and subject, or nothing."""
    lodge = heard.value.get("lodge")
    if not isinstance(lodge, dict) or not isinstance(lodge.get("action"), str):
        return {}
    return {"action": lodge["action"], "subject": str(lodge.get("subject") or "")}


def _way_in(event: Event) -> Message:
    """A form opens only from a button that says so (a card from an older Lodge may not): here is one."""
    action = Action(event.action, "Open the form", event.subject, style="main", opens_form=True)
    return Message("This opens a form", (Text("Press the button to go on."),), (action,))
