"""A year of the register, in seconds: every question on its working day, nothing early, late, twice or forgotten."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from handlers import checkins, closing, entering, leavers, register, telling
from handlers.roles import Person
from storage import models
from tests.conftest import running
from tests.stories.test_leavers import DOOR
from tests.stories.test_register import found
from tests.world import Staff

START, END = datetime(2026, 11, 24, 9, 0, tzinfo=UTC), datetime(2027, 12, 3, tzinfo=UTC)
AT_24 = "01-04 01-25 02-24 03-24 04-26 05-24 06-24 07-26 08-24 09-24 10-25 11-24"  # one month on is Christmas Eve: shut
AT_30 = "01-04 02-01 03-01 03-30 04-30 06-01 06-30 07-30 08-31 09-30 11-01 11-30"  # two of them are bank holidays
AT_24_A_WEEK_ON = "01-11 02-01 03-03 04-05 05-04 06-01 07-01 08-02 09-01 10-01 11-01 12-01"  # five working days later
WHAT = {
    checkins.ASKED: "asked",
    checkins.UNANSWERED: "no answer",
    checkins.QUIET: "quiet",
    checkins.QUIET_CURATOR: "quiet, says Lodge",
    telling.TOLD: "kept",
    closing.CLOSING: "please close",
    closing.ENDED: "closed",
    entering.UNLIVE: "not live",
    entering.PEOPLE: "who answers",
    entering.SIGN_IN: "can you sign in",
    leavers.LEAVING: "leaving",
}


def expected():
    """Who hears what on which day, account by account."""
    told = [(day, f"c{n}", "asked", n) for n in (1, 2, 3, 4) for day in AT_24.split()]
    told += [(day, "c5", "asked", 5) for day in AT_30.split()]
    told += [(day, "c6", "asked", 6) for day in AT_24.split()] + [(day, "d6", "asked", 6) for day in AT_24_A_WEEK_ON.split()]
    told += [(day, "c7", "asked", 7) for day in ("01-04", "01-25", "03-24", "04-26")]
    told += [(day, "d7", "asked", 7) for day in ("01-11", "02-01", "04-05", "05-04")]
    told += [(day, "marketing", "no answer", 7) for day in ("01-18", "02-08", "04-12", "05-11")]
    told += [(day, who, what, 7) for day in ("02-24", "05-24") for who, what in QUIET(7)]
    told += [("02-24", "c7", "kept", 7), ("05-24", "c7", "closed", 7)]
    told += [("01-04", "c8", "asked", 8), ("01-04", "c8", "please close", 8), *(("01-04", *each, 8) for each in QUIET(8))]
    told += [(day, "c9", "asked", 9) for day in AT_24.split() if day != "02-24"] + [("02-24", *each, 9) for each in QUIET(9)]
    told += [(day, "c10", "asked", 10) for day in AT_30.split()[:3]] + [(day, "e10", "asked", 10) for day in AT_30.split()[3:]]
    told += [("03-15", "marketing", "leaving", 10), ("03-17", "e10", "who answers", 10), ("03-17", "d10", "who answers", 10)]
    told += [(day, "c11", "asked", 11) for day in AT_30.split()]
    told += [("04-15", "marketing", "leaving", 11), ("04-15", "e11", "who answers", 11), ("04-15", "c11", "who answers", 11)]
    told += [("04-15", "e11", "can you sign in", 11), ("02-24", "marketing", "not live", 12)]
    return sorted(told)


def QUIET(number):
    """Whom a page's silence reaches."""
    return (("marketing", "quiet"), (f"c{number}", "quiet, says Lodge"))


class Year:
    """The twelve accounts, what their people do when they hear of one, and all that anybody heard."""

    def __init__(self, world):
        self.world, self.heard, self.known = world, [], set()

    async def opens(self):
        """All twelve are in the register on one day; the last is approved and never goes live."""
        async with self.world.app.database.begin(college=self.world.app.college, answers=self.world.app.answers) as work:
            for n in range(1, 13):
                live_on = "2026-11-30" if n in (5, 10, 11) else "2026-11-24"
                held = {"handle": f"@page{n}", "platform": "Instagram", "credentials": "The safe", "signed_in": "yes"}
                held |= {"curator": email(f"c{n}"), "deputy": email(f"d{n}")} | ({"live_on": live_on} if n < 12 else {})
                case, _ = await work.open_case(
                    kind="account", prefix="ACC", opened_by="import", role="marketing", details=held,
                    submission_key=f"{n}", state="live" if n < 12 else "approved",
                )  # fmt: skip
                await (checkins.watch if n < 12 else entering.await_live)(work, case)
            away = {"first": date(2027, 2, 22), "until": date(2027, 2, 26)}
            await work.set_absence(person=email("ben"), recorded_by=email("ben"), **away)

    async def passes(self, until):
        """From due time to due time; whoever hears something does then what they always do."""
        while (due := await self._next()) and due <= until:
            self.world.clock.now = max(self.world.clock.now, due)
            await self.listens()
        self.world.clock.now = until

    async def listens(self):
        """Deliver what is due and note what is new, until nobody has anything left to do."""
        await self.world.settle()
        while new := await self._new():
            for who, what, number in new:
                self.heard.append((self.world.clock.now, who, what, number))
                await self.acts(who, what, number)
            await self.world.settle()

    async def acts(self, who, what, number):
        """Habits: most answer at once; 6 leaves it to the deputy, 7 never answers, 8 is not used, 9 forgets to post."""
        today = self.world.app.college.calendar.day(self.world.clock.now)
        if what == "asked" and number != 7 and who != "c6":
            posted = "" if number == 9 and today < date(2027, 2, 1) else today.isoformat()
            await self.answers(who, number, "no" if number == 8 else "yes", posted)
        elif what == "quiet" and number == 7:
            await self.decides("Keep" if today.month == 2 else "Close", number)
        elif what == "quiet" and number == 8:
            await self.decides("Ask to close", number, note="It is not used.")
        elif what == "please close":
            await self.presses(who, "It is closed", f"asks you to close @page{number}")
        elif what == "quiet, says Lodge" and number == 9:
            await self.presses(who, "Record a new post", "@page9 is quiet", posted=today.isoformat())
        elif what == "can you sign in":
            await self.presses(who, "Yes", f"@page{number}")

    async def answers(self, who, number, used, posted):
        await self.presses(who, "Answer", f"@page{number}: still used?", used=used, last_post=posted)

    async def decides(self, label, number, **values):
        """Ben decides; while he is recorded as away Bea does, and Ben's absence is what lets her."""
        away = date(2027, 2, 22) <= self.world.clock.now.date() <= date(2027, 2, 26)
        who = "bea" if away else "ben"
        await self.presses(who, label, f"@page{number} is quiet", channel="marketing", **values)

    async def presses(self, who, label, title, channel="", **values):
        staff = Staff(self.world, who)
        shown = await staff.presses(label, await found(staff, title, channel))
        shown = await staff.fills(**values) if values else shown
        assert shown.tone == "yes", (who, label, shown)

    async def leaves(self, who, number, said_by, **successors):
        """Somebody is leaving: their accesses end one by one, and somebody follows."""
        staff, ben = Staff(self.world, said_by), Staff(self.world, "ben")
        await staff.presses("Someone is leaving", DOOR)
        await staff.fills(who=email(who))
        await self.listens()
        await self.passes(self.world.clock.now + timedelta(days=2 if number == 10 else 0))
        notice = await found(ben, f"{who.upper()} is leaving", "marketing")
        for access in (1, 2, 3):
            await ben.presses(f"Access {access} revoked", notice)
        await ben.presses("Name who follows", notice)
        assert "is handed over" in await ben.fills(**successors)
        await self.listens()

    async def _next(self):
        async with self.world.app.database.begin() as work:
            dues = [
                (await work.turn.run(select(func.min(table.c.due_ms)).where(table.c.state == "ready"))).scalar()
                for table in (models.timer, models.delivery)
            ]
        due = min((each for each in dues if each is not None), default=None)
        return None if due is None else datetime.fromtimestamp(due / 1000, UTC)

    async def _new(self):
        """What was delivered since the last look, as (who, what, number of the account); edits are no news."""
        sent, case = models.delivery, models.case
        wanted = select(sent.c.id, sent.c.recipient, sent.c.drawing, case.c.reference).join(case, case.c.id == sent.c.case_id)
        plain = sent.c.replaces.is_(None) & (sent.c.drawing != telling.NOTICE)
        async with self.world.app.database.begin() as work:
            rows = [row for row in await work.turn.all(wanted.where(plain)) if row.id not in self.known]
        self.known |= {row.id for row in rows}
        return [(row.recipient.partition(":")[2].partition("@")[0], WHAT[row.drawing], int(row.reference[4:])) for row in rows]


def email(name):
    """An address at the College."""
    return f"{name}@college.example"


async def test_a_year_at_the_college(tmp_path, answers, college):
    """Twelve pages, their habits, holidays, closures, an absence and two leavers: exactly this is said, on exactly these days."""
    names = [f"{letter}{n}" for letter in "cde" for n in range(1, 13)]
    people = {email(name): Person(email(name), name.upper(), "Lecturer") for name in names}
    async with running(tmp_path, answers, replace(college, people={**college.people, **people})) as world:
        year = Year(world)
        await year.opens()
        await year.passes(datetime(2027, 3, 15, 10, 0, tzinfo=UTC))
        await year.leaves("c10", 10, "hana", curator=email("e10"), deputy=email("d10"))
        await year.passes(datetime(2027, 4, 15, 9, 0, tzinfo=UTC))
        await year.leaves("d11", 11, "ben", deputy=email("e11"))
        await year.passes(END)
        days = [(world.app.college.calendar.day(at), who, what, number) for at, who, what, number in year.heard]
        assert days == sorted(days, key=lambda each: each[0])
        assert all(world.app.college.calendar.open_at(at) for at, *_ in year.heard)
        assert sorted((f"{day:%m-%d}", *rest) for day, *rest in days) == expected()
        async with world.app.database.begin() as work:
            states = {case.reference: case.state for case in await work.lines(kind=register.KIND)}
        assert [states[f"ACC-{n:04d}"] for n in (1, 7, 8, 9, 10, 11, 12)] == [
            "live", "closed", "closed", "live", "live", "live", "approved",
        ]  # fmt: skip
