"""The page around it all: landmarks, who one is, and the channels one is in."""

from datetime import UTC, datetime

from bot.web_page import Channel, PageView, Resident, Shown, page
from handlers.message import Message
from tests.reading import Node, read
from tests.surfaces.web_hostile import HOSTILE

AT = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)
AMIRA = Resident("amira@college.example", "Amira Khan", "Lecturer")
BEN = Resident("ben@college.example", "Ben Archer", "Marketing Manager")
MARKETING = Channel("web:#marketing", "Marketing", (BEN.email,))


def _page(you: Resident, *channels: Channel, posts: tuple[Shown, ...] = ()) -> Node:
    return read(page(PageView(you, (AMIRA, BEN), channels, posts, 7)))


def test_the_page_says_what_it_is_and_who_you_are():
    """Nobody takes the playground for the real thing: it says that there is no sign-in, and as whom one speaks."""
    root = _page(BEN)
    assert "This is a playground on this computer: no sign-in, pick who you are." in root.text()
    chooser = root.all("select", name="as")[0]
    assert [node.text() for node in chooser.all("option")] == ["Amira Khan, Lecturer", "Ben Archer, Marketing Manager"]
    assert [node.attrs["value"] for node in chooser.all("option") if "selected" in node.attrs] == [BEN.email]
    body = root.all("body")[0]
    assert [body.attrs[f"data-{name}"] for name in ("as", "home", "after")] == [BEN.email, "web:@ben@college.example", "7"]


def test_the_page_has_landmarks_one_live_region_and_no_inline_script_or_style():
    """A screen reader can find its way, hears each thing once, and the browser may refuse all code but our own file."""
    root = _page(BEN, MARKETING)
    assert [len(root.all(tag)) for tag in ("main", "nav", "aside", "h1", "dialog")] == [1, 1, 1, 1, 1]
    assert len([node for node in root.all(role="status") if node.attrs["id"] == "status"]) == 1
    assert root.all("html")[0].attrs["lang"] == "en-GB"
    assert [node.raw() for node in root.all("script")] == [""]
    assert not root.all("style") + [node for node in root.all() if "style" in node.attrs]
    assert "needs its script" in root.all("noscript")[0].text()


def test_the_page_shows_the_channels_one_is_in_each_with_its_posts():
    """A role's channel stands beside the conversation, and each post stands in its own place."""
    posts = (
        Shown("p1", MARKETING.place, AT, Message("For the channel")),
        Shown("p2", "web:@ben@college.example", AT, Message("For Ben")),
        Shown("p3", MARKETING.place, AT, Message("For Ben alone"), private=True),
    )
    root = _page(BEN, MARKETING, posts=posts)
    assert [node.text() for node in root.all("nav")[0].all("a")] == ["Conversation", "Home", "#marketing"]
    room = next(node for node in root.all("div", class_="posts") if node.attrs["data-place"] == MARKETING.place)
    assert [node.text() for node in room.all("h3")] == ["For the channel", "For Ben alone"]
    assert "Only you can see this" in room.text()
    assert [node.attrs["data-ref"] for node in root.all("main")[0].all("article")] == ["p2"]


def test_a_person_in_no_channel_is_told_so():
    """An empty space explains itself."""
    assert "You are in no role channel" in _page(AMIRA).text()
    assert "You are in no role channel" not in _page(BEN, MARKETING).text()


def test_the_page_suggests_questions_and_says_what_it_does_not_keep():
    """Somebody new sees what to ask, and everybody knows that a reload starts afresh."""
    root = _page(AMIRA)
    assert len([node for node in root.all("button") if "data-suggestion" in node.attrs]) == 4
    assert "the conversation starts afresh" in root.text()


def test_hostile_names_are_plain_characters_on_the_page():
    """The college's own file may hold anything: a name, a post or a channel's title is never markup (promise 11)."""
    odd = Resident(HOSTILE, HOSTILE, HOSTILE)
    root = read(page(PageView(odd, (odd,), (Channel(HOSTILE, HOSTILE, ()),))))
    assert len(root.all("script")) == 1
    assert not root.all("img")
    assert root.all("option")[0].raw() == f"{HOSTILE}, {HOSTILE}"
