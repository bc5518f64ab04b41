"""Word and OpenDocument files as paragraphs and table rows, read from their XML without entities or limits unset."""

from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate

from triage.mail.archive import Archive, Unopened

MAX_ROWS = 200
MAX_COLUMNS = 50
MAX_CHARACTERS = 200_000
_MAX_DEPTH = 250
_MAX_ELEMENTS = 300_000
_CHUNK = 65_536

_SKIPPED = frozenset({"Fallback", "annotation", "tracked-changes", "delText", "instrText", "footnote-citation"})
_TEXT = frozenset({"t", "p", "h", "span", "a"})
_ROWS = frozenset({"tr", "table-row"})
_CELLS = frozenset({"tc", "table-cell", "covered-table-cell"})
_PARAGRAPHS = frozenset({"p", "h"})
_BREAKS = {"br": "\n", "cr": "\n", "line-break": "\n", "tab": "\t", "s": " "}


@dataclass(slots=True)
class Tables:
    """Paragraphs outside tables, and the rows of all tables in reading order."""

    paragraphs: list[str] = field(default_factory=list)
    rows: list[tuple[str, ...]] = field(default_factory=list)


def read_docx(archive: Archive) -> Tables:
    """The document of a .docx, then its headers and footers, where letterheads stand."""
    found = Tables()
    names = sorted(archive.names())
    parts = [name for name in names if name.startswith(("word/header", "word/footer")) and name.endswith(".xml")]
    for name in ("word/document.xml", *parts[:6]):
        _Reader(found, openings=frozenset({"t"})).feed(archive.read(name))
    return found


def read_opendocument(archive: Archive) -> Tables:
    """The content of an .ods or .odt; cells as displayed."""
    found = Tables()
    _Reader(found, openings=_TEXT - {"t"}).feed(archive.read("content.xml"))
    return found


class _Reader:
    """One pass of expat over one part; text counts only within `openings` elements."""

    def __init__(self, found: Tables, openings: frozenset[str]) -> None:
        self._found = found
        self._openings = openings
        self._path: list[str] = []
        self._skipping = 0
        self._listening = 0
        self._paragraph: list[str] = []
        self._tables: list[list[list[str]]] = []
        self._cell_repeats: list[int] = []
        self._characters = 0
        self._elements = 0
        self._parser = ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.EntityDeclHandler = self._refuse

    def feed(self, data: bytes) -> None:
        """Parse a whole part; entities and doctypes are refused, as no office program writes them."""
        if not data:
            return
        try:
            for start in range(0, len(data), _CHUNK):
                self._parser.Parse(data[start : start + _CHUNK], start + _CHUNK >= len(data))
                if self._elements > _MAX_ELEMENTS or len(self._found.rows) >= MAX_ROWS:
                    return
        except ExpatError as error:
            raise Unopened("broken") from error

    @staticmethod
    def _refuse(*_: object) -> None:
        raise Unopened("broken")

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.rpartition(" ")[2]
        self._path.append(name)
        self._elements += 1
        if len(self._path) > _MAX_DEPTH:
            raise Unopened("too-large")
        if name in _SKIPPED:
            self._skipping += 1
        elif name in _ROWS:
            self._tables.append([])
        elif name in _CELLS and self._tables:
            self._tables[-1].append([])
            self._cell_repeats.append(_repeats(attributes))
        elif name in _BREAKS:
            self._paragraph.append(_BREAKS[name])
        if name in self._openings:
            self._listening += 1

    def _end(self, _qualified: str) -> None:
        name = self._path.pop()
        if name in _SKIPPED:
            self._skipping -= 1
        elif name in _PARAGRAPHS:
            self._end_paragraph()
        elif name in _CELLS and self._tables:
            self._end_cell()
        elif name in _ROWS:
            self._end_row()
        if name in self._openings:
            self._listening -= 1

    def _text(self, data: str) -> None:
        if self._listening and not self._skipping:
            self._characters += len(data)
            if self._characters > MAX_CHARACTERS:
                raise Unopened("too-large")
            self._paragraph.append(data)

    def _end_paragraph(self) -> None:
        text = "".join(self._paragraph).strip()
        self._paragraph.clear()
        if not text or self._skipping:
            return
        if self._tables and self._tables[-1]:
            self._tables[-1][-1].append(text)
        else:
            self._found.paragraphs.append(text)

    def _end_cell(self) -> None:
        repeats = self._cell_repeats.pop()
        row = self._tables[-1]
        if repeats > 1:
            row.extend([row[-1]] * min(repeats - 1, max(0, MAX_COLUMNS - len(row))))

    def _end_row(self) -> None:
        cells = [" ".join(cell) for cell in self._tables.pop()][:MAX_COLUMNS]
        while cells and not cells[-1]:
            cells.pop()
        if cells and len(self._found.rows) < MAX_ROWS:
            self._found.rows.append(tuple(cells))


def _repeats(attributes: dict[str, str]) -> int:
    value = next((value for name, value in attributes.items() if name.endswith(" number-columns-repeated")), "1")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else 1
