"""What is due by the clock on our wall: the day's digest, the night's look through the house. Pure: no own clock."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone, tzinfo

STANDARD = timezone(timedelta(hours=-3))  # Espírito Santo where nobody has changed its clocks, as since 2019
WORK_BEGINS, WORK_ENDS = time(8), time(18)
_WEEKEND = 5
MOST_MISSED = 366
DAY = timedelta(days=1)
QUIET_FROM = time(3, 30)
QUIET_FOR = timedelta(hours=2)
SLEPT_THROUGH = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where we live: the zone in which a day is a day, and the days on which nobody works."""

    zone: tzinfo
    holidays: Set[date] = frozenset()

    def local(self, instant: datetime) -> datetime:
        """`instant` as the clock on our wall shows it."""
        return instant.astimezone(self.zone)

    def day_of(self, instant: datetime) -> date:
        """The date on which `instant` falls for us."""
        return self.local(instant).date()

    def works_on(self, day: date) -> bool:
        """Whether people work on `day`."""
        return day.weekday() < _WEEKEND and day not in self.holidays

    def end_of(self, day: date) -> datetime:
        """The instant at which `day` is over."""
        return datetime.combine(day + timedelta(days=1), time(), self.zone)


def digest_due(now: datetime, at: time, last: date | None, calendar: Calendar) -> date | None:
    """The local date whose digest is due at the instant `now`; None where none is.

    `at` is the hour on our wall; `last` the newest date not after today that has its digest (None: none has). A date
    has one digest: a clock that goes back finds it made, whichever process made it. On a day off none is due.
    """
    wall = calendar.local(now)
    today = wall.date()
    if not calendar.works_on(today) or wall.time() < at:
        return None
    return today if last is None or last < today else None


def missed_days(last: date | None, day: date, calendar: Calendar) -> tuple[date, ...]:
    """The business days between the last digest and `day` that had none, oldest first."""
    if last is None:
        return ()
    between = ((last + timedelta(days=n)) for n in range(1, min((day - last).days, MOST_MISSED)))
    return tuple(one for one in between if calendar.works_on(one))


def inspection_due(now: datetime, last: datetime, calendar: Calendar) -> bool:
    """Whether the house is to be looked through now: once a night, at the quiet hour (RELIABILITY C13, C17).

    `last`: when it was last done, or first could have been. A night that was slept through is made up for at any hour;
    a clock that went back by days says nothing, so it is due.
    """
    if last - now > DAY or now - last > SLEPT_THROUGH:
        return True
    wall = calendar.local(now)
    tonight = datetime.combine(wall.date(), QUIET_FROM, wall.tzinfo)
    return tonight <= wall < tonight + QUIET_FOR and last < tonight


def working_hours(since: datetime, until: datetime, calendar: Calendar) -> float:
    """How many hours people were at work between two instants; 0 where the second is the earlier one."""
    first, last = calendar.day_of(since), calendar.day_of(until)
    days = (last - timedelta(days=n) for n in range(min((last - first).days, MOST_MISSED) + 1))
    spans = (_work_on(day, since, until, calendar) for day in days if calendar.works_on(day))
    return sum(spans, timedelta()) / timedelta(hours=1)


def _work_on(day: date, since: datetime, until: datetime, calendar: Calendar) -> timedelta:
    begins, ends = (datetime.combine(day, hour, calendar.zone) for hour in (WORK_BEGINS, WORK_ENDS))
    return max(timedelta(), min(ends, until) - max(begins, since))
