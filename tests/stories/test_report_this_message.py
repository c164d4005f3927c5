"""A message in Slack or Teams is reported where it stands: its link and its author go along, and none of its words (2.3)."""

import pytest
from prometheus_client import generate_latest

from bot import logs
from tests.stories.reporting import opens

MARKER = "Quokka-4711"
WORDS = f"come to my house after school, {MARKER} <b>x</b>"
in_chats = pytest.mark.parametrize("world", ["slack", "slack-socket", "teams"], indirect=True)


def link(page) -> str:
    """The address that a form was filled in with."""
    (found,) = [value for value in page.fields.values() if value.startswith("https://")]
    return found


@in_chats
async def test_a_reported_message_brings_its_link_and_its_author(world):
    """Whoever reports a message finds the emergency page first, its author proposed, and its link filled in."""
    first = await world.amira.points_at(world.ben, WORDS)
    assert "999" in first
    who = await world.amira.fills(about=["conduct"])
    assert world.ben.email in who.fields.values()
    page = await world.amira.fills()
    assert "slack.com/archives/CSTAFFROOM/p" in link(page) or "teams.microsoft.com/l/message" in link(page)
    assert "CON-0001" in await world.amira.fills(what="He asked a student home.", kept="no", to="hr")
    opened = await opens(world.hana, "hr")
    assert "Ben Carter" in opened
    assert link(page) in opened


@in_chats
async def test_the_author_of_a_reported_message_hears_nothing(world):
    """A message of the Director of HR's own goes past HR, though nobody typed a name."""
    await world.amira.points_at(world.hana, WORDS)
    await world.amira.fills(about=["breach"])
    receipt = await world.amira.fills()
    assert "Human Resources" not in receipt.text.partition("Rather talk")[0]
    await world.amira.fills(what="She wrote it.", kept="no")
    assert await world.hana.reads("hr") == []
    assert await world.hana.reads() == []


@in_chats
async def test_another_name_takes_the_place_of_the_author(world):
    """The author is proposed and no more: whoever reports says who it is about."""
    await world.amira.points_at(world.ben, WORDS)
    await world.amira.fills(about=["conduct"])
    await world.amira.fills(who="pat@college.example")
    await world.amira.fills(what="It was shown to me.", kept="no", to="hr")
    assert "Ben Carter" not in await opens(world.hana, "hr")


async def opened_up(world) -> str:
    """What the database holds of Amira's, with its seals broken: half-filled forms, cases, and what was said on them."""
    async with world.app.database.begin() as work:
        email = world.amira.email
        drafts = [await work.draft(each.id, email) for each in await work.drafts_of(email, but_step="")]
        found = [await work.case(each.id, actor="lodge", purpose="draw") for each in await work.cases_of(email)]
        said = [entry.body for each in found for entry in await work.entries(each)]
        return repr([[each.answers for each in drafts], [each.details for each in found], said])


@in_chats
async def test_no_word_of_a_reported_message_is_anywhere(world, tmp_path, capsys):
    """Database, drafts, logs, figures and whatever Lodge shows or sends hold nothing that the message said (promise 9)."""
    logs.configure("debug", readable=False)
    sinks = [repr(await world.amira.points_at(world.ben, WORDS)), await opened_up(world)]
    sinks += [repr(await world.amira.fills(about=["conduct"])), repr(await world.amira.fills()), await opened_up(world)]
    sinks.append(repr(await world.amira.fills(what="He asked a student home.", kept="no", to="hr")))
    sinks += [repr(await opens(world.hana, "hr")), await opened_up(world), repr(world.driver.out()), *capsys.readouterr()]
    assert "staffroom" in sinks[1].lower()  # the link is there, so that the rest would be
    assert all("He asked a student home." in sinks[at] for at in (6, 7))
    assert [sink for sink in sinks if MARKER in sink] == []
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("lodge.db*"))
    assert MARKER.encode() not in stored + generate_latest(world.app.metrics.registry)


@in_chats
async def test_what_a_message_says_is_not_searched_for_danger(world):
    """A reported message is not read, so that its words lead to no answer: the page is the same whatever it says."""
    first = await world.amira.points_at(world.ben, "hello")
    again = await world.amira.points_at(world.ben, WORDS)
    assert (first.title, first.text) == (again.title, again.text)
