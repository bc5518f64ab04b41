"""The holidays of Brazil and of Espírito Santo, with those that the settings add."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=8)
def days_off(years: tuple[int, ...], extra: tuple[date, ...]) -> frozenset[date]:
    """Every holiday of these years, and the `extra` ones."""
    return frozenset(holidays.country_holidays("BR", subdiv="ES", years=years)) | frozenset(extra)


def around(day: date, extra: Iterable[date]) -> frozenset[date]:
    """The holidays that ageing around `day` can meet: of its year and the two beside it."""
    return days_off((day.year - 1, day.year, day.year + 1), tuple(extra))
