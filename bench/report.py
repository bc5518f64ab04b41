"""The figures as a table that can be read at a glance and compared from run to run."""

from collections.abc import Iterable
from dataclasses import dataclass

_NAME, _VALUE = 34, 16


@dataclass(frozen=True, slots=True)
class Line:
    """One measured thing: its name, the figure, and what stands beside it."""

    name: str
    value: str
    beside: str = ""


def show(title: str, lines: Iterable[Line]) -> None:
    """Print a block of the table."""
    print(f"\n{title}")
    for line in lines:
        print(f"  {line.name:<{_NAME}}{line.value:>{_VALUE}}   {line.beside}".rstrip(), flush=True)
