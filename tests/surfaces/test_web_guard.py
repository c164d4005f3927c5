"""What the playground refuses, and in which words."""

import pytest
import structlog
from aiohttp import web

from tests.reading import read
from tests.surfaces.web_bench import AMIRA, BEN, SECRET, serving


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "localhost", "127.0.0.1:1", "localhost.evil.example:{port}", ""]
)
async def test_another_host_is_refused(lodge, host):
    """A name that somebody else points at this computer does not open the playground."""
    for path in ("/", "/static/lodge.js", f"/events?as={BEN}"):
        response = await lodge.client.get(path, headers={"Host": host.format(port=lodge.client.port)})
        assert response.status == 403
        assert "only on this computer" in await response.text()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
async def test_every_name_of_this_computer_is_taken(lodge, name):
    """The playground opens under each of this computer's own names."""
    response = await lodge.client.get("/", headers={"Host": f"{name}:{lodge.client.port}"})
    assert response.status == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost", "http://localhost:{port}.evil.example", ""]
)
async def test_another_site_cannot_act_through_the_browser(lodge, origin):
    """What another page sends is refused before it is read."""
    for path in ("/say", "/press", "/submit"):
        response = await lodge.post(path, {"Origin": origin.format(port=lodge.client.port)})
        assert response.status == 403
        assert "Another site" in await response.text()
    assert lodge.events == []


async def test_our_own_page_may_act(lodge):
    """The playground's own origin is taken, and so is none at all (a test, or curl)."""
    assert (await lodge.post(headers={"Origin": f"http://{lodge.address}"})).status == 200
    assert (await lodge.post()).status == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""]
)
async def test_only_json_is_taken(lodge, kind):
    """A plain form of another site cannot send JSON, so nothing else is read."""
    response = await lodge.client.post("/say", data=b"{}", headers={"Content-Type": kind})
    assert response.status == 415
    assert "JSON" in await response.text()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'"text"',
        b"\xff\xfe\x00",
        b'{"as": "a',
        b"[" * 50_000,
    ],
)
async def test_what_is_no_json_object_is_refused_in_words(lodge, raw):
    """Damaged data changes nothing, and the person is told what to do."""
    for path in ("/say", "/press", "/submit"):
        response = await lodge.client.post(path, data=raw, headers={"Content-Type": "application/json"})
        assert response.status == 400
        assert "reload the page" in await response.text()
    assert lodge.events == []


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("/say", {"id": "1"}),
        ("/say", {"id": 7}),
        ("/say", {"as": None}),
        ("/say", {"text": ["a"]}),
        ("/say", {"text": "half a character: \ud83d"}),
        ("/press", {"action": 1}),
        ("/press", {"subject": None}),
        ("/submit", {"draft": 1}),
        ("/submit", {"values": "text"}),
        ("/submit", {"values": {"a": 1}}),
        ("/submit", {"values": {"a": ["b", {}]}}),
    ],
)
async def test_a_missing_or_odd_value_is_refused_in_words(lodge, path, changes):
    """Each value has the kind that the page sends, or nothing happens."""
    response = await lodge.post(path, **changes)
    assert response.status == 400
    assert "reload the page" in await response.text()
    assert lodge.events == []


async def test_too_much_at_once_is_refused_in_words(lodge):
    """A body has a limit, and the answer names it."""
    response = await lodge.post(text="x" * 300_000)
    assert response.status == 413
    assert "256 kB" in await response.text()
    assert (await lodge.post(text="x" * 200_000)).status == 200


async def test_a_stranger_is_refused_everywhere(lodge):
    """Only the college's own people can be picked."""
    answers = [await lodge.post(path, **{"as": "eve@evil.example"}) for path in ("/say", "/press", "/submit")]
    answers += [await lodge.client.get(path, params={"as": "eve@evil.example"}) for path in ("/", "/home", "/events")]
    for response in answers:
        assert response.status == 404
        assert "pick who you are" in await response.text()
    assert lodge.events == []


async def test_an_unknown_address_is_answered_in_words(lodge):
    """A wrong turn leads back to the start."""
    for response in (
        await lodge.client.get("/nothing"),
        await lodge.client.get("/say"),
        await lodge.client.get("/static/../web.py"),
    ):
        assert response.status in (404, 405)
        assert "start page" in await response.text()


async def test_a_failure_says_that_nothing_was_sent_and_logs_its_class_alone(lodge):
    """When Lodge fails, the person may try again, and nobody's words reach the log (promise 9)."""
    lodge.reply = RuntimeError(SECRET)
    with structlog.testing.capture_logs() as lines:
        response = await lodge.post(text=SECRET)
        home = await lodge.client.get("/home", params={"as": AMIRA})
    assert (response.status, home.status) == (500, 500)
    reply = await response.json()
    assert reply["kind"] == "message"
    assert "Something went wrong on our side; nothing was sent. Try again" in reply["html"]
    assert [line["error"] for line in lines] == ["RuntimeError", "RuntimeError"]
    assert SECRET not in str(lines) + reply["html"] + await home.text()
    assert AMIRA not in str(lines)


async def test_every_answer_keeps_the_browser_strict(lodge):
    """No answer may run code but our own file, be guessed at, be framed, or be kept in a cache."""
    for response in (
        await lodge.client.get("/"),
        await lodge.post(),
        await lodge.post(id="x"),
        await lodge.client.get("/nothing"),
    ):
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"


async def test_the_page_needs_nothing_from_elsewhere(lodge):
    """Every file that the page names is served here, and none names another site."""
    root = read(await (await lodge.client.get("/")).text())
    files = [node.attrs["href"] for node in root.all("link")] + [node.attrs["src"] for node in root.all("script")]
    assert len(files) == 3
    for path in files:
        response = await lodge.client.get(path)
        assert response.status == 200
        assert not {"https://", "http://"} & set((await response.text()).replace("http://www.w3.org/2000/svg", "").split('"'))


async def test_extra_routes_are_served_beside_the_page():
    """The process can add its own addresses, under the same guard."""

    async def alive(request):
        return web.Response(text="alive")

    async with serving(extra_routes=[web.get("/healthz", alive)]) as lodge:
        assert await (await lodge.client.get("/healthz")).text() == "alive"
        assert (await lodge.client.get("/healthz", headers={"Host": "evil.example"})).status == 403
