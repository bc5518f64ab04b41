"""A value found in a text, and the words around it that say what it is."""

import re
from typing import NamedTuple

from triage.core.text import Document, fold
from triage.core.verdict import Evidence

_SEPARATOR = re.compile(r"[|\t]")
_LETTER = re.compile(r"[^\W\d_]")
_HEADER_REACH = 15
_SENTENCE_BEFORE = re.compile(r"(?<!\.)[.!?;]\s|\n\s*\n|\n\s*[-•*\d]")
_SENTENCE_END = re.compile(r"(?<!\.)[.!?;](?:\s|$)|\n\s*\n|\n\s*[-•*]")


class Mention(NamedTuple):
    """A normalised `value` at `start:end` of `document`; `problem` (pt-BR) where it is not valid as it stands."""

    document: Document
    start: int
    end: int
    value: str
    problem: str = ""

    @property
    def written(self) -> str:
        """The value as it stands in the text."""
        return self.document.text[self.start : self.end]

    @property
    def evidence(self) -> Evidence:
        """The place, for the verdict."""
        return Evidence(self.document.name, self.start, self.end, self.written)


def line_bounds(text: str, position: int) -> tuple[int, int]:
    """Start and end of the line that holds `position`."""
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    return start, len(text) if end < 0 else end


def label_before(document: Document, start: int, reach: int = 60) -> str:
    """The folded words that label what stands at `start`.

    In running text: what stands before it on its line, `reach` characters at most. In a table: the cell to the left
    where it has words, else the head of its column. Where the line holds nothing before it: the line above if that
    ends in a colon or is short.
    """
    text = document.text
    begin, _ = line_bounds(text, start)
    before = text[begin:start]
    cells = _SEPARATOR.split(before) if "|" in before or "\t" in before else [before]
    if _LETTER.search(cells[-1]):
        return document.folded[max(begin, start - min(reach, len(cells[-1]))) : start]
    if len(cells) > 1:
        return fold(_row_label(cells) or column_head(document, start))
    return fold(_line_above(text, begin, reach))


def _row_label(cells: list[str]) -> str:
    return next((cell for cell in reversed(cells[:-1]) if _LETTER.search(cell)), "")


def _line_above(text: str, begin: int, reach: int) -> str:
    start, end = line_bounds(text, max(begin - 1, 0))
    above = text[start:end].strip() if begin else ""
    return above if above.endswith(":") or (0 < len(above) <= reach and not re.search(r"\d{4}", above)) else ""


def column_head(document: Document, start: int) -> str:
    """The head of the table column that holds `start`: the nearest cell above it in that column without digits."""
    text = document.text
    begin, _ = line_bounds(text, start)
    column = len(_SEPARATOR.split(text[begin:start])) - 1
    for _ in range(_HEADER_REACH):
        if begin == 0:
            return ""
        begin, end = line_bounds(text, begin - 1)
        cells = _SEPARATOR.split(text[begin:end])
        if len(cells) <= max(column, 1):
            return ""
        if _LETTER.search(cells[column]) and not re.search(r"\d{3}", cells[column]):
            return cells[column]
    return ""


def sentence_around(text: str, start: int, end: int, reach: int = 160) -> tuple[int, int]:
    """Bounds of the sentence around `start:end`: full stops before a space, blank lines, `reach` at most."""
    head = text[max(0, start - reach) : start]
    cut = max([found.end() for found in _SENTENCE_BEFORE.finditer(head)], default=0)
    tail = text[end : end + reach]
    stop = _SENTENCE_END.search(tail)
    return start - len(head) + cut, end + (stop.start() if stop else len(tail))
