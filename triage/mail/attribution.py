"""The line "Em … escreveu:" that mail programs put above a quote, wrapped or not."""

import re

from triage.mail.lines import folded

_WROTE = re.compile(
    r"(?:escreveu|wrote|escreveram|escribio|a ecrit)(?: em .{6,40}| no dia .{6,40})? {0,3}:\s{0,5}-{0,8}\s{0,5}$"
)
_ATTRIBUTION_START = re.compile(
    r"[\s>*_-]{0,12}(?:em|no dia|on|dia|as|às|a|el|le|citando|quoting)\s|[\s>*_]{0,12}\d{4}-\d\d-\d\d ",
    re.IGNORECASE,
)
_SHORT_ATTRIBUTION = re.compile(
    r"[\s>*_-]{0,12}(?:(?:citando|quoting) .{2,200}"
    r"|\d{4}-\d\d-\d\d \d\d?:\d\d.{0,200}[<(][^<>\s]{1,100}@[^<>\s]{1,200}[>)]) {0,3}:\s{0,5}$"
)
_CLOCK = re.compile(r"\b\d{1,2}(?::|h)\d\d\b|\d{1,2}/\d{1,2}/\d{2,4}|\b(?:19|20)\d\d\b")
LONGEST_ATTRIBUTION = 4


def attribution(lines: list[str], index: int) -> int:
    """The line behind "Em … escreveu:" (which may wrap over a few lines), 0 where there is none."""
    line = lines[index]
    ends = line.rstrip(" \t-*_").endswith(":")
    if ends and _names_writer(folded(line)):
        return index + 1
    if _ATTRIBUTION_START.match(line):
        found = _wrapped_attribution(lines, index)
        if found:
            return found
    wrapped = index + 1 < len(lines) and lines[index + 1].rstrip().endswith(":")
    if (ends or wrapped) and ("@" in line or _CLOCK.search(line[:200])):
        return _foreign_attribution(lines, index)
    return 0


def _names_writer(line: str) -> bool:
    """Whether one line says it all: "Fulano <x@y> escreveu:", "Citando Fulano:", "-----Fulano escreveu: -----"."""
    if _SHORT_ATTRIBUTION.match(line):
        return True
    return _WROTE.search(line) is not None and ("@" in line or line.lstrip().startswith("-"))


def _wrapped_attribution(lines: list[str], index: int) -> int:
    if not any(":" in line for line in lines[index : index + LONGEST_ATTRIBUTION]):
        return 0
    joined = ""
    for end in range(index, min(index + LONGEST_ATTRIBUTION, len(lines))):
        if not lines[end].strip("> \t"):
            return 0
        joined = f"{joined} {folded(lines[end].strip('> '))}"
        if len(joined) > 500:
            return 0
        if _WROTE.search(joined[-120:]):
            return end + 1 if _is_dated(joined) or _quote_follows(lines, end + 1) else 0
    return 0


def _foreign_attribution(lines: list[str], index: int) -> int:
    """In whatever language: a dated or addressed line that ends in a colon right above ">" lines; may wrap once."""
    for end in (index + 1, index + 2):
        if lines[end - 1 : end] and lines[end - 1].rstrip().endswith(":"):
            return end if _quote_follows(lines, end) else 0
    return 0


def _is_dated(joined: str) -> bool:
    return "@" in joined or _CLOCK.search(joined) is not None


def _quote_follows(lines: list[str], index: int) -> bool:
    below = index
    while below < len(lines) and not lines[below].strip():
        below += 1
    return below < len(lines) and lines[below].lstrip().startswith(">")
