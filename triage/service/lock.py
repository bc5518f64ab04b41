"""One daemon at a time: a lock on a file in the state directory (RELIABILITY B18)."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = "triage.lock"
PASSING = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class AlreadyRunning(Exception):  # noqa: N818 - a state of the house
    """Another daemon holds the lock."""


class LockRefused(Exception):  # noqa: N818 - an answer to whoever asks for the lock
    """The state directory cannot be used; the message says why, in one line of Portuguese."""


class LockUnavailable(LockRefused):
    """It cannot be used now, and may be in a while: a disk that is full or fails, a machine short of handles."""


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold the lock of `directory`, which is made if need be; the system lets go of it when the process ends.

    Raises AlreadyRunning, LockRefused.
    """
    handle = _opened(directory)
    try:
        if not _locked(handle):
            raise AlreadyRunning(f"outro triage já está em execução (trava em {directory / LOCK_FILE})")
        yield
    finally:
        os.close(handle)


def is_held(directory: Path) -> bool:
    """Whether a daemon runs on `directory` now."""
    try:
        handle = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not _locked(handle)
    finally:
        os.close(handle)


def _opened(directory: Path) -> int:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        return os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as failure:
        refusal = LockUnavailable if failure.errno in PASSING else LockRefused
        raise refusal(f"state.directory: {directory} não pode ser usado: {failure.strerror}") from failure


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
