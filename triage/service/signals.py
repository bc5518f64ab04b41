"""What the words of the system's manager mean to us."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def signals(end: Callable[[], None], again: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT call `end`, and end the process at once when they come again; SIGHUP calls `again`."""

    def ending(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        end()

    def once_more(_number: int, _frame: FrameType | None) -> None:
        again()

    before = {number: signal.signal(number, ending) for number in (signal.SIGTERM, signal.SIGINT)}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, once_more)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
