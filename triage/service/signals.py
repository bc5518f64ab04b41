"""What the words of the system's manager mean to us.

A handler runs in the main thread, between any two of its steps: where it set an event at which that thread is about to
wait, it would find the event's lock taken, by the thread that it has interrupted, and both would stand for ever. So it
does nothing but put the word into a queue made for that; a thread acts upon it.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType


@contextmanager
def signals(end: Callable[[], None], again: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT call `end`, and end the process at once when they come again; SIGHUP calls `again`.

    They are called from another thread.
    """
    words: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    def ending(_number: int, _frame: FrameType | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        words.put(end)

    def once_more(_number: int, _frame: FrameType | None) -> None:
        words.put(again)

    threading.Thread(target=_heed, args=(words,), name="signals", daemon=True).start()
    before = {number: signal.signal(number, ending) for number in (signal.SIGTERM, signal.SIGINT)}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, once_more)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        words.put(None)


def _heed(words: "SimpleQueue[Callable[[], None] | None]") -> None:
    while act := words.get():
        act()
