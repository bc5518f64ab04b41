"""What the streams of a PDF inflate to, told before pdfium is let near it (RELIABILITY D10).

pdfium inflates and interprets whatever a page refers to, and cannot be interrupted; a kilobyte may stand for hours.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress

from triage.mail.archive import Budget, Unopened

MAX_INSTRUCTIONS = 4_000_000
_MAX_STREAMS = 20_000
_MAX_FILTERS = 8
_PIECE = 1_024  # small, as a damaged piece is lost whole, and a good one is repeated behind the stream's end
_STREAM = re.compile(rb"stream\r?\n")
_READABLE = bytes(range(32, 127)) + b"\r\n\t"
_MOSTLY = 0.6


def check_streams(data: bytes, budget: Budget) -> None:
    """Raise Unopened where the streams inflate beyond `budget`, or what draws the pages is too long."""
    instructions = 0
    for inflated in _inflated(data, budget):
        unreadable = len(inflated.translate(None, _READABLE))
        if len(inflated) - unreadable > _MOSTLY * len(inflated):
            instructions += len(inflated)
        if instructions > MAX_INSTRUCTIONS:
            raise Unopened("too-large")


def _inflated(data: bytes, budget: Budget) -> Iterator[bytes]:
    """Each stream with its filters undone, those that are no zlib stream left out."""
    for number, start in enumerate(_STREAM.finditer(data)):
        if number == _MAX_STREAMS:
            raise Unopened("too-large")
        inflated = _once(memoryview(data)[start.end() :], budget)
        levels = 1
        while inflated and levels < _MAX_FILTERS and (inner := _once(memoryview(inflated), budget)):
            inflated, levels = inner, levels + 1
        if inflated:
            yield inflated


def _once(stream: memoryview, budget: Budget) -> bytes:
    """What one filter makes of `stream`, b"" where it is no zlib stream; of a damaged one what pdfium too would get."""
    if len(stream) < 2 or stream[0] & 0x0F != zlib.DEFLATED or (stream[0] << 8 | stream[1]) % 31:
        return b""
    inflater, pieces, length = zlib.decompressobj(-zlib.MAX_WBITS), [], 0
    with suppress(zlib.error):
        for at in range(2, len(stream), _PIECE):
            pieces.append(inflater.decompress(stream[at : at + _PIECE], budget.octets + 1 - length))
            length += len(pieces[-1])
            if inflater.eof or length > budget.octets:
                break
    budget.spend(length)
    return b"".join(pieces)
