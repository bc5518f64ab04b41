"""The marks that mail programs leave where somebody else's words begin, in Portuguese and English.

Each finder looks at lines from an index on and says how many lines the mark takes, so that nothing backtracks.
"""

import re
from dataclasses import dataclass

from triage.mail.attribution import LONGEST_ATTRIBUTION, attribution
from triage.mail.header_block import InnerHeader, header_block, notes_block
from triage.mail.lines import folded, skip_blank

_RULE = re.compile(r"\s{0,8}(?:_{12,200}|-{12,200}|\*{12,200}|={12,200})\s{0,8}$")
_SEPARATOR = re.compile(
    r"[\s>*_-]{0,20}-{2,60} {0,3}(?:mensagem original|original message|mensaje original|mensagem anterior)"
    r" {0,3}(?:-{2,60})?[\s*_]{0,8}$"
)
_FORWARD = re.compile(
    r"[\s>*_]{0,12}(?:-{2,60} {0,3}(?:mensagem (?:encaminhada|reenviada|repassada)|(?:forwarded|fwd) message"
    r"|forwarded by|encaminhado por|encaminhada por|mensaje reenviado)\b.{0,200}"
    r"|inicio da mensagem (?:encaminhada|reenviada) {0,3}:|begin forwarded message {0,3}:"
    r"|-{2,60} {0,3}(?:fim da|end of) .{0,60})[\s*_]{0,8}$"
)
_RULE_CHARACTERS = frozenset("_-*=")
_SPELLED_FORWARDS = frozenset({"início", "inicio", "begin "})


_FIRST_SIGNS = frozenset("-=0123iIíÍbB")


@dataclass(frozen=True, slots=True)
class Mark:
    """Where another message begins: lines `start` to `end`, said to be a forward or not, header block where given."""

    start: int
    end: int
    forward: bool
    header: InnerHeader | None = None
    attribution: bool = False


def find_mark(lines: list[str], begin: int) -> Mark | None:
    """The first mark at or below line `begin`."""
    colon = _last_colon(lines, begin, begin + LONGEST_ATTRIBUTION - 1)
    for index in range(begin, len(lines)):
        below = index + LONGEST_ATTRIBUTION - 1
        if below < len(lines) and ":" in lines[below]:
            colon = below
        if colon >= index or _may_open_mark(lines[index]):
            mark = mark_at(lines, index)
            if mark is not None:
                return mark
    return None


def _last_colon(lines: list[str], begin: int, end: int) -> int:
    """The last line from `begin` to before `end` that holds a colon, -1 where none does."""
    return max((index for index in range(begin, min(end, len(lines))) if ":" in lines[index]), default=-1)


def _may_open_mark(line: str) -> bool:
    """Whether a line with no colon on it or soon below it may open a mark: told by its first sign."""
    opening = line.strip().lstrip(" \t>*_|")[:1]
    return opening in _FIRST_SIGNS if opening else bool(line)


def mark_at(lines: list[str], index: int) -> Mark | None:
    """The mark that line `index` opens, if any."""
    line = lines[index]
    bare = line.lstrip()
    if bare[:1] in _RULE_CHARACTERS and _RULE.match(line):
        return _ruled(lines, index)
    opening = bare.lstrip(" \t>*_|")
    if len(opening) < 3:
        return None
    if opening[0] == "-" or opening[:6].lower() in _SPELLED_FORWARDS:
        found = _separator(lines, index, folded(line))
        if found is not None:
            return found
    if ":" in line[:32]:
        header = header_block(lines, index)
        if header is not None:
            return Mark(index, header.end, forward=False, header=header)
    end = attribution(lines, index) if any(":" in near for near in lines[index : index + LONGEST_ATTRIBUTION]) else 0
    if end:
        return Mark(index, end, forward=False, attribution=True)
    return _notes(lines, index) if opening[0] in "0123" else None


def _separator(lines: list[str], index: int, folded: str) -> Mark | None:
    forward = _FORWARD.match(folded) is not None
    if not forward and not _SEPARATOR.match(folded):
        return None
    below = skip_blank(lines, index + 1)
    header = header_block(lines, below, trusted=True) if below < len(lines) else None
    return Mark(index, header.end if header else index + 1, forward=forward, header=header)


def _ruled(lines: list[str], index: int) -> Mark | None:
    """A horizontal line that stands right above a header block, or right above another mark."""
    below = skip_blank(lines, index + 1)
    header = header_block(lines, below) if below < len(lines) else None
    return Mark(index, header.end, forward=False, header=header) if header else None


def _notes(lines: list[str], index: int) -> Mark | None:
    """A Notes header; the sender's name stands on the line above the date."""
    end = notes_block(lines, index)
    start = index - 1 if index and lines[index - 1].strip() else index
    return Mark(start, end, forward=False) if end else None
