"""The college's working time: what 'within 30 minutes' and 'five working days' come to."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.college import EXAMPLE, load
from handlers.calendar import Calendar

LONDON = ZoneInfo("Europe/London")
WEEK = dict.fromkeys(range(5), (time(8, 30), time(17)))
SHUT = load(EXAMPLE).calendar.closed  # England's bank holidays, and 24 December 2026 to 1 January 2027
COLLEGE = Calendar(LONDON, WEEK, SHUT)

moments = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))
minutes = st.integers(1, 1000).map(lambda each: timedelta(minutes=each))
spans = st.builds(timedelta, days=st.integers(0, 8), minutes=st.integers(0, 1439))
clock_times = st.times(time(4), time(23, 59)).map(lambda each: each.replace(second=0, microsecond=0))
days_hours = st.tuples(clock_times, clock_times).filter(lambda both: both[0] < both[1])
calendars = st.builds(
    Calendar,
    st.just(LONDON),
    st.dictionaries(st.integers(0, 6), days_hours, min_size=1),
    st.frozensets(st.dates(date(2026, 1, 1), date(2029, 1, 1)), max_size=30),
)
often = settings(deadline=None, max_examples=150)


def at(text: str) -> datetime:
    """A moment by the college's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "span", "end"),
    [
        ("2026-11-24 10:00", timedelta(minutes=30), "Tue 24 Nov 2026, 10:30"),
        ("2026-11-27 16:50", timedelta(minutes=30), "Mon 30 Nov 2026, 08:50"),  # over a weekend
        ("2026-11-27 16:30", timedelta(minutes=30), "Fri 27 Nov 2026, 17:00"),  # by closing time
        ("2026-11-28 11:00", timedelta(minutes=30), "Mon 30 Nov 2026, 09:00"),  # asked on a Saturday
        ("2026-11-24 06:00", timedelta(minutes=30), "Tue 24 Nov 2026, 09:00"),  # before opening
        ("2026-11-24 17:00", timedelta(minutes=30), "Wed 25 Nov 2026, 09:00"),  # at the moment of closing
        ("2026-12-23 16:50", timedelta(minutes=30), "Mon 4 Jan 2027, 08:50"),  # over the Christmas closure
        ("2026-12-25 12:00", timedelta(minutes=30), "Mon 4 Jan 2027, 09:00"),  # asked on Christmas Day
        ("2026-04-02 16:50", timedelta(minutes=30), "Tue 7 Apr 2026, 08:50"),  # Good Friday and Easter Monday
        ("2026-08-28 16:50", timedelta(days=1), "Tue 1 Sep 2026, 16:50"),  # the August bank holiday
        ("2026-11-24 10:00", timedelta(days=5), "Tue 1 Dec 2026, 10:00"),  # five working days
        ("2026-11-28 11:00", timedelta(days=2), "Wed 2 Dec 2026, 08:30"),
        ("2026-12-21 10:00", timedelta(days=5), "Wed 6 Jan 2027, 10:00"),
        ("2026-11-24 16:00", timedelta(hours=10), "Thu 26 Nov 2026, 09:00"),  # over more than one night
        ("2026-03-27 16:50", timedelta(minutes=30), "Mon 30 Mar 2026, 08:50"),  # the clocks go forward
        ("2026-03-27 16:50", timedelta(days=1), "Mon 30 Mar 2026, 16:50"),
        ("2026-10-23 16:50", timedelta(minutes=30), "Mon 26 Oct 2026, 08:50"),  # the clocks go back
        ("2026-10-23 16:50", timedelta(days=1), "Mon 26 Oct 2026, 16:50"),
    ],
)
def test_a_time_to_answer_counts_only_while_the_college_is_open(start, span, end):
    """Nights, weekends, bank holidays, closures and the changes of the clocks take nothing from the time to answer."""
    due = COLLEGE.after(at(start), span)
    assert (COLLEGE.said(due), due.tzinfo) == (end, UTC)


@pytest.mark.parametrize("sunday", ["2026-03-29", "2026-10-25"])
def test_a_college_open_on_the_day_the_clocks_change_counts_real_minutes(sunday):
    """What is asked in the night of the change counts from opening time by the new time, and two hours are two hours."""
    calendar = Calendar(LONDON, dict.fromkeys(range(7), (time(4), time(23))), frozenset())
    in_the_night = at(f"{sunday} 04:00").astimezone(UTC) - timedelta(hours=4)
    assert calendar.after(in_the_night, timedelta(hours=2)) == at(f"{sunday} 06:00")
    assert calendar.after(in_the_night - timedelta(days=1), timedelta(days=1, hours=2)) == at(f"{sunday} 06:00")


def test_the_zone_of_the_moment_asked_about_makes_no_difference():
    """A moment is a moment: in UTC, in London's time or in Delhi's, the answer is the same one, in UTC."""
    start = at("2026-10-23 16:50")
    due = [COLLEGE.after(start.astimezone(zone), timedelta(hours=9)) for zone in (UTC, LONDON, ZoneInfo("Asia/Kolkata"))]
    assert due == [datetime(2026, 10, 27, 8, 50, tzinfo=UTC)] * 3
    assert {each.tzinfo for each in due} == {UTC}
    sunday = Calendar(LONDON, dict.fromkeys(range(7), (time(4), time(23))), frozenset())
    assert sunday.after(at("2026-10-24 22:30"), timedelta(hours=1)) == at("2026-10-25 04:30")


def test_a_shorter_last_day_keeps_the_time_of_day_as_near_as_it_can():
    """A day that closes early ends a span at its closing; the days that are only passed over change nothing."""
    calendar = Calendar(LONDON, {**WEEK, 4: (time(10), time(16))}, frozenset())
    assert calendar.after(at("2026-11-26 16:50"), timedelta(days=1)) == at("2026-11-27 16:00")
    assert calendar.after(at("2026-11-26 08:45"), timedelta(days=1)) == at("2026-11-27 10:00")
    assert calendar.after(at("2026-11-26 16:50"), timedelta(days=2)) == at("2026-11-30 16:50")


def test_open_from_the_first_minute_until_just_before_closing():
    """The college is open at opening time and no longer at closing time, and never on a day it is shut."""
    said = {text: COLLEGE.open_at(at(f"2026-11-24 {text}")) for text in ("08:29", "08:30", "16:59", "17:00")}
    assert said == {"08:29": False, "08:30": True, "16:59": True, "17:00": False}
    shut = ("2026-11-28", "2026-12-25", "2026-12-30", "2027-12-27", "2035-03-23")
    assert not any(COLLEGE.open_at(at(f"{day} 12:00")) for day in shut)


def test_the_colleges_own_day_and_clock():
    """Just after midnight in summer it is the college's next day, whatever the day in UTC."""
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert COLLEGE.day(late) == date(2026, 7, 2)
    assert COLLEGE.local(late).hour == 0
    assert COLLEGE.said(late) == "Thu 2 Jul 2026, 00:30"
    assert COLLEGE.said(COLLEGE.opening(date(2026, 12, 24))) == "Mon 4 Jan 2027, 08:30"
    assert COLLEGE.said(COLLEGE.opening(date(2026, 11, 24))) == "Tue 24 Nov 2026, 08:30"


@often
@given(calendars, moments, spans)
def test_an_answer_is_due_within_opening_hours_and_never_before_it_was_asked(calendar, moment, span):
    """Every moment and every span have an answer, on a day that works, from its opening to its closing time."""
    due = calendar.after(moment, span)
    local = calendar.local(due)
    first, last = calendar.hours[local.weekday()]
    assert due >= moment
    assert calendar.works(local.date())
    assert first <= local.time() <= last


@often
@given(calendars, moments, moments, spans)
def test_what_is_asked_first_is_due_first(calendar, one, other, span):
    """A later request is never due before an earlier one."""
    first, second = sorted((one, other))
    assert calendar.after(first, span) <= calendar.after(second, span)


@often
@given(calendars, moments, st.integers(1, 700), st.integers(1, 700))
def test_working_time_adds_up(calendar, moment, one, other):
    """Thirty minutes after thirty minutes are an hour, however many nights lie between."""
    stepped = calendar.after(calendar.after(moment, timedelta(minutes=one)), timedelta(minutes=other))
    assert stepped == calendar.after(moment, timedelta(minutes=one + other))


@settings(deadline=None, max_examples=40)
@given(moments.map(lambda each: each.replace(second=0, microsecond=0)), minutes)
def test_it_is_the_minutes_that_one_would_count(moment, span):
    """Counting, minute by minute, how long the college was open until an answer is due gives the time to answer."""
    due = COLLEGE.after(moment, span)
    between = range((due - moment) // timedelta(minutes=1))
    assert sum(COLLEGE.open_at(moment + timedelta(minutes=each)) for each in between) == span // timedelta(minutes=1)
