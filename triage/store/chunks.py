"""Reading rows for any number of values at once."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam

WANTED: BindParameter[Any] = bindparam("wanted", expanding=True)
"""Stands in a query for the values that `rows_for` is given."""
CHUNK = 500  # values in one IN list; SQLite's oldest limit is 999


def rows_for(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    wanted: Sequence[object],
    given: Mapping[str, object] | None = None,
) -> Iterator[Any]:
    """What `query` yields for the values `wanted`, which take the place of WANTED; `given` are the other parameters."""
    for start in range(0, len(wanted), CHUNK):
        yield from connection.execute(query, {"wanted": wanted[start : start + CHUNK], **(given or {})}).all()
