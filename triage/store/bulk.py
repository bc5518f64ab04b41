"""Rows written past the statement's own machinery: compiled once, then a tuple of plain values for each row.

SQLAlchemy works out each row's parameters anew, which costs more than the database takes to write it. Its exceptions,
its events and what the column types do to a value stay as they are.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Update
from sqlalchemy.types import TypeEngine

Row = Mapping[str, object]
_Plain = Callable[[Any], Any] | None


class Bulk:
    """An insert, or an update, of these columns: each row gives their values, and those of the conditions."""

    def __init__(self, statement: Insert | Update, *columns: str) -> None:
        self._statement = statement.inline() if isinstance(statement, Insert) else statement
        self._columns = list(columns)
        self._plans: dict[str, _Plan] = {}

    def write(self, connection: Connection, rows: Sequence[Row]) -> int:
        """Execute it for each row; how many rows of the table that concerned."""
        if not rows:
            return 0
        plan = self._plan(connection.dialect)
        return connection.exec_driver_sql(plan.sql, [plan.values(row) for row in rows]).rowcount

    def _plan(self, dialect: Dialect) -> "_Plan":
        if dialect.name not in self._plans:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._columns or None)
            names = compiled.positiontup if compiled.positional else list(compiled.binds)
            plain = [(name, _plain(compiled.binds[name].type, dialect)) for name in names or ()]
            self._plans[dialect.name] = _Plan(str(compiled), compiled.positional, plain)
        return self._plans[dialect.name]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement in a dialect's words, and in which order and form it takes its values."""

    sql: str
    positional: bool
    names: list[tuple[str, _Plain]]

    def values(self, row: Row) -> Any:
        if self.positional:
            return tuple([plain(row[name]) if plain else row[name] for name, plain in self.names])
        return {name: plain(row[name]) if plain else row[name] for name, plain in self.names}


def _plain(column_type: TypeEngine[Any], dialect: Dialect) -> _Plain:
    """What turns a value into what the driver takes; None where that is the value itself."""
    return column_type.dialect_impl(dialect).bind_processor(dialect)
