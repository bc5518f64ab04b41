"""Logging: readable on a terminal, JSON lines otherwise; ids and our own words, never those of a message (F8)."""

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


@contextmanager
def _without(package: str) -> Iterator[None]:
    """Nothing that is imported here finds this package."""
    absent: dict[str, Any] = {package: None}
    present = {package: sys.modules[package]} if package in sys.modules else {}
    sys.modules.update(absent)
    try:
        yield
    finally:
        del sys.modules[package]
        sys.modules.update(present)


with _without("rich"):  # structlog would draw tracebacks with it; ours are of places alone, and loading it takes 40 ms
    import structlog
    from structlog.typing import EventDict, Processor

MAX_FRAMES = 30
_WHOLE_LINES = threading.Lock()


def configure(*, verbose: bool = False) -> None:
    """Log to stderr from now on. To be called once, by the command that runs the daemon."""
    terminal = sys.stderr.isatty()
    renderer: Processor = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _where_it_broke,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.INFO),
        logger_factory=lambda *_: _Lines(),
    )


class _Lines:
    """Lines on stderr as it is now. Where they cannot be written (a full disk, a reader that is gone) the work goes on
    without them: a loop that is told of trouble must not end by telling it (C12)."""

    def msg(self, message: str) -> None:
        """One line."""
        with _WHOLE_LINES, suppress(OSError, ValueError):
            sys.stderr.write(message + "\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg


def _where_it_broke(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """An exception as its classes and places. Its words and the values of variables may hold mail and passwords."""
    if event.pop("exc_info", None):
        error = sys.exc_info()[1]
        event["exception"] = [_outline(one) for one in _chain(error)]
    return event


def _chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain


def _outline(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-MAX_FRAMES:]
    places = " > ".join(f"{frame.filename.rpartition('/triage/')[2]}:{frame.lineno} {frame.name}" for frame in frames)
    return f"{type(error).__name__} at {places}"
