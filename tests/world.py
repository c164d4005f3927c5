"""A college with named staff who talk to a real Lodge: the same verbs whichever surface carries them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.app import App


@dataclass(frozen=True)
class Button:
    """What a person can press."""

    label: str
    action: str
    subject: str
    opens_form: bool


@dataclass(frozen=True)
class Seen:
    """What a person sees: a message, or a page of a form."""

    kind: str
    title: str = ""
    text: str = ""
    tone: str = "plain"
    quotes: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    place: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    flow: str = ""
    step: str = ""
    draft: str = ""

    def __contains__(self, words: str) -> bool:
        return words.lower() in f"{self.title} {self.text}".lower()

    def button(self, label: str) -> Button:
        """The button with this label, which must be there."""
        found = [button for button in self.buttons if button.label.startswith(label)]
        assert found, f"no button {label!r} on {self.title!r}: {[button.label for button in self.buttons]}"
        return found[0]

    def has(self, label: str) -> bool:
        """Whether a button with this label is there."""
        return any(button.label.startswith(label) for button in self.buttons)


class Driver(Protocol):
    """How a surface is driven from outside, as its users drive it."""

    async def say(self, person: str, text: str, event_id: str) -> Seen: ...
    async def press(self, person: str, place: str, button: Button, event_id: str, status: int = 200) -> Seen: ...
    async def submit(self, person: str, page: Seen, values: Mapping[str, str | list[str]], event_id: str) -> Seen: ...
    async def home(self, person: str) -> Seen: ...
    async def posts(self, person: str, place: str) -> list[Seen]: ...
    async def stop(self) -> None: ...


class Clock:
    """The one clock of a test; it stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


class Staff:
    """One member of staff."""

    def __init__(self, world: "World", name: str) -> None:
        self.world, self.name, self.email = world, name, f"{name}@college.example"
        self.shown = Seen("nothing")

    async def asks(self, text: str) -> Seen:
        """Type something to Lodge."""
        self.shown = await self.world.driver.say(self.email, text, str(uuid.uuid4()))
        return self.shown

    async def presses(self, label: str, on: Seen | None = None) -> Seen:
        """Press a button on what is shown, or on something seen before; then everything owed is delivered."""
        shown = on or self.shown
        event_id = str(uuid.uuid4())
        self.shown = await self.world.driver.press(self.email, shown.place, shown.button(label), event_id)
        await self.world.settle()
        return self.shown

    async def reaches(self, label: str, shown: Seen) -> Seen:
        """Press somebody else's button all the same, from one's own conversation: a forged press."""
        seen = await self.presses(label, replace(shown, place=""))
        # Teams opens a form only from a button that says so: a forged press of another gets that button first.
        return await self.presses("Open the form", seen) if seen.has("Open the form") else seen

    async def fills(self, on: Seen | None = None, **values: str | list[str]) -> Seen:
        """Fill in the form that is shown and send it; what is not named stays as it is."""
        page = on or self.shown
        assert page.kind == "page", f"no form is shown, but {page.title!r}: {page.text}"
        self.shown = await self.world.driver.submit(self.email, page, {**page.fields, **values}, str(uuid.uuid4()))
        await self.world.settle()
        return self.shown

    async def points_at(self, author: "Staff", text: str) -> Seen:
        """Use "Report this message" on what somebody wrote, where a surface has messages of other people's."""
        self.shown = await self.world.driver.point(self.email, author.email, text)  # type: ignore[attr-defined]
        return self.shown

    async def home(self) -> Seen:
        """Open the home page."""
        self.shown = await self.world.driver.home(self.email)
        return self.shown

    async def reads(self, channel: str = "") -> list[Seen]:
        """What stands in a role's channel, or was sent to this person, oldest first."""
        return await self.world.driver.posts(self.email, channel)

    async def puts_to_marketing(self, text: str) -> Seen:
        """Ask something that the policy does not decide, and send it on."""
        await self.asks(text)
        await self.presses("Put this question to Marketing")
        await self.fills()
        return await self.fills()


class World:
    """A running Lodge, its staff and its clock."""

    def __init__(self, app: App, driver: Driver, clock: Clock) -> None:
        self.app, self.driver, self.clock = app, driver, clock
        for name in ("amira", "ben", "bea", "hana", "hugo", "sol", "sue", "pat", "gwen"):
            setattr(self, name, Staff(self, name))

    amira: Staff
    ben: Staff
    bea: Staff
    hana: Staff
    sol: Staff
    pat: Staff

    async def settle(self) -> None:
        """Deliver whatever is due now."""
        while await self.app.worker.step():
            pass
        await self.app.worker.rested()
