"""Excel workbooks as rows of text: .xlsx through calamine, old .xls through xlrd.

calamine asks for gigabytes on a damaged .xls and takes the process down with it; xlrd, pure Python, only raises.
"""

import datetime
import io

import xlrd  # type: ignore[import-untyped] # xlrd ships no types
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from triage.mail.archive import Unopened
from triage.mail.office import MAX_COLUMNS, MAX_ROWS

Rows = list[tuple[str, ...]]

_MAX_SHEETS = 10


def read_xlsx(data: bytes) -> Rows:
    """The rows of the visible sheets, each cell as its reader would type it; raises Unopened."""
    try:
        return _xlsx_rows(data)
    except PasswordError as error:
        raise Unopened("encrypted") from error
    except (CalamineError, ValueError, OSError) as error:
        raise Unopened("broken") from error
    except BaseException as error:
        # A panic of the Rust code arrives outside the Exception family.
        if type(error).__name__ != "PanicException":
            raise
        raise Unopened("broken") from error


def _xlsx_rows(data: bytes) -> Rows:
    rows: Rows = []
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        visible = [sheet.name for sheet in book.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
        for name in visible[:_MAX_SHEETS]:
            for cells in book.get_sheet_by_name(name).to_python(nrows=MAX_ROWS):
                shown = [cell.strip() if isinstance(cell, str) else _shown(cell) for cell in cells[:MAX_COLUMNS]]
                rows.append(_row(shown))
    return [row for row in rows if row][:MAX_ROWS]


def read_xls(data: bytes) -> Rows:
    """As `read_xlsx`, of the binary format before 2007."""
    try:
        book = xlrd.open_workbook(file_contents=data, ragged_rows=True, on_demand=True, logfile=io.StringIO())
        return _xls_rows(book)
    except Unopened:
        raise
    except Exception as error:
        # xlrd raises its own kinds, but also struct, index and assertion errors, on damaged files.
        raise Unopened("encrypted" if "encrypted" in str(error) else "broken") from error


def _xls_rows(book: xlrd.Book) -> Rows:
    rows: Rows = []
    for index in range(min(book.nsheets, _MAX_SHEETS)):
        sheet = book.sheet_by_index(index)
        if sheet.visibility:
            continue
        for number in range(min(sheet.nrows, MAX_ROWS)):
            cells = sheet.row(number)[:MAX_COLUMNS]
            rows.append(_row([_shown(_xls_value(cell, book.datemode)) for cell in cells]))
    return [row for row in rows if row][:MAX_ROWS]


def _xls_value(cell: xlrd.sheet.Cell, datemode: int) -> object:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else cell.value


def _row(texts: list[str]) -> tuple[str, ...]:
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _shown(cell: object) -> str:
    """A cell as a Brazilian reader would write it: comma for decimals, day before month."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "sim" if cell else "não"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.10g}".replace(".", ",")
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.strftime("%d/%m/%Y" if midnight else "%d/%m/%Y %H:%M")
    if isinstance(cell, datetime.date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)
