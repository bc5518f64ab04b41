"""Exit statuses of the contract, and the one way in which a command ends badly: a line, never a traceback."""

import sys
from collections.abc import Iterable
from typing import NoReturn

import typer

FINE, WRONG, USAGE, UNREACHABLE = 0, 1, 2, 75
TRY_LATER = UNREACHABLE  # one status: EX_TEMPFAIL of sysexits.h


def fail(lines: Iterable[str], status: int) -> NoReturn:
    """Print each line to stderr and end with `status`."""
    for line in lines:
        print(f"triage: {line}", file=sys.stderr)
    raise typer.Exit(status)
