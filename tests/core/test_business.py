"""Business days and deadlines: derived from instants, with the holidays that come in."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.story import ANA, bulletin
from triage.core.business import add_business_days, business_days_between, due_at, is_business_day, local_day, overdue
from triage.core.case import Case
from triage.core.vocabulary import Outcome, State

CARNIVAL = frozenset({date(2026, 2, 16), date(2026, 2, 17)})
FRIDAY = date(2026, 2, 13)


def at(day: date, hour: int = 15) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def case_waiting(state: State, since: datetime, **more: object) -> Case:
    outcome = Outcome.DONE if state is State.CLOSED else None
    case = Case(state, ANA.addr, "assunto", since, since, since, category="1.6", outcome=outcome)
    return replace(case, **more)  # type: ignore[arg-type]


def test_weekends_and_holidays_are_no_business_days() -> None:
    days = [date(2026, 2, day) for day in range(13, 20)]
    assert [is_business_day(day, CARNIVAL) for day in days] == [True, False, False, False, False, True, True]


@pytest.mark.parametrize(("number", "expected"), [(0, FRIDAY), (1, date(2026, 2, 18)), (2, date(2026, 2, 19))])
def test_days_are_counted_from_the_day_after(number: int, expected: date) -> None:
    assert add_business_days(FRIDAY, number, CARNIVAL) == expected


def test_a_wait_that_begins_on_a_weekend_counts_from_monday() -> None:
    assert add_business_days(date(2026, 2, 7), 1, frozenset()) == date(2026, 2, 9)


def test_a_calendar_of_holidays_alone_ends_all_the_same() -> None:
    every_day = frozenset(date.fromordinal(n) for n in range(FRIDAY.toordinal(), FRIDAY.toordinal() + 5000))
    assert add_business_days(FRIDAY, 1, every_day) > FRIDAY


def test_the_day_is_that_of_espirito_santo() -> None:
    assert local_day(datetime(2026, 3, 3, 2, 30, tzinfo=UTC)) == date(2026, 3, 2)


def test_business_days_of_waiting_never_count_backwards() -> None:
    assert business_days_between(at(FRIDAY), at(date(2026, 2, 19)), CARNIVAL) == 2
    assert business_days_between(at(date(2026, 2, 19)), at(FRIDAY), CARNIVAL) == 0


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 60))
def test_counting_undoes_adding(day: date, number: int) -> None:
    start = add_business_days(day, 0, frozenset())
    assert business_days_between(at(start), at(add_business_days(start, number, frozenset())), frozenset()) == number


def test_the_operators_deadline_is_that_of_the_item() -> None:
    case = case_waiting(State.WITH_OPERATOR, at(date(2026, 3, 2)))
    days = bulletin().item("1.6").operator_days
    expected = add_business_days(date(2026, 3, 2), days, frozenset())
    assert local_day(due_at(case, bulletin(), frozenset()) or case.opened_at) == expected


def test_a_holiday_moves_the_deadline() -> None:
    case = case_waiting(State.INCOMPLETE, at(FRIDAY))
    without, with_carnival = due_at(case, bulletin(), frozenset()), due_at(case, bulletin(), CARNIVAL)
    assert without is not None
    assert with_carnival is not None
    assert business_days_between(without, with_carnival, frozenset()) == len(CARNIVAL)


def test_the_operators_own_date_counts_only_while_it_is_waited_for() -> None:
    since = at(date(2026, 3, 2))
    promised = case_waiting(State.WITH_OPERATOR, since, promised="2026-06-30")
    asked = case_waiting(State.NEEDS_INFO, since, promised="2026-06-30")
    assert local_day(due_at(promised, bulletin(), frozenset()) or since) == date(2026, 6, 30)
    assert local_day(due_at(asked, bulletin(), frozenset()) or since) < date(2026, 6, 30)


def test_a_promise_that_is_no_date_is_no_promise() -> None:
    since = at(date(2026, 3, 2))
    vague = case_waiting(State.WITH_OPERATOR, since, promised="semana que vem")
    assert due_at(vague, bulletin(), frozenset()) == due_at(replace(vague, promised=None), bulletin(), frozenset())


def test_a_case_is_overdue_from_the_day_after_its_deadline() -> None:
    case = case_waiting(State.INCOMPLETE, at(date(2026, 3, 2)))
    due = due_at(case, bulletin(), frozenset())
    assert due is not None
    assert not overdue(case, bulletin(), frozenset(), due)
    assert overdue(case, bulletin(), frozenset(), due.replace(year=2027))


def test_nobody_is_late_with_a_closed_case() -> None:
    assert due_at(case_waiting(State.CLOSED, at(FRIDAY)), bulletin(), frozenset()) is None
