"""One digest a business day, by the clock on our wall, whatever that clock does."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.calendar import Calendar, digest_due, inspection_due, missed_days, working_hours

ZONE = ZoneInfo("America/Sao_Paulo")
CALENDAR = Calendar(ZONE, frozenset({date(2026, 5, 1)}))
AT = time(8)
START = datetime(2026, 4, 27, tzinfo=UTC)


def wall(day: int, hour: int, minute: int = 0, month: int = 5) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        (wall(4, 7, 59), None, None),
        (wall(4, 8), None, date(2026, 5, 4)),
        (wall(4, 23, 59), date(2026, 4, 30), date(2026, 5, 4)),
        (wall(4, 8), date(2026, 5, 4), None),
        (wall(1, 9), None, None),
        (wall(2, 9), None, None),
        (wall(3, 9), None, None),
    ],
    ids=["too early", "on the minute", "late is better than never", "made already", "holiday", "Saturday", "Sunday"],
)
def test_a_digest_is_due_from_its_hour_on_business_days_that_have_none(
    now: datetime, last: date | None, due: date | None
) -> None:
    assert digest_due(now, AT, last, CALENDAR) == due


@given(st.lists(st.integers(-3000, 6000), min_size=1, max_size=60))
def test_a_clock_that_jumps_gives_each_date_one_digest_at_most_and_never_a_day_off(jumps: list[int]) -> None:
    """Looked at after every jump (minutes, forward and back), as the loop does."""
    made: list[date] = []
    now = START
    for minutes in jumps:
        now += timedelta(minutes=minutes)
        today = now.astimezone(ZONE).date()
        last = max((day for day in made if day <= today), default=None)
        due = digest_due(now, AT, last, CALENDAR)
        if due is not None:
            assert due == today
            made.append(due)
    assert len(made) == len(set(made))
    assert all(CALENDAR.works_on(day) for day in made)


@given(st.integers(0, 60 * 24 * 40))
def test_whoever_looks_each_day_after_the_hour_finds_each_business_day_due(minutes: int) -> None:
    now = START + timedelta(minutes=minutes)
    local = now.astimezone(ZONE)
    due = digest_due(now, AT, None, CALENDAR)
    assert (due is not None) == (CALENDAR.works_on(local.date()) and local.time() >= AT)


def test_a_digest_of_a_clock_gone_wild_does_not_silence_the_days_after_it() -> None:
    """The caller gives the newest date not after today: one of 2099 is none."""
    assert digest_due(wall(5, 9), AT, date(2026, 5, 4), CALENDAR) == date(2026, 5, 5)


def test_the_hour_follows_the_wall_through_summer_time() -> None:
    """2018-11-04: the clocks went from 00:00 to 01:00; 8 o'clock was 10:00 UTC from then on, and 11:00 before."""
    calendar = Calendar(ZONE)
    assert digest_due(datetime(2018, 11, 1, 10, 59, tzinfo=UTC), AT, None, calendar) is None
    assert digest_due(datetime(2018, 11, 1, 11, 0, tzinfo=UTC), AT, None, calendar) == date(2018, 11, 1)
    assert digest_due(datetime(2018, 11, 5, 10, 0, tzinfo=UTC), AT, None, calendar) == date(2018, 11, 5)


def test_only_business_days_between_two_digests_were_missed() -> None:
    assert missed_days(date(2026, 4, 29), date(2026, 5, 5), CALENDAR) == (date(2026, 4, 30), date(2026, 5, 4))
    assert missed_days(date(2026, 4, 30), date(2026, 5, 4), CALENDAR) == ()
    assert missed_days(date(2026, 5, 5), date(2026, 5, 4), CALENDAR) == ()
    assert missed_days(None, date(2026, 5, 4), CALENDAR) == ()


def test_a_day_is_over_at_our_midnight() -> None:
    assert CALENDAR.end_of(date(2026, 5, 4)) == datetime(2026, 5, 5, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        (wall(4, 3, 29), wall(3, 3, 31), False),
        (wall(4, 3, 30), wall(3, 3, 31), True),
        (wall(4, 5), wall(4, 3, 31), False),
        (wall(4, 9), wall(3, 3, 31), False),
        (wall(4, 16), wall(3, 3, 31), True),
        (wall(3, 3, 30), wall(2, 3, 31), True),
        (wall(4, 12), wall(4, 11), False),
        (wall(4, 12), wall(20, 3, 31), True),
    ],
    ids=["too early", "now", "done", "day", "slept through", "Sunday too", "a new house", "a clock set back by weeks"],
)
def test_the_house_is_looked_through_once_a_night_at_the_quiet_hour(now: datetime, last: datetime, due: bool) -> None:
    """C13, C17."""
    assert inspection_due(now, last, CALENDAR) is due


@given(st.integers(0, 6), st.integers(1, 30))
def test_whoever_looks_at_the_clock_every_hour_looks_through_the_house_once_each_night(offset: int, days: int) -> None:
    last = START
    looked = []
    for hours in range(24 * days):
        now = START + timedelta(hours=hours, minutes=10 * offset)
        if inspection_due(now, last, CALENDAR):
            last = now
            looked.append(now.astimezone(ZONE).date())
    assert len(looked) == len(set(looked)) == days


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        (wall(4, 9), wall(4, 11, 30), 2.5),
        (wall(4, 17), wall(5, 9), 2.0),
        (wall(4, 19), wall(5, 7), 0.0),
        (wall(1, 9), wall(4, 9), 1.0),
        (wall(30, 17, month=4), wall(4, 9), 2.0),
        (wall(5, 9), wall(4, 9), 0.0),
    ],
    ids=["within a day", "over a night", "a night", "a holiday and a weekend", "around them", "backwards"],
)
def test_only_the_hours_at_work_count(since: datetime, until: datetime, hours: float) -> None:
    """F6: nobody writes on Sundays, and no alarm is to be made of that."""
    assert working_hours(since, until, CALENDAR) == hours


@given(st.integers(0, 60 * 24 * 30), st.integers(0, 60 * 24 * 30), st.integers(0, 60 * 24 * 30))
def test_working_hours_add_up(first: int, second: int, third: int) -> None:
    a, b, c = (START + timedelta(minutes=n) for n in sorted((first, second, third)))
    whole = working_hours(a, c, CALENDAR)
    assert whole == pytest.approx(working_hours(a, b, CALENDAR) + working_hours(b, c, CALENDAR))
