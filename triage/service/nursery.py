"""The process in which readers are born: it has loaded what they need, and forks one whenever the daemon asks.

The daemon cannot fork them itself: its memory holds passwords, and a lock that another of its threads holds would stay
locked in the child. This process has one thread and a clean environment, and never sees a byte of mail: it hands the
pipes on to the reader, keeps none, and tells the daemon of the reader's number and of its end. Only it buries readers,
so that a number which it is told to kill is never a stranger's. It dies with the daemon, and they with it.

The price: all readers of one nursery share the layout of their address space and the seed of their hashes. Whoever
takes over one by a message could learn from it what the next, attacked anew, looks like. It would gain what it has.
"""

import errno
import os
import select
import signal
import socket
from contextlib import suppress
from pathlib import Path

from triage.service.walls import bind_to_parent
from triage.service.wire import BIRTH, LENGTH, NEWS, ORDER, Said, encode

Pipes = tuple[int, int]
"""Where a reader's jobs come from, and where its answers go."""

_PIPES_OF_ONE = 3
_FIRST_OTHER = 3
"""Behind the three standard descriptors."""


class Nursery:
    """This process, which was started with the daemon's socket as its standard input."""

    def __init__(self) -> None:
        bind_to_parent()
        self._daemon = socket.socket(fileno=os.dup(0))
        null = os.open(os.devnull, os.O_RDWR)
        for standard in range(_FIRST_OTHER):
            os.dup2(null, standard)  # a library may print or read; a traceback may quote the message
        os.close(null)
        self._living: dict[int, int] = {}

    def hear(self) -> bytes | None:
        """The one frame that comes before any order; None where the daemon has let go."""
        head = self._daemon.recv(LENGTH.size, socket.MSG_WAITALL)
        if not head:
            return None
        (length,) = LENGTH.unpack(head)
        return self._daemon.recv(length, socket.MSG_WAITALL)

    def say(self, said: Said) -> None:
        """Tell the daemon."""
        self._daemon.sendall(encode(said))

    def tend(self) -> Pipes | None:
        """Fork and kill as the daemon says, and bury who has ended.

        Returns in each reader, with its pipes; here, with None, when the daemon has let go.
        """
        bell = _rung_for_deaths()
        poll = select.poll()
        poll.register(self._daemon, select.POLLIN)
        poll.register(bell, select.POLLIN)
        while True:
            heard = [fd for fd, _ in poll.poll()]
            if bell in heard:
                os.read(bell, select.PIPE_BUF)
                self._bury()
            if self._daemon.fileno() in heard:
                order, pipes, *_ = socket.recv_fds(self._daemon, ORDER.size, _PIPES_OF_ONE)
                if not order:
                    return None
                (pid,) = ORDER.unpack(order)
                if pid != BIRTH:
                    self._kill(pid)
                elif born := self._bear(*pipes):
                    return born

    def _bear(self, jobs: int, answers: int, life: int) -> Pipes | None:
        """The pipes in the child, None here. The daemon hears the child's number, or an error's below zero."""
        nursery = os.getpid()
        try:
            pid = os.fork()
        except OSError as failure:
            pid = -(failure.errno or errno.EAGAIN)
        if pid == 0:
            return self._leave(nursery, jobs, answers)
        os.close(jobs)
        os.close(answers)
        _tell(life, pid)
        if pid > 0:
            self._living[pid] = life
        else:
            os.close(life)
        return None

    def _leave(self, nursery: int, jobs: int, answers: int) -> Pipes:
        """In a child just born: nothing is kept of the nursery but what it has loaded."""
        bind_to_parent()
        if os.getppid() != nursery:  # it died before we were bound to it
            os._exit(1)
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._daemon.detach()
        for held in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
            if held >= _FIRST_OTHER and held not in (jobs, answers):
                with suppress(OSError):  # the one by which they were listed
                    os.close(held)
        return jobs, answers

    def _bury(self) -> None:
        for pid, life in list(self._living.items()):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                self._kill(pid)  # with anything that it may have started, while the number is still its own
                _, status = os.waitpid(pid, 0)
                _tell(life, os.waitstatus_to_exitcode(status))
                os.close(life)
                del self._living[pid]

    def _kill(self, pid: int) -> None:
        if pid in self._living:
            os.kill(pid, signal.SIGKILL)
            with suppress(ProcessLookupError):  # it has not come to its setsid
                os.killpg(pid, signal.SIGKILL)


def _rung_for_deaths() -> int:
    """A descriptor that can be read after a child has ended."""
    bell, ringer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # where it is ignored, nothing rings
    signal.set_wakeup_fd(ringer, warn_on_full_buffer=False)
    return bell


def _tell(life: int, news: int) -> None:
    with suppress(BrokenPipeError):  # nobody waits for it any more
        os.write(life, NEWS.pack(news))
