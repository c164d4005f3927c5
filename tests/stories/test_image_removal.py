"""Having an image removed (3.1.4, 'actioned immediately'): asked, taken, each copy followed to its end, and every refusal."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from handlers import image_removal
from storage import models

PAGE = "https://social.example/wiltscoll.hair/p/12"
PRINT = "the photo on page 12 of the open day leaflet"
WHO = {"under_18": "no", "scope": "these", "consent": "self"}
HOSTILE = "<b>hi</b> <!channel> @everyone **bold** [x](https://evil.example)"


async def asks(staff, places=PAGE, **who):
    """Ask for an image to be removed, from the home page to the receipt."""
    await staff.home()
    await staff.presses("Have an image removed")
    await staff.fills(risk="no")
    await staff.fills(places=places)
    await staff.fills(**{**WHO, **who})
    return await staff.fills()


async def notice(staff, channel="marketing"):
    """The first thing that stands in a role's channel."""
    return (await staff.reads(channel))[0]


async def marks(staff, copy, outcome, note="", on=None):
    """Press a copy's button and say what became of it."""
    await staff.presses(f"Copy {copy}", on or await notice(staff))
    return await staff.fills(outcome=outcome, note=note)


async def curates(world, curator, deputy, address=PAGE, state="live"):
    """Put a page into the register as it would be by an import."""
    async with world.app.database.begin() as work:
        details = {"address": address, "handle": "@wiltscoll.hair", "platform": "Instagram", "department": "Hair"}
        people = {"curator": curator.email, "deputy": deputy.email}
        await work.open_case(
            kind="account", prefix="ACC", opened_by="import", role="marketing", details={**details, **people},
            submission_key=address, state=state,
        )  # fmt: skip


# Asking


async def test_it_needs_no_reason_no_proof_and_no_file(world):
    """Only where it is has to be typed: nothing else is a text that must be filled in, and no page takes a file."""
    receipt = await asks(world.amira)
    assert "IMG-0001" in receipt
    assert "ring Marketing now" in receipt
    fields = [field for step in image_removal.FLOW.steps for field in step.form.fields]
    assert {field.name for field in fields if field.required and field.kind in ("line", "text")} == {"places"}
    assert {field.kind for field in fields} == {"choice", "text", "line"}


async def test_every_page_says_leave_it_alone_or_ring(world):
    """Do not look, copy or forward; no file; and the number to ring instead, on the way to the last page."""
    await world.amira.home()
    first = await world.amira.presses("Have an image removed")
    second = await world.amira.fills(risk="no")
    for page in (first, second):
        assert "do not look at it again, copy it or forward it" in page
        assert "No file is wanted" in page
        assert "Ring Marketing" in page
    assert "Where is it?" in second


async def test_it_reaches_marketing_at_once_and_the_answers_can_be_checked_and_changed(world):
    """The check page shows every answer; after it Marketing has each copy, and the time by which it is to be taken."""
    await world.amira.home()
    await world.amira.presses("Have an image removed")
    await world.amira.fills(risk="no")
    await world.amira.fills(places=PAGE)
    assert PAGE in await world.amira.fills(**WHO)
    await world.amira.presses("Change “Where is it?”")
    assert PRINT in await world.amira.fills(places=f"\n{PAGE}\n\n {PRINT} \n{PAGE}\n")
    await world.amira.fills()
    seen = await notice(world.ben)
    assert "Copy 2: still up" in seen
    assert not seen.has("Copy 3")
    assert "09:30" in seen


async def test_two_copies_are_followed_to_their_ends(world):
    """Taken, hidden, removed: the asker is told at every step, and at the end how long each took from asking."""
    await asks(world.amira, f"{PAGE}\n{PRINT}")
    world.clock.passes(minutes=5)
    await world.ben.presses("Take it", await notice(world.ben))
    world.clock.passes(minutes=7)
    assert "Noted" in await marks(world.ben, 1, "hide")
    world.clock.passes(minutes=30)
    assert "1 copy has no end yet" in await marks(world.ben, 1, "remove")
    assert "Every copy has an end now" in await marks(world.ben, 2, "remove")
    told = (await world.amira.reads())[-4:]
    for number, words in enumerate(("removing it now", "hidden after 12 minutes", "removed after 42 minutes", "copy 2: removed")):
        assert words in told[number], (number, told[number].text)
    assert "every copy has an end" in told[-1]
    assert "hidden after 12 minutes, removed after 42 minutes (Tue 24 Nov 2026, 09:42)" in told[-1]


async def test_a_hidden_copy_is_not_an_end(world):
    """A copy that is only hidden keeps the case open, and Marketing is reminded of it."""
    await asks(world.amira)
    await marks(world.ben, 1, "hide")
    assert "still to be removed" in await notice(world.ben)
    world.clock.passes(minutes=31)
    await world.settle()
    assert "overdue" in (await world.ben.reads("marketing"))[-1]
    assert (await notice(world.ben)).has("Copy 1")


async def test_outside_our_control_needs_words(world):
    """Who says that others must act says what was asked of whom, and the asker reads it."""
    await asks(world.amira)
    refused = await marks(world.ben, 1, "outside")
    assert "what you asked of whom" in refused.errors["note"]
    await world.ben.fills(refused, outcome="outside", note="Reported to the platform, number 4711.")
    last = (await world.amira.reads())[-1]
    assert "outside our control" in last
    assert "Reported to the platform, number 4711." in last
    assert not (await notice(world.ben)).has("Copy 1")


async def test_marking_it_takes_it(world):
    """Who marks a copy has begun: the case carries their name, and nobody is called again because it was not taken."""
    await asks(world.amira, f"{PAGE}\n{PRINT}")
    await marks(world.ben, 1, "remove")
    assert "by Ben Carter" in await notice(world.ben)
    world.clock.passes(minutes=31)
    await world.settle()
    assert not any("overdue" in seen for seen in await world.bea.reads())


async def test_many_copies_are_marked_together(world):
    """Six copies have one button and one form, where each is ticked; those that were marked before are left alone."""
    await asks(world.amira, "\n".join(f"{PAGE}{number}" for number in range(1, 7)))
    form = await world.ben.presses("Copies", await notice(world.ben))
    assert f"{PAGE}6" in form
    assert "There is no copy 7" in await world.ben.fills(form, which=["7"], outcome="remove")
    await world.ben.presses("Copies", await notice(world.ben))
    await world.ben.fills(which=["1", "2", "3"], outcome="remove")
    assert (await notice(world.ben)).has("Copy 6")
    assert not (await notice(world.ben)).has("Copies")


async def test_too_many_or_too_long_lines_are_refused(world):
    """Twenty copies and 500 characters a line: beyond that the page says what to do, and keeps what was typed."""
    await world.amira.home()
    await world.amira.presses("Have an image removed")
    await world.amira.fills(risk="no")
    many = "\n".join(f"photo {number}" for number in range(21))
    assert "up to 20 lines" in (await world.amira.fills(places=many)).errors["places"]
    assert "shorten line 2" in (await world.amira.fills(places="a photo\n" + "x" * 501)).errors["places"]
    assert "Please fill in" in (await world.amira.fills(places=" \n \n")).errors["places"]
    assert (await world.amira.fills(places="\n".join(f"photo {number}" for number in range(20)))).step == "who"


# Consent


async def test_all_future_use_comes_off_the_consent_list(world):
    """Withdrawn for the future, Marketing is told to take it off the consent list; for these images only, it is not."""
    await asks(world.amira, scope="future", consent="parent", under_18="yes")
    assert "take it off the consent list" in await notice(world.ben)
    assert "The parent or guardian of a child" in await notice(world.ben)
    await asks(world.amira)
    assert "consent list" not in (await world.ben.reads("marketing"))[1]


async def test_only_the_person_or_a_childs_parent_withdraws_consent(world):
    """Somebody else cannot withdraw it for the future, nor a parent for an adult; the page says how the image still goes."""
    await world.amira.home()
    await world.amira.presses("Have an image removed")
    await world.amira.fills(risk="no")
    await world.amira.fills(places=PAGE)
    refused = await world.amira.fills(under_18="no", scope="future", consent="other")
    assert "These images only" in refused.errors["scope"]
    refused = await world.amira.fills(under_18="no", scope="these", consent="parent")
    assert "under 18 only" in refused.errors["consent"]
    assert (await world.amira.fills(under_18="unknown", scope="these", consent="other")).step == "check"


async def test_names_stay_out_of_every_channel(world):
    """Whose image it is, and whom to tell, opens for those who must act, privately; no channel and no message shows it."""
    await asks(world.amira, whose="Quokka Jones", contact="Mrs Jones, 01632 960 099")
    seen = await notice(world.ben)
    assert "Quokka" not in seen
    assert "Mrs Jones" in await world.ben.presses("Who is in it", seen)
    assert "Not found" in await world.hana.reaches("Who is in it", seen)
    for channel in ("marketing", "hr", "safeguarding", "principal"):
        assert not any("Quokka" in post for post in await world.ben.reads(channel))


# The page's curator


async def test_the_curator_is_told_at_once_and_may_mark_it(world):
    """Curator and deputy of the page get it themselves, with the buttons; what they do shows everywhere, theirs included."""
    await curates(world, world.hugo, world.hana)
    await asks(world.amira)
    assert "Hugo Brand" in await notice(world.ben)
    (theirs,) = await world.hugo.reads()
    assert PAGE in theirs
    await marks(world.hugo, 1, "remove", on=theirs)
    assert "every copy has an end" in (await world.amira.reads())[-1]
    assert "removed within a minute" in await notice(world.ben)
    for party in (world.hugo, world.hana):
        assert "nothing is left to do" in (await party.reads())[0]


async def test_another_pages_curator_is_not_told(world):
    """Only pages that are on the list count, and only those whose curator answers for them now."""
    await curates(world, world.hugo, world.hana, "https://social.example/other/p/1")
    await curates(world, world.sol, world.pat, PAGE, state="withdrawn")
    await asks(world.amira)
    for other in (world.hugo, world.hana, world.sol, world.pat):
        assert await other.reads() == []


async def test_a_curator_hears_that_it_was_taken_and_withdrawn(world):
    """What the curator was sent is edited as the case moves, and a late press says why nothing happens."""
    await curates(world, world.hugo, world.hana)
    receipt = await asks(world.amira)
    (old,) = await world.hugo.reads()
    await world.ben.presses("Take it", await notice(world.ben))
    assert "Ben Carter" in (await world.hugo.reads())[0]
    await world.amira.presses("Withdraw it", receipt)
    assert "nothing is left to do" in (await world.hugo.reads())[0]
    assert "Already withdrawn" in await world.hugo.presses("Copy 1", old)


async def test_a_curators_own_request_is_for_others(world):
    """A curator who asks cannot also say that it is done; Marketing and the deputy can (promise 7)."""
    await curates(world, world.hugo, world.hana)
    await asks(world.hugo)
    assert "your own request" in await world.hugo.reaches("Copy 1", await notice(world.ben))
    (theirs,) = await world.hana.reads()
    assert "Noted" in await marks(world.hana, 1, "remove", on=theirs)


# More copies, more words, taken back


async def test_a_copy_that_turns_up_later_joins_the_case(world):
    """The asker adds a copy: Marketing's notice shows it, its curator is told, and the case waits for its end too."""
    await curates(world, world.hugo, world.hana)
    receipt = await asks(world.amira, PRINT)
    assert await world.hugo.reads() == []
    await world.amira.presses("Add a copy", receipt)
    assert "2 copies" in await world.amira.fills(places=f"{PRINT}\n{PAGE}")
    assert "Copy 2: still up" in await notice(world.ben)
    assert PAGE in (await world.hugo.reads())[0]
    await marks(world.ben, 1, "remove")
    assert (await notice(world.ben)).has("Copy 2")


async def test_only_the_asker_adds_a_copy_and_not_after_the_end(world):
    """Somebody else starts a request of their own; an ended case takes nothing more, and says so."""
    receipt = await asks(world.amira)
    assert "Only the person who asked" in await world.ben.reaches("Add a copy", receipt)
    assert "Not found" in await world.hana.reaches("Add a copy", receipt)
    form = await world.amira.presses("Add a copy", receipt)
    assert "can hold 20" in await world.amira.fills(form, places="\n".join(f"photo {number}" for number in range(20)))
    await marks(world.ben, 1, "remove")
    assert "Already every copy has an end" in await world.amira.presses("Add a copy", receipt)


async def test_information_is_added_and_asked_for(world):
    """Marketing asks which photo it is, and the asker's reply stands on the case."""
    await asks(world.amira)
    await world.ben.presses("Ask a question", await notice(world.ben))
    await world.ben.fills(words="Which of the two?")
    await world.amira.presses("Reply", (await world.amira.reads())[-1])
    await world.amira.fills(words="The left one.")
    assert "The left one." in await notice(world.ben)


async def test_withdrawn_it_is_over_for_everybody(world):
    """The asker takes it back: Marketing sees that, and no button does anything more."""
    receipt = await asks(world.amira)
    old = await notice(world.ben)
    await world.amira.presses("Withdraw it", receipt)
    assert "Withdrawn" in await notice(world.ben)
    assert "Already withdrawn" in await world.ben.presses("Copy 1", old)
    assert "Already withdrawn" in await world.ben.presses("Take it", old)
    assert "Already withdrawn" in await world.amira.presses("Withdraw it", receipt)
    world.clock.passes(hours=3)
    await world.settle()
    assert len(await world.ben.reads("marketing")) == 1


# Who may act, and who was first


async def test_a_stranger_can_do_nothing(world):
    """Whatever button they reach: not take it, not mark it, not read it, not withdraw it."""
    receipt = await asks(world.amira)
    seen = await notice(world.ben)
    assert "Ben Carter can act" in await world.hana.reaches("Take it", seen)
    assert "Ben Carter can act" in await world.hana.reaches("Copy 1", seen)
    assert "Not found" in await world.hana.reaches("Show IMG-0001", receipt)
    assert "Not found" in await world.hana.reaches("Withdraw it", receipt)
    assert "Copy 1: still up" in await notice(world.ben)


async def test_a_button_bent_to_something_else_changes_nothing(world):
    """A press that names no copy, a copy that is not there, or another kind of case is refused in words."""
    await asks(world.amira)
    await world.ben.puts_to_marketing("how many days of annual leave do I get?")
    seen, other = await notice(world.ben), (await world.bea.reads("marketing"))[1]
    case, mark = seen.button("Take it").subject, seen.button("Copy 1")
    for subject, words in (
        (case, "Which copy"),
        (f"{case} 9", "no copy 9"),
        (other.button("Take it").subject, "There is no such"),
    ):
        bent = replace(seen, place="", buttons=(replace(mark, subject=subject),))
        assert words in await world.ben.presses("Copy 1", bent)
    closing = replace(seen, buttons=(replace(seen.button("Take it"), action="case.close"),))
    assert "That cannot be done here" in await world.ben.presses("Take it", closing)
    assert "Copy 1: still up" in await notice(world.ben)


async def test_nobody_marks_their_own_request(world):
    """The Manager's own request is for the deputy; the Manager is refused (promise 7)."""
    await asks(world.ben)
    seen = await notice(world.bea)
    assert "your own request" in await world.ben.presses("Take it", seen)
    assert "your own request" in await world.ben.presses("Copy 1", seen)
    await world.bea.presses("Take it", seen)
    assert "Noted" in await marks(world.bea, 1, "remove")


async def test_a_second_press_is_told_who_was_first(world):
    """Taken twice or marked twice, it happens once, and the second is told who and when (promise 7)."""
    await curates(world, world.hugo, world.hana)
    await asks(world.amira, f"{PAGE}\n{PRINT}")
    old = await notice(world.ben)
    await world.ben.presses("Take it", old)
    assert "you did that" in await world.ben.presses("Take it", old)
    both = await world.hugo.presses("Copy 1", (await world.hugo.reads())[0])
    await marks(world.ben, 1, "remove")
    assert "Ben Carter did that" in await world.hugo.fills(both, outcome="hide")
    assert "Ben Carter did that" in await world.hugo.reaches("Copy 1", old)
    assert "removed within a minute" in await notice(world.ben)


async def test_the_same_submission_twice_is_one_case_and_one_mark(world):
    """A page sent again after a lost answer gives the same receipt, and a copy is marked once (promise 6)."""
    await asks(world.amira)
    await world.ben.presses("Copy 1", await notice(world.ben))
    form = world.ben.shown
    assert "Noted" in await world.ben.fills(form, outcome="remove")
    assert "Noted" in await world.ben.fills(form, outcome="remove")
    assert sum("every copy" in seen for seen in await world.amira.reads()) == 1


async def test_a_receipt_that_was_lost_comes_again(world):
    """The last page sent twice is one case, and the second receipt is the first."""
    await world.amira.home()
    await world.amira.presses("Have an image removed")
    await world.amira.fills(risk="no")
    await world.amira.fills(places=PAGE)
    check = await world.amira.fills(**WHO)
    assert "IMG-0001" in await world.amira.fills(check)
    assert "IMG-0001" in await world.amira.fills(check)
    assert len(await world.ben.reads("marketing")) == 1


# Time


async def test_not_taken_in_half_an_hour_it_climbs(world):
    """Thirty minutes: again, and to the deputy, who may act now; thirty more: the Principal has it as well."""
    await asks(world.amira)
    assert "Ben Carter can act" in await world.bea.presses("Take it", await notice(world.bea))
    world.clock.passes(minutes=31)
    await world.settle()
    assert "overdue" in (await world.ben.reads("marketing"))[-1]
    assert "overdue" in (await world.bea.reads())[-1]
    assert await world.pat.reads("principal") == []
    world.clock.passes(minutes=30)
    await world.settle()
    assert (await notice(world.pat, "principal")).has("Take it") or "overdue" in await notice(world.pat, "principal")
    assert "Yours now" in await world.bea.presses("Take it", await notice(world.bea))


async def test_taken_it_climbs_no_further(world):
    """Once somebody has it, the ladder stops; while copies are up its role is reminded, and after the end nobody is."""
    await asks(world.amira)
    await world.ben.presses("Take it", await notice(world.ben))
    world.clock.passes(hours=3)
    await world.settle()
    assert await world.pat.reads("principal") == []
    await marks(world.ben, 1, "remove")
    count = len(await world.ben.reads("marketing"))
    world.clock.passes(hours=3)
    await world.settle()
    assert len(await world.ben.reads("marketing")) == count


SHUT = {
    "at night": ((24, 11, 22, 0), (25, 11, 8, 59), (25, 11, 9, 1)),
    "over a weekend": ((28, 11, 10, 0), (30, 11, 8, 59), (30, 11, 9, 1)),
    "late on a Friday": ((27, 11, 16, 20), (30, 11, 8, 49), (30, 11, 8, 51)),
    "in closure days": ((24, 12, 10, 0), (4, 1, 8, 59), (4, 1, 9, 1)),
}


def at(day, month, hour, minute):
    """A moment of that winter, when the college's clock is UTC."""
    return datetime(2027 if month == 1 else 2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("when", SHUT)
async def test_the_half_hour_is_of_working_time(world, when):
    """Asked while the college is shut, or just before, the half hour runs from its opening: nobody is called early or late."""
    asked, before, after = (at(*each) for each in SHUT[when])
    world.clock.now = asked
    await asks(world.amira)
    world.clock.now = before
    await world.settle()
    assert len(await world.ben.reads("marketing")) == 1
    world.clock.now = after
    await world.settle()
    assert "overdue" in (await world.ben.reads("marketing"))[-1]


async def test_out_of_hours_the_emergency_contact_is_messaged_and_can_act(world):
    """At night whoever is on call gets it personally with its buttons, may mark the copies, and the receipt says so."""
    world.clock.now = at(24, 11, 22, 0)
    receipt = await asks(world.amira)
    assert "Bea Lindqvist has been messaged" in receipt
    (seen,) = await world.bea.reads()
    assert "outside opening hours" in seen
    assert "Noted" in await marks(world.bea, 1, "remove", on=seen)
    assert "every copy has an end" in (await world.amira.reads())[-1]


async def test_in_opening_hours_nobody_is_called_out(world):
    """While the college is open the channel is enough: the emergency contact gets no message of their own."""
    assert "messaged too" not in await asks(world.amira)
    assert await world.bea.reads() == []


async def test_an_emergency_contact_who_asks_calls_out_somebody_else(world):
    """Where it is the contact who asks at night, the others of the role are messaged: never nobody."""
    world.clock.now = at(24, 11, 22, 0)
    await asks(world.bea)
    (seen,) = await world.ben.reads()
    assert "Noted" in await marks(world.ben, 1, "remove", on=seen)


# What people write


async def test_other_peoples_words_are_never_markup(world):
    """Mentions, links and tags in any field reach their readers as plain characters (promise 11)."""
    await curates(world, world.hugo, world.hana)
    await asks(world.amira, f"{PAGE}\n{HOSTILE}", whose=HOSTILE, contact=HOSTILE)
    assert HOSTILE in await notice(world.ben)
    assert HOSTILE in (await world.hugo.reads())[0]
    who = await world.ben.presses("Who is in it", await notice(world.ben))
    assert f"{who.title} {who.text}".count(HOSTILE) == 2
    await marks(world.ben, 2, "outside", HOSTILE)
    assert f"{(await world.amira.reads())[-1].text}".count(HOSTILE) == 2


async def test_links_names_and_notes_are_sealed(world, tmp_path):
    """Where it is, who is in it, whom to tell and what was asked rest in the database only as ciphertext (promise 9)."""
    marker = "Quokka-4711"
    receipt = await asks(world.amira, f"photo {marker}", whose=marker, contact=marker)
    await world.amira.presses("Add a copy", receipt)
    await world.amira.fills(places=f"another {marker}")
    await marks(world.ben, 1, "outside", f"wrote to {marker}")
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("lodge.db*"))
    assert b"IMG-0001" in kept
    assert marker.encode() not in kept
    async with world.app.database.read() as work:
        assert {row.kind for row in await work.turn.all(select(models.item))} == {"copy"}
