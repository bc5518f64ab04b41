"""The charts are small, well-formed PNG images whose columns have the heights that the numbers give."""

import struct
import zlib

import pytest

from triage.core.digest import Bar, Chart
from triage.service.charts import GRID, HEADROOM, HEIGHT, WIDTH, draw_chart

LEGEND = (("SEGER", "#b45309"), ("operadora", "#0b4f8a"))


def chart(*bars: tuple[int, ...]) -> Chart:
    return Chart("espera", "Espera", tuple(Bar(str(n), parts) for n, parts in enumerate(bars)), LEGEND)


def pixels(data: bytes) -> list[bytes]:
    """The palette indices, row by row, of an 8-bit image without filters; every checksum is looked at."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = {}, 8
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        name, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length : place + 12 + length])[0] == zlib.crc32(name + body)
        chunks[name] = body
        place += 12 + length
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    rows = zlib.decompress(chunks[b"IDAT"])
    found = [rows[start : start + WIDTH + 1] for start in range(0, len(rows), WIDTH + 1)]
    assert all(row[0] == 0 and max(row) < len(chunks[b"PLTE"]) // 3 for row in found)
    return [row[1:] for row in found]


def heights(data: bytes, column: int, columns: int) -> list[int]:
    """How many pixels of each part stand in the middle of a column."""
    middle = round((column + 0.5) * WIDTH / columns)
    values = [row[middle] for row in pixels(data)]
    return [values.count(2), values.count(3)]


def test_columns_are_as_high_as_their_numbers() -> None:
    drawn = draw_chart(chart((2, 2), (1, 0), (0, 0), (0, 4)))
    full = HEIGHT - HEADROOM
    assert [heights(drawn, n, 4) for n in range(4)] == [
        [full / 2, full / 2],
        [pytest.approx(full / 4, abs=1), 0],
        [0, 0],
        [0, full],
    ]


def test_parts_stand_on_each_other_from_the_bottom() -> None:
    middle = WIDTH // 2
    values = bytes(row[middle] for row in pixels(draw_chart(chart((3, 1)))))
    assert values.rstrip(b"\x02").endswith(b"\x03")


@pytest.mark.parametrize("bars", [(), ((0, 0),), ((10**9, 0),), tuple((n, 1) for n in range(20))])
def test_any_chart_can_be_drawn_and_stays_small(bars: tuple[tuple[int, ...], ...]) -> None:
    data = draw_chart(chart(*bars))
    assert len(pixels(data)) == HEIGHT
    assert len(data) < 4000


def test_an_empty_chart_shows_its_lines() -> None:
    assert sum(max(row) for row in pixels(draw_chart(chart()))) == GRID
