"""Every page and message about concerns, on each surface: within its limits, nobody's words as markup, nothing left out."""

import pytest

from handlers import adding, concern, private, raising
from handlers.message import Page
from tests.surfaces.concern_walk import by_slack, by_teams, by_web, said, walking
from tests.surfaces.test_slack_blocks import marked_up
from tests.surfaces.test_teams_cards import markdown_words
from tests.surfaces.web_hostile import HOSTILE
from tests.teams_reading import seen

ENTRIES = 10


@pytest.fixture
async def walk(tmp_path, answers, college):
    async with walking(tmp_path, answers, college) as made:
        yield made


def plain_everywhere(reply) -> bool:
    """Whether no surface would read the hostile string in a reply as anything but characters."""
    by_web(reply)  # refuses an element that a stranger's words made
    teams = [text.replace("\\<script", "").replace("\\[x\\](", "") for text in markdown_words(by_teams(reply))]
    return not any("<script" in text or "[x](" in text for text in (*marked_up(by_slack(reply)), *teams))


async def report_everything(walk) -> None:
    """A report with the hostile string in every field, each page once with errors; and one that goes to MyConcern."""
    page = await walk.press("amira", concern.BEGIN, link=HOSTILE, who=HOSTILE)
    page = await walk.fill("amira", await walk.fill("amira", page), about="conduct,post,third,page,breach")
    page = await walk.fill("amira", page, named="Hanna", who_2=HOSTILE)
    meant = {each.name: "none" for each in page.form.fields if each.name.startswith("meant")}
    page = await walk.fill("amira", page, platform="unknown", **meant)
    wrong = await walk.fill("amira", page, what=HOSTILE * 40, where=HOSTILE, when="x" * 300, kept="maybe")
    assert wrong.form.errors
    page = await walk.press("amira", concern.BEGIN, link=HOSTILE)
    page = await walk.fill("amira", await walk.fill("amira", page, about="student"), adult="no")
    note = await walk.fill("amira", page, reach="cannot")
    await walk.fill("amira", await walk.fill("amira", note), note=HOSTILE)


async def nobody_is_left(walk) -> None:
    """A report about everybody who could hear it, which Lodge does not carry."""
    page = await walk.fill("amira", await walk.press("amira", concern.BEGIN, link="x"), about="breach")
    who = {"who": "hana@college.example", "who_2": "pat@college.example", "who_3": "gwen@college.example"}
    assert "nothing" in repr(await walk.fill("amira", page, **who)).lower()


async def act_on(walk, case_id) -> None:
    """Everything that can be done with a breach, by both sides, with the hostile string wherever something can be written."""
    opened = await walk.opens(case_id)
    for label in ("Ask the reporter", "Say who it is about", "Add a role or hand over"):
        page = await walk.follow("hana", opened, label)
        await walk.fill("hana", await walk.fill("hana", page), words=HOSTILE, named=HOSTILE, role="principal", how="add")
    for label in ("Take it", "Ask them to ring me", "Say who it is about"):
        await walk.follow("hana", opened, label)
    await walk.fill("amira", await walk.press("amira", adding.ANSWER, case_id), words=HOSTILE)
    await walk.fill("amira", await walk.press("amira", concern.ADD, case_id), words=HOSTILE)
    assert said(await walk.opens(case_id)).count(HOSTILE) == 4  # the report, the question, its answer and the addition
    await walk.press("amira", "case.show", case_id)
    assert await walk.owed(case_id)
    await walk.press("amira", concern.WITHDRAW, case_id)
    await walk.fill("hana", await walk.opens(case_id))
    await walk.fill("hana", await walk.press("hana", private.CLOSE, case_id), outcome="record")
    await walk.opens(case_id)
    await walk.opens(case_id, "ben")


async def test_every_page_and_message_is_drawn_on_every_surface_with_a_hostile_string_in_it(walk):
    """Whatever is written into a concern arrives as plain characters, and no platform refuses a page of it (promises 10, 11)."""
    await report_everything(walk)
    case_id = await walk.newest("amira")
    await walk.press("amira", raising.NOT_YET, case_id)
    await walk.owed(case_id)
    await walk.opens(case_id, "sol")
    await nobody_is_left(walk)
    breach = await walk.reports(HOSTILE, about="breach", where=HOSTILE, when=HOSTILE, named=HOSTILE)
    await act_on(walk, breach)
    ours = {flow.name: flow for name, flow in private.OPENS.items() if name.startswith("concern.")}
    assert walk.flows >= {(flow.name, step.name) for flow in ours.values() for step in flow.steps}
    assert [reply for reply in walk.seen if not plain_everywhere(reply)] == []
    assert sum(repr(HOSTILE)[1:-1] in repr(reply) for reply in walk.seen) >= 10


@pytest.mark.parametrize("letter", ["x", "é", "😀", "\x01", "*", "<"])
async def test_the_longest_concern_is_read_whole_in_leaves_that_every_surface_takes(walk, letter):
    """A story and ten additions of 3,000 characters each: every dialog is one that Slack and Teams take, and none is cut."""
    written = [f"{number}{letter * 2990}" for number in range(ENTRIES + 1)]
    case_id = await walk.reports(written[0])
    for words in written[1:]:
        await walk.fill("amira", await walk.press("amira", concern.ADD, case_id), words=words)
    leaves = [await walk.opens(case_id)]
    while any(each.label.startswith("Read on") for each in leaves[-1].form.actions):
        leaves.append(await walk.follow("hana", leaves[-1], "Read on"))
    assert [words for leaf in leaves for words in said(leaf)] == written
    for leaf in leaves:
        assert all(words in seen(by_teams(leaf)).text for words in said(leaf))
        assert all(words in repr(by_slack(leaf)) or not letter.isprintable() for words in said(leaf))
    assert (await walk.follow("hana", leaves[1], "Back")).form.intro == leaves[0].form.intro
    assert await walk.fill("hana", leaves[-1])


async def test_a_leaf_that_is_not_there_is_the_nearest_one(walk):
    """A forged number shows a leaf that exists, and somebody else's concern stays shut whatever the number."""
    case_id = await walk.reports("Short.")
    assert said(await walk.opens(f"{case_id} 99")) == ["Short."]
    for forged in ("0", "-1", "x", "²", "9" * 9):
        assert said(await walk.opens(f"{case_id} {forged}")) == ["Short."]
        assert not isinstance(await walk.opens(f"{case_id} {forged}", "ben"), Page)


@pytest.mark.parametrize("letter", ["x", "é", "界", "😀"])
async def test_a_long_story_stands_again_whole_beside_its_error(walk, letter):
    """Whoever has typed 3,000 characters and left out a tick has not to type them again, on any surface."""
    page = await walk.fill("amira", await walk.press("amira", concern.BEGIN), about="conduct")
    page = await walk.fill("amira", page, unknown="yes")
    again = await walk.fill("amira", page, what=letter * 3000, kept="", to="hr")
    assert again.form.errors
    assert seen(by_teams(again), "page").fields["what"] == letter * 3000
    assert letter * 3000 in repr(by_slack(again))
    assert by_web(again).all("textarea", name="what")[0].raw().strip() == letter * 3000
