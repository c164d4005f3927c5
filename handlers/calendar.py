"""The college's working time: when it is open, and when a span of working time has passed."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_CLOSURE = 366  # days looked ahead for an opening; the loader refuses a calendar that never opens


@dataclass(frozen=True)
class Calendar:
    """Opening hours by weekday (0 is Monday), in the college's own time; ``closed`` holds the days it is shut all day."""

    zone: ZoneInfo
    hours: Mapping[int, tuple[time, time]]
    closed: Container[date]

    def local(self, moment: datetime) -> datetime:
        """A moment by the college's clock."""
        return moment.astimezone(self.zone)

    def day(self, moment: datetime) -> date:
        """The college's date at a moment."""
        return self.local(moment).date()

    def works(self, day: date) -> bool:
        """Whether the college opens at all on a day."""
        return day.weekday() in self.hours and day not in self.closed

    def open_at(self, moment: datetime) -> bool:
        """Whether the college is open at a moment."""
        day = self.day(moment)
        return self.works(day) and self._edge(day, 0) <= moment < self._edge(day, 1)

    def opening(self, day: date) -> datetime:
        """When the college first opens, on a day or after it, in UTC."""
        return self._edge(self._working_day(day), 0)

    def closing(self, day: date) -> datetime:
        """When the college closes on a day, or on the next one on which it opens, in UTC."""
        return self._edge(self._working_day(day), 1)

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """When ``span`` of working time has passed, in UTC. Its days are working days; the rest counts only while it is open.

        A start outside opening hours counts from the next opening. Days keep the time of day, as near as the last day's
        hours allow. A span that fills a day exactly ends when that day closes.
        """
        start = self._next_open(moment.astimezone(UTC))
        if span.days:
            start = self._days_on(start, span.days)
        left = timedelta(seconds=span.seconds)
        while left > (rest := self._edge(self.day(start), 1) - start):
            left -= rest
            start = self.opening(self.day(start) + timedelta(days=1))
        return start + left

    def said(self, moment: datetime) -> str:
        """A time as people read it: 'Mon 30 Nov 2026, 14:05', by the college's clock."""
        local = self.local(moment)
        return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"

    def _next_open(self, moment: datetime) -> datetime:
        if self.open_at(moment):
            return moment
        day = self.day(moment)
        late = moment >= self._edge(day, 1)
        return self.opening(day + timedelta(days=1) if late else day)

    def _days_on(self, moment: datetime, count: int) -> datetime:
        """The same time of day ``count`` working days later, within that day's hours."""
        local = self.local(moment)
        day = local.date()
        for _ in range(count):
            day = self._working_day(day + timedelta(days=1))
        wanted = datetime.combine(day, local.time(), self.zone).astimezone(UTC)
        return min(max(wanted, self._edge(day, 0)), self._edge(day, 1))

    def _working_day(self, day: date) -> date:
        for ahead in range(LONGEST_CLOSURE):
            if self.works(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        return day  # a calendar that never opens is refused when it is loaded

    def _edge(self, day: date, which: int) -> datetime:
        hours = self.hours.get(day.weekday(), (time(0), time(23, 59)))
        return datetime.combine(day, hours[which], self.zone).astimezone(UTC)
