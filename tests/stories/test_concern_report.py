"""Somebody reports a concern: the emergency page, who it is about, who will see it, and a receipt (2.3, 3.3.1, 1.6)."""

import pytest
from sqlalchemy import select

from storage import models
from tests.stories.reporting import PLACE, STORY, answers, begins, heard_by, is_away, notices, points, reports, says_who, tells

# What is ticked, what else is said on the page that asks who, whom the reporter chooses, and who has it then.
ROUTES = [
    ("conduct", {}, "safeguarding", {"sol"}),
    ("conduct", {}, "hr", {"hana"}),
    ("conduct", {}, "principal", {"pat"}),
    ("student", {"adult": "yes"}, "safeguarding", {"sol"}),
    ("student", {"adult": "unsure"}, "hr", {"hana"}),
    ("student+post", {"adult": "no", "platform": "personal"}, "safeguarding", {"sol"}),
    ("post", {"platform": "business"}, "", {"hana", "ben"}),
    ("post", {"platform": "personal"}, "", {"hana"}),
    ("post", {"platform": "unknown"}, "", {"hana"}),
    ("third", {}, "", {"hana"}),
    ("own", {"unknown": []}, "", {"hana"}),
    ("breach", {}, "", {"hana"}),
    ("page", {}, "", {"ben"}),
    ("page+breach", {}, "", {"ben", "hana"}),
    ("me", {}, "hr", {"hana"}),
    ("me", {}, "safeguarding", {"sol"}),
    ("conduct+breach", {}, "safeguarding", {"sol", "hana"}),
    ("conduct+post+page", {"platform": "business"}, "principal", {"pat"}),
]


async def test_the_emergency_page_comes_first(world, college):
    """Whoever reports reads whom to ring before anything is asked, with every contact of the college."""
    page = await begins(world.amira)
    assert page.tone == "urgent"
    found = college.contacts
    numbers = (found.safeguarding_day, found.safeguarding_night, found.director_of_hr, found.principal, found.lado)
    for words in (*numbers, found.chair_of_governors, found.staff_support, "999", "116 123", "police or the council"):
        assert words in page, words
    for words in ("do not use MyConcern", "Do not view, copy, forward or delete", "Do not investigate", "Whistleblowing"):
        assert words in page, words


@pytest.mark.parametrize(("about", "said", "to", "hear"), ROUTES)
async def test_it_goes_to_the_roles_the_policy_names_and_no_other(world, about, said, to, hear):
    """Each kind, and kinds together, go where 2.3, 3.3.1, 1.6 and 3.3.3 say; nobody else hears that there is anything."""
    page = await says_who(world.amira, about, **said)
    assert page.title == "What happened?"
    assert "CON-0001" in await tells(world.amira, to)
    assert await heard_by(world) == hear


@pytest.mark.parametrize("adult", ["yes", "unsure"])
async def test_where_an_adult_may_be_involved_myconcern_is_not_offered(world, adult):
    """Its readers may include the person it is about: the three of 2.3 are offered instead, even where one is unsure."""
    page = await says_who(world.amira, "student", adult=adult)
    assert "choose: Safeguarding, Human Resources or the Principal" in page
    assert "MyConcern" not in page


async def test_something_is_happening_to_me(world):
    """The page says what the College owes its staff, and gives the Dignity at Work Policy."""
    page = await says_who(world.amira, "me")
    assert "choose: Human Resources or Safeguarding" in page
    assert "right to be treated with respect: Dignity at Work Policy" in page


async def test_before_it_is_sent_its_reporter_knows_who_will_see_it(world):
    """By role, with their name; no promise of secrecy, a number for whoever would rather talk, and no word of anonymity."""
    page = await says_who(world.amira, "third")
    for words in ("Who will see this: Human Resources", "with your name", "nobody can promise you secrecy", "01632 960 012"):
        assert words in page, words
    assert "anonymous" not in page


async def test_the_receipt(world):
    """When it was saved, the reference, the roles, until when, whom to ring, what to leave alone, and support."""
    receipt = await reports(world.amira, "conduct", "Ben Carter", "hr")
    for words in ("Tue 24 Nov 2026, 09:00", "CON-0001", "going to Human Resources", "opened it by Tue 24 Nov 2026, 09:15"):
        assert words in receipt, words
    for words in ("ring Human Resources, 01632 960 012", "do not investigate", "delete nothing", "no outcome", "staff support"):
        assert words in receipt, words
    assert STORY not in receipt


async def test_what_sounds_like_danger_is_never_held_up(world):
    """A report is sent as it is written; its receipt says first to ring 999."""
    await says_who(world.amira, "conduct", "Ben Carter")
    receipt = await tells(world.amira, "hr", what="He has been secretly messaging a 16 year old girl at night")
    assert receipt.text.index("ring 999") < receipt.text.index("CON-0001")
    assert await heard_by(world) == {"hana"}


async def test_sent_twice_it_is_one_concern(world):
    """The same page again brings the same receipt, and one notice (promise 6)."""
    page = await says_who(world.amira, "third")
    await tells(world.amira)
    world.amira.shown = page
    assert "CON-0001" in await tells(world.amira)
    assert len(await notices(world.hana, "hr")) == 1


async def test_nothing_is_stored_before_it_is_sent(world, tmp_path):
    """Until then there is no case, nobody is told, and no draft holds a word that was typed; nor after it (promise 9)."""
    await says_who(world.amira, "conduct", "Kestrel", named="Kestrel-2209 of Year 2")
    await tells(world.amira, "hr", kept="")
    async with world.app.database.read() as work:
        assert await work.turn.all(select(models.case)) == []
        assert "Kestrel" not in await _drafts(work)
    assert await heard_by(world) == set()
    await tells(world.amira, "hr")
    async with world.app.database.read() as work:
        assert await _drafts(work) == "{}"
    assert not any(word.encode() in _bytes(tmp_path) for word in ("Kestrel", PLACE, STORY))


async def _drafts(work):
    kept = await work.turn.all(select(models.draft))
    return "".join(work.turn.sealer.open("draft", each.id, "answers", each.answers) for each in kept)


def _bytes(tmp_path):
    return b"".join(path.read_bytes() for path in tmp_path.glob("lodge.db*"))


EVERYBODY = {"who": "Pat Delaney", "who_2": "Gwen Price", "who_3": "Hana Mori", "named": "Sol Okafor"}


async def test_nobody_is_left_inside(world, college):
    """Where it is about everybody who could hear it, somebody outside is named, and nothing is stored."""
    await says_who(world.amira, "conduct", **EVERYBODY)
    page = await answers(world.amira, "sol@college.example")
    assert page.title == "Nothing was sent"
    assert college.contacts.lado in page
    assert "sent and stored nothing" in page
    async with world.app.database.read() as work:
        assert await work.turn.all(select(models.case)) == []
    assert await heard_by(world) == set()


async def test_a_role_whose_people_are_all_away_is_passed_over(world):
    """With Sol and Sue away, the Principal is offered instead, and shown before it is sent."""
    await is_away(world, world.sol, world.sue)
    assert "choose: the Principal or Human Resources" in await says_who(world.amira, "conduct")
    await tells(world.amira, "principal")
    assert await heard_by(world) == {"pat"}


async def test_where_everybody_is_away_it_still_goes(world):
    """Better a role that is away than nobody: it goes where the policy sends it, and climbs from there."""
    await is_away(world, *(getattr(world, name) for name in ("sol", "sue", "hana", "hugo", "pat", "gwen")))
    await points(world.amira)
    assert await heard_by(world) == {"sol"}
