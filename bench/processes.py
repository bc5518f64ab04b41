"""The daemon as a process, and how much memory it and its children take."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from triage.mail.wire import Endpoint

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Memory:
    """The peak of all processes together, in MB, by two measures: resident, and proportional (shared pages once)."""

    resident: float = 0.0
    proportional: float = 0.0
    samples: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, and of the processor in all processes together."""

    wall: float
    cpu: float


def settings(folder: Path, imap: Endpoint, smtp_port: int, mode: str) -> Path:
    """A settings file for a run in `folder`."""
    path = folder / "triage.toml"
    path.write_text(
        f"""
[mailbox]
host = "localhost"
port = {imap.port}
security = "none"
username = "{imap.username}"
password = "{imap.password}"

[smtp]
host = "localhost"
port = {smtp_port}
security = "none"
sender = "SEGER Telefonia <telefonia@seger.es.gov.br>"

[database]
url = "sqlite:///{folder / "triage.db"}"

[state]
directory = "{folder}"

[policy]
mode = "{mode}"

[limits]
per_sender_day = 100000
per_domain_day = 100000
breaker = 100000

[trust]
authserv_ids = ["mx.es.gov.br"]
""",
        encoding="utf-8",
    )
    return path


def run_once(config: Path, memory: Memory | None = None) -> Cost:
    """`triage run --once` from start to end. `memory`, where given, is measured: that takes a share of the machine."""
    begun = time.perf_counter()
    with (config.parent / "once.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "triage", "run", "--once", "--config", config], stderr=log)
        if memory:
            threading.Thread(target=_watch, args=(process.pid, memory), daemon=True).start()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError((config.parent / "once.log").read_text(encoding="utf-8")[-2000:])
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime)


@contextlib.contextmanager
def daemon(config: Path) -> Iterator[tuple[float, int]]:
    """The running daemon; yields the seconds from start to ready, and its process id."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(f"{folder}/notify")
        notify.settimeout(30)
        environment = {**os.environ, "NOTIFY_SOCKET": f"{folder}/notify"}
        begun = time.perf_counter()
        with (config.parent / "daemon.log").open("wb") as log:
            command = [sys.executable, "-m", "triage", "run", "--config", config]
            process = subprocess.Popen(command, stderr=log, env=environment)
        try:
            while b"READY=1" not in notify.recv(4096):
                pass
            yield time.perf_counter() - begun, process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)


def _watch(pid: int, memory: Memory) -> None:
    while Path(f"/proc/{pid}").exists():
        resident, proportional = measure(pid)
        memory.resident = max(memory.resident, resident)
        memory.proportional = max(memory.proportional, proportional)
        memory.samples.append(proportional)
        time.sleep(0.25)


def measure(pid: int) -> tuple[float, float]:
    """Resident and proportional set size of `pid` and all below it, in MB."""
    resident = proportional = 0.0
    for one in _family(pid):
        with contextlib.suppress(OSError, ValueError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii").splitlines()
            sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:] if "kB" in line}
            resident += sizes["Rss"] / 1024
            proportional += sizes["Pss"] / 1024
    return resident, proportional


def _family(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        tasks = Path(f"/proc/{pid}/task").iterdir()
        of_threads = [child for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]
        below = {int(child) for child in (*children, *of_threads)}
        return [pid, *(member for child in below for member in _family(child))]
    return [pid]
