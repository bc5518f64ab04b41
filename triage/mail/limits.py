"""What a message may cost: caps checked on the bytes before anything parses them (RELIABILITY D1, D2)."""

import re
from itertools import pairwise

MAX_RAW = 25_000_000
MAX_HEADER_BLOCK = 1_000_000
MAX_HEADERS = 1_000
MAX_HEADER = 64_000
MAX_NESTING = 20
MAX_CONTAINERS = 100
MAX_PARTS = 500
MAX_ADDRESSES = 200
MAX_TEXT = 500_000

_FIELD = re.compile(rb"^[!-9;-~]{1,100}[ \t]{0,20}:", re.MULTILINE)
_FIELD_START = re.compile(rb"\n(?![ \t])")
_CONTAINER = re.compile(rb"content-type:[ \t\n]{0,20}(?:multipart|message)/")
_BOUNDARY = re.compile(rb'boundary[ \t]{0,20}=[ \t]{0,20}"?([^"\n;]{1,200})', re.IGNORECASE)
_MAX_MENTIONS = 5_000


class Unreadable(Exception):  # noqa: N818 (the daemon's word for it, not a programming error)
    """A message that must be quarantined: `reason_code` is a stable word for the ledger, `detail` is for people."""

    def __init__(self, reason_code: str, detail: str = "") -> None:
        super().__init__(f"{reason_code}: {detail}" if detail else reason_code)
        self.reason_code = reason_code
        self.detail = detail


def check_size(raw: bytes) -> None:
    """Raise Unreadable where `raw` is empty or over the size that is ever parsed."""
    if not raw.strip():
        raise Unreadable("empty")
    if len(raw) > MAX_RAW:
        raise Unreadable("too-large", f"{len(raw)} bytes")


def check_structure(raw: bytes) -> None:
    """Raise Unreadable where headers or MIME structure (line ends already LF) would cost too much to parse."""
    _check_header_block(raw)
    lower = raw.lower()
    containers = sum(_CONTAINER.match(lower, at) is not None for at in _mentions(lower, b"content-type:"))
    if containers > MAX_CONTAINERS:
        raise Unreadable("nesting", f"{containers} containers")
    found = (_BOUNDARY.match(raw, at) for at in _mentions(lower, b"boundary"))
    boundaries = {match[1].rstrip() for match in found if match}
    if len(boundaries) > MAX_CONTAINERS:
        raise Unreadable("nesting", f"{len(boundaries)} boundaries")
    parts = sum(raw.count(b"\n--" + boundary + b"\n") for boundary in boundaries)
    if parts > MAX_PARTS:
        raise Unreadable("too-many-parts", str(parts))


def _mentions(lower: bytes, word: bytes) -> list[int]:
    """Where a word of MIME stands, found by plain search: a case-blind pattern costs ten times more."""
    places: list[int] = []
    at = lower.find(word)
    while at >= 0:
        if len(places) == _MAX_MENTIONS:
            raise Unreadable("too-many-parts", word.decode("ascii"))
        places.append(at)
        at = lower.find(word, at + len(word))
    return places


def _check_header_block(raw: bytes) -> None:
    end = raw.find(b"\n\n", 0, MAX_HEADER_BLOCK + 2)
    if end < 0 and len(raw) > MAX_HEADER_BLOCK:
        raise Unreadable("header-block")
    block = raw if end < 0 else raw[:end]
    if not _FIELD.search(block):
        raise Unreadable("no-headers")
    starts = [match.end() for match in _FIELD_START.finditer(block)]
    if len(starts) >= MAX_HEADERS:
        raise Unreadable("too-many-headers", str(len(starts) + 1))
    edges = [0, *starts, len(block)]
    longest = max(after - before for before, after in pairwise(edges))
    if longest > MAX_HEADER:
        raise Unreadable("header-too-long", str(longest))
