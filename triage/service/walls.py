"""What a process gives up before it reads mail: gaining by exec, leaving its memory behind, outliving its parent; then
memory and processor beyond its share, writing files, new processes. It keeps the network and read access to files:
those are for the unit to deny (RestrictAddressFamilies, ProtectSystem, InaccessiblePaths).
"""

import ctypes
import os
import resource
import signal
import sys
import time

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_MAX_FILES = 64
_PAGE = resource.getpagesize()
_ADDRESS_SPACE, _RESIDENT = 0, 1
_LONGEST_STATM = 256


def bind_to_parent() -> None:
    """Die with the parent, gain nothing by exec, and leave no image of memory, not even to a piped core handler.

    A fork inherits all of it but the first, and must be bound again.
    """
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for option, value in ((_PR_SET_PDEATHSIG, signal.SIGKILL), (_PR_SET_NO_NEW_PRIVS, 1), (_PR_SET_DUMPABLE, 0)):
        if prctl(option, int(value), 0, 0, 0):
            raise OSError(ctypes.get_errno(), f"prctl({option})")
    _cap(resource.RLIMIT_CORE, 0)
    for word in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(word, signal.SIG_IGN)  # systemd sends them to the whole unit; it is the daemon that ends us


def confine(memory: int) -> None:
    """From here on: `memory` bytes of address space more, no file written, no process or thread begun."""
    sys.dont_write_bytecode = True
    _cap(resource.RLIMIT_AS, _bytes_used(_ADDRESS_SPACE) + memory)
    _cap(resource.RLIMIT_FSIZE, 0)
    _cap(resource.RLIMIT_NPROC, 0)  # the kernel does not hold root to this one
    _cap(resource.RLIMIT_NOFILE, _MAX_FILES)


def allow_cpu(seconds: float) -> None:
    """As long as the daemon would wait, and a little: a second guard should the daemon itself be stopped."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 2, hard))


def resident() -> int:
    """Bytes of memory that this process holds."""
    return _bytes_used(_RESIDENT)


def _cap(limit: int, value: int) -> None:
    _, hard = resource.getrlimit(limit)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def _bytes_used(column: int) -> int:
    """Of /proc/self/statm (proc(5)): address space, or resident memory."""
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    try:
        return int(os.read(statm, _LONGEST_STATM).split()[column]) * _PAGE
    finally:
        os.close(statm)
