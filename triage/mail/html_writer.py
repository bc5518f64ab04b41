"""Text gathered line by line from an HTML tree, with tables as rows and quotes prefixed."""

import re

_CELL_LINES = 4
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")


class TextWriter:
    """Collects text into lines; `quotes` is how many quoting elements are open, `rows` the table rows being read."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current = ""
        self.quotes = 0
        self.preformatted = 0
        self.outer: list[list[str]] = []
        self.rows: list[list[list[str]]] = []

    def write(self, text: str) -> None:
        if self.preformatted:
            *full, last = text.split("\n")
            for line in full:
                self.current += line
                self.end_line()
            self.current += last
            return
        text = _SPACES.sub(" ", text)
        if not self.current or self.current.endswith(" "):
            text = text.lstrip(" ")
        self.current += text

    def break_line(self) -> None:
        if self.current.strip():
            self.end_line()
        self.current = ""

    def end_line(self) -> None:
        prefix = "> " * self.quotes
        self.lines.append((prefix + self.current.rstrip()).rstrip() if prefix else self.current.rstrip())
        self.current = ""

    def blank(self) -> None:
        self.break_line()
        if self.lines and self.lines[-1].strip("> "):
            self.end_line()

    def open_cell(self) -> None:
        self.break_line()
        self.outer.append(self.lines)
        self.lines = []

    def close_cell(self) -> None:
        self.break_line()
        cell = self.lines
        self.lines = self.outer.pop()
        if self.rows:
            self.rows[-1].append(cell)
        else:
            self.lines += cell

    def close_row(self) -> None:
        """A row of short cells becomes "A | B"; the cells of a layout table keep their lines."""
        cells = [cell for cell in self.rows.pop() if any(line.strip() for line in cell)]
        if len(cells) > 1 and all(len(cell) <= _CELL_LINES for cell in cells):
            self.lines.append(" | ".join(" ".join(filter(None, cell)) for cell in cells))
        else:
            for cell in cells:
                self.lines += cell

    def text(self) -> str:
        self.break_line()
        return "\n".join(self.lines)
