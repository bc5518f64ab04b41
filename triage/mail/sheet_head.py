"""The head of an .xlsx sheet: the rows that are read, cut off before anything lays out the rows below them.

What a sheet holds further down can change nothing, is looked at by nobody, and costs three quarters of the time that a
long form takes. A sheet that is not written as nearly all programs do is left whole.
"""

import re

from triage.mail.archive import Archive
from triage.mail.office import MAX_ROWS

_ROW = re.compile(rb'<row (?:r="([1-9][0-9]{0,6})")?')
_VALUE = re.compile(rb'<c r="[A-Z]{1,3}[0-9]{1,7}"[^<>]*><(?:v|is)[ >]')
_VALUE_IN_FIRST_COLUMN = re.compile(rb'<c r="A[0-9]{1,7}"[^<>]*><(?:v|is)[ >]')
_DECLARATION = re.compile(rb"!(?<=<!)")  # the rarer of the two signs first
_END = b"</sheetData></worksheet>"


def sheets(archive: Archive) -> list[str]:
    """The names of the members that hold the sheets."""
    return [name for name in archive.names() if name.startswith("xl/worksheets/") and name.endswith(".xml")]


def head(sheet: bytes) -> bytes | None:
    """The sheet without the rows that are never read; None where that is none of them, or cannot be told.

    The rows must stand in order. The first must hold a value, as counting begins where values do, and the first column
    must hold one above the cut, as values further down might stand to the left of all others.
    """
    written = _ROW.findall(sheet)
    if len(written) <= MAX_ROWS or b"" in written:
        return None
    rows = list(map(int, written))
    below = next((row for row in rows if row >= rows[0] + MAX_ROWS), None)
    if below is None or sorted(set(rows)) != rows:
        return None
    first, second, end = (sheet.find(b'<row r="%d"' % row) for row in (rows[0], rows[1], below))
    kept = sheet[:end]
    counted = _VALUE.search(kept, first, second) and _VALUE_IN_FIRST_COLUMN.search(kept, first)
    return kept + _END if counted and not _DECLARATION.search(kept) else None
