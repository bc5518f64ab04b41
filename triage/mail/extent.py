"""How far the cells of an .xlsx sheet reach, told before calamine lays out everything between them.

Two cells a million rows apart, or a reference like B14294967295, make calamine ask for gigabytes and abort the process.
"""

import re
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from triage.mail.archive import Unopened

MAX_AREA = 2_000_000
_MAX_ELEMENTS = 600_000
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_LAST_ROW = 1_048_576
_LAST_COLUMN = 16_384


# A row or cell that is not written as nearly all programs do, or stands beyond column BZ or row 9,999.
_UNUSUAL = (
    re.compile(rb'<c(?! r="(?:[AB]?[A-Z])?[1-9][0-9]{0,3}")(?=[\s/>])'),
    re.compile(rb'<row(?! r="(?:[AB]?[A-Z])?[1-9][0-9]{0,3}")(?=[\s/>])'),
)

_PREFIXED = re.compile(rb":(?:c|row)")


def check_extent(sheet: bytes) -> None:
    """Raise Unopened where a sheet is malformed, refers to cells that no sheet has, or reaches too far."""
    if _is_ordinary(sheet):
        _check_form(sheet)
    else:
        _Sheet().check(sheet)


def _is_ordinary(data: bytes) -> bool:
    """Whether no cell of a well-formed sheet can reach too far, told without looking at each one.

    Another encoding (it has zero octets) or a prefix before the elements' names could hide some.
    """
    hidden = b"\x00" in data or _PREFIXED.search(data) is not None
    return not hidden and data.count(b"<") <= _MAX_ELEMENTS and not any(unusual.search(data) for unusual in _UNUSUAL)


def _check_form(data: bytes) -> None:
    """Raise Unopened where `data` is not well-formed, or declares a document type."""
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    _parse(parser, data)


def _parse(parser: XMLParserType, data: bytes) -> None:
    try:
        parser.Parse(data, True)
    except ExpatError as error:
        raise Unopened("broken") from error


def _refuse(*_: object) -> None:
    raise Unopened("broken")


class _Sheet:
    """One pass over a sheet's XML: rows and columns of the cells that hold something."""

    def __init__(self) -> None:
        self._row = self._column = 0
        self._first_row, self._last_row, self._last_column = _LAST_ROW, 0, 1
        self._elements = 0
        self._parser = ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.StartDoctypeDeclHandler = _refuse
        self._parser.EntityDeclHandler = _refuse

    def check(self, data: bytes) -> None:
        _parse(self._parser, data)
        if (self._last_row - self._first_row + 1) * self._last_column > MAX_AREA:
            raise Unopened("too-large")

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MAX_ELEMENTS:
            raise Unopened("too-large")
        name = qualified.rpartition(" ")[2]
        if name == "row":
            self._row = _number(attributes.get("r", ""), self._row + 1)
            self._column = 0
        elif name == "c":
            self._place(attributes.get("r", ""))
            if "t" in attributes:
                self._mark()
        elif name in ("v", "is", "f"):
            self._mark()

    def _place(self, reference: str) -> None:
        if not reference:
            self._column += 1
            return
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise Unopened("broken")
        self._column, self._row = _column(found[1]), int(found[2])

    def _mark(self) -> None:
        if not (0 < self._row <= _LAST_ROW and 0 < self._column <= _LAST_COLUMN):
            raise Unopened("broken")
        self._first_row = min(self._first_row, self._row)
        self._last_row = max(self._last_row, self._row)
        self._last_column = max(self._last_column, self._column)


def _number(text: str, missing: int) -> int:
    if not text:
        return missing
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_LAST_ROW))):
        raise Unopened("broken")
    return int(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
