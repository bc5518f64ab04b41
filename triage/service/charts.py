"""The digest's charts as PNG images: columns and no lettering, which stands in the HTML, sharp at every size.

Written with zlib alone. A palette image of rectangles needs no library: Pillow would bring some twenty megabytes of
decoders, a font and a stream of security updates into a program that reads hostile mail, for these few lines.
"""

import struct
import zlib

from triage.core.digest import Chart

WIDTH, HEIGHT = 1200, 220  # shown at half the size, for screens with twice the pixels
HEADROOM = 10
FILL = 0.56  # of a column's share of the width
GRID = 4
BACKGROUND, LINE = "#ffffff", "#e4e9ef"

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def draw_chart(chart: Chart) -> bytes:
    """The chart's columns, stacked from the bottom in the colours of its legend. An empty chart shows its lines."""
    colours = [BACKGROUND, LINE, *(colour for _, colour in chart.legend)]
    rows = [bytearray([y % (HEIGHT // GRID) == 0]) * WIDTH for y in range(HEIGHT)]
    most = max((bar.total for bar in chart.bars), default=0) or 1
    for number, bar in enumerate(chart.bars):
        _column(rows, number, len(chart.bars), [part / most for part in bar.parts])
    return _png(rows, colours)


def _column(rows: list[bytearray], number: int, columns: int, shares: list[float]) -> None:
    share = WIDTH / columns
    left, width = round((number + (1 - FILL) / 2) * share), round(FILL * share)
    height = 0.0
    for colour, part in enumerate(shares, start=2):
        bottom, top = HEIGHT - round(height), HEIGHT - round(height + part * (HEIGHT - HEADROOM))
        for y in range(top, bottom):
            rows[y][left : left + width] = bytes([colour]) * width
        height += part * (HEIGHT - HEADROOM)


def _png(rows: list[bytearray], colours: list[str]) -> bytes:
    """An 8-bit palette image (PNG, ISO/IEC 15948), every row unfiltered."""
    head = struct.pack(">IIBBBBB", WIDTH, len(rows), 8, 3, 0, 0, 0)
    palette = b"".join(bytes.fromhex(colour[1:]) for colour in colours)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
