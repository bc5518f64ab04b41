"""Business days, and when a case is overdue: derived from instants, never counted along (DESIGN 7)."""

from datetime import UTC, date, datetime, time, timedelta

from triage.core.bulletin import Bulletin
from triage.core.calendar import Calendar
from triage.core.case import Case
from triage.core.gathered import item_of
from triage.core.vocabulary import Party

END_OF_DAY = time(23, 59, 59)
_MAX_DAYS = 3660


def add_business_days(day: date, number: int, calendar: Calendar) -> date:
    """The `number`-th business day after `day`, which itself does not count. With 0: the first one from `day` on."""
    current = day
    while number > 0 or not calendar.works_on(current):
        current += timedelta(days=1)
        number -= calendar.works_on(current)
        if (current - day).days > _MAX_DAYS:
            break
    return current


def business_days_between(since: datetime, until: datetime, calendar: Calendar) -> int:
    """How many business days have begun after the local day of `since`, up to that of `until`; 0 if it is earlier."""
    first, last = calendar.day_of(since), calendar.day_of(until)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(calendar.works_on(day) for day in days)


def due_at(case: Case, bulletin: Bulletin, calendar: Calendar) -> datetime | None:
    """When the party that the case waits for is late: the end of a local day, in UTC. None where nobody is waited for.

    The operator's own date counts where it gave one, even if it is later than the bulletin's deadline.
    """
    if not case.open:
        return None
    party = case.waiting_on
    days = bulletin.deadline(item_of(case, bulletin), party)
    last = add_business_days(calendar.day_of(case.waiting_since), days, calendar) if days else None
    promised = _promised(case) if party is Party.OPERATOR else None
    day = promised or last
    return datetime.combine(day, END_OF_DAY, calendar.zone).astimezone(UTC) if day else None


def overdue(case: Case, bulletin: Bulletin, calendar: Calendar, now: datetime) -> bool:
    """Whether the party that the case waits for is late."""
    due = due_at(case, bulletin, calendar)
    return due is not None and now > due


def _promised(case: Case) -> date | None:
    try:
        return date.fromisoformat(case.promised) if case.promised else None
    except ValueError:
        return None
