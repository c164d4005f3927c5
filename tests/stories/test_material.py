"""The Director of HR asks for material to be changed or removed (1.5, 1.6): a case of its own that names no reporter."""

from datetime import date

import pytest

from tests.stories.test_register import count, found, until
from tests.world import Button, Seen

BEGIN = "Ask for change or removal"
POST = "https://social.example/ben/1"
ASKED = "asked to change or remove"
MARKER = "Quokka-4711"
HOSTILE = "<b>hi</b> <!channel> @everyone **bold** [x](https://evil.example)"
TICKS = {"evidence": ["yes"], "agreed": ["yes"], "students": ["yes"]}


def page_with(page, **values):
    """Values for a page, with people typed: beside its picker, one platform has a field of its own for that."""
    end = ".typed" if page.place.startswith("view:") else ""
    return {f"{name}{end}" if name in ("who", "who_2") else name: said for name, said in values.items()}


async def reports(staff, about=("breach", "post"), who="Ben Carter", **more):
    """Report something, with its first page read."""
    await staff.home()
    await staff.presses("Report a concern")
    page = await staff.fills(about=list(about))
    extra = {"platform": "personal"} if "post" in about else {}
    page = await staff.fills(**page_with(page, who=who, **extra, **more))
    return await staff.fills(what=f"A post about {MARKER}.", kept="no", **({"to": "hr"} if "to" in page.fields else {}))


async def noticed(staff, channel="hr"):
    """What the role was sent: to each of its people where somebody it is about reads in its channel."""
    return [*await staff.reads(channel), *await staff.reads()]


async def last(staff, reference, label, channel="hr"):
    """The last notice of a case that has this button."""
    return next(each for each in reversed(await noticed(staff, channel)) if reference in each and each.has(label))


async def opens(staff, channel="hr"):
    """Open the concern privately, from its notice."""
    return await staff.presses("Open privately", await last(staff, "CON-0001", "Open privately", channel))


async def begins(world):
    """Amira reports a breach by Ben, and Hana opens it and the form."""
    await reports(world.amira)
    await opens(world.hana)
    return await world.hana.presses(BEGIN)


async def fills(staff, who="Ben Carter", **values):
    """Fill in the request as it should be."""
    given = {**TICKS, "link": POST, "what": "Take the result out.", "by": "2026-11-30", **values}
    return await staff.fills(**page_with(staff.shown, who=who, **given))


async def asks(world, **values):
    """The whole way: reported, opened, and asked of Ben. Gives what Ben has."""
    await begins(world)
    assert "REM-0001" in await fills(world.hana, **values)
    return await found(world.ben, ASKED)


async def asks_outside(world):
    """The same, of a third party."""
    await begins(world)
    return await fills(world.hana, who="", third="Mo of Shiny Vans, mo@vans.example")


async def shows(staff, channel="hr"):
    """The case, from its notice."""
    return await staff.presses("Show REM-0001", await last(staff, "REM-0001", "Show REM-0001", channel))


async def refuses(world, words="It was in the paper."):
    """Ben refuses."""
    await world.ben.presses("I refuse", await asks(world))
    return await world.ben.fills(words=words)


async def away(staff):
    """They are away this week."""
    week = {"first": date(2026, 11, 24), "until": date(2026, 11, 27)}
    async with staff.world.app.database.begin() as work:
        await work.set_absence(person=staff.email, recorded_by="test", **week)


def forged(action, subject="REM-0001"):
    """Somebody else's button."""
    return Seen("message", buttons=(Button("It", action, subject, action not in PLAIN),))


PLAIN = ("material.done", "material.mark_done", "material.end", "case.show", "case.take", "case.close", "case.withdraw")
PARTYS = ("material.done", "material.refuse", "material.ask")
DIRECTORS = tuple(f"material.{each}" for each in ("mark_done", "mark_refused", "again", "fail", "end", "answer"))


# Asking


async def test_an_employee_is_asked_in_a_message_of_their_own(world, answers):
    """Ben sees the link, the words, by when, and clause 1.5 word for word; the channel sees a reference."""
    seen = await asks(world, what=HOSTILE)
    for words in (POST, "Mon 30 Nov 2026, 17:00", "Hana Mori, Director of Human Resources", HOSTILE):
        assert words in seen, words
    assert answers.clause("1.5").text in seen.quotes[0]
    assert all(seen.has(label) for label in ("It is done", "I refuse", "Ask a question"))
    notices = [each for each in await noticed(world.hana) if each.title == "REM-0001"]
    assert notices
    assert not any(word in each for each in notices for word in ("ben", POST, "change"))


async def test_the_employee_learns_of_no_reporter(world):
    """Neither the message nor the case names Amira or the concern, or says that anybody reported anything."""
    seen = [await asks(world), await world.ben.presses("Show REM-0001", await found(world.ben, ASKED))]
    await world.ben.presses("I refuse", seen[0])
    seen += [await world.ben.fills(words="No."), await world.ben.home(), *await world.ben.reads()]
    for each in seen:
        for word in ("amira", "CON-0001", "report of", "reported", "reporter", MARKER):
            assert word not in each, (word, each.text)
    assert "Not found" in await world.ben.presses("It", forged("case.show", "CON-0001"))


@pytest.mark.parametrize("words", ["Amira Aziz saw it.", "See con-0001.", "As amira@college.example says"])
async def test_words_that_name_the_reporter_are_not_sent(world, words):
    """Whoever reported it is not given away by a slip: nothing is sent, and the form says why."""
    await begins(world)
    assert "who reported it" in await fills(world.hana, what=words)
    assert await world.ben.reads() == []


async def test_the_reporter_learns_nothing_of_it(world):
    """Amira hears that it was opened, and no outcome."""
    await asks(world)
    assert not any("REM-0001" in each for each in await world.amira.reads())
    assert "REM-0001" not in await world.amira.home()


@pytest.mark.parametrize("missing", TICKS)
async def test_nothing_is_asked_without_each_tick(world, missing):
    """Evidence kept, Safeguarding's agreement and that no student may be at risk are each required."""
    await begins(world)
    assert (await fills(world.hana, **{missing: []})).errors[missing]
    assert await world.ben.reads() == []


@pytest.mark.parametrize("kind", ["student", "conduct", "me"])
async def test_never_where_somebody_may_be_at_risk(world, kind):
    """A concern about a student, conduct or the reporter's own safety offers no request, and a forged press is refused."""
    await reports(world.amira, (kind, "breach"), **({"adult": "yes"} if kind == "student" else {}))
    assert not (await opens(world.hana)).has(BEGIN)
    assert "Talk to Safeguarding" in await world.hana.presses("It", forged("material.begin", "CON-0001"))


async def test_a_deputy_cannot_ask(world):
    """With Hana away Hugo hears it as deputy, and is offered no request; nor is it his by a forged press."""
    await away(world.hana)
    await reports(world.amira)
    assert not (await opens(world.hugo)).has(BEGIN)
    assert "never a deputy" in await world.hugo.presses("It", forged("material.begin", "CON-0001"))


async def test_nobody_else_can_ask(world):
    """For Safeguarding, Marketing and the reporter there is no such concern, or it is not theirs."""
    await reports(world.amira)
    for staff in (world.sol, world.ben):
        assert "Not found" in await staff.presses("It", forged("material.begin", "CON-0001"))
    assert "your own" in await world.amira.presses("It", forged("material.begin", "CON-0001"))


async def test_where_somebody_in_hr_is_asked_the_principal_asks(world):
    """About Hugo, the concern and the request are the Principal's, and Human Resources sees neither."""
    await reports(world.amira, who="Hugo Brand")
    await opens(world.pat, "principal")
    await world.pat.presses(BEGIN)
    assert "REM-0001" in await fills(world.pat, who="Hugo Brand")
    assert ASKED in (await world.hugo.reads())[-1]
    assert await world.hana.reads("hr") == await world.hana.reads() == []
    assert "Not found" in await world.hana.reaches(
        "Show REM-0001", await last(world.pat, "REM-0001", "Show REM-0001", "principal")
    )


async def test_hr_cannot_ask_somebody_of_its_own(world):
    """Hana may not ask her deputy, whoever the concern named: she is told whose it is, and nothing is sent."""
    await begins(world)
    assert "The Principal asks instead" in await fills(world.hana, who="Hugo Brand")
    assert not any(ASKED in each for each in await world.hugo.reads())


async def test_whoever_is_asked_cannot_hear_the_concern(world):
    """Somebody whom nobody had named is among those it is about from then on, and their role loses sight of it (promise 4)."""
    await reports(world.amira, ("page", "breach"), who="Sol Okafor")
    await opens(world.ben, "marketing")
    await opens(world.hana)
    await world.hana.presses(BEGIN)
    await fills(world.hana, who="Ben Carter")
    assert ASKED in (await world.ben.reads())[-1]
    assert "Not found" in await world.ben.presses("It", forged("concern.open", "CON-0001"))


async def test_whoever_is_named_later_cannot_hear_the_request(world):
    """Hugo is named on the concern: the request goes to the Principal with it, and leaves Human Resources."""
    await asks(world)
    await opens(world.hana)
    page = await world.hana.presses("Say who it is about")
    await world.hana.fills(**page_with(page, who="Hugo Brand"))
    assert "Not found" in await world.hana.reaches("Show REM-0001", await last(world.hana, "REM-0001", "Show REM-0001"))
    assert "Ben Carter" in await shows(world.pat, "principal")


async def test_a_request_is_of_one_employee_or_one_third_party(world):
    """Neither, both, a name nobody bears, and somebody of the College typed as a third party are wrong in the form."""
    page = await begins(world)
    for who, third in (("", ""), ("Ben Carter", "Mo"), ("Nobody Known", ""), ("", "Ben Carter")):
        world.hana.shown = page
        assert (await fills(world.hana, who=who, third=third)).errors["who"], (who, third)
    assert await world.ben.reads() == []


@pytest.mark.parametrize("day", ["2026-11-24", "2026-11-23", "2027-11-24", "9999-12-31"])
async def test_the_date_leaves_them_time(world, day):
    """A day that is over, today, or years away is wrong in the form."""
    await begins(world)
    assert "after today" in (await fills(world.hana, by=day)).errors["by"]


async def test_a_day_that_is_over_by_the_time_is_not_sent(world):
    """A form left open until its own date has passed sends nothing: nobody is asked for an answer by yesterday."""
    await begins(world)
    world.clock.passes(days=3)
    assert "That day is over" in await fills(world.hana, by="2026-11-26")
    assert await world.ben.reads() == []


async def test_sent_twice_it_is_one_request(world):
    """The same page again gives the same receipt, one case and one message."""
    page = await begins(world)
    await fills(world.hana)
    world.hana.shown = page
    assert "REM-0001" in await fills(world.hana)
    assert await count(world.ben, ASKED) == 1


async def test_what_is_asked_leads_back_for_the_director_alone(world):
    """The concern shows Hana its request; and its chain and the request's own hold no words."""
    await asks(world, what=MARKER)
    assert (await opens(world.hana)).has("Show REM-0001")
    async with world.app.database.read() as work:
        for reference in ("CON-0001", "REM-0001"):
            case = await work.case(reference, actor="test", purpose="draw")
            lines = await work.history(case.id)
            assert not any(MARKER in str(each.facts) or POST in str(each.facts) for each in lines)
        assert {"evidence": "kept"}.items() <= next(each for each in lines if each.verb == "asked").facts.items()
        assert "CON-0001" not in str(case.details) + str(lines)
        assert world.amira.email not in str(case.details) + str(lines)


# Answering


async def test_it_is_done(world):
    """Ben says so; Hana hears it, Ben's message says that nothing more is asked, and a second press is told who was first."""
    seen = await asks(world)
    assert "Thank you" in await world.ben.presses("It is done", seen)
    assert "REM-0001: news" in [each.title for each in await noticed(world.hana)]
    assert "Done" in await shows(world.hana)
    assert "Nothing more is asked" in await found(world.ben, ASKED)
    assert "you did that" in await world.ben.presses("It is done", seen)
    assert "Already done" in await world.ben.presses("I refuse", seen)


async def test_refused_with_a_reason_it_is_for_the_director(world):
    """Hana reads why; the channel does not; and Ben can still change it and say so."""
    await refuses(world, MARKER)
    assert not any(MARKER in each or "refused" in each for each in await noticed(world.hana))
    shown = await shows(world.hana)
    assert MARKER in shown
    assert shown.has("Decide: failure to comply")
    assert "Thank you" in await world.ben.presses("It is done", await found(world.ben, ASKED))
    assert "Already done" in await world.hana.presses("Decide: failure", shown)


async def test_a_refusal_may_be_a_failure_to_comply(world, answers):
    """The Director decides it below clause 1.6, with a tick; Lodge links the disciplinary policy, and Ben is told."""
    await refuses(world)
    page = await world.hana.presses("Decide: failure to comply", await shows(world.hana))
    assert answers.clause("1.6").text in page.text
    assert (await world.hana.fills()).errors["confirm"]
    assert "Staff Disciplinary Policy" in await world.hana.fills(confirm=["yes"])
    assert "failure to comply" in (await world.ben.reads())[-1]
    assert "Nothing more is asked" in await found(world.ben, ASKED)
    assert "Already" in await world.ben.presses("It", forged("material.done"))


async def test_no_answer_is_recorded_as_no_answer(world):
    """After the date it is silence: never a refusal, never a failure, and Ben can still answer."""
    await asks(world)
    await until(world, days=7)
    shown = await shows(world.hana)
    assert "No answer by the date" in shown
    assert not shown.has("Decide: failure to comply")
    assert "no more" in await world.hana.presses("It", forged("material.fail"))
    seen = await found(world.ben, ASKED)
    assert "nothing else" in seen
    assert "Thank you" in await world.ben.presses("It is done", seen)


async def test_silence_falls_when_the_college_closes_and_not_before(world):
    """The whole of the day counts, by the College's clock."""
    await asks(world)
    world.clock.passes(days=6, hours=7, minutes=59)
    await world.settle()
    assert "Waiting for an answer" in await shows(world.hana)
    world.clock.passes(minutes=2)
    await world.settle()
    assert "No answer by the date" in await shows(world.hana)


async def test_the_director_may_ask_again(world):
    """A new date, a new message to Ben, and silence falls again after it, once."""
    await asks(world)
    await until(world, days=7)
    await shows(world.hana)
    await world.hana.presses("Ask again")
    assert "Asked again" in await world.hana.fills(by="2026-12-04")
    assert "Fri 4 Dec 2026, 16:30" in await found(world.ben, "asked again")
    assert "Fri 4 Dec 2026, 16:30" in await found(world.ben, ASKED)
    assert "no more" in await world.hana.presses("It", forged("material.again"))
    await until(world, days=4)
    assert "No answer by the date" in await shows(world.hana)


async def test_an_answer_in_time_is_not_followed_by_silence(world):
    """Done or refused before the date, the day passes without a word."""
    await refuses(world)
    before = len(await noticed(world.hana))
    await until(world, days=10)
    assert len([each for each in await noticed(world.hana) if "CON" not in each]) <= before
    assert "Refused" in await shows(world.hana)


@pytest.mark.parametrize("after", ["open", "silent", "refused"])
@pytest.mark.parametrize("label", ["Record that it is done", "Close"])
async def test_the_director_may_end_it_at_any_time(world, after, label):
    """Waiting, silent or refused: recorded as done, or closed, and Ben is told that nothing more is asked."""
    await (refuses(world) if after == "refused" else asks(world))
    if after == "silent":
        await until(world, days=7)
    shown = await shows(world.hana)
    await world.hana.presses(label, shown)
    assert ("recorded as done" if label.startswith("Record") else "closed") in (await world.ben.reads())[-1]
    assert "Already" in await world.hana.presses(label, shown)
    assert not (await shows(world.hana)).has(label)


async def test_a_question_and_its_answer(world):
    """Ben may ask what is meant; Hana reads it and answers; both stand on the case, and the date stays."""
    await world.ben.presses("Ask a question", await asks(world))
    assert "The date stays" in await world.ben.fills(words=f"Which part? {MARKER}")
    assert not any(MARKER in each for each in await noticed(world.hana))
    assert MARKER in await shows(world.hana)
    assert MARKER in await world.hana.presses("Answer their question")
    assert "Answered" in await world.hana.fills(words="The second line.")
    shown = await world.ben.presses("Show REM-0001", await found(world.ben, "an answer for you"))
    assert "The second line." in shown
    assert not (await shows(world.hana)).has("Answer their question")


async def test_nothing_is_asked_or_answered_once_it_has_ended(world):
    """A question, or an answer to one, on an ended request is refused."""
    await world.ben.presses("It is done", await asks(world))
    assert "Already ended" in await world.ben.presses("It", forged("material.ask"))
    assert "Already ended" in await world.hana.presses("It", forged("material.answer"))


# A third party


async def test_a_third_party_is_reached_by_the_director(world, answers):
    """Lodge sends nobody anything: it shows the words to send, with link, clause and date, and takes no answer but by hand."""
    seen = await asks_outside(world)
    for words in ("the words to send", POST, answers.clause("1.5").text, "Mon 30 Nov 2026, 17:00"):
        assert words in seen, words
    assert "amira" not in seen
    assert await world.ben.reads() == []
    assert "mo@vans.example" in await shows(world.hana)


async def test_a_third_partys_answer_is_recorded_by_hand(world):
    """Refused in their own words, and decided on; the contract is named and no disciplinary policy."""
    await asks_outside(world)
    await world.hana.presses("Record a refusal", await shows(world.hana))
    assert "refused" in await world.hana.fills(words=MARKER)
    shown = await shows(world.hana)
    assert MARKER in shown
    await world.hana.presses("Decide: failure to comply", shown)
    recorded = await world.hana.fills(confirm=["yes"])
    assert "contract" in recorded
    assert "Disciplinary" not in recorded


async def test_an_employees_refusal_is_never_recorded_for_them(world):
    """Only Ben can refuse for Ben: the Director is not offered it, and a forged press is refused."""
    await asks(world)
    assert not (await shows(world.hana)).has("Record a refusal")
    assert "answer for themselves" in await world.hana.presses("It", forged("material.mark_refused"))


# Whose it is


@pytest.mark.parametrize("action", PARTYS)
async def test_nobody_answers_for_whoever_is_asked(world, action):
    """The Director, the reporter and Safeguarding cannot press an employee's button."""
    await asks(world)
    for staff in (world.hana, world.amira, world.sol):
        assert "not yours" in await staff.presses("It", forged(action))
    assert "Waiting for an answer" in await shows(world.hana)


@pytest.mark.parametrize("action", DIRECTORS)
async def test_nobody_else_decides(world, action):
    """For whoever is asked, the reporter, the deputy and the other roles there is no such case to act on (promise 7)."""
    await refuses(world)
    for staff in (world.ben, world.amira, world.hugo, world.sol, world.pat):
        assert "Not found" in await staff.presses("It", forged(action))
    assert "Refused" in await shows(world.hana)


async def test_a_deputy_sees_it_and_decides_nothing(world):
    """With Hana away, Hugo can show it; each of the Director's buttons is refused."""
    await refuses(world)
    await away(world.hana)
    assert "Refused" in await shows(world.hugo)
    for action in DIRECTORS:
        assert "deputy cannot decide" in await world.hugo.presses("It", forged(action))


@pytest.mark.parametrize("action", ["case.take", "case.close", "case.withdraw", "case.ask", "concern.open", "concern.close"])
async def test_buttons_of_other_cases_do_nothing_to_it(world, action):
    """A request is neither taken nor withdrawn, and is no concern: a forged press of theirs is refused."""
    await asks(world)
    await world.hana.presses("It", forged(action))
    assert any(words in world.hana.shown for words in ("cannot be done here", "no concern", "Only the person who asked"))
    assert "Waiting for an answer" in await shows(world.hana)


async def test_it_waits_on_the_directors_home_and_on_nobody_elses(world):
    """Hana finds it again under Home; the deputy and Ben's deputy do not."""
    await asks(world)
    assert (await world.hana.home()).has("Show REM-0001")
    for staff in (world.hugo, world.bea, world.sol, world.amira):
        assert "REM-0001" not in await staff.home()


async def test_words_that_sound_of_danger_stop_for_the_emergency_page(world):
    """If what is to be removed sounds as if somebody may be at risk, the emergency page comes first and nothing is sent."""
    await begins(world)
    assert "Nothing has been sent" in await fills(world.hana, what="She says she wants to kill herself tonight")
    assert await world.ben.reads() == []


async def test_what_is_asked_and_answered_is_sealed(world, tmp_path):
    """Link, words, reason and contact rest in the database as ciphertext."""
    await world.ben.presses("I refuse", await asks(world, what=MARKER))
    await world.ben.fills(words=MARKER)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("lodge.db*"))
    assert MARKER.encode() not in stored
    assert POST.encode() not in stored
