"""One confined process seen from the daemon: its pipes, what it has said, and how it ended."""

import fcntl
import os
import select
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import triage
from triage.service.wire import Garbled, NotReady, Ready, Said, Setup, encode, take_said

_BOOT = (
    "import sys; sys.path[:0] = [path for path in sys.argv[1:] if path not in sys.path]; "
    "from triage.service.reader import main; main()"
)
COMMAND = (sys.executable, "-I", "-c", _BOOT, str(Path(triage.__file__).resolve().parent.parent))
"""Runs the reader from wherever this package is, checkout or wheel; -I keeps the user's own modules out."""

START_SECONDS = 30.0
_ENDING_SECONDS = 1.0
_STARTS = 2
_PIPE_SIZE = 1 << 20
_READ_SIZE = 1 << 18
_PIECES_AT_ONCE = 16


class Gone(Exception):  # noqa: N818 (what happened, not a mistake of the caller)
    """The process has ended, or has closed its end."""


class ReaderUnavailable(Exception):  # noqa: N818 (a state of the service, not an error of the message)
    """No confined process can be had: settings, model, machine. No message is to blame, and none was judged."""


class Child:
    """A process just started: `greet` it before the first job. Not thread-safe.

    It dies with the thread that made this object (PR_SET_PDEATHSIG counts threads), which must therefore stay.
    """

    def __init__(self, command: Sequence[str], setup: Setup) -> None:
        self._process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback may quote the message
            bufsize=0,
            cwd="/",
            env=_environment(),
            start_new_session=True,
        )
        assert self._process.stdin
        assert self._process.stdout
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._outgoing: deque[memoryview] = deque()
        self._incoming = bytearray()
        for pipe in (self._to, self._from):
            os.set_blocking(pipe, False)
            with suppress(OSError):  # over the user's share of pipe memory: the default size will do
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_SIZE)
        self.post(encode(setup))

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def greet(self) -> None:
        """Wait until it is ready. Raises ReaderUnavailable with what it said, Gone where it said nothing, Garbled."""
        deadline = monotonic() + START_SECONDS
        while monotonic() < deadline:
            for said in self.exchange(deadline - monotonic()):
                if isinstance(said, NotReady):
                    raise ReaderUnavailable(said.detail)
                if isinstance(said, Ready):
                    return
                raise Garbled("spoke before its turn")
        raise ReaderUnavailable(f"not ready after {START_SECONDS:.0f} s")

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
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDING_SECONDS)
        return self.kill()

    def kill(self) -> int:
        """End it now, with anything that it may have started; its status as Popen gives it."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        status = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        return status

    def interrupt(self) -> None:
        """Kill it from another thread than the one that uses it, which will notice."""
        self._process.kill()

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


def started(command: Sequence[str], setup: Setup, adopt: Callable[[Child], None] | None = None) -> Child:
    """A process that is ready; a second is tried where the first ends for no reason that it gives.

    `adopt` sees each as soon as it exists. Raises ReaderUnavailable, then none is left.
    """
    ended: Exception | None = None
    for _ in range(_STARTS):
        try:
            return _greeted(Child(command, setup), adopt)
        except (Gone, Garbled, OSError) as error:
            ended = error
    raise ReaderUnavailable(f"ended at its start: {type(ended).__name__} {ended}".strip())


def _greeted(child: Child, adopt: Callable[[Child], None] | None) -> Child:
    try:
        if adopt:
            adopt(child)
        child.greet()
    except BaseException:
        child.kill()
        raise
    return child


def _environment() -> dict[str, str]:
    """Nothing of ours, as it may hold secrets; one thread for numpy, which may not start others anyway."""
    fixed = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return fixed | {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
