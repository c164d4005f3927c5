"""Concerns walked through inside Lodge, with every page and message on the way drawn for each surface and held to its limits."""

import contextlib
from itertools import count

from bot.slack_blocks import message_blocks
from bot.slack_views import form_view, message_view
from bot.teams_cards import LIMIT, form_card, message_card
from bot.web_page import form_html, message_html
from handlers import concern, discreet, router
from handlers.event import Event, Reply
from handlers.message import Action, Page, Said
from storage.database import Database
from storage.sealing import Sealer, new_key
from tests.slack_limits import wrong_blocks, wrong_by_contract, wrong_view
from tests.surfaces.web_hostile import root_of
from tests.teams_contract import problems, size
from tests.world import Clock


def by_slack(reply: Reply) -> dict:
    """A dialog that Slack takes; a message is also one that it takes in a channel."""
    if isinstance(reply, Page):
        view = form_view(reply, "slack:C1")
    else:
        view, blocks = message_view(reply, ""), message_blocks(reply)
        assert wrong_by_contract("blocks", blocks) + wrong_blocks(blocks) == []
    assert wrong_view(view) == []
    return view


def by_teams(reply: Reply) -> dict:
    """A card that Teams takes."""
    card = form_card(reply) if isinstance(reply, Page) else message_card(reply, in_dialog=True)
    assert problems(card) == []
    assert size(card) < LIMIT
    return card


def by_web(reply: Reply):
    """A page in which no word of a stranger's made an element."""
    return root_of(form_html(reply) if isinstance(reply, Page) else message_html(reply))


class Walk:
    """What people do, and what they are shown for it. ``seen`` keeps every reply, ``flows`` the names of the forms met."""

    def __init__(self, database: Database, college, answers) -> None:
        self.database, self.college, self.answers = database, college, answers
        self.seen: list[Reply] = []
        self.flows: set[tuple[str, str]] = set()
        self._numbers = count(1)

    async def press(self, name: str, action: str, subject: str = "", **values: str) -> Reply:
        """A button, by its name."""
        return await self._happens("pressed", name, action, subject, values)

    async def follow(self, name: str, reply: Reply, label: str) -> Reply:
        """A button that is shown, by its label."""
        actions: tuple[Action, ...] = reply.form.actions if isinstance(reply, Page) else reply.actions
        found = next(each for each in actions if each.label.startswith(label))
        return await self.press(name, found.name, found.subject)

    async def fill(self, name: str, page: Reply, **values: str) -> Reply:
        """A form, with what stands in it already."""
        assert isinstance(page, Page), page
        return await self._happens("submitted", name, page.step, page.draft, {**page.form.values, **values})

    async def owed(self, case_id: str) -> list[Reply]:
        """Every message that can be owed about a concern, drawn."""
        async with self.database.read(college=self.college, answers=self.answers) as work:
            case = await work.case(case_id, actor="lodge", purpose="draw")
            found = [await draw(work, case) for name, draw in router.DRAWINGS.items() if name.startswith(("concern.", "case."))]
        return [self._shown(each) for each in found]

    async def newest(self, name: str) -> str:
        """The id of somebody's newest case."""
        async with self.database.read(college=self.college, answers=self.answers) as work:
            return (await work.cases_of(f"{name}@college.example"))[0].id

    async def reports(self, words: str, **more: str) -> str:
        """A concern for HR about nobody who could be named; its id."""
        page = await self.press("amira", concern.BEGIN, link="x")
        page = await self.fill("amira", page, about=more.pop("about", "conduct"))
        page = await self.fill("amira", page, unknown="yes")
        receipt = await self.fill("amira", page, what=words, kept="no", to="hr", **more)
        assert not isinstance(receipt, Page), receipt.form.errors
        return await self.newest("amira")

    async def opens(self, case_id: str, name: str = "hana") -> Reply:
        """A concern, in the dialog of somebody who may hear it."""
        return await self.press(name, discreet.OPEN, case_id)

    async def _happens(self, kind, name, action, subject, values) -> Reply:
        number, person = str(next(self._numbers)), f"{name}@college.example"
        event = Event(kind, "web", person, "web:#x", number, Clock()(), action=action, subject=subject, values=values)
        async with self.database.begin(college=self.college, answers=self.answers) as work:
            return self._shown(await router.handle(event, work))

    def _shown(self, reply: Reply) -> Reply:
        """Drawn on every surface."""
        for draw in (by_slack, by_teams, by_web):
            draw(reply)
        self.seen.append(reply)
        if isinstance(reply, Page):
            self.flows.add((reply.flow, reply.step))
        return reply


def said(reply: Reply) -> list[str]:
    """Whose words a page shows, each as it was said."""
    parts = reply.form.intro if isinstance(reply, Page) else reply.parts
    return [part.text for part in parts if isinstance(part, Said)]


@contextlib.asynccontextmanager
async def walking(tmp_path, answers, college):
    """A walk on a database of its own, in the example college."""
    database = await Database.open(f"sqlite:///{tmp_path}/lodge.db", Sealer.parse(new_key()), Clock())
    try:
        yield Walk(database, college, answers)
    finally:
        await database.close()
