"""Reading rows for any number of values at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select

CHUNK = 500  # values in one IN list; SQLite's oldest limit is 999


def rows_for(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    wanted: Sequence[object],
    given: Mapping[str, object] | None = None,
) -> Iterator[Any]:
    """What `query` yields for the values `wanted`, which its parameter of that name takes; `given` are the others."""
    for start in range(0, len(wanted), CHUNK):
        yield from connection.execute(query, {"wanted": wanted[start : start + CHUNK], **(given or {})}).all()
