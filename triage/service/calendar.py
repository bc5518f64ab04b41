"""Business days where SEGER is: holidays of Brazil, of Espírito Santo and of Vitória, with those of the settings."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from triage.core.calendar import STANDARD, Calendar

ZONE = "America/Sao_Paulo"
VITORIA = (9, 8)  # Nossa Senhora da Vitória: a holiday of the city, which the library does not know of
YEARS_BACK = 6


@lru_cache(maxsize=8)
def days_off(years: tuple[int, ...], extra: tuple[date, ...]) -> frozenset[date]:
    """Every holiday of these years, and the `extra` ones. Optional days (Carnival) count where given."""
    public = holidays.country_holidays("BR", subdiv="ES", years=years)
    return frozenset(public) | {date(year, *VITORIA) for year in years} | frozenset(extra)


def around(instant: datetime, extra: Iterable[date]) -> Calendar:
    """The calendar that ageing around `instant` can meet: of its year and the two beside it."""
    zone = local_zone()
    year = instant.astimezone(zone).year
    return Calendar(zone, days_off((year - 1, year, year + 1), tuple(extra)))


def calendar_for(day: date, extra: Iterable[date]) -> Calendar:
    """The calendar for a digest of `day`, which may speak of cases that have waited for years."""
    return Calendar(local_zone(), days_off(tuple(range(day.year - YEARS_BACK, day.year + 2)), tuple(extra)))


@lru_cache(maxsize=1)
def local_zone() -> tzinfo:
    """The zone of Espírito Santo; its offset of today where the machine has no time-zone files."""
    try:
        return ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        return STANDARD
