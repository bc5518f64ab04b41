"""Dates and bill months in the spellings of Portuguese correspondence."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from operator import attrgetter

from triage.core.again import once_a_text
from triage.core.fields.mention import Mention
from triage.core.fields.numerals import numeral_beginning, numeral_ending
from triage.core.text import Document

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
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_NUMERIC_MONTH_OF_YEAR = r"(?P<month>0?[1-9]|1[0-2])"
_SLASH = r"(?:\s?/\s?|[.-])"
# Each of these is tried where a run of digits, or a month's name, begins: see `_matches`.
_ISO_DATE = re.compile(r"(?P<year>20\d{2})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d|-\d)")
_NUMERIC_DATE = re.compile(
    _DAY + _SLASH + _NUMERIC_MONTH_OF_YEAR + rf"(?:{_SLASH}(?P<year>(?:19|20)\d{{2}}|\d{{2}}))?(?![\d/]|[.,-]\d)"
)
_WORD_DATE = re.compile(
    _DAY + r"\s?(?:º|o\b|°)?\s{0,2}(?:de\s{1,2}|[/.-]\s?)?" + _MONTH
    + r"(?:\s{0,2}(?:de|/|,|-|\.)?\s{0,2}(?P<year>20\d{2}|\d{2})(?![\d/:h]|[.,]\d))?"
)  # fmt: skip
_YEAR_MONTH = re.compile(r"(?P<year>20\d{2})[/-](?P<month>0[1-9]|1[0-2])(?![\d/-])")
_NUMERIC_MONTH = re.compile(_NUMERIC_MONTH_OF_YEAR + r"\s?[/.-]\s?(?P<year>20\d{2}|\d{2})(?![\d/]|[.,-]\d)")
_WORD_MONTH = re.compile(
    _MONTH + r"(?:\s{0,2}(?:de\s{1,2}|do ano de\s{1,2}|do ano\s{1,2}|/|-|,|\s)?\s?(?P<year>20\d{2}|'?\d{2})"
    r"(?![\d/:h]|[.,-]\d|\s?(?:\d{4}|9 ?\d{4}|dias|linhas|h\b)))?"
)
_DATES = (_ISO_DATE, _NUMERIC_DATE, _WORD_DATE)
# How the ones in digits begin, all of them: what else is made of digits is not held against each.
_BEGINNING = re.compile(r"\d{1,2}\s{0,3}(?:[ºo°dfjmasn]|[/.-]\s?(?:\d\d?(?!\d)|20\d\d|19\d\d|[dfjmasno]))|20\d\d[/-]")
_GLUE = frozenset("/.,-")
_CENTURY = 2000
_FIRST_YEAR, _LAST_YEAR = 2015, 2035
_LEAP_YEAR = 2024  # has every day that a date without its year can name
Span = tuple[int, int]


def full_year(written: str) -> int:
    """The year of two or four digits, in this century when two."""
    return int(written) if len(written) == 4 else _CENTURY + int(written.lstrip("'"))


def may_hold_dates(document: Document) -> bool:
    """Whether anything in the document begins as a date or a month does."""
    return bool(_starts(document) or _month_words(document))


def find_dates(document: Document, year_hint: int | None = None) -> tuple[Mention, ...]:
    """Every calendar date, as ISO; one without its year takes `year_hint`, or is left out where there is none."""
    if not may_hold_dates(document):
        return ()
    found = [_date(document, match, year_hint) for match in _date_matches(document)]
    found += [_spelt_date(document, place, year_hint) for place in _named_months(document)]
    return tuple(sorted(filter(None, found), key=attrgetter("start")))


@once_a_text
def _month_words(document: Document) -> tuple[int, ...]:
    """The places, among the words, of the months' names."""
    if document.vocabulary.isdisjoint(MONTHS):
        return ()
    return tuple([place for place, (_, _, word) in enumerate(document.words) if word in MONTHS])


@once_a_text
def _named_months(document: Document) -> tuple[int, ...]:
    """The places, among the words, of the months that are told by name behind "de"."""
    words = document.words
    return tuple([place for place in _month_words(document) if place > 1 and words[place - 1][2] == "de"])


def _spelt_date(document: Document, place: int, year_hint: int | None) -> Mention | None:
    """The date whose month is `document.words[place]` and whose day is in words: "quatorze de outubro de 2026"."""
    words = document.words
    day = numeral_ending(document, place - 2)
    if day is None:
        return None
    end, year = _year_behind(document, place) or (words[place][1], year_hint)
    month = MONTHS[words[place][2]]
    if not year or not 1 <= day[1] <= monthrange(year, month)[1]:
        return None
    return Mention(document, words[day[0]][0], end, date(year, month, day[1]).isoformat())


def _year_behind(document: Document, place: int) -> tuple[int, int] | None:
    """The year behind the month at `place`, in digits or in words, and where it ends in the text."""
    words = document.words
    first = place + 2 if place + 1 < len(words) and words[place + 1][2] == "de" else place + 1
    if first >= len(words):
        return None
    if re.fullmatch(r"20\d{2}", words[first][2]):
        return words[first][1], int(words[first][2])
    spelt = numeral_beginning(document, first)
    if spelt is None or not _FIRST_YEAR <= spelt[1] <= _LAST_YEAR:
        return None
    return words[spelt[0] - 1][1], spelt[1]


@once_a_text  # month, period and due date look for the same
def _date_matches(document: Document) -> tuple[re.Match[str], ...]:
    return tuple(_matches(document, _DATES, _starts(document)))


@once_a_text
def _starts(document: Document) -> tuple[int, ...]:
    """Where a date or a month in digits may begin: never behind other digits and a slash, point, comma or hyphen."""
    text, folded = document.text, document.folded
    like = [start for start in document.numbers if _BEGINNING.match(folded, start)]
    return tuple([s for s in like if not (s > 1 and text[s - 1] in _GLUE and text[s - 2].isdigit())])


def _matches(
    document: Document, patterns: tuple[re.Pattern[str], ...], starts: tuple[int, ...]
) -> Iterator[re.Match[str]]:
    """At each start the first pattern that matches, what lies inside a match left out."""
    behind = 0
    for start in starts:
        if start >= behind:
            match = _first_match(document.folded, start, patterns)
            if match:
                behind = match.end()
                yield match


def _first_match(folded: str, start: int, patterns: tuple[re.Pattern[str], ...]) -> re.Match[str] | None:
    for pattern in patterns:
        match = pattern.match(folded, start)
        if match:
            return match
    return None


def _date(document: Document, match: re.Match[str], year_hint: int | None) -> Mention | None:
    month = _month_number(match)
    year = full_year(match["year"]) if match["year"] else year_hint
    if not year or int(match["day"]) > monthrange(year, month)[1]:
        return None
    return Mention(document, match.start(), match.end(), date(year, month, int(match["day"])).isoformat())


def _month_number(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return int(groups["month"]) if groups.get("month") else MONTHS[groups["word"]]


def find_months(document: Document) -> tuple[Mention, ...]:
    """Every month with its year, as YYYY-MM; a month without a year has the problem "sem o ano". Dates are left out."""
    if not may_hold_dates(document):
        return ()
    dated = [m.span() for m in _date_matches(document) if _is_date(m)]
    dated += [(m.start, m.end) for n in _named_months(document) if (m := _spelt_date(document, n, _LEAP_YEAR))]
    free = tuple([start for start in _starts(document) if not _inside(start, dated)])
    months = [document.words[place][0] for place in _month_words(document)]
    named = tuple([start for start in months if not _inside(start, dated)])
    matches = (
        *_matches(document, (_YEAR_MONTH, _NUMERIC_MONTH), free),
        *_matches(document, (_WORD_MONTH,), named),
    )
    found = {mention.start: mention for match in matches if (mention := _month(document, match))}
    found |= {mention.start: mention for mention in _months_of_spelt_years(document) if mention.start in found}
    return tuple(found[start] for start in sorted(found))


def _months_of_spelt_years(document: Document) -> Iterator[Mention]:
    """Months by name whose year is in words: "setembro de dois mil e vinte e seis"."""
    for place in _month_words(document):
        start, _, word = document.words[place]
        if told := _year_behind(document, place):
            yield Mention(document, start, told[0], f"{told[1]}-{MONTHS[word]:02d}")


def _inside(position: int, spans: list[Span]) -> bool:
    return any(start <= position < end for start, end in spans)


def _is_date(match: re.Match[str]) -> bool:
    """Day and month alone ("05/26") may just as well be a month and a year: only the year makes it a date."""
    return match["year"] is not None or "word" in match.groupdict()


def _month(document: Document, match: re.Match[str]) -> Mention | None:
    month = _month_number(match)
    if not match["year"]:
        return Mention(document, match.start(), match.end(), f"{month:02d}", "sem o ano")
    if not _FIRST_YEAR <= full_year(match["year"]) <= _LAST_YEAR:
        return None  # "10/06" is a day, not October 2006
    return Mention(document, match.start(), match.end(), f"{full_year(match['year'])}-{month:02d}")
