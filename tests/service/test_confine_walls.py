"""What a reader can no longer do once it reads mail, and that nothing of it is left behind."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.service.orders import COMMAND, ROOT, judged, pool, told
from tests.service.processes import children, running, status, until
from triage.core.policy import Policy
from triage.service.confine import Pool
from triage.service.reader import SAMPLE

PARENT = """
import sys
sys.path.insert(0, sys.argv[1])
from triage.core.policy import Policy
from triage.service.confine import Pool
readers = Pool(Policy(), size=1, seconds=float(sys.argv[2]), command=sys.argv[3:])
print(readers.judge_one(b"pid").message.message_id, flush=True)
readers.judge_one(sys.stdin.readline().strip().encode())
sys.stdin.readline()
"""
LOADED = """
import sys
sys.path.insert(0, sys.argv[1])
from triage.core.policy import Policy
from triage.paths import config_dir
from triage.service.reader import prepare
from triage.service.wire import Setup
prepare(Setup(Policy(), str(config_dir()), None, 1, 1.0))
print(*sys.modules)
"""


def test_it_holds_its_two_pipes_and_the_null_device_only():
    secret = os.open(__file__, os.O_RDONLY)
    os.set_inheritable(secret, True)
    try:
        with pool() as readers:
            held = told(readers.judge_one(b"descriptors")).split()
    finally:
        os.close(secret)
    assert held == ["/dev/null", "/dev/null", "/dev/null", "pipe", "pipe"]


def test_its_environment_holds_nothing_of_ours(monkeypatch):
    monkeypatch.setenv("TRIAGE_MAILBOX__PASSWORD", "segredo")
    with pool() as readers:
        names = set(told(readers.judge_one(b"environment")).split())
    assert names <= {"LC_ALL", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "LD_LIBRARY_PATH"}


def test_it_can_write_no_file(tmp_path):
    with pool() as readers:
        assert told(readers.judge_one(b"write " + bytes(tmp_path / "stolen"))) == "failed"
    assert not (tmp_path / "stolen").exists() or (tmp_path / "stolen").stat().st_size == 0


def test_its_limits_are_hard():
    """No core, no file, no process, few descriptors; and the address space as told, so that 512 MB are not 24 GB."""
    with pool() as readers:
        assert told(readers.judge_one(b"limits")) == "0 0 0 64"
        assert told(readers.judge_one(b"memory")) == "out-of-memory"


def test_it_gains_nothing_by_exec_and_leaves_no_core():
    with pool() as readers:
        assert told(readers.judge_one(b"status NoNewPrivs:")) == "1"
        assert told(readers.judge_one(b"core")) == "0"


def test_it_ends_by_itself_where_the_parent_does_not_watch_the_clock():
    """The CPU limit is the second guard; here the first, the daemon's own clock, is stopped."""
    with _daemon(b"loop", seconds=1.0) as daemon:
        os.kill(daemon.pid, signal.SIGSTOP)
        until(lambda: not running(daemon.reader), 20.0)
        os.kill(daemon.pid, signal.SIGCONT)


@pytest.mark.parametrize("order", [b"loop", b"ok"])
def test_it_dies_with_its_parent(order: bytes):
    """Whether it is at work or waits for work."""
    with _daemon(order, seconds=60.0) as daemon:
        (nursery,) = children(daemon.pid)
        assert running(daemon.reader)
        os.kill(daemon.pid, signal.SIGKILL)
        until(lambda: not running(daemon.reader) and not running(nursery), 5.0)


def test_it_dies_with_its_parent_even_if_the_process_between_them_is_stopped():
    with _daemon(b"loop", seconds=60.0) as daemon:
        (nursery,) = children(daemon.pid)
        os.kill(nursery, signal.SIGSTOP)
        os.kill(daemon.pid, signal.SIGKILL)
        until(lambda: not running(daemon.reader) and not running(nursery), 5.0)


@pytest.mark.parametrize("seed", range(3))
def test_a_parent_killed_at_any_moment_leaves_nobody_behind(seed: int, tmp_path: Path):
    """While the nursery is started, loads, bears, while a reader is killed by its message and another born."""
    dice = random.Random(seed)
    for _ in range(6):
        command = [sys.executable, "-c", PARENT, ROOT, "60.0", *COMMAND, str(tmp_path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
            process.stdin.write(b"exit 1\n")
            process.stdin.flush()
            time.sleep(dice.uniform(0.15, 0.6))
            process.kill()
        until(lambda: not _named(str(tmp_path)), 5.0)


def test_fifty_replacements_leak_no_descriptor_and_no_process():
    with pool() as readers:
        pids = {int(told(readers.judge_one(b"pid")))}
        before = _descriptors()
        for _ in range(50):
            readers.judge_one(b"exit 1")
            pids.add(int(told(readers.judge_one(b"pid"))))
        assert len(pids) == 51
        assert _descriptors() == before
        assert [pid for pid in pids if running(pid)] == [int(told(readers.judge_one(b"pid")))]
    assert _descriptors() == before - 4, "three pipes of the reader, and its nursery's socket"
    assert not any(map(running, pids))


def test_the_real_reader_is_small_and_starts_at_once():
    """PERFORMANCE 3: the lean stack. Start generously above the aim of half a second, as machines are shared."""
    began = time.monotonic()
    with Pool(Policy(), size=1) as readers:
        readers.wait_ready()
        assert time.monotonic() - began < 5
        judged(readers.judge_one(SAMPLE))
        (nursery,) = children()
        (reader,) = children(nursery)
        assert max(status(nursery, "VmRSS"), status(reader, "VmRSS")) < 80_000


def test_the_real_reader_loads_nothing_that_it_has_no_use_for():
    loaded = subprocess.run([sys.executable, "-c", LOADED, ROOT], capture_output=True, text=True, check=True)
    unwanted = {"sklearn", "scipy", "sqlalchemy", "sqlite3", "pydantic", "ssl", "asyncio", "imapclient", "http.client"}
    assert not unwanted & set(loaded.stdout.split())


@dataclass(frozen=True)
class _Daemon:
    pid: int
    reader: int


@contextmanager
def _daemon(order: bytes, seconds: float) -> Iterator[_Daemon]:
    """Another Python with a pool of one, whose reader has just been given an order."""
    command = [sys.executable, "-c", PARENT, ROOT, str(seconds), *COMMAND]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            reader = int(process.stdout.readline())
            process.stdin.write(order + b"\n")
            process.stdin.flush()
            time.sleep(0.2)
            yield _Daemon(process.pid, reader)
        finally:
            process.kill()


def _named(word: str) -> list[str]:
    """The processes with this word on their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if word in path.read_text().split("\0"):
                found.append(path.parent.name)
    return found


def _descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
