"""How the playground draws a message, read back as a browser would read it."""

from datetime import UTC, datetime

import pytest

from bot.web_markup import markup
from bot.web_page import message_html
from handlers.message import Action, Facts, Message, Quote, Said, Text
from tests.reading import read
from tests.surfaces.web_hostile import HOSTILE, root_of

AT = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize("tone", ["plain", "yes", "condition", "no", "urgent"])
def test_a_tone_is_an_edge_and_an_icon_beside_words(tone):
    """No tone is told by colour alone: the title's words stand beside an icon that is hidden from a screen reader."""
    article = root_of(message_html(Message("Not allowed", tone=tone))).all("article")[0]
    assert article.attrs["data-tone"] == tone
    title = article.all("h3")[0]
    assert title.text() == "Not allowed"
    assert title.all("svg")[0].attrs["aria-hidden"] == "true"


def test_a_quote_is_verbatim_and_says_where_it_stands():
    """A citation shows its clause, heading, policy and version, and its words exactly, line breaks too."""
    words = "Posting must:\n\n- be clear, and\n- be 'kind'."
    figure = root_of(message_html(Message("T", (Quote("3.1.4", "Acceptable use", words, "Social Media Policy", "v1"),)))).all(
        "figure"
    )[0]
    assert figure.all("blockquote")[0].raw() == words
    assert figure.all("p")[0].text() == "Clause 3.1.4 Acceptable use"
    assert figure.all("figcaption")[0].text() == "Social Media Policy, v1"


def test_somebody_elses_words_are_shown_exactly_with_their_name():
    """What a person said is neither trimmed nor read as markup, and it says whose words they are."""
    figure = root_of(message_html(Message("T", (Said("  **one**\n- two  ", "Amira Khan"),)))).all("figure")[0]
    assert figure.all("blockquote")[0].raw() == "  **one**\n- two  "
    assert figure.all("figcaption")[0].text() == "Amira Khan"


def test_facts_are_labels_and_values():
    """Each fact is a term and its description."""
    listed = root_of(message_html(Message("T", (Facts((("From", "Amira"), ("Case", "**MKT-0001**"))),)))).all("dl")[0]
    assert [node.text() for node in listed.all("dt")] == ["From", "Case"]
    assert [node.raw() for node in listed.all("dd")] == ["Amira", "**MKT-0001**"]


def test_a_button_carries_its_name_and_subject_and_says_that_it_opens_a_form():
    """A press can be sent from the button alone, and assistive technology knows that a dialog follows."""
    actions = (Action("marketing.begin", "Ask Marketing", "q1", "main", True), Action("case.close", "Close", "7", "danger"))
    opens, closes = root_of(message_html(Message("T", actions=actions))).all("button")
    assert (opens.attrs["data-action"], opens.attrs["data-subject"], opens.attrs["data-opens-form"]) == (
        "marketing.begin",
        "q1",
        "true",
    )
    assert (opens.attrs["aria-haspopup"], opens.text()) == ("dialog", "Ask Marketing")
    assert closes.attrs["data-opens-form"] == "false"
    assert closes.attrs["class"] == "button danger"


def test_a_post_carries_its_reference_place_and_time():
    """A post can be found again to be changed, and says when it was sent."""
    article = root_of(message_html(Message("T"), ref="p1", at=AT, place="web:#marketing")).all("article")[0]
    assert (article.attrs["data-ref"], article.attrs["data-place"]) == ("p1", "web:#marketing")
    assert article.all("time")[0].attrs["datetime"] == "2026-11-24T09:05:00+00:00"
    assert article.all("time")[0].text() == "24 November 2026, 09:05 UTC"


def test_a_private_reply_says_so():
    """What only one person in a channel sees is marked in words."""
    assert "Only you can see this" in message_html(Message("T"), private=True)
    assert "Only you can see this" not in message_html(Message("T"))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Ring **999** now.", "<p>Ring <strong>999</strong> now.</p>"),
        ("One\nTwo\n\nThree", "<p>One<br>Two</p><p>Three</p>"),
        ("Do:\n- this\n- **that**", "<p>Do:</p><ul><li>this</li><li><strong>that</strong></li></ul>"),
        ("[Ring](tel:+44123)", '<p><a href="tel:+44123">Ring</a></p>'),
        ("[Write](mailto:a@b.uk)", '<p><a href="mailto:a@b.uk">Write</a></p>'),
        ("a ** b ** c", "<p>a ** b ** c</p>"),
        ("[x](http://plain.example)", "<p>[x](http://plain.example)</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](javascript:go)", "<p>[x](javascript:go)</p>"),
        ('[x](https://a.example/"onclick="b)', None),
        ("<b>&amp;", "<p>&lt;b&gt;&amp;amp;</p>"),
        ("", ""),
    ],
)
def test_our_own_words_know_three_marks_and_no_more(text, html):
    """Bold, links to the web, a telephone or e-mail, and lists are drawn; everything else is plain characters."""
    drawn = markup(text)
    assert html is None or drawn == html
    assert {name for node in read(drawn).all() for name in node.attrs} <= {"href", "target", "rel", "class"}


def test_a_hostile_string_arrives_as_plain_characters_in_every_part_of_a_message():
    """Other people's words are never markup, wherever they stand (promise 11)."""
    parts = (Said(HOSTILE, HOSTILE), Quote(*[HOSTILE] * 5), Facts(((HOSTILE, HOSTILE),)))
    message = Message(HOSTILE, parts, (Action(HOSTILE, HOSTILE, HOSTILE),))
    article = root_of(message_html(message, ref=HOSTILE, place=HOSTILE)).all("article")[0]
    assert article.all("h3")[0].all("span")[0].raw() == HOSTILE
    assert [quote.raw() for quote in article.all("blockquote")] == [HOSTILE, HOSTILE]
    assert [node.raw() for node in article.all("figcaption")] == [HOSTILE, f"{HOSTILE}, {HOSTILE}"]
    assert [article.all(tag)[0].raw() for tag in ("dt", "dd", "button")] == [HOSTILE] * 3
    button = article.all("button")[0]
    assert [
        article.attrs["data-ref"],
        article.attrs["data-place"],
        button.attrs["data-action"],
        button.attrs["data-subject"],
    ] == [HOSTILE] * 4
    assert not article.all("strong") + article.all("a")


def test_a_hostile_string_in_our_own_words_makes_bold_at_most():
    """Even in Text, a tag is characters, and a link that is not https, tel or mailto is too."""
    root = root_of(message_html(Message("T", (Text(HOSTILE),))))
    words = root.all("div", class_="text")[0]
    assert words.raw() == HOSTILE.replace("**bold**", "bold")
    assert {node.tag for node in words.all()} == {"div", "p", "strong"}


def test_a_link_to_elsewhere_opens_beside_the_page_and_says_so():
    """Following a link does not lose the conversation, and a screen reader hears that a tab opens."""
    link = read(markup("[MyConcern](https://example.org/?a=1&b=2)")).all("a")[0]
    assert link.attrs["href"] == "https://example.org/?a=1&b=2"
    assert link.text() == "MyConcern (opens in a new tab)"
    assert link.attrs["rel"] == "noopener noreferrer"
