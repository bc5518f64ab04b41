"""Small questions about a line of mail text."""

import re

from triage.core.text import fold

_QUOTE_PREFIX = re.compile(r"[\s>]{0,40}")


def folded(line: str) -> str:
    """The beginning of a line in lower case without accents, of the same length."""
    line = line[:400]
    return line.lower() if line.isascii() else fold(line)


def skip_blank(lines: list[str], index: int) -> int:
    """The next line at or below `index` that holds more than quote marks."""
    while index < len(lines) and not lines[index].strip("> \t"):
        index += 1
    return index


def is_prefixed(line: str) -> bool:
    """Whether the line is quoted by a ">" in front."""
    return line.lstrip(" \t|").startswith(">")


def unprefixed(line: str) -> str:
    """The line without its quote marks."""
    match = _QUOTE_PREFIX.match(line)
    return line[match.end() :] if match else line
