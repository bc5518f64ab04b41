"""A long sheet is cut behind the rows that are read, and only where nothing below could change what is read."""

import io

import pytest
from openpyxl import Workbook

from triage.mail.archive import Archive, Budget
from triage.mail.attachments import read
from triage.mail.office import MAX_ROWS
from triage.mail.parts import File
from triage.mail.sheet_head import head, sheets
from triage.mail.spreadsheet import read_xlsx

LONG = MAX_ROWS + 300
Cells = dict[tuple[int, int], object]


def workbook(*contents: Cells) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    for number, cells in enumerate(contents):
        sheet = book.create_sheet(f"s{number}")
        for (row, column), value in cells.items():
            sheet.cell(row, column, value)
    book.remove(book.worksheets[0])
    book.save(buffer)
    return buffer.getvalue()


def column(number: int, start: int, stop: int) -> Cells:
    return {(row, number): f"linha {row}" for row in range(start, stop)}


def opened(data: bytes) -> list[tuple[str, ...]]:
    ((attachment,), _) = read([File("a.xlsx", "", data)], Budget())
    assert not attachment.problem
    return list(attachment.rows)


def is_cut(data: bytes) -> list[bool]:
    archive = Archive(data, Budget())
    return [head(archive.read(name)) is not None for name in sheets(archive)]


CUT = {
    "one column": column(1, 1, LONG),
    "two columns": column(1, 1, LONG) | column(2, 1, LONG),
    "begins further down": column(1, 7, LONG),
    "gaps": {place: value for place, value in column(1, 1, LONG).items() if place[0] % 7 != 2},
}
WHOLE = {
    "short": column(1, 1, MAX_ROWS),
    "to the right of what stands below": column(2, 1, LONG) | {(LONG, 1): "à esquerda"},
    "all to the right": column(3, 1, LONG),
}


@pytest.mark.parametrize("cells", CUT.values(), ids=CUT)
def test_a_long_sheet_is_cut_and_reads_the_same(cells: Cells) -> None:
    data = workbook(cells)
    assert is_cut(data) == [True]
    assert opened(data) == read_xlsx(data)


@pytest.mark.parametrize("cells", WHOLE.values(), ids=WHOLE)
def test_where_that_could_change_anything_a_sheet_stays_whole(cells: Cells) -> None:
    data = workbook(cells)
    assert is_cut(data) == [False]
    assert opened(data) == read_xlsx(data)


def test_of_several_sheets_only_the_long_ones_are_cut() -> None:
    data = workbook({(1, 1): "capa"}, column(1, 1, LONG), {(1, 1): "fim"})
    assert is_cut(data) == [False, True, False]
    assert opened(data) == read_xlsx(data)


@pytest.mark.parametrize(
    "change",
    [
        (b'<row r="400"', b'<row r="3"'),
        (b'<row r="400"', b'<row spans="1:1" r="400"'),
        (b"<sheetData>", b"<!-- --><sheetData>"),
    ],
)
def test_a_sheet_out_of_order_stays_whole(change: tuple[bytes, bytes]) -> None:
    archive = Archive(workbook(column(1, 1, LONG)), Budget())
    sheet = archive.read(sheets(archive)[0])
    assert head(sheet) is not None
    assert head(sheet.replace(*change)) is None
