"""What Lodge sends to Slack by itself: notices, changes to them, home pages, and what each refusal means."""

import pytest

from bot.slack import Slack, SlackSettings
from bot.surface import SendRefused, SendUnsure, Someone
from handlers.message import Action, Message, Said
from tests.slack_fake import BOT, TOKEN
from tests.surfaces.slack_bench import listening

AMIRA = "amira@college.example"
NOTICE = Message("MKT-0001", (Said("A question", "Amira"),), (Action("case.show", "Show", "1"),))


@pytest.fixture
async def bench():
    async with listening() as made:
        yield made


async def test_a_notice_is_sent_found_by_its_key_and_changed(bench):
    """A delivery that may have landed is looked for by its key, and edited where it stands."""
    ref = await bench.surface.send("slack:CMARKETING", NOTICE, "k1")
    assert await bench.surface.find("slack:CMARKETING", "k1") == ref
    assert await bench.surface.find("slack:CMARKETING", "k2") is None
    await bench.surface.replace(ref, Message("MKT-0001: taken"))
    assert bench.posted("CMARKETING") == ["MKT-0001: taken"]


async def test_a_person_is_reached_in_their_own_conversation(bench):
    """A place that is a person opens a conversation with them, once."""
    await bench.surface.send(f"slack:@{AMIRA}", NOTICE, "k1")
    await bench.surface.send(f"slack:@{AMIRA}", NOTICE, "k2")
    assert len(bench.posted(bench.fake.conversation(bench.amira))) == 2
    assert len(bench.fake.called("conversations.open")) == 1
    with pytest.raises(SendRefused):
        await bench.surface.send("slack:@nobody@college.example", NOTICE, "k3")


@pytest.mark.parametrize(
    ("fault", "raised", "wait"),
    [
        ((429, 7), SendRefused, 7.0),
        (500, SendUnsure, None),
        (503, SendUnsure, None),
        ("cut", SendUnsure, None),
        ("after", SendUnsure, None),
    ],
)
async def test_a_wait_is_a_no_and_a_broken_line_is_unsure(bench, fault, raised, wait):
    """A rate limit says how long to wait; whatever may have arrived all the same is unsure, and nothing is sent again here."""
    bench.fake.faults["chat.postMessage"] = [fault]
    with pytest.raises(raised) as found:
        await bench.surface.send("slack:CMARKETING", NOTICE, "k1")
    assert getattr(found.value, "retry_after", None) == wait
    assert len(bench.fake.called("chat.postMessage")) == 1
    landed = await bench.surface.find("slack:CMARKETING", "k1")
    assert bool(landed) == (fault == "after")


@pytest.mark.parametrize("channel", ["CNOWHERE", "CPRIVATE"])
async def test_a_channel_lodge_is_not_in_is_named_with_the_mend(bench, channel):
    """A refusal that an installer can mend says how, and is tried again: it is no lasting no."""
    bench.fake.add_channel("CPRIVATE", [bench.amira], invited=False)
    with pytest.raises(SendRefused, match="/invite @Lodge") as found:
        await bench.surface.send(f"slack:{channel}", NOTICE, "k1")
    assert not found.value.final
    assert "/invite @Lodge" in await bench.surface.trouble(f"slack:{channel}")
    assert await bench.surface.trouble("slack:CMARKETING") == ""
    assert await bench.surface.trouble(f"slack:@{AMIRA}") == ""
    assert "e-mail" in await bench.surface.trouble("slack:@nobody@college.example")


async def test_slack_that_cannot_be_reached_is_a_certain_no(bench):
    """Where no connection comes about nothing can have arrived."""
    nowhere = Slack(SlackSettings(TOKEN, "s", api_url="http://127.0.0.1:9/api/"), "C", "Ring 999.", bench.now)
    with pytest.raises(SendRefused, match="cannot be reached"):
        await nowhere.start(bench.receiver)
    await nowhere.stop()


async def test_a_token_that_slack_does_not_take_is_named(bench):
    """Whoever installs Lodge with a wrong token reads what to do."""
    wrong = Slack(SlackSettings("xoxb-wrong", "s", api_url=f"{bench.fake.root}/api/"), "C", "Ring 999.", bench.now)
    with pytest.raises(SendRefused, match="SLACK_BOT_TOKEN"):
        await wrong.start(bench.receiver)
    await wrong.stop()


async def test_people_are_the_same_by_id_and_by_address(bench):
    """A person is one person by either name, asked for once an hour; guests and unknown people are nobody."""
    guest = bench.fake.add_user("guest@elsewhere.example", "Guest", is_restricted=True)
    assert await bench.surface.person(bench.amira) == await bench.surface.person(AMIRA) == Someone(AMIRA, "Amira Aziz")
    assert await bench.surface.person(guest) is None
    assert await bench.surface.person("nobody@college.example") is None
    asked = len(bench.fake.calls)
    await bench.surface.person(AMIRA)
    assert len(bench.fake.calls) == asked
    bench.clock.passes(minutes=61)
    await bench.surface.person(AMIRA)
    assert len(bench.fake.calls) == asked + 1


async def test_who_reads_a_channel(bench):
    """Page by page everybody in a place, guests too and bots not; where Slack does not say, nobody."""
    guest = bench.fake.add_user("gil@elsewhere.example", "Gil", is_restricted=True)
    members = bench.fake.channels["CMARKETING"]["members"]
    assert BOT in members
    members += [bench.amira, guest]
    found = await bench.surface.members("slack:CMARKETING")
    assert found == ("ben@college.example", "bea@college.example", AMIRA, "gil@elsewhere.example")
    assert await bench.surface.members(f"slack:@{AMIRA}") == (AMIRA,)
    assert await bench.surface.members("slack:CNOWHERE") == ()


@pytest.mark.parametrize("unknown", ["nameless", "gone", "public", "endless", "page fails"])
async def test_who_reads_a_channel_is_unknown_where_one_of_them_is(bench, unknown):
    """A list that might lack somebody is no list: then it is empty, and nothing is said where the wrong person may read it."""
    channel = bench.fake.channels["CMARKETING"]
    if unknown == "nameless":
        channel["members"].append(bench.fake.add_user("", "No Mail", is_stranger=True))
    elif unknown == "gone":
        channel["members"].append("U999")
    elif unknown == "public":
        channel["is_private"] = False
    elif unknown == "endless":
        channel["members"] += [bench.amira] * 1000
    else:
        bench.fake.faults["conversations.members"] = [None, 500]
    assert await bench.surface.members("slack:CMARKETING") == ()


async def test_a_home_page_is_put_before_somebody(bench):
    """A fresh home page is published to the person it belongs to."""
    await bench.surface.show_home(AMIRA, Message("Home"))
    assert [(seen.kind, seen.user) for seen in bench.fake.sights] == [("home", bench.amira)]
