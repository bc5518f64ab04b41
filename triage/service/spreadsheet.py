"""The digest's spreadsheet. Every text is text: no cell is ever a formula, whoever wrote what stands in it (D12)."""

import re
from collections.abc import Iterable
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from triage.core.digest_table import Cell as Value
from triage.core.digest_table import Sheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDEST, _NARROWEST = 60, 8


def write_sheets(sheets: Iterable[Sheet]) -> bytes:
    """An .xlsx file with these sheets: heads in bold that stay in sight, columns as wide as what they hold."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def safe_text(text: str) -> str:
    """`text` as no program takes it for a formula, and as XML can hold it. Spaces before a sign don't hide it."""
    plain = _NOT_IN_XML.sub("�", text[:LONGEST])
    return f"'{plain}" if plain.lstrip(" \u00a0").startswith(_FORMULA) else plain


def _write(page: WriteOnlyWorksheet, sheet: Sheet) -> None:
    page.freeze_panes = "B2"
    for number, width in enumerate(_widths(sheet), start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.head))}{len(sheet.rows) + 1}"
    page.append([_cell(page, name, bold=True) for name in sheet.head])
    for row in sheet.rows:
        page.append([_cell(page, value) for value in row])


def _cell(page: WriteOnlyWorksheet, value: Value, *, bold: bool = False) -> Cell | None:
    if value is None:
        return None
    cell = WriteOnlyCell(page, safe_text(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would guess, from the text, a formula or an error value
    elif isinstance(value, date):
        cell.number_format = "DD/MM/YYYY"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _widths(sheet: Sheet) -> list[int]:
    columns = zip(sheet.head, *(row + (None,) * (len(sheet.head) - len(row)) for row in sheet.rows), strict=True)
    longest = (max(10 if isinstance(value, date) else len(str(value or "")) for value in column) for column in columns)
    return [min(_WIDEST, max(_NARROWEST, length + 2)) for length in longest]
