"""Dates and months in the spellings of correspondence (DOMAIN, `bill_month`, `due_date`)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.core.fields.dates import find_dates, find_months
from triage.core.text import Document

MONTH_NAMES = "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split()  # noqa: SIM905 - read as a line


def months(text: str) -> list[tuple[str, str]]:
    return [(mention.value, mention.problem) for mention in find_months(Document("body", text))]


def dates(text: str, year: int | None = None) -> list[str]:
    return [mention.value for mention in find_dates(Document("body", text), year)]


@pytest.mark.parametrize(
    "written",
    [
        "05/2026",
        "05/26",
        "5/2026",
        "05-2026",
        "05.2026",
        "2026-05",
        "maio de 2026",
        "maio/2026",
        "maio/26",
        "mai/26",
        "MAI-26",
        "Maio 2026",
        "mai. 26",
        "maio do ano de 2026",
        "referência mai/26",
    ],
)
def test_a_month_with_its_year(written: str) -> None:
    assert months(f"conta de {written}, por favor") == [("2026-05", "")]


def test_a_month_without_its_year_says_so() -> None:
    assert months("a conta de maio") == [("05", "sem o ano")]
    assert months("a conta de maio, 27 3636-1234")[0][1] == "sem o ano"


def test_a_date_is_no_month_and_an_area_code_no_year() -> None:
    assert months("vence em 10/06/2026") == []
    assert months("conta de maio 27 3636-1234") == [("05", "sem o ano")]


@pytest.mark.parametrize(
    "written",
    [
        "10/06/2026",
        "10/6/2026",
        "10/06/26",
        "10.06.2026",
        "10-06-2026",
        "2026-06-10",
        "10 de junho de 2026",
        "10/jun/2026",
    ],
)
def test_a_date_in_any_spelling(written: str) -> None:
    assert dates(f"vencimento: {written}") == ["2026-06-10"]


def test_without_a_year_the_messages_own_is_taken() -> None:
    assert dates("vence dia 10/06", 2026) == ["2026-06-10"]
    assert dates("vence dia 10/06") == []


def test_no_such_day() -> None:
    assert dates("31/02/2026") == []


@given(
    st.dates(date(2016, 1, 1), date(2034, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d/%m/%y"])
)
def test_every_spelling_of_a_date_is_read_back(day: date, spelling: str) -> None:
    assert dates(f"venc. {day.strftime(spelling)}") == [day.isoformat()]


@given(
    st.integers(2016, 2034),
    st.integers(1, 12),
    st.sampled_from(["{m:02d}/{y}", "{n} de {y}", "{n}/{y}", "{m:02d}/{s}"]),
)
def test_every_spelling_of_a_month_is_read_back(year: int, month: int, spelling: str) -> None:
    written = spelling.format(m=month, y=year, n=MONTH_NAMES[month - 1], s=f"{year % 100:02d}")
    assert months(f"conta de {written}") == [(f"{year}-{month:02d}", "")]


@given(st.text(max_size=300))
def test_it_never_raises(text: str) -> None:
    find_months(Document("body", text))
    find_dates(Document("body", text), 2026)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("vence em quatorze de outubro de 2026, sem falta", "2026-10-14"),
        ("primeiro de maio de dois mil e vinte e seis", "2026-05-01"),
        ("vinte e um de março", "2025-03-21"),
    ],
)
def test_a_date_in_words(text: str, iso: str) -> None:
    document = Document("body", text)
    assert [mention.value for mention in find_dates(document, 2025)] == [iso]
    assert find_months(document) == ()


def test_a_day_that_the_month_lacks_is_no_date() -> None:
    assert find_dates(Document("body", "trinta e um de junho de 2026")) == ()


def test_a_month_whose_year_is_in_words() -> None:
    found = find_months(Document("body", "conta de setembro de dois mil e vinte e seis"))
    assert [(mention.value, mention.problem) for mention in found] == [("2026-09", "")]
