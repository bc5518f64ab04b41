"""The spreadsheet opens, and holds no formula, whoever wrote its texts (RELIABILITY D12)."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from tests.core.digest_samples import CALENDAR, HOSTILE, busy, hostile
from triage.config import load_bulletin
from triage.core.digest_table import Sheet, sheets_of
from triage.service.spreadsheet import safe_text, write_sheets

NASTY = (
    *HOSTILE,
    '=HYPERLINK("http://evil","x")',
    "\t=1+1",
    "a\0b",
    "+1",
    "-1",
    "@SUM(A1)",
    "\r=1",
    " =1",
    "#REF!",
    "=",
    "'=1",
)


def cells(data: bytes) -> list[tuple[str, object]]:
    """Every cell as openpyxl reads it: its type and its value."""
    book = load_workbook(BytesIO(data))
    return [
        (cell.data_type, cell.value)
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def written(*texts: str) -> bytes:
    return write_sheets([Sheet("Casos", ("Assunto",), tuple((text,) for text in texts))])


def test_no_hostile_text_becomes_a_formula_or_an_error() -> None:
    found = cells(written(*NASTY))
    assert {kind for kind, _ in found} == {"s"}
    assert not [value for _, value in found if str(value).lstrip().startswith(("=", "+", "-", "@"))]


@settings(max_examples=40)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
def test_any_text_can_be_written_and_stays_text(texts: list[str]) -> None:
    assert {kind for kind, _ in cells(written(*texts))} <= {"s"}


@pytest.mark.parametrize("text", ["SEDU – sala 12", "2026-000123", "1.2 Instalação (Ramal)", "a=b", ""])
def test_plain_text_is_left_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_numbers_and_dates_are_what_they_are_so_that_people_can_sort() -> None:
    data = write_sheets([Sheet("Casos", ("Dias", "Prazo", "Nada"), ((12, date(2026, 5, 7), None),))])
    assert CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()[1][:2] == [
        12.0,
        date(2026, 5, 7),
    ]


@pytest.mark.parametrize("facts", [busy(), hostile()], ids=["busy", "hostile"])
def test_a_digests_spreadsheet_opens_with_its_cases_and_no_formula(facts: object) -> None:
    data = write_sheets(sheets_of(facts, load_bulletin(), CALENDAR, 900))  # type: ignore[arg-type] - Facts, made above
    book = load_workbook(BytesIO(data))
    assert book.sheetnames == ["Casos", "Encerrados", "Conta"]
    assert "f" not in {kind for kind, _ in cells(data)}
    assert book["Casos"].freeze_panes == "B2"
    assert next(row[0].value for row in book["Casos"].iter_rows(min_row=2)).startswith("2026-")
