"""The register of accounts: a page goes live, is asked about, falls quiet, is kept or closed; content is taken down."""

from handlers import checkins, entering, register, telling
from tests.world import Button, Seen

PAGE = "https://social.example/wiltscoll.hair"
HOSTILE = "<b>hi</b> <!channel> @everyone **bold** [x](https://evil.example)"
ACCOUNT = {
    "department": "Hair and Beauty",
    "purpose": "marketing",
    "platform": "Instagram",
    "handle": "@wiltscoll.hair",
    "credentials": "The department safe",
    "address": PAGE,
}
SHOW = Seen("message", buttons=(Button("Show", "case.show", "ACC-0001", False),))


async def keeps(world, state="live", live_on="2026-11-24", opener="import", **details):
    """Put an account into the register, as a list of the pages that exist today does: Amira curates it, Hana is deputy."""
    held = {**ACCOUNT, "curator": world.amira.email, "deputy": world.hana.email, **details}
    held |= {"live_on": live_on} if state != "approved" else {"address": ""}
    async with world.app.database.begin(college=world.app.college, answers=world.app.answers) as work:
        case, _ = await work.open_case(
            kind="account", prefix="ACC", opened_by=opener, role="marketing", details=held, submission_key=PAGE, state=state,
        )  # fmt: skip
        await telling.announce(work, case)
        await (entering.await_live if state == "approved" else checkins.watch)(work, case)
    await world.settle()


async def found(staff, words, channel=""):
    """The last message with these words that stands in a channel, or was sent to this person."""
    seen = [each for each in await staff.reads(channel) if words in each]
    assert seen, [each.title for each in await staff.reads(channel)]
    return seen[-1]


async def count(staff, words, channel=""):
    """How many messages have these words."""
    return sum(words in each for each in await staff.reads(channel))


async def until(world, **span):
    """Let days pass, one by one, so that everything falls due on its day."""
    for _ in range(span.get("days", 0)):
        world.clock.passes(days=1)
        await world.settle()


async def falls_quiet(world):
    """Three months without a post."""
    await keeps(world, live_on="2026-08-24")
    await world.settle()
    return await found(world.ben, "is quiet", "marketing")


async def answers(staff, used="yes", **values):
    """Answer a check-in from the message that asked."""
    await staff.presses("Answer", await found(staff, "still used?"))
    return await staff.fills(used=used, **values)


async def names(staff, page=None, **people):
    """Fill in people by typing them: beside its picker, one platform has a field of its own for that."""
    page = page or staff.shown
    kept = {name: filled(page, name) for name in ("curator", "deputy", "who") if name in page.fields}
    end = ".typed" if page.place.startswith("view:") else ""
    return await staff.fills(page, **{f"{name}{end}" if name in kept else name: said for name, said in (kept | people).items()})


def filled(page, name):
    """Who stands in a field for a person."""
    return page.fields.get(f"{name}.typed", page.fields[name])


# Going live


async def test_the_curator_completes_the_register(world):
    """The curator gives the address and the day; the page is live for Marketing, and the deputy is asked to sign in."""
    await keeps(world, "approved")
    await world.amira.presses("Show", SHOW)
    page = await world.amira.presses("It is live")
    assert page.fields["live_on"] == "2026-11-24"
    assert "hana mori is asked" in await world.amira.fills(address=PAGE)
    assert "Live" in await found(world.ben, PAGE, "marketing")
    assert "The department safe" in await found(world.hana, "Can you sign in")


async def test_the_day_it_went_live_has_been_and_the_address_is_one(world):
    """A day to come and words in place of a link are the same form again, with what is wrong beside them."""
    await keeps(world, "approved")
    await world.amira.presses("Show", SHOW)
    await world.amira.presses("It is live")
    refused = await world.amira.fills(address="our new page", live_on="2026-11-25")
    assert "own address" in refused.errors["address"]
    assert "has not come yet" in refused.errors["live_on"]
    assert "In the register" in await world.amira.fills(refused, address=PAGE, live_on="2026-11-23")


async def test_only_the_people_of_the_page_say_that_it_is_live(world):
    """Whoever is neither curator nor deputy is refused, Marketing too; and it goes live once."""
    await keeps(world, "approved")
    shown = await world.amira.presses("Show", SHOW)
    assert "not yours" in await world.ben.reaches("It is live", shown)
    assert "not yours" in await world.sol.reaches("It is live", shown)
    await world.amira.presses("It is live", shown)
    await world.amira.fills(address=PAGE)
    assert "Already live" in await world.amira.presses("It is live", shown)


async def test_the_deputy_and_nobody_else_confirms_the_sign_in(world):
    """A curator cannot say for the deputy that they can sign in; once the deputy does, the register shows it."""
    await keeps(world, "approved")
    await world.amira.presses("Show", SHOW)
    await world.amira.presses("It is live")
    await world.amira.fills(address=PAGE)
    asked = await found(world.hana, "Can you sign in")
    assert "deputy confirms this" in await world.amira.reaches("Yes", asked)
    assert "not yours" in await world.sol.reaches("Yes", asked)
    assert "Not confirmed yet" in await found(world.ben, PAGE, "marketing")
    assert "Thank you" in await world.hana.presses("Yes", asked)
    assert "Not confirmed yet" not in await found(world.ben, PAGE, "marketing")


async def test_a_deputy_who_does_not_answer_is_asked_three_times_and_then_marketing_knows(world):
    """After five working days the question comes again, and again; then Marketing is told, once."""
    await keeps(world, "approved")
    await world.amira.presses("Show", SHOW)
    await world.amira.presses("It is live")
    await world.amira.fills(address=PAGE)
    await until(world, days=23)
    assert await count(world.hana, "Can you sign in") == 3
    assert await count(world.ben, "can the deputy sign in?", "marketing") == 1


async def test_approved_and_never_live_is_not_forgotten(world):
    """Three months after the approval Marketing learns once that there is still no page."""
    await keeps(world, "approved")
    world.clock.passes(days=91)
    await world.settle()
    assert await count(world.ben, "has not said", "marketing") == 0
    await until(world, days=40)
    assert await count(world.ben, "has not said", "marketing") == 1


# The monthly check-in


async def test_the_curator_is_asked_each_month_on_a_working_day(world):
    """One month on is Christmas Eve and the College is shut: the question comes on the first day back."""
    await keeps(world)
    world.clock.passes(days=40, hours=23, minutes=29)
    await world.settle()
    assert await count(world.amira, "still used?") == 0
    world.clock.passes(minutes=1)
    await world.settle()
    assert await count(world.amira, "still used?") == 1
    assert "Thank you" in await answers(world.amira, last_post="2026-12-20")
    assert await count(world.amira, "still used?") == 0
    assert "20 Dec 2026" in await found(world.ben, PAGE, "marketing")


async def test_a_post_to_come_is_refused(world):
    """The last post cannot be on a day that has not come: the form says so and keeps what was typed."""
    await keeps(world)
    await until(world, days=42)
    refused = await answers(world.amira, last_post="2027-01-06")
    assert "has not come yet" in refused.errors["last_post"]
    assert "Thank you" in await world.amira.fills(refused, last_post="2027-01-05")


async def test_no_answer_goes_to_the_deputy_and_then_to_marketing(world):
    """Five working days without an answer: the deputy is asked, who may answer; five more: Marketing is told, once."""
    await keeps(world)
    await until(world, days=49)
    assert await count(world.hana, "still used?") == 1
    await until(world, days=9)
    assert await count(world.ben, "no answer", "marketing") == 1
    assert "Thank you" in await answers(world.hana, last_post="2027-01-10")


async def test_an_answer_stops_the_reminders(world):
    """Once the curator has answered, neither the deputy nor Marketing is asked anything."""
    await keeps(world)
    await until(world, days=42)
    await answers(world.amira, last_post="2027-01-04")
    await until(world, days=18)
    assert await count(world.hana, "used?") == 0
    assert await count(world.ben, "no answer", "marketing") == 0


async def test_no_longer_used_is_for_marketing_to_decide(world):
    """A curator who says that it is no longer used closes nothing: Marketing is asked."""
    await keeps(world)
    await until(world, days=42)
    assert "Marketing is asked to decide" in await answers(world.amira, used="no")
    quiet = await found(world.ben, "is quiet", "marketing")
    assert "no longer used" in quiet
    assert {"Keep", "Ask to close", "Close"} <= {each.label for each in quiet.buttons}


# Quiet, kept, closed


async def test_three_months_without_a_post_and_marketing_decides(world):
    """The page is quiet, its curator knows, and however long nobody decides, nothing closes by itself."""
    quiet = await falls_quiet(world)
    assert "Nothing was posted for three months" in quiet
    assert "Marketing decides" in await found(world.amira, "is quiet")
    await until(world, days=60)
    assert await count(world.ben, "is quiet", "marketing") == 2
    await world.amira.presses("Show", SHOW)
    assert "Quiet: Marketing decides" in world.amira.shown


async def test_kept_it_has_three_months_more(world):
    """Marketing keeps it: the message says so, the curator knows, and it is quiet again after three months, not before."""
    quiet = await falls_quiet(world)
    assert "Kept" in await world.ben.presses("Keep", quiet)
    assert "is quiet no more" in await found(world.ben, "is quiet", "marketing")
    assert "Marketing keeps the page" in await found(world.amira, "keeps")
    world.clock.passes(days=91)
    await world.settle()
    assert await count(world.ben, "Please decide", "marketing") == 0
    world.clock.passes(days=2)
    await world.settle()
    assert await count(world.ben, "Please decide", "marketing") == 1


async def test_a_new_post_wakes_it(world):
    """The curator records a post and the page is live again; a post of three months ago does not do."""
    quiet = await falls_quiet(world)
    await world.amira.presses("Record a new post", await found(world.amira, "is quiet"))
    assert "three months ago too" in (await world.amira.fills(posted="2026-08-24")).errors["posted"]
    assert "has not come yet" in (await world.amira.fills(posted="2026-11-25")).errors["posted"]
    assert "Thank you" in await world.amira.fills(posted="2026-11-24")
    assert "Already live" in await world.ben.presses("Keep", quiet)


async def test_only_marketing_decides_about_a_quiet_page(world):
    """The curator, HR and a deputy without cause are refused; the deputy may while the Manager is recorded as away."""
    quiet = await falls_quiet(world)
    for staff in (world.amira, world.sol, world.bea):
        assert "Ben Carter can act" in await staff.reaches("Keep", quiet)
    async with world.app.database.begin() as work:
        day = world.clock.now.date()
        await work.set_absence(person=world.ben.email, first=day, until=day, recorded_by=world.ben.email)
    assert "Kept" in await world.bea.reaches("Keep", quiet)


async def test_whoever_asked_for_an_account_does_not_keep_it(world):
    """The Manager's own account is for the deputy to decide on (promise 7)."""
    await keeps(world, live_on="2026-08-24", opener=world.ben.email)
    quiet = await found(world.ben, "is quiet", "marketing")
    assert "your own request" in await world.ben.presses("Keep", quiet)
    assert "Kept" in await world.bea.presses("Keep", quiet)


async def test_the_curator_closes_what_marketing_asks_to_close(world):
    """Asked in Marketing's words, the curator closes it and presses; Marketing sees it, and late presses change nothing."""
    quiet = await falls_quiet(world)
    await world.ben.presses("Ask to close", quiet)
    assert "can close it now" in await world.ben.fills(note=HOSTILE)
    asked = await found(world.amira, "asks you to close")
    assert HOSTILE in asked
    assert "not yours" in await world.sol.reaches("It is closed", asked)
    assert "Thank you" in await world.amira.presses("It is closed", asked)
    assert "Closed" in await found(world.ben, PAGE, "marketing")
    assert "Already closed" in await world.amira.presses("It is closed", asked)
    assert "Already closed" in await world.ben.presses("Keep", quiet)


async def test_asked_to_close_and_not_closed_comes_back_to_marketing(world):
    """After five working days curator and deputy are asked again, after five more Marketing is told, and may close it."""
    await world.ben.presses("Ask to close", await falls_quiet(world))
    await world.ben.fills(note="It is silent.")
    await until(world, days=15)
    assert await count(world.amira, "asks you to close") == 2
    assert await count(world.hana, "asks you to close") == 1
    late = await found(world.ben, "not closed yet", "marketing")
    assert "Closed" in await world.ben.presses("Close", late)
    assert await count(world.amira, "is closed") == 1


async def test_marketing_closes_a_quiet_page_and_nothing_is_asked_afterwards(world):
    """Closed by Marketing, its curator is told; no check-in, no reminder and no quiet notice ever comes again."""
    assert "Closed" in await world.ben.presses("Close", await falls_quiet(world))
    assert await count(world.amira, "is closed") == 1
    before = len(await world.amira.reads()), len(await world.ben.reads("marketing"))
    await until(world, days=130)
    assert before == (len(await world.amira.reads()), len(await world.ben.reads("marketing")))


# Take-downs


async def asks_down(world, link=f"{PAGE}/p/12", reason="It shows a student without consent."):
    """Marketing asks for one thing to be taken down."""
    await world.ben.presses("Ask to take down", await found(world.ben, PAGE, "marketing"))
    return await world.ben.fills(link=link, clause="3.1.4", reason=reason)


async def test_marketing_asks_to_take_down_and_sees_that_it_is_done(world):
    """The curator has link, clause and reason at once, presses, and Marketing's notice shows who did it."""
    await keeps(world)
    assert "Amira Aziz has it now" in await asks_down(world)
    asked = await found(world.amira, "take something down")
    assert "3.1.4" in asked
    assert "Thank you" in await world.amira.presses("1 is down", asked)
    assert "done by Amira Aziz" in await found(world.ben, PAGE, "marketing")
    assert "it is down" in await found(world.amira, "it is down")
    assert "you did that" not in await world.amira.presses("1 is down", asked)
    assert "Already done" in world.amira.shown


async def test_not_done_needs_words_and_marketing_has_them_at_once(world):
    """A curator who does not take it down says why; it can still be done later."""
    await keeps(world)
    await asks_down(world)
    asked = await found(world.amira, "take something down")
    await world.amira.presses("1 is not", asked)
    assert "Please fill in" in (await world.amira.fills(why=" ")).errors["why"]
    assert "They see your words" in await world.amira.fills(why=HOSTILE)
    assert HOSTILE in await found(world.ben, "still up", "marketing")
    assert "Already done" in await world.amira.presses("1 is not", asked)
    assert "Thank you" in await world.amira.presses("1 is down", asked)


async def test_a_take_down_without_an_answer_is_chased(world):
    """After one working day curator and deputy are asked again, after another Marketing is told."""
    await keeps(world)
    await asks_down(world)
    await until(world, days=1)
    assert await count(world.amira, "take something down") == 2
    assert await count(world.hana, "take something down") == 1
    await until(world, days=1)
    assert await count(world.ben, "still up", "marketing") == 1


async def test_only_marketing_asks_and_only_the_pages_people_answer(world):
    """Nobody else asks for something to be taken down, and nobody else says that it is."""
    await keeps(world)
    notice = await found(world.ben, PAGE, "marketing")
    assert "not yours" in await world.sol.reaches("Ask to take down", notice)
    await asks_down(world)
    asked = await found(world.amira, "take something down")
    assert "not yours" in await world.ben.reaches("1 is down", asked)
    assert "not yours" in await world.sol.reaches("1 is not", asked)


async def test_the_words_of_a_take_down_are_never_markup(world):
    """Link and reason reach the curator as plain characters (promise 11)."""
    await keeps(world)
    await asks_down(world, HOSTILE, HOSTILE)
    assert HOSTILE in await found(world.amira, "take something down")


# Corrections


async def test_marketing_corrects_the_register_and_the_people_are_told(world):
    """The form shows what stands; old and new curator learn who answers now, and the new deputy is asked to sign in."""
    await keeps(world)
    page = await world.ben.presses("Correct", await found(world.ben, PAGE, "marketing"))
    assert page.fields["handle"] == "@wiltscoll.hair"
    assert "Corrected" in await names(world.ben, curator=world.sol.email, deputy="Gwen Price", handle="@wiltscoll.beauty")
    for staff in (world.amira, world.sol):
        assert "Sol Okafor" in await found(staff, "who answers for it now")
    gwen = [each for each in await world.gwen.reads() if "Can you sign in" in each]
    assert len(gwen) == 1
    assert "@wiltscoll.beauty" in await found(world.ben, PAGE, "marketing")


async def test_a_correction_needs_two_people_whom_lodge_can_reach_and_no_password(world):
    """One person twice, a name nobody bears and a text like a password come back with what is wrong beside them."""
    await keeps(world)
    await world.ben.presses("Correct", await found(world.ben, PAGE, "marketing"))
    twice = await names(world.ben, curator=world.hana.email)
    assert "somebody else as deputy" in twice.errors["deputy"]
    assert "e-mail address" in (await names(world.ben, twice, curator="Nobody Known")).errors["curator"]
    secret = await names(world.ben, twice, curator=world.sol.email, credentials="password is Sunny2Day!")
    assert "password" in secret.errors["credentials"]


async def test_only_marketing_corrects(world):
    """The curator and everybody else are refused."""
    await keeps(world)
    notice = await found(world.ben, PAGE, "marketing")
    for staff in (world.amira, world.sol):
        assert "not yours" in await staff.reaches("Correct", notice)


async def test_the_register_is_searched(world):
    """Department, handle, curator, address and reference find the account; anything else does not."""
    await keeps(world)
    async with world.app.database.begin(college=world.app.college, answers=world.app.answers) as work:
        for words in ("hair", "wiltscoll", "Amira", PAGE, "ACC-0001"):
            assert [each.reference for each in await register.entries(work, words=words)] == ["ACC-0001"], words
        assert await register.entries(work, words="plumbing") == []
        assert await register.entries(work, words="hair", states=("closed",)) == []


async def test_a_link_and_a_near_name_find_their_account(world):
    """A post's link, a link without www, a handle and a near spelling lead to the account; another page's link does not."""
    await keeps(world)
    async with world.app.database.begin(college=world.app.college, answers=world.app.answers) as work:
        for link in (f"{PAGE}/p/12?x=1", "www.social.example/wiltscoll.hair/", "the photo on @wiltscoll.hair, 12 June"):
            assert len(await register.by_address(work, link)) == 1, link
        for link in ("https://social.example/wiltscoll.hairdresser", "https://evil.example", "social.example", ""):
            assert await register.by_address(work, link) == [], link
        assert len(await register.near(work, "Instagram", "@WiltsColl_Hair")) == 1
        assert await register.near(work, "TikTok", "@wiltscoll_hair") == []
        assert await register.near(work, "Instagram", "@motorvehicle") == []
