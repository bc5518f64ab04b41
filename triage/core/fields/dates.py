"""Dates and bill months in the spellings of Portuguese correspondence."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from triage.core.fields.mention import Mention
from triage.core.text import Document, fold

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janeiro jan",
            "fevereiro fev",
            "marco mar",
            "abril abr",
            "maio mai",
            "junho jun",
            "julho jul",
            "agosto ago",
            "setembro set",
            "outubro out",
            "novembro nov",
            "dezembro dez",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "(?P<word>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_NUMERIC_DATE = re.compile(
    r"(?<![\d/.,-])(?P<day>0?[1-9]|[12]\d|3[01])(?:\s?/\s?|[.-])(?P<month>0?[1-9]|1[0-2])(?:(?:\s?/\s?|[.-])(?P<year>(?:19|20)\d{2}|\d{2}))?(?![\d/]|[.,-]\d)"
)
_ISO_DATE = re.compile(r"(?<![\d/.-])(?P<year>20\d{2})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d|-\d)")
_WORD_DATE = re.compile(
    r"(?<![\d/])(?P<day>0?[1-9]|[12]\d|3[01])\s?(?:º|o\b|°)?\s{1,2}(?:de\s{1,2})?"
    + _MONTH
    + r"(?:\s{0,2}(?:de|/|,)?\s{0,2}(?P<year>20\d{2}|\d{2}(?!\d)))?"
)
_NUMERIC_MONTH = re.compile(
    r"(?<![\d/.,-])(?P<month>0?[1-9]|1[0-2])\s?[/.-]\s?(?P<year>20\d{2}|\d{2})(?![\d/]|[.,-]\d)"
)
_YEAR_MONTH = re.compile(r"(?<![\d/.-])(?P<year>20\d{2})[/-](?P<month>0[1-9]|1[0-2])(?![\d/-])")
_WORD_MONTH = re.compile(
    r"(?<![a-z])"
    + _MONTH
    + r"\s{0,2}(?:(?:de\s{1,2}|do ano de\s{1,2}|/|-|\.|,\s?)?\s?(?:20)?(?P<year>\d{2})\b(?!\d)|(?P<none>))"
)
_CENTURY = 2000
_FIRST_YEAR, _LAST_YEAR = 2015, 2035


def full_year(written: str) -> int:
    """The year of two or four digits, in this century when two."""
    return int(written) if len(written) == 4 else _CENTURY + int(written)


def find_dates(document: Document, year_hint: int | None = None) -> tuple[Mention, ...]:
    """Every calendar date, as ISO; one without its year takes `year_hint`, or is left out where there is none."""
    folded = fold(document.text)
    found = {m.start: m for m in _numeric_dates(document, folded, year_hint)}
    return tuple(found[start] for start in sorted(found))


def _numeric_dates(document: Document, folded: str, year_hint: int | None) -> Iterator[Mention]:
    for pattern in (_ISO_DATE, _NUMERIC_DATE, _WORD_DATE):
        for match in pattern.finditer(folded):
            groups = match.groupdict()
            month = int(groups["month"]) if groups.get("month") else MONTHS[groups["word"]]
            year = full_year(groups["year"]) if groups["year"] else year_hint
            if year and int(groups["day"]) <= monthrange(year, month)[1]:
                yield Mention(document, match.start(), match.end(), date(year, month, int(groups["day"])).isoformat())


def find_months(document: Document) -> tuple[Mention, ...]:
    """Every month with its year, as YYYY-MM; a month without a year has the problem "sem o ano". Dates are left out."""
    folded = fold(document.text)
    for pattern in (_ISO_DATE, _NUMERIC_DATE, _WORD_DATE):
        folded = pattern.sub(lambda m: "¤" * len(m.group()) if _is_date(m) else m.group(), folded)
    found: dict[int, Mention] = {}
    for pattern in (_YEAR_MONTH, _NUMERIC_MONTH, _WORD_MONTH):
        for match in pattern.finditer(folded):
            mention = _month(document, match)
            if mention and not any(o.start < mention.end and mention.start < o.end for o in found.values()):
                found[mention.start] = mention
    return tuple(found[start] for start in sorted(found))


def _is_date(match: re.Match[str]) -> bool:
    """Day and month alone ("05/26") may just as well be a month and a year: only the year makes it a date."""
    return match["year"] is not None or "word" in match.groupdict()


def _month(document: Document, match: re.Match[str]) -> Mention | None:
    groups = match.groupdict()
    month = int(groups["month"]) if groups.get("month") else MONTHS[groups["word"]]
    if not groups["year"]:
        return Mention(
            document, match.start(), match.start() + len(match.group().rstrip()), f"{month:02d}", "sem o ano"
        )
    if not _FIRST_YEAR <= full_year(groups["year"]) <= _LAST_YEAR:
        return None  # "10/06" is a day, not October 2006
    return Mention(document, match.start(), match.end(), f"{full_year(groups['year'])}-{month:02d}")
