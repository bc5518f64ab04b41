"""Attached files as text and tables. Opens only what can be a form or hold text; never raises (RELIABILITY D10)."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace

from tnefparse import TNEF  # type: ignore[import-untyped] # tnefparse ships no types

from triage.core.message import Attachment
from triage.mail import rtf
from triage.mail.archive import Archive, Budget, Unopened
from triage.mail.charset import are_clean_lines, clean, clean_line, decode, decode_html
from triage.mail.extent import check_extent
from triage.mail.html import to_text
from triage.mail.office import MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS, Tables, read_docx, read_opendocument
from triage.mail.parts import File
from triage.mail.pdf import read_pdf
from triage.mail.pdf_cost import check_streams
from triage.mail.sheet_head import head, sheets
from triage.mail.spreadsheet import read_xls, read_xlsx
from triage.mail.word97 import read_doc

__all__ = ["Budget", "read"]

_MAX_OPENED = 15_000_000
_MAX_CSV = 500_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TNEF = b"\x78\x9f\x3e\x22"
_ZIP = b"PK\x03\x04"
_WORD_STREAM = "WordDocument".encode("utf-16-le")
_TEXT_NAME = re.compile(r"\.(?:txt|csv|tsv|log|text|md)$", re.IGNORECASE)
_FORM_NAME = re.compile(r"\.(?:xlsx|xlsm|xls|ods|docx|doc|odt|pdf|rtf|txt|csv)$", re.IGNORECASE)

Content = tuple[str, list[tuple[str, ...]]]
Opener = Callable[[bytes, Budget], Content]


def read(files: list[File], budget: Budget) -> tuple[tuple[Attachment, ...], str]:
    """The attachments of a message, opened where useful; and the body text that a winmail.dat held, if any."""
    found: list[Attachment] = []
    body = ""
    for file in files:
        if _is_tnef(file):
            inner, text = _unpack_tnef(file)
            body = body or text
            found += [_opened(attached, budget) for attached in inner]
            if inner or text:
                continue
        found.append(_opened(file, budget))
        if _kind(file) == "zip":
            found += [_opened(member, budget) for member in _members(file, budget)]
    return tuple(found), body


def _opened(file: File, budget: Budget) -> Attachment:
    attachment = Attachment(clean_line(file.filename), clean_line(file.content_type), len(file.data))
    opener = _OPENERS.get(_kind(file))
    if opener is None:
        return attachment if _kind(file) == "zip" else replace(attachment, problem="unsupported")
    try:
        _check_cost(file, budget)
        text, rows = opener(file.data, budget)
    except Unopened as why:
        return replace(attachment, problem=why.problem)
    except Exception:
        # Parsers of office formats raise anything on hostile bytes; a file that cannot be read never stops a message.
        return replace(attachment, problem="broken")
    return replace(attachment, text=clean(text).strip(), rows=_cleaned(rows))


def _cleaned(rows: list[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The rows that hold something, each cell on one line; that there is nothing to clean is told of all at once."""
    cleaned = str.strip if are_clean_lines("".join(map("".join, rows))) else clean_line
    cells = (tuple(map(cleaned, row)) for row in rows)
    return tuple(row for row in cells if any(row))


def _check_cost(file: File, budget: Budget) -> None:
    if len(file.data) > _MAX_OPENED or budget.files <= 0:
        raise Unopened("too-large")
    budget.files -= 1


def _kind(file: File) -> str:
    """What the bytes are, whatever the name says; the name only tells apart kinds of text."""
    head = file.data[:1024]
    if head.startswith(_ZIP):
        return _zip_kind(file.data)
    if head.startswith(_OLE):
        return _ole_kind(file)
    if b"%PDF-" in head:
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if b"\x00" in head:
        return "unknown"
    if file.content_type == "text/html" or head.lstrip()[:15].lower().startswith((b"<html", b"<!doctype html")):
        return "html"
    if file.content_type == "text/csv" or file.filename.lower().endswith((".csv", ".tsv")):
        return "csv"
    if file.content_type.startswith(("text/", "message/")) or _TEXT_NAME.search(file.filename):
        return "text"
    return "unknown"


def _zip_kind(data: bytes) -> str:
    """Told from the member names, which stand uncompressed in the central directory at the end."""
    tail = data[-200_000:]
    if b"word/document.xml" in tail:
        return "docx"
    if b"xl/workbook.xml" in tail:
        return "xlsx"
    odf = data[30:38] == b"mimetype" or b"META-INF/manifest.xml" in tail
    return "opendocument" if odf and b"content.xml" in tail else "zip"


def _ole_kind(file: File) -> str:
    """OLE containers: old Excel and Word are read; an encrypted OOXML package names its stream."""
    if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in file.data:
        return "locked"
    if b"W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00" in file.data or b"\x00B\x00o\x00o\x00k\x00" in file.data:
        return "xls"
    return "doc" if _WORD_STREAM in file.data else "unknown"


def _open_docx(data: bytes, budget: Budget) -> Content:
    return _content(read_docx(Archive(data, budget)))


def _open_opendocument(data: bytes, budget: Budget) -> Content:
    return _content(read_opendocument(Archive(data, budget)))


def _content(tables: Tables) -> Content:
    return "\n".join(tables.paragraphs), tables.rows


def _open_xlsx(data: bytes, budget: Budget) -> Content:
    archive = Archive(data, budget)
    heads: dict[str, bytes] = {}
    for name in sheets(archive):
        sheet = archive.read(name)
        cut = head(sheet)
        if cut is not None:
            heads[name] = cut
        check_extent(sheet if cut is None else cut)
    return "", read_xlsx(archive.with_members(heads) if heads else data)


def _open_xls(data: bytes, budget: Budget) -> Content:
    budget.spend(len(data))
    return "", read_xls(data)


def _open_doc(data: bytes, budget: Budget) -> Content:
    budget.spend(len(data))
    return _content(read_doc(data))


def _open_locked(_data: bytes, _budget: Budget) -> Content:
    raise Unopened("encrypted")


def _open_pdf(data: bytes, budget: Budget) -> Content:
    check_streams(data, budget)
    return read_pdf(data)


def _open_text(data: bytes, _budget: Budget) -> Content:
    return decode(data[:MAX_CHARACTERS]), []


def _open_html(data: bytes, _budget: Budget) -> Content:
    return to_text(decode_html(data[:MAX_CHARACTERS])), []


def _open_csv(data: bytes, _budget: Budget) -> Content:
    text = clean(decode(data[:_MAX_CSV]))
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    lines = [line[:10_000] for line in text.split("\n")[:MAX_ROWS]]
    return "", [tuple(cell.strip() for cell in row[:MAX_COLUMNS]) for row in csv.reader(lines, delimiter=delimiter)]


def _open_rtf(data: bytes, _budget: Budget) -> Content:
    return rtf.to_text(data[: 5 * MAX_CHARACTERS]), []


_OPENERS: dict[str, Opener] = {
    "docx": _open_docx,
    "opendocument": _open_opendocument,
    "xlsx": _open_xlsx,
    "xls": _open_xls,
    "doc": _open_doc,
    "locked": _open_locked,
    "pdf": _open_pdf,
    "text": _open_text,
    "html": _open_html,
    "csv": _open_csv,
    "rtf": _open_rtf,
}


def _members(file: File, budget: Budget) -> list[File]:
    """The forms within a zip, one level deep; folders in names are dropped."""
    try:
        archive = Archive(file.data, budget)
        names = [name for name in archive.names() if _FORM_NAME.search(name)][:10]
        return [File(name.replace("\\", "/").rpartition("/")[2][-200:], "", archive.read(name)) for name in names]
    except Unopened:
        return []


def _is_tnef(file: File) -> bool:
    return file.content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or file.data.startswith(_TNEF)


def _unpack_tnef(file: File) -> tuple[list[File], str]:
    """The files and the body that Outlook wrapped into winmail.dat; nothing where it is damaged."""
    if not file.data.startswith(_TNEF) or len(file.data) > _MAX_OPENED:
        return [], ""
    try:
        package = TNEF(file.data, do_checksum=False)
        files = [
            File(_text(attached.long_filename() or attached.name), "", bytes(attached.data or b""))
            for attached in package.attachments[:20]
            if attached.data
        ]
        return files, _tnef_body(package)
    except Exception:
        # tnefparse raises struct, index, key and decoding errors alike on damaged packages.
        return [], ""


def _tnef_body(package: TNEF) -> str:
    plain, html = package.body, package.htmlbody
    if plain:
        return clean(_text(plain))
    if html:
        return to_text(html if isinstance(html, str) else decode_html(bytes(html)))
    return ""


def _text(value: object) -> str:
    """tnefparse hands out bytes, text or lists of either, by version and property."""
    if isinstance(value, list):
        return "".join(map(_text, value))
    return decode(value) if isinstance(value, bytes) else str(value or "")
