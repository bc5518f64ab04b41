"""Processes as the kernel shows them (proc(5))."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def stat(pid: int) -> list[str]:
    """State, parent, group, session and the rest; nothing where there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def running(pid: int) -> bool:
    """Whether it is there, and not just waiting to be buried."""
    return bool(stat(pid)) and stat(pid)[0] not in "ZX"


def children(parent: int | None = None) -> list[int]:
    """Those of `parent` (default: of ours) that run."""
    told = str(parent or os.getpid())
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in pids if stat(pid)[1:2] == [told] and running(pid)]


def status(pid: int, name: str) -> int:
    """The number on a line of its status; 0 of the memory of a process that is on its way out and holds none."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
