"""PDF text, table-like lines and the values of form fields, through pdfium."""

import ctypes
from itertools import groupby

import pypdfium2  # type: ignore[import-untyped] # pypdfium2 ships no types
import pypdfium2.raw as pdfium  # type: ignore[import-untyped] # as above

from triage.mail.archive import Unopened
from triage.mail.office import MAX_CHARACTERS, MAX_COLUMNS, MAX_ROWS

MAX_PAGES = 10
_MAX_RUNS = 3_000
_MAX_FIELDS = 400
_MAX_OBJECTS = 50_000
_MAX_COMPARED = 6_000_000  # pdfium looks at every character of a page for each run of text
_Rows = list[tuple[str, ...]]


def read_pdf(data: bytes) -> tuple[str, _Rows]:
    """Running text, and rows: form fields as (name, value), then lines whose words stand apart in columns."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Unopened("encrypted" if "password" in str(error).lower() else "broken") from error
    try:
        return _read(document)
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        raise Unopened("broken") from error
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument) -> tuple[str, _Rows]:
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()
    texts: list[str] = []
    fields: _Rows = []
    lines: _Rows = []
    objects = 0
    for index in range(min(len(document), MAX_PAGES)):
        page = document[index]
        objects += pdfium.FPDFPage_CountObjects(page)
        if objects > _MAX_OBJECTS:
            raise Unopened("too-large")
        if document.formenv is not None:
            fields += _fields(page, document.formenv)
        content = page.get_textpage()
        texts.append(content.get_text_range(0, min(content.count_chars(), MAX_CHARACTERS)))
        lines += _columns(content)
        content.close()
        page.close()
    return "\n".join(texts)[:MAX_CHARACTERS], [*fields, *lines][:MAX_ROWS]


def _fields(page: pypdfium2.PdfPage, form: pypdfium2.PdfFormEnv) -> _Rows:
    found: _Rows = []
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_FIELDS)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        name = _string(pdfium.FPDFAnnot_GetFormFieldName, form, annotation)
        value = _string(pdfium.FPDFAnnot_GetFormFieldValue, form, annotation)
        label = _string(pdfium.FPDFAnnot_GetFormFieldAlternateName, form, annotation)
        if name or label:
            found.append((label or name, value))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def _string(getter: object, form: object, annotation: object) -> str:
    """A UTF-16 string that pdfium writes into a buffer of the size that a first call tells."""
    if not callable(getter):
        return ""
    size = getter(form, annotation, None, 0)
    if size <= 2 or size > MAX_CHARACTERS:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    getter(form, annotation, buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", "replace").strip()


def _columns(content: pypdfium2.PdfTextPage) -> _Rows:
    """Lines that hold at least two stretches of text with a wide gap between: rows of a printed table."""
    runs = []
    most = min(_MAX_RUNS, _MAX_COMPARED // max(1, content.count_chars()))
    for index in range(min(content.count_rects(), most)):
        left, bottom, right, top = content.get_rect(index)
        text = content.get_text_bounded(left, bottom, right, top).strip()
        if text:
            runs.append((round((bottom + top) / 2), left, right, top - bottom, text))
    runs.sort(key=lambda run: (-run[0], run[1]))
    rows = []
    for _, line in groupby(runs, key=lambda run: run[0] // 4):
        cells = _cells(sorted(line, key=lambda run: run[1]))
        if len(cells) > 1:
            rows.append(tuple(cells[:MAX_COLUMNS]))
    return rows


def _cells(line: list[tuple[int, float, float, float, str]]) -> list[str]:
    cells: list[str] = []
    edge = float("-inf")
    for _, left, right, height, text in line:
        if cells and left - edge < height:
            cells[-1] += f" {text}"
        else:
            cells.append(text)
        edge = max(edge, right)
    return cells
