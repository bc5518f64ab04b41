"""One confined process seen from the daemon: its pipes, what it has said, and how it ended."""

import fcntl
import os
import select
import signal
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

from triage.service.wire import NEWS, Garbled, NotReady, Ready, Said, take_said

if TYPE_CHECKING:
    from triage.service.brood import Brood

_GREETING_SECONDS = 30.0
_ENDING_SECONDS = 1.0
_BURIAL_SECONDS = 10.0
_LOOK_SECONDS = 0.001
_KILLED = -int(signal.SIGKILL)
_PIPE_SIZE = 1 << 20
_READ_SIZE = 1 << 18
_PIECES_AT_ONCE = 16


class Gone(Exception):  # noqa: N818 (what happened, not a mistake of the caller)
    """The process has ended, or has closed its end."""


class ReaderUnavailable(Exception):  # noqa: N818 (a state of the service, not an error of the message)
    """No confined process can be had: settings, model, machine. No message is to blame, and none was judged."""


class Child:
    """A reader just born: `greet` it before the first job. Not thread-safe, but for `interrupt`.

    `pipes` are ours from here on: for its jobs, for its answers, and for the news of its end from the nursery.
    """

    def __init__(self, brood: "Brood", pid: int, pipes: tuple[int, int, int]) -> None:
        self.setup = brood.setup
        self.pid = pid
        self._brood = brood
        self._to, self._from, self._life = pipes
        self._status: int | None = None
        self._orphaned = self._buried = False
        self._outgoing: deque[memoryview] = deque()
        self._incoming = bytearray()
        for pipe in (self._to, self._from):
            os.set_blocking(pipe, False)
            with suppress(OSError):  # over the user's share of pipe memory: the default size will do
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)

    def alive(self) -> bool:
        """Whether the process still runs."""
        return not self._has_ended(0.0)

    def greet(self) -> None:
        """Wait until it is ready. Raises ReaderUnavailable with what it said, Gone where it said nothing, Garbled."""
        deadline = monotonic() + _GREETING_SECONDS
        while monotonic() < deadline:
            for said in self.exchange(deadline - monotonic()):
                understand(said)
                return
        raise Gone("not ready")

    def post(self, *pieces: bytes) -> None:
        """Queue bytes for the child; they leave during `exchange`."""
        # An empty piece would never be written away, and nothing behind it either.
        self._outgoing.extend(memoryview(piece) for piece in pieces if piece)

    def exchange(self, seconds: float, pause: float = 0.0) -> Iterator[Said]:
        """Move bytes both ways, waiting at most `seconds` for some to move; then what the child has said.

        Looks for what it says only after `pause`, unless it is still being told. Raises Gone after its last word. The
        iterator must be used up, and raises Garbled.
        """
        self._write()
        if pause and not self._outgoing:
            sleep(pause)
        poll = select.poll()
        poll.register(self._from, select.POLLIN)
        if self._outgoing:
            poll.register(self._to, select.POLLOUT)
        for pipe, _ in poll.poll(max(0.0, seconds) * 1000):
            if pipe == self._from:
                self._read()
            else:
                self._write()
        return take_said(self._incoming)

    def end(self) -> int:
        """Wait a moment for it to end by itself, kill what is left of it, and give its status as Popen does."""
        self._has_ended(_ENDING_SECONDS)
        return self.kill()

    def kill(self) -> int:
        """End it now, with anything that it may have started; its status as Popen gives it."""
        if not self._has_ended(0.0):
            self.interrupt()
            if not self._has_ended(_BURIAL_SECONDS):
                self._orphaned, self._status = True, _KILLED
        if not self._buried:
            self._buried = True
            if self._orphaned:
                self._brood.kill()
                _bury_adopted(self.pid)
            close(self._to, self._from, self._life)
            self._brood.release()
        assert self._status is not None
        return self._status

    def interrupt(self) -> None:
        """Kill it from another thread than the one that uses it, which will notice."""
        self._brood.end(self.pid)

    def _has_ended(self, seconds: float) -> bool:
        """Whether it has, or does within `seconds`."""
        if self._status is None:
            try:
                self._status = read_news(self._life, seconds)
            except Gone:
                self._orphaned, self._status = True, _KILLED  # its nursery has ended, which is its death
        return self._status is not None

    def _write(self) -> None:
        try:
            while self._outgoing:
                self._drop(os.writev(self._to, list(self._outgoing)[:_PIECES_AT_ONCE]))
        except BlockingIOError:
            return
        except BrokenPipeError:
            self._outgoing.clear()  # it has ended; its last words may still be in the other pipe

    def _drop(self, written: int) -> None:
        while written:
            piece = self._outgoing.popleft()
            if len(piece) > written:
                self._outgoing.appendleft(piece[written:])
                return
            written -= len(piece)

    def _read(self) -> None:
        data = os.read(self._from, _READ_SIZE)
        if not data:
            raise Gone
        self._incoming += data


def greeted(child: Child, adopt: Callable[[Child], None] | None = None) -> Child:
    """The child, once it is ready; `adopt` sees it before. None is left where this raises what `greet` or it raises."""
    try:
        if adopt:
            adopt(child)
        child.greet()
    except BaseException:
        child.kill()
        raise
    return child


def understand(greeting: Said) -> None:
    """Go on where it says that it is ready. Raises ReaderUnavailable, Garbled."""
    if isinstance(greeting, NotReady):
        raise ReaderUnavailable(greeting.detail)
    if not isinstance(greeting, Ready):
        raise Garbled("spoke before its turn")


def read_news(life: int, seconds: float) -> int | None:
    """The next that a nursery tells of a reader; None where nothing comes in time. Raises Gone where nothing will."""
    poll = select.poll()
    poll.register(life, select.POLLIN)
    if not poll.poll(seconds * 1000):
        return None
    news = os.read(life, NEWS.size)
    if not news:
        raise Gone
    return int(NEWS.unpack(news)[0])


def _bury_adopted(pid: int) -> None:
    """Bury a reader that has outlived its nursery by a moment, where the kernel made us its heir: we may be the first
    process of a container, in which nobody else would ever do it. Its number is its own until then."""
    deadline = monotonic() + _ENDING_SECONDS
    with suppress(ChildProcessError):  # the usual case: it has another heir
        while not os.waitpid(pid, os.WNOHANG)[0] and monotonic() < deadline:
            sleep(_LOOK_SECONDS)


def close(*descriptors: int) -> None:
    """Close them all."""
    for descriptor in descriptors:
        os.close(descriptor)
