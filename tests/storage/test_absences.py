"""Absences are kept for a year after their end, and no longer."""

from datetime import date

BEN, HANA = "ben@college.example", "hana@college.example"


async def test_an_absence_is_kept_for_a_year_after_its_end(database, clock):
    """Purging takes what was over for a year and leaves what was not, what goes on and what is to come."""
    spans = {"old": (date(2025, 11, 10), date(2025, 11, 20)), "kept": (date(2025, 11, 10), date(2025, 11, 25))}
    spans |= {"now": (date(2026, 11, 1), date(2026, 11, 30)), "next": (date(2027, 1, 1), date(2027, 1, 2))}
    assert clock().date() == date(2026, 11, 23)
    async with database.begin() as work:
        for name, (first, until) in spans.items():
            await work.set_absence(person=name, first=first, until=until, recorded_by=HANA)
        assert (await work.purge())["absence"] == 1
        found = await work.absences(date(2000, 1, 1))
    assert [each.person for each in found] == ["kept", "now", "next"]
    assert {each.recorded_by for each in found} == {HANA}
    assert [(each.first, each.until) for each in found] == [spans[each.person] for each in found]


async def test_a_day_away_may_be_one_day_and_may_overlap(database):
    """One day is an absence; somebody recorded twice is away once, and an unknown record is not taken back."""
    day = date(2026, 12, 1)
    async with database.begin() as work:
        for until in (day, date(2026, 12, 3)):
            await work.set_absence(person=BEN, first=day, until=until, recorded_by=HANA)
        assert await work.absent_on(day) == frozenset({BEN})
        assert len(await work.absences(day)) == 2
        assert not await work.drop_absence("unknown", BEN)
