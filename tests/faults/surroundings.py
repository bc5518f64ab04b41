"""Faults of everything else: the relay, the database, the disk, the clock, a second daemon."""

import contextlib
import os
import signal
import sqlite3
import subprocess
import time
from datetime import timedelta
from pathlib import Path

from tests.faults.disk import fill
from tests.faults.harm import LIMIT, Act, Fault, logged
from tests.faults.stage import Daemon, Stage
from tests.servers.smtp import Answer

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


def twin(stage: Stage) -> None:
    """A second daemon on the same state directory: it must refuse, with exit 2, and disturb nothing."""
    stage.start()
    stage.pump(2.0, lambda: logged(stage.program.log, "ready"))
    stage.pump(1.0)
    second = subprocess.Popen(stage.program.command("run"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stage.pump(40.0, lambda: second.poll() is not None)
    if second.poll() != 2:
        stage.notes.append(f"the second daemon: exit {second.poll()}")
    second.kill()
    second.wait()


def overtaken(stage: Stage) -> None:
    """Another daemon, with another state directory, on the same database; the first is stopped in mid-sending until
    its lease is over, and wakes up after the second has taken the duty."""
    phase = stage.chance.choice(["mail", "data", "final"])
    stopped: list[int] = []

    def watcher(said: str) -> Answer | None:
        if said == phase and not stopped and stage.program.process:
            _stop_outside_of_transactions(stage, stage.program.process.pid)
            stopped.append(stage.program.process.pid)
        return None

    stage.sink.watcher = watcher
    stage.start()
    if not stage.pump(LIMIT, lambda: stopped):
        return
    stage.sink.watcher = None
    stage.later(timedelta(hours=1))
    other = Daemon(stage.program.folder / "other", stage.imap, stage.sink, dict(stage.program.sections))
    other.set(database={"url": f"sqlite:///{stage.program.folder / 'triage.db'}"})
    other.launch()
    stage.pump(LIMIT, lambda: stage.number("select count(*) from outbox where reason = 'interrupted'"))
    os.kill(stopped[0], signal.SIGCONT)
    stage.pump(3.0)
    if other.stop():
        stage.notes.append("the second daemon did not end in order")


def _stop_outside_of_transactions(stage: Stage, pid: int) -> None:
    """SIGSTOP; a process that is stopped within a transaction would lock out everybody, its successor too."""
    for _ in range(50):
        os.kill(pid, signal.SIGSTOP)
        with contextlib.suppress(sqlite3.OperationalError), stage.held("begin exclusive", patience=0):
            return
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.02)
    os.kill(pid, signal.SIGSTOP)


def smtp_says(*answers: tuple[str, Answer]) -> Act:
    """The relay answers so, some times."""

    def act(stage: Stage) -> None:
        phase, answer = stage.chance.choice(answers)
        stage.sink.answer(phase, *(answer for _ in range(stage.chance.randint(1, 2))))
        stage.start()
        stage.pump(5.0)

    return act


def greylisted(stage: Stage) -> None:
    """450 to each recipient seen for the first time."""
    stage.sink.greylist = 3.0
    stage.start()
    stage.pump(5.0)
    stage.sink.greylist = 0.0


def smtp_gone(stage: Stage) -> None:
    """Nobody listens there; then somebody does, and cuts all connections once more."""
    stage.sink.stop()
    stage.start()
    stage.pump(4.0)
    stage.sink.start()
    stage.pump(1.0)
    stage.sink.cut()


def locked(stage: Stage) -> None:
    """Another program holds the database, now and then for longer than our patience."""
    stage.start()
    stage.pump(stage.chance.uniform(0.5, 3.0))
    with contextlib.suppress(Exception), stage.held("begin immediate"):
        stage.pump(stage.chance.choice([0.3, 1.0, 2.0, 17.0]))
    stage.pump(2.0)


def disk_full(stage: Stage) -> None:
    """The disk fills up under the daemon, to the last byte or nearly so. Then there is room."""
    stage.start()
    stage.pump(stage.chance.uniform(0.5, 3.0))
    ballast = fill(stage.program.folder, stage.chance.choice([0, 0, 20_000, 200_000, 6 << 20]))
    stage.pump(stage.chance.uniform(2.0, 9.0))
    if not stage.alive():
        stage.notes.append("the daemon ended on a full disk")
    ballast.unlink()
    stage.pump(2.0)


def clock(stage: Stage) -> None:
    """The wall clock jumps under the running daemon: days on, hours back."""
    told = stage.program.folder / "clock"
    told.write_text("+0")
    stage.program.environment = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(told),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    stage.start()
    stage.program.environment = {}
    for _ in range(3):
        stage.pump(stage.chance.uniform(1.0, 2.5))
        told.write_text(stage.chance.choice(["+26h", "-3h", "+10m", "-30d", "+0"]))
    told.write_text("+0")
    stage.pump(1.0)


SURROUNDINGS: dict[str, Fault] = {
    "second daemon": Fault(twin, rounds=(1, 1)),
    "lease overtaken": Fault(overtaken, rounds=(1, 1)),
    "SMTP 4xx": Fault(
        smtp_says(*((phase, Answer("451 4.3.0 not now")) for phase in ("mail", "rcpt", "data", "final")))
    ),
    "SMTP 421": Fault(smtp_says(*((phase, Answer("421 closing", drop=True)) for phase in ("connect", "mail", "rcpt")))),
    "SMTP 5xx": Fault(
        smtp_says(*((phase, Answer("554 5.7.1 no")) for phase in ("rcpt", "final"))), excused=True, rounds=(1, 1)
    ),
    "SMTP greylisting": Fault(greylisted, rounds=(1, 1)),
    "SMTP drop before the dot": Fault(smtp_says(("data", Answer("354 go on", drop=True)))),
    "SMTP drop after the dot": Fault(
        smtp_says(("final", Answer(drop=True, accept=True)), ("final", Answer(drop=True)))
    ),
    "SMTP 250 comes late": Fault(smtp_says(("final", Answer("250 at last", delay=5, accept=True)))),
    "SMTP server gone": Fault(smtp_gone, rounds=(1, 1)),
    "database locked": Fault(locked, rounds=(1, 2)),
    "disk full": Fault(disk_full, rounds=(1, 2), small=True),
    "clock jumps": Fault(clock, excused=True, rounds=(1, 1)),
}
