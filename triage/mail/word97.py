"""Word documents of the format before 2007: the text of the piece table, cells told by their marks ([MS-DOC] 2.4.1)."""

import io
import re
import struct

from xlrd.compdoc import CompDoc  # type: ignore[import-untyped] # xlrd ships no types

from triage.mail.archive import Unopened
from triage.mail.office import MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS, Tables

_MAGIC = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PIECES, _PROPERTIES = 2, 1
_COMPRESSED = 0x40000000
_FIELD_CODE = re.compile("\x13[^\x13\x14\x15]{0,2000}[\x14\x15]|[\x13\x14\x15]")
_CELLS = re.compile("([^\r\x07]*(?:\r[^\r\x07]+)*)(\x07+)")


def read_doc(data: bytes) -> Tables:
    """Paragraphs outside tables, and table rows; raises Unopened."""
    try:
        return _tables(_text(*_streams(data)))
    except Unopened:
        raise
    except Exception as error:
        # xlrd's container reader raises struct, index and assertion errors besides its own on damaged files.
        raise Unopened("broken") from error


def _streams(data: bytes) -> tuple[bytes, bytes]:
    """The document stream, and the table of its pieces."""
    container = CompDoc(data, logfile=io.StringIO())
    document = bytes(container.get_named_stream("WordDocument") or b"")
    magic, flags = struct.unpack_from("<H8xH", document)
    if magic != _MAGIC:
        raise Unopened("unsupported")
    if flags & _ENCRYPTED:
        raise Unopened("encrypted")
    table = bytes(container.get_named_stream("1Table" if flags & _SECOND_TABLE else "0Table") or b"")
    at, size = struct.unpack_from("<II", document, 0x01A2)
    return document, table[at : at + size]


def _text(document: bytes, pieces: bytes) -> str:
    """The text in reading order: each piece is cp1252 or UTF-16 somewhere in the document stream."""
    at = 0
    while pieces[at] == _PROPERTIES:
        at += 3 + int(struct.unpack_from("<H", pieces, at + 1)[0])
    if pieces[at] != _PIECES:
        raise Unopened("broken")
    (size,) = struct.unpack_from("<I", pieces, at + 1)
    count = min((size - 4) // 12, MAX_CHARACTERS)
    start = at + 5
    positions = struct.unpack_from(f"<{count + 1}I", pieces, start)
    output: list[str] = []
    for index in range(count):
        (place,) = struct.unpack_from("<I", pieces, start + 4 * (count + 1) + 8 * index + 2)
        length = min(positions[index + 1] - positions[index], MAX_CHARACTERS)
        output.append(_piece(document, place, length))
    return "".join(output)[:MAX_CHARACTERS]


def _piece(document: bytes, place: int, length: int) -> str:
    if place & _COMPRESSED:
        offset = (place & ~_COMPRESSED) // 2
        return document[offset : offset + length].decode("cp1252", "replace")
    return document[place : place + 2 * length].decode("utf-16-le", "replace")


def _tables(text: str) -> Tables:
    """A cell ends in one mark, the last of its row in one more; empty cells before the row's end add theirs."""
    found = Tables()
    row: list[str] = []
    end = 0
    text = _FIELD_CODE.sub("", text).replace("\x0b", "\n")
    for cell in _CELLS.finditer(text):
        outside, _, inside = cell[1].rpartition("\r") if not row else ("", "", cell[1])
        found.paragraphs += _paragraphs(text[end : cell.start()] + outside)
        end = cell.end()
        row.append(inside.replace("\r", " ").strip())
        if len(cell[2]) > 1:
            found.rows.append(tuple(row[:MAX_COLUMNS]))
            row = []
    found.paragraphs += _paragraphs(text[end:])
    del found.rows[MAX_ROWS:]
    return found


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\r") if line.strip("\x00\x0c \t")]
