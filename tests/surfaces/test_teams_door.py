"""Teams' door: which requests are let in, and what is asked of Microsoft meanwhile."""

import pytest

from tests.surfaces.teams_desk import AMIRA, Desk
from tests.teams_driver import TeamsDriver
from tests.teams_fake import APP, ISSUER, Microsoft
from tests.world import Clock


@pytest.fixture
async def desk():
    made = Desk(Clock())
    await made.settle_in()
    yield made
    await made.close()


def _at(microsoft: Microsoft, hours: float) -> int:
    return int(microsoft.now().timestamp() + hours * 3600)


BAD_TOKENS = {
    "garbage": (401, lambda microsoft: "Bearer garbage"),
    "nothing": (401, lambda microsoft: ""),
    "another scheme": (401, lambda microsoft: "Basic dTpw"),
    "unsigned": (401, lambda microsoft: "Bearer eyJhbGciOiJub25lIiwia2lkIjoia2V5LTEifQ.e30."),
    "another issuer": (401, lambda microsoft: microsoft.bearer(iss="https://evil.example")),
    "another audience": (401, lambda microsoft: microsoft.bearer(aud="another-app")),
    "expired": (401, lambda microsoft: microsoft.bearer(exp=_at(microsoft, -1))),
    "not valid yet": (401, lambda microsoft: microsoft.bearer(nbf=_at(microsoft, 1))),
    "no expiry": (401, lambda microsoft: microsoft.bearer(exp=None)),
    "another key": (401, lambda microsoft: microsoft.bearer("key-2")),
    "an unknown key": (401, lambda microsoft: microsoft.bearer("key-2", "key-2")),
    "another service": (403, lambda microsoft: microsoft.bearer(serviceurl="https://evil.example")),
    "no service": (403, lambda microsoft: microsoft.bearer(serviceurl="")),
}


@pytest.mark.parametrize("name", BAD_TOKENS)
async def test_a_token_that_is_not_good_for_this_is_refused(desk, name):
    """Only the Bot Framework, speaking to this very app about its own service, is let in; nothing of the rest is read."""
    status, bearer = BAD_TOKENS[name]
    assert (await desk.client.post(desk.client.activity("message", AMIRA, text="hello"), bearer(desk.microsoft)))[0] == status
    assert desk.events == []


@pytest.mark.parametrize("wrong", [{"channelData": {"tenant": {"id": "another"}}}, {"channelId": "webchat"}])
async def test_another_tenant_or_channel_is_refused(desk, wrong):
    """Lodge serves one college, in Teams: a good token for somebody else's tenant, or another channel, is 403."""
    status, words = await desk.client.post(desk.client.activity("message", AMIRA, text="hello", **wrong))
    assert status == 403
    assert words
    assert desk.events == []


async def test_a_token_that_was_good_is_refused_once_it_has_expired(desk):
    """Checked tokens are kept, but never longer than they are good."""
    bearer = desk.microsoft.bearer()
    activity = desk.client.activity("message", AMIRA, text="hello")
    assert (await desk.client.post(activity, bearer))[0] == 200
    desk.now.passes(hours=2)
    assert (await desk.client.post(activity, bearer))[0] == 401


async def test_the_address_answers_whoever_looks_at_it(desk):
    """GET and HEAD say that Lodge is here, so that an installer can see it."""
    async with desk.client.session.get(desk.client.url) as response:
        assert (response.status, "Lodge is here" in await response.text()) == (200, True)
    async with desk.client.session.head(desk.client.url) as response:
        assert response.status == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"", b'{"type":"message"}', b'"\\ud800"', b"\xff", b"[" * 100_000])
async def test_what_is_no_activity_is_refused(desk, body):
    """Malformed JSON, and JSON that is no activity, is 400, after the token."""
    assert (await desk.client.post(body, "Bearer garbage"))[0] == 401
    assert (await desk.client.post(body))[0] == 400


@pytest.mark.parametrize(
    "odd",
    [
        {"conversation": []},
        {"from": None},
        {"text": "half \ud800 a character"},
        {"attachments": "no list"},
        {"type": 5},
        {"conversation": {"id": 7}},
    ],
)
async def test_an_activity_of_odd_shapes_is_refused(desk, odd):
    """What botbuilder cannot read is 400 and never a failure of ours."""
    assert (await desk.client.post(desk.client.activity("message", AMIRA, **{"text": "hello"} | odd)))[0] == 400
    assert desk.events == []


@pytest.mark.parametrize("odd", [{"value": "x"}, {"value": {"lodge": "x"}}, {"channelData": {}}, {"entities": [{"type": "x"}]}])
async def test_odd_values_are_answered_all_the_same(desk, odd):
    """A value that no card of ours sends does not stop the answer to what was typed."""
    activity = desk.client.activity("message", AMIRA, **{"text": "hello"} | odd)
    assert (await desk.client.post(activity))[0] == 200
    assert desk.in_chat()[-1].title == "Allowed"


async def test_a_text_of_a_megabyte_is_refused(desk):
    """Teams itself sends no more than some thousands of characters; more is 413, in words."""
    status, words = await desk.client.post(b'{"text": "' + b"x" * 2**20 + b'"}')
    assert (status, "shorten" in words) == (413, True)
    assert desk.events == []


async def test_in_steady_state_nothing_is_asked_but_the_reply(desk):
    """Keys, token and people are kept: a hundred questions are a hundred calls (no login call a reply)."""
    await desk.client.say(AMIRA, "hello")
    desk.microsoft.calls.clear()
    for _ in range(100):
        await desk.client.say(AMIRA, "hello")
    assert desk.microsoft.calls == {"post": 100}


async def test_new_keys_are_taken_and_old_ones_outlive_an_outage(desk):
    """A key nobody knows is asked for once a minute at most; after a day the keys are read again beside the traffic."""
    desk.microsoft.calls.clear()
    desk.now.passes(minutes=2)
    for _ in range(5):
        await desk.client.post(desk.client.activity("message", AMIRA, text="hello"), desk.microsoft.bearer("key-2", "key-2"))
    assert desk.microsoft.calls["keys"] == 1
    desk.now.passes(hours=25)
    await desk.client.say(AMIRA, "hello")
    await desk.client.say(AMIRA, "hello", **{"id": "2"})
    assert desk.microsoft.calls["keys"] == 2
    assert len(desk.in_chat()) == 2


async def test_the_test_issuer_is_the_one_that_is_trusted(desk):
    """The driver of the stories signs as Microsoft does: for this app, from the issuer that the OpenID page names."""
    assert (desk.surface._door._settings.app_id, desk.surface._keys.issuer) == (APP, ISSUER)
    assert TeamsDriver(desk).client is desk.client
