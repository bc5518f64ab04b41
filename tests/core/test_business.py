"""Business days and deadlines: derived from instants, with the holidays that come in."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.story import ANA, bulletin
from triage.core.business import add_business_days, business_days_between, due_at, overdue
from triage.core.calendar import Calendar
from triage.core.case import Case
from triage.core.vocabulary import Outcome, State

ZONE = ZoneInfo("America/Sao_Paulo")
PLAIN = Calendar(ZONE)
CARNIVAL = Calendar(ZONE, frozenset({date(2026, 2, 16), date(2026, 2, 17)}))
FRIDAY = date(2026, 2, 13)


def at(day: date, hour: int = 15) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def case_waiting(state: State, since: datetime, **more: object) -> Case:
    outcome = Outcome.DONE if state is State.CLOSED else None
    case = Case(state, ANA.addr, "assunto", since, since, since, category="1.6", outcome=outcome)
    return replace(case, **more)  # type: ignore[arg-type]


def test_weekends_and_holidays_are_no_business_days() -> None:
    days = [date(2026, 2, day) for day in range(13, 20)]
    assert [CARNIVAL.works_on(day) for day in days] == [True, False, False, False, False, True, True]


@pytest.mark.parametrize(("number", "expected"), [(0, FRIDAY), (1, date(2026, 2, 18)), (2, date(2026, 2, 19))])
def test_days_are_counted_from_the_day_after(number: int, expected: date) -> None:
    assert add_business_days(FRIDAY, number, CARNIVAL) == expected


def test_a_wait_that_begins_on_a_weekend_counts_from_monday() -> None:
    assert add_business_days(date(2026, 2, 7), 1, PLAIN) == date(2026, 2, 9)


def test_a_calendar_of_holidays_alone_ends_all_the_same() -> None:
    holidays = frozenset(date.fromordinal(n) for n in range(FRIDAY.toordinal(), FRIDAY.toordinal() + 5000))
    assert add_business_days(FRIDAY, 1, Calendar(ZONE, holidays)) > FRIDAY


def test_the_day_is_that_of_espirito_santo() -> None:
    assert PLAIN.day_of(datetime(2026, 3, 3, 2, 30, tzinfo=UTC)) == date(2026, 3, 2)


def test_business_days_of_waiting_never_count_backwards() -> None:
    assert business_days_between(at(FRIDAY), at(date(2026, 2, 19)), CARNIVAL) == 2
    assert business_days_between(at(date(2026, 2, 19)), at(FRIDAY), CARNIVAL) == 0


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_counting_undoes_adding(day: date, number: int) -> None:
    start = add_business_days(day, 0, PLAIN)
    assert business_days_between(at(start), at(add_business_days(start, number, PLAIN)), PLAIN) == number


def test_the_operators_deadline_is_that_of_the_item() -> None:
    case = case_waiting(State.WITH_OPERATOR, at(date(2026, 3, 2)))
    days = bulletin().item("1.6").operator_days
    expected = add_business_days(date(2026, 3, 2), days, PLAIN)
    assert PLAIN.day_of(due_at(case, bulletin(), PLAIN) or case.opened_at) == expected


def test_a_holiday_moves_the_deadline() -> None:
    case = case_waiting(State.INCOMPLETE, at(FRIDAY))
    without, with_carnival = due_at(case, bulletin(), PLAIN), due_at(case, bulletin(), CARNIVAL)
    assert without is not None
    assert with_carnival is not None
    assert business_days_between(without, with_carnival, PLAIN) == len(CARNIVAL.holidays)


def test_the_operators_own_date_counts_only_while_it_is_waited_for() -> None:
    since = at(date(2026, 3, 2))
    promised = case_waiting(State.WITH_OPERATOR, since, promised="2026-06-30")
    asked = case_waiting(State.NEEDS_INFO, since, promised="2026-06-30")
    assert PLAIN.day_of(due_at(promised, bulletin(), PLAIN) or since) == date(2026, 6, 30)
    assert PLAIN.day_of(due_at(asked, bulletin(), PLAIN) or since) < date(2026, 6, 30)


def test_a_promise_that_is_no_date_is_no_promise() -> None:
    since = at(date(2026, 3, 2))
    vague = case_waiting(State.WITH_OPERATOR, since, promised="semana que vem")
    assert due_at(vague, bulletin(), PLAIN) == due_at(replace(vague, promised=None), bulletin(), PLAIN)


def test_a_case_is_overdue_from_the_day_after_its_deadline() -> None:
    case = case_waiting(State.INCOMPLETE, at(date(2026, 3, 2)))
    due = due_at(case, bulletin(), PLAIN)
    assert due is not None
    assert not overdue(case, bulletin(), PLAIN, due)
    assert overdue(case, bulletin(), PLAIN, due.replace(year=2027))


def test_nobody_is_late_with_a_closed_case() -> None:
    assert due_at(case_waiting(State.CLOSED, at(FRIDAY)), bulletin(), PLAIN) is None


def test_days_and_deadlines_follow_the_zone_and_not_an_offset() -> None:
    """One truth with the digest: when summer time still was, half past eleven at night was in the next UTC day's second
    hour, and a deadline ended two hours after UTC midnight."""
    summer = datetime(2018, 12, 4, 2, 30, tzinfo=UTC)
    assert PLAIN.day_of(summer) == date(2018, 12, 4)
    due = due_at(case_waiting(State.INCOMPLETE, summer), bulletin(), PLAIN)
    assert due is not None
    assert (due.hour, due.minute) == (1, 59)
