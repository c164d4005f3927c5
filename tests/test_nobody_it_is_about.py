"""A concern never reaches those it is about, nor their deputies; and somebody else hears of it (promise 4; 2.3)."""

import asyncio
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from bot.college import EXAMPLE
from bot.college import load as load_college
from handlers import absence, adding, ask, cases, concern, discreet, emergency, moves, private, raising
from handlers.event import Reply
from handlers.message import Message, Page, Text
from storage import engines, migrations
from tests.imagined import NAMES, OUTSIDER, About, Deed, Imagined, concerns, told
from tests.overhearing import ACTIONS, REFERENCE, Overheard, gives_away, overheard
from tests.stories.reporting import notices, opens, reports

COLLEGE = load_college(EXAMPLE)
FORGED = (
    cases.SHOW,
    discreet.OPEN,
    moves.TAKE,
    moves.CLOSE,
    moves.ASK,
    private.RING_ME,
    private.ASIDE,
    private.BRING,
    private.CLOSE,
    adding.ASK,
    adding.ANSWER,
    concern.NAME,
    concern.ADD,
    concern.WITHDRAW,
    raising.DONE,
)
NOBODYS = {emergency.REPORT, absence.BEGIN, absence.BACK, ask.CLAUSE}  # buttons that are about no case
BY_HEARER = {
    "open": (discreet.OPEN, False),
    "acknowledge": (discreet.OPEN, True),
    "take": (moves.TAKE, False),
    "aside": (private.ASIDE, False),
    "add": (private.BRING, True),
    "hand": (private.BRING, True),
    "ring": (private.RING_ME, False),
    "ask": (adding.ASK, True),
    "close": (private.CLOSE, True),
    "name": (concern.NAME, True),
}
BY_REPORTER = {"reporter names": (concern.NAME, True), "withdraw": (concern.WITHDRAW, False)}
DAY = date(2026, 11, 24)  # the day of every example
CALM = settings(
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.generate),  # to make an example smaller takes minutes; it is told on one page as it is
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def runner():
    """One event loop for every example."""
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="module")
def template(runner):
    """An empty database, of which every example gets a copy beside it: in memory where the system offers that."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        path = Path(folder) / "template.db"
        url = engines.parse(f"sqlite:///{path}")
        engines.make_file(url)
        runner.run(migrations.upgrade(url))
        yield path


async def life(imagined: Imagined, world: Overheard, every: bool) -> None:
    """From the report to the end of every ladder; after each thing that happens, everybody it is about looks everywhere."""
    async with world.app.database.begin() as work:
        for each in imagined.absent:
            await work.set_absence(person=each, first=DAY, until=DAY, recorded_by=each)
    before = {each: await world.home(each) for each in [*imagined.college.people]}
    await report(imagined, world)
    if not world.case_id:
        return
    for deed in imagined.deeds:
        await done(world, deed)
        await looked(world, before, FORGED[:3])
    for _ in range(5):
        world.clock.passes(minutes=75)
        await world.settle()
    await looked(world, before, ACTIONS if every else FORGED)
    assert await world.desk() == []
    live = world.told & world.usable()
    assert live or world.outside, "nobody was told"


async def report(imagined: Imagined, world: Overheard) -> None:
    """The form, filled in as imagined. Where nobody inside is left, the outside contact is shown and nothing is stored."""
    world.about |= {each.email for each in imagined.about} - {""}
    reply = await world.walk(imagined.reporter, await world.press(imagined.reporter, emergency.REPORT), imagined.about)
    assert isinstance(reply, Message), reply
    async with world.app.database.read() as work:
        stored = await work.case(REFERENCE, actor="test", purpose="draw")
    if stored is None:
        assert (reply.title, world.outside, await world.stored()) == ("Nothing was sent", True, 0)
        assert not world.at_the_top(), "somebody inside could have heard it"
        return
    world.case_id = stored.id
    if not imagined.hasty:
        await world.settle()


async def done(world: Overheard, deed: Deed) -> None:
    """One deed, by somebody who may do it; and three quarters of an hour."""
    reporter = world.imagined.reporter
    able = [reporter] if deed.what in BY_REPORTER else await world.hearers()
    if deed.what != "wait" and able:
        person = able[deed.pick % len(able)]
        action, on = {**BY_HEARER, **BY_REPORTER}[deed.what]
        if deed.about and deed.about.email and "name" in deed.what:
            world.about.add(deed.about.email)
        world.aside |= {person} if deed.what == "aside" else set()
        reply = await world.press(person, action)
        if on and isinstance(reply, Page):
            await world.walk(person, reply, (deed.about,) if deed.about else ())
    if world.imagined.hasty and deed is not world.imagined.deeds[-1]:
        return
    world.clock.passes(minutes=45)
    await world.settle()


def unechoed(reply: Reply) -> Reply:
    """A reply without what this person typed just before, which is their own to see."""
    if not isinstance(reply, Message):
        return reply
    before = Text(ask.FOLLOWING)
    echoed = reply.parts.index(before) + 1 if before in reply.parts else -1
    return replace(reply, parts=tuple(part for at, part in enumerate(reply.parts) if at != echoed))


async def looked(world: Overheard, before: dict[str, str], actions: tuple[str, ...]) -> None:
    """Home page, lists, a typed reference, every button, every page that anybody was ever shown: all of it says nothing."""
    for person in sorted(world.barred):
        assert await world.home(person) == before.get(person, await world.home("nobody@college.example")), person
        assert person not in world.ears.homes or REFERENCE not in repr(world.ears.homes[person])
        for text in ("my cases", REFERENCE, world.case_id):
            said = await world.does("said", person, text=text)
            assert not gives_away(unechoed(said)) or text == REFERENCE
        for action in actions:
            if action not in NOBODYS:
                await world.forges(person, action)
        for owner, page in world.pages[:20]:
            await world.sends_again(person, page, {} if owner == person else page.form.values)
    world.pages = [each for each in world.pages if each[0] not in world.barred or each[1].flow != "concern_open"][:20]


def lived(runner, answers, template, imagined: Imagined, *, every: bool = False) -> None:
    """One example, on a Lodge of its own."""
    note(told(imagined))

    async def run() -> None:
        async with overheard(imagined, answers, template) as world:
            await life(imagined, world, every)

    runner.run(run())


@settings(CALM, max_examples=20)
@given(imagined=concerns(COLLEGE))
def test_no_message_page_list_or_log_reaches_anybody_it_is_about(runner, answers, template, imagined):
    """Whoever it is about, however they are named, whoever is away or reads the channels: they see nothing, others do."""
    lived(runner, answers, template, imagined)


@pytest.mark.soak
@settings(CALM, max_examples=600)
@given(imagined=concerns(COLLEGE))
def test_the_long_form_presses_every_button_there_is(runner, answers, template, imagined):
    """The same over hundreds of colleges, with every button of Lodge forged by everybody it is about."""
    lived(runner, answers, template, imagined, every=True)


async def test_a_concern_handed_back_and_forth_is_told_each_time(world):
    """A role that has a concern back hears of it anew: its first notice, edited, makes no sound."""
    await reports(world.amira, "conduct", "Ben Carter", "hr")
    for giver, held, taker, role in (
        (world.hana, "hr", world.sol, "safeguarding"),
        (world.sol, "safeguarding", world.hana, "hr"),
        (world.hana, "hr", world.sol, "safeguarding"),
    ):
        before = len(await notices(taker, role))
        await giver.presses("Add a role", await opens(giver, held))
        await giver.fills(role=role, how="hand")
        assert len(await notices(taker, role)) == before + 1, role


async def test_a_home_page_that_stands_forgets_whom_it_is_about(answers, template):
    """Hana is named while a concern waits on her home page: a fresh page is put in its place, without her opening it."""
    college = replace(COLLEGE, roles={name: replace(role, channel="slack:" + name) for name, role in COLLEGE.roles.items()})
    readers = {name: frozenset(role.members + role.deputies) for name, role in college.roles.items()}
    plan = Imagined(college, readers, about=(), kinds=("third",), reporter=OUTSIDER)
    async with overheard(plan, answers, template) as world:
        await report(plan, world)
        assert REFERENCE in repr(world.ears.homes["hana@college.example"])
        await done(world, Deed("reporter names", About("hana@college.example")))
        assert REFERENCE not in repr(world.ears.homes["hana@college.example"])
        assert REFERENCE in repr(world.ears.homes["pat@college.example"])


async def test_an_urgent_concern_does_not_wait_for_a_channel_that_is_gone(answers, template):
    """Where a platform refuses a role's channel for good, its people are messaged in the same minute."""
    college = replace(COLLEGE, roles={name: replace(role, channel="slack:" + name) for name, role in COLLEGE.roles.items()})
    readers = {name: frozenset(role.members + role.deputies) for name, role in college.roles.items()}
    plan = Imagined(college, readers, kinds=("conduct",), deaf=frozenset({"safeguarding"}), reporter=OUTSIDER, final=True)
    async with overheard(plan, answers, template) as world:
        await report(plan, world)
        assert {"sol@college.example", "sue@college.example"} <= world.told


async def test_the_reporter_is_not_the_one_who_is_messaged(answers, template):
    """Hugo reports; Hana is away, and the channel is gone: Hana is messaged all the same, for Hugo cannot act on his own."""
    everybody = COLLEGE.roles["hr"]
    college = replace(COLLEGE, roles={name: replace(everybody, name=name, channel="slack:" + name, next="") for name in NAMES})
    readers = dict.fromkeys(NAMES, frozenset(everybody.members + everybody.deputies))
    plan = Imagined(college, readers, kinds=("third",), deaf=frozenset(NAMES), reporter="hugo@college.example", final=True)
    async with overheard(plan, answers, template) as world:
        async with world.app.database.begin() as work:
            await work.set_absence(person="hana@college.example", first=DAY, until=DAY, recorded_by="hana@college.example")
        await report(plan, world)
        assert "hana@college.example" in world.told
