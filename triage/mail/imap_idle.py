"""Waiting for mail: IDLE as a mere hint, and a bell that ends the wait at once.

IMAPClient's `idle_check` is not used: after EOF it returns at once for ever, it loses lines that arrive in two pieces,
and it does not see what came in the same segment as the continuation (RELIABILITY B5–B7). Any sign of life ends the
IDLE here, and the lines are then read by the ordinary blocking reader with its timeout, which handles all three.
"""

import contextlib
import os
import select
import socket
import time
from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from imapclient import IMAPClient

LONGEST_IDLE = 9 * 60.0  # NATs and servers forget an idle connection; RFC 2177 allows 29 minutes
GOODBYE = 2.0  # how long a server may take to let go when we are asked to stop


class Wake(StrEnum):
    """Why a wait ended: something may have changed, the time is over, or we were asked to stop."""

    HINT = "hint"
    TIME = "time"
    STOP = "stop"


class _Readable(Protocol):
    def fileno(self) -> int: ...


class Bell:
    """Wakes a waiting thread from another thread or a signal handler; stays rung until `clear`."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)

    def ring(self) -> None:
        """Wake whoever waits, now or next. Does nothing after `close`."""
        with contextlib.suppress(OSError):  # a full pipe has been heard already
            os.write(self._write, b"\0")

    def clear(self) -> None:
        """Forget all rings."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self._read, 4096):
                pass

    def fileno(self) -> int:
        """What to poll for reading."""
        return self._read

    def close(self) -> None:
        """Give the pipe back."""
        writing, self._write = self._write, -1  # a late signal must not write into a file that got the number
        os.close(writing)
        os.close(self._read)


def idle(client: IMAPClient, seconds: float, bell: Bell) -> Wake:
    """IDLE in the opened folder until the server says anything, `seconds` are over or the bell rings.

    Leaves IDLE properly each time. A dead connection raises what the reader raises.
    """
    client.idle()
    sock = client.socket()
    wake = Wake.HINT if _already_heard(client) else wait(min(seconds, LONGEST_IDLE), bell, sock)
    with _timeout(sock, GOODBYE if wake is Wake.STOP else sock.gettimeout()):
        client.idle_done()
    return wake


def wait(seconds: float, bell: Bell, other: _Readable | None = None) -> Wake:
    """Wait until `other` is readable, the bell rings or `seconds` are over; the bell comes first."""
    poller = select.poll()
    poller.register(bell, select.POLLIN)
    if other is not None:
        poller.register(other, select.POLLIN)
    ready = {descriptor for descriptor, _ in _poll(poller, seconds)}
    if bell.fileno() in ready:
        return Wake.STOP
    return Wake.HINT if ready else Wake.TIME


def _poll(poller: select.poll, seconds: float) -> list[tuple[int, int]]:
    # poll() counts in whole milliseconds and may return a little early.
    deadline = time.monotonic() + seconds
    while not (ready := poller.poll(max(0.0, deadline - time.monotonic()) * 1000)):
        if time.monotonic() >= deadline:
            break
    return ready


def _already_heard(client: IMAPClient) -> bool:
    """Whether lines that came together with the continuation wait in the reader's buffer, where poll sees nothing."""
    peek = getattr(getattr(client._imap, "file", None), "peek", None)
    if peek is None:  # imaplib's own business: without it the hint comes with the next re-scan
        return False
    with _timeout(client.socket(), 0):
        try:
            return bool(peek(1))
        except OSError:  # nothing there yet; if the connection died, the poll that follows says so
            return False


@contextlib.contextmanager
def _timeout(sock: socket.socket, seconds: float | None) -> Iterator[None]:
    usual = sock.gettimeout()
    sock.settimeout(seconds)
    try:
        yield
    finally:
        sock.settimeout(usual)
