"""One daemon at a time: a lock on a file in the state directory (RELIABILITY B18)."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK_FILE = "triage.lock"


class AlreadyRunning(Exception):  # noqa: N818 - a state of the house
    """Another daemon holds the lock."""


@contextmanager
def only_one(directory: Path) -> Iterator[None]:
    """Hold the lock of `directory`, which is made if need be; the system lets go of it when the process ends.

    Raises AlreadyRunning, or OSError where the directory cannot be used.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(directory / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise AlreadyRunning(f"outro triage já está em execução (trava em {directory / LOCK_FILE})") from held
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)
