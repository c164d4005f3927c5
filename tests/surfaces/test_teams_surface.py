"""What the rest of Lodge asks of Teams: send, change, who is who, and what is certain when something fails."""

import aiohttp
import pytest

from bot.surface import SendRefused, SendUnsure, Someone
from bot.teams import Teams
from bot.teams_auth import TeamsSettings
from handlers.message import Message
from tests.surfaces.teams_desk import AMIRA, ANSWER, BEN, ROOM, Desk
from tests.teams_client import Client
from tests.teams_driver import channel
from tests.teams_fake import APP, BOT, PASSWORD, TEAM, TENANT
from tests.teams_reading import seen
from tests.world import Clock


@pytest.fixture
async def desk():
    made = Desk(Clock())
    await made.settle_in()
    yield made
    await made.close()


async def test_a_notice_is_a_thread_of_its_own_that_can_change(desk):
    """A message to a channel stands alone; changing it changes that one and adds none."""
    ref = await desk.surface.send(f"teams:{ROOM}", ANSWER, "k-1")
    await desk.surface.send(f"teams:{ROOM}", ANSWER, "k-2")
    assert len({each.conversation for each in desk.microsoft.sent}) == 2
    await desk.surface.replace(ref, Message("Taken by Ben"))
    assert [each.title for each in desk.in_room()] == ["Taken by Ben", "Allowed"]


async def test_a_person_is_reached_who_never_wrote(desk):
    """Ben is in the team that has Lodge, so that his chat can be opened; the next message finds it open."""
    assert await desk.surface.person(BEN.upper()) == Someone(BEN, "Ben Carter")
    await desk.surface.send(f"teams:@{BEN}", ANSWER, "k-1")
    await desk.surface.send(f"teams:@{BEN}", ANSWER, "k-2")
    assert len(desk.in_chat(BEN)) == 2
    assert desk.microsoft.calls["open"] == 1


async def test_a_message_in_a_chat_can_change(desk):
    """What a person was sent is edited where it stands."""
    ref = await desk.surface.send(f"teams:@{AMIRA}", ANSWER, "k-1")
    await desk.surface.replace(ref, Message("Closed"))
    assert [each.title for each in desk.in_chat()] == ["Closed"]


@pytest.mark.parametrize("place", ["teams:19:nowhere@thread.tacv2", "teams:@nobody@college.example"])
async def test_where_lodge_is_not_installed_it_says_how_to_install_it(desk, place):
    """A place that Lodge cannot write to is a certain no, with the mend."""
    with pytest.raises(SendRefused, match="Add the Lodge app"):
        await desk.surface.send(place, ANSWER, "k")
    assert await desk.surface.person("nobody@college.example") is None
    assert await desk.surface.find(place, "k") is None
    assert "Add the Lodge app" in await desk.surface.trouble(place)
    assert [await desk.surface.trouble(known) for known in (f"teams:{ROOM}", f"teams:@{BEN}")] == ["", ""]
    assert desk.surface.remembers is False


async def test_a_restart_forgets_nobody(desk):
    """References are kept: a new process can write to whomever the old one could, before anybody writes to it."""
    async with aiohttp.ClientSession() as session:
        root = desk.microsoft.root
        settings = TeamsSettings(APP, PASSWORD, TENANT, login_url=root, openid_url=f"{root}/openid")
        again = Teams(settings, desk.kept, now=desk.now, session=session)
        await again.start(desk.receive)
        await again.send(f"teams:@{BEN}", ANSWER, "k-1")
        await again.send(f"teams:{ROOM}", ANSWER, "k-2")
    assert (len(desk.in_chat(BEN)), len(desk.in_room())) == (1, 1)


CERTAIN = [(429, {"Retry-After": "7"}, 7.0), (429, {}, 1.0), (403, {}, None), (404, {}, None), (400, {}, None)]


@pytest.mark.parametrize(("status", "headers", "after"), CERTAIN)
async def test_a_refusal_is_certain(desk, status, headers, after):
    """A 4xx is a no: nothing arrived, and a 429 says for how long to wait."""
    desk.microsoft.fails = [(status, headers)]
    with pytest.raises(SendRefused) as refused:
        await desk.surface.send(f"teams:{ROOM}", ANSWER, "k")
    assert refused.value.retry_after == after


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_failure_over_there_leaves_us_unsure(desk, status):
    """A 5xx may have arrived all the same (the outbox then says so when it sends again)."""
    desk.microsoft.fails = [(status, {})]
    with pytest.raises(SendUnsure):
        await desk.surface.send(f"teams:{ROOM}", ANSWER, "k")


async def test_where_nothing_listens_nothing_arrived(desk):
    """A connection that is cut leaves us unsure; none at all is a certain no."""
    await desk.microsoft.stop()
    with pytest.raises(SendUnsure):
        await desk.surface.send(f"teams:{ROOM}", ANSWER, "k")
    with pytest.raises(SendRefused, match="reached"):
        await desk.surface.send(f"teams:{ROOM}", ANSWER, "k")
    await desk.microsoft.start()


async def test_a_refused_token_is_fetched_again_once(desk):
    """A token that Microsoft withdrew is replaced without anybody noticing; a second refusal is a no."""
    desk.microsoft.fails = [(401, {})]
    await desk.surface.send(f"teams:{ROOM}", ANSWER, "k-1")
    assert desk.microsoft.calls["token"] == 2
    desk.microsoft.fails = [(401, {}), (401, {})]
    with pytest.raises(SendRefused):
        await desk.surface.send(f"teams:{ROOM}", ANSWER, "k-2")


async def test_the_token_is_fetched_again_before_it_ends(desk):
    """An hour later there is a new one."""
    desk.now.passes(minutes=56)
    await desk.surface.send(f"teams:{ROOM}", ANSWER, "k")
    assert desk.microsoft.calls["token"] == 2


async def test_a_reply_waits_a_little_where_teams_says_so(desk):
    """A question is not left unanswered for a 429: the reply is tried once more."""
    desk.microsoft.fails = [(429, {"Retry-After": "0"})]
    await desk.client.say(AMIRA, "hello")
    assert [each.title for each in desk.in_chat()] == ["Allowed"]


async def test_a_reply_that_cannot_be_sent_fails_quietly(desk):
    """Teams is told that the activity was taken; it would only send it again."""
    desk.microsoft.fails = [(500, {})]
    assert await desk.client.say(AMIRA, "hello") == 200
    assert desk.in_chat() == []


async def test_a_press_is_not_acted_on_while_teams_cannot_say_who_it_was(desk):
    """A question is answered all the same; nothing is sent in an unknown person's name."""
    desk.now.passes(hours=13)
    desk.microsoft.fails = [(503, {})]
    await desk.client.press(BEN, {"lodge": {"action": "marketing.take", "subject": "7"}}, ROOM)
    assert desk.events == []
    desk.microsoft.fails = [(503, {})]
    body = await desk.client.invoke(BEN, "task/submit", {"data": {"lodge": {"draft": "d"}}}, ROOM)
    assert "nothing was sent" in seen(body["task"]["value"]["card"]["content"])
    desk.microsoft.fails = [(503, {})]
    await desk.client.say(AMIRA, "a student is in danger")
    assert desk.events[0].text == "a student is in danger"


async def test_everybody_who_can_read_a_place_is_known(desk):
    """All pages of the roster are read; a person is their own only reader."""
    assert await desk.surface.members(f"teams:{ROOM};messageid=1") == (AMIRA, BEN, "x@y.example")
    assert await desk.surface.members(f"teams:{ROOM}") == (AMIRA, BEN, "x@y.example")
    assert await desk.surface.members(f"teams:@{AMIRA}") == (AMIRA,)
    with pytest.raises(SendRefused):
        await desk.surface.members("teams:19:nowhere@thread.tacv2")


async def test_somebody_who_joins_a_channel_is_seen_at_the_next_look(desk):
    """Who reads a place is asked anew each time, since a concern may be about whoever has just joined (promise 4)."""
    before = await desk.surface.members(f"teams:{ROOM}")
    guest = desk.microsoft.hire("gil@elsewhere.example", userRole="guest")
    desk.microsoft.places[ROOM] = [*desk.microsoft.places[ROOM], guest]
    assert await desk.surface.members(f"teams:{ROOM}") == (*before, "gil@elsewhere.example")


async def test_a_reader_whom_nobody_can_name_leaves_it_unknown_who_reads(desk):
    """Where one reader has no address the list is empty, so that nothing is said where the wrong person may read it."""
    desk.microsoft.places[ROOM] = [*desk.microsoft.places[ROOM], desk.microsoft.hire("", "Nobody")]
    assert await desk.surface.members(f"teams:{ROOM}") == ()


async def test_somebody_who_joins_the_team_can_be_reached(desk):
    """The roster is read again when it changes."""
    user = desk.microsoft.hire("dee@college.example")
    desk.microsoft.places[TEAM].append(user)
    await desk.client.post(desk.client.activity("conversationUpdate", AMIRA, TEAM, membersAdded=[{"id": user}]))
    await desk.surface.send("teams:@dee@college.example", ANSWER, "k")
    assert len(desk.in_chat("dee@college.example")) == 1


async def test_a_new_channel_of_the_team_can_be_written_to(desk):
    """Lodge need not be mentioned in a channel before it can post there."""
    made = channel("hr")
    activity = desk.client.activity("conversationUpdate", AMIRA, TEAM)
    activity["channelData"] |= {"eventType": "channelCreated", "channel": {"id": made}}
    desk.microsoft.places[made] = []
    await desk.client.post(activity)
    await desk.surface.send(f"teams:{made}", ANSWER, "k")
    assert desk.microsoft.sent[-1].conversation.startswith(made)


async def test_lodge_says_hello_once_it_is_added_and_forgets_where_it_was_removed(desk):
    """An installation brings a greeting; a removal means that nothing is sent there any more."""
    await desk.client.post(desk.client.activity("installationUpdate", AMIRA, action="add"))
    assert [each.title for each in desk.in_chat()] == ["Hello, I am Lodge"]
    await desk.client.post(desk.client.activity("installationUpdate", AMIRA, ROOM, action="remove"))
    with pytest.raises(SendRefused):
        await desk.surface.send(f"teams:{ROOM}", ANSWER, "k")


async def test_without_an_app_id_only_this_computer_is_heard(desk):
    """The Agents Playground of Microsoft signs nothing: that is for this computer, where it was asked for, and needs no token."""
    for wrong in ({"app_id": ""}, {"app_id": APP, "app_password": ""}, {"app_id": APP, "tenant_id": ""}):
        with pytest.raises(ValueError, match="TEAMS_"):
            TeamsSettings(**{"app_id": "", "app_password": "p", "tenant_id": "t", **wrong})
    await desk.runner.cleanup()
    desk.surface = Teams(TeamsSettings("", "", "", insecure=True), desk.kept, now=desk.now, session=desk.session)
    await desk.surface.start(desk.receive)
    await desk.serve()
    local = Client(desk.microsoft, desk.port)
    desk.microsoft.signed = False
    assert (await local.post(local.activity("message", AMIRA, text="hello", recipient=BOT), ""))[0] == 200
    assert [each.title for each in desk.in_chat()] == ["Allowed"]
    await local.stop()
