"""kill -9 at each point of RELIABILITY C8 that this program has, and at random moments.

K2 does not exist (the bytes lie in the database, not in a file), nor does moving or deleting on the server (K10, K11):
in their places stand the moments after the outbox's commit and after the APPEND of a draft.
"""

import contextlib
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator

from tests.faults.harm import LIMIT, Act, Fault, kill_when, logged
from tests.faults.stage import TEAM, Stage
from tests.servers.smtp import Answer
from tests.service.running import Running


def at_random(stage: Stage) -> None:
    """Any moment of the first seconds."""
    stage.start()
    stage.pump(stage.chance.uniform(0.2, 4.0))
    stage.strike()
    stage.bury()


def after_fetch(stage: Stage) -> None:
    """K1: the bytes have crossed the wire, nothing is written."""

    def hook(way: str, piece: bytes) -> bool:
        if way == "down" and b"BODY[" in piece:
            stage.strike()
        return stage.struck.is_set()

    stage.proxy.hook = hook
    kill_when(stage, lambda: False)
    stage.proxy.hook = None


def on_log(event: str) -> Act:
    """At a line of the log, hence right after what it tells."""

    def act(stage: Stage) -> None:
        before = logged(stage.program.log, event)
        kill_when(stage, lambda: logged(stage.program.log, event) > before)

    return act


def while_read(stage: Stage) -> None:
    """K4: the attempt is counted, and a reader has the bytes."""
    query = "select count(*) from ledger where state = 'new' and attempts > 0"
    kill_when(stage, lambda: stage.number(query))


def before_commit(query: str) -> Act:
    """K5: decided and written, and a reader of the database keeps the commit from happening."""

    def act(stage: Stage) -> None:
        stage.start()
        if stage.pump(LIMIT, lambda: stage.number(query), tick=0.001):
            with contextlib.suppress(Exception), stage.held("begin") as other:
                other.execute("select count(*) from ledger").fetchone()
                stage.pump(stage.chance.uniform(0.1, 0.5))
                stage.strike()
                stage.bury()
        stage.bury()

    return act


def in_smtp(phase: str, accepted: bool = False) -> Act:
    """K7, K8: in the hands of the relay; `accepted`: it keeps the mail, and nobody hears it say so."""

    def act(stage: Stage) -> None:
        wanted = stage.chance.randint(1, 2)
        seen = 0

        def watcher(said: str) -> Answer | None:
            nonlocal seen
            seen += said == phase
            if said == phase and seen >= wanted and not stage.struck.is_set():
                stage.strike()
                return Answer(accept=accepted, drop=True)
            return None

        stage.sink.watcher = watcher
        kill_when(stage, lambda: False)
        stage.sink.watcher = None

    return act


def unwritten(stage: Stage) -> None:
    """K9: the daemon has heard 250, and another program's lock keeps it from writing that down."""
    other = sqlite3.connect(
        stage.program.folder / "triage.db", isolation_level=None, timeout=5, check_same_thread=False
    )
    asked, held = threading.Event(), threading.Event()

    def watcher(said: str) -> Answer | None:
        if said == "final" and not asked.is_set():
            asked.set()
            with contextlib.suppress(sqlite3.OperationalError):
                other.execute("begin immediate")
            held.set()
        return None

    stage.sink.watcher = watcher
    stage.start()
    stage.pump(LIMIT, lambda: held.is_set() and len(stage.sink.accepted))
    stage.pump(0.2)
    stage.strike()
    stage.bury()
    stage.sink.watcher = None
    if asked.is_set():
        held.wait(LIMIT)
    other.close()


def after_append(stage: Stage) -> None:
    """K10, K11: the mailbox has the draft, the database does not know it. (Nothing is ever moved or deleted by us.)"""
    stage.program.set(policy={"items": {"1.6": "draft"}})
    armed = False

    def hook(way: str, piece: bytes) -> bool:
        nonlocal armed
        armed = armed or (way == "up" and b"APPEND" in piece)
        if armed and way == "down" and b"APPENDUID" in piece:
            stage.strike()
        return stage.struck.is_set()

    stage.proxy.hook = hook
    kill_when(stage, lambda: False)
    stage.proxy.hook = None
    stage.program.set(policy={"items": {}})


def mid_digest(stage: Stage) -> None:
    """K12: the command that sends the day's digest dies at any moment; called again, it does what is left."""
    stage.program.set(digest={"to": [TEAM]})
    stage.start()
    stage.pump(3.0, lambda: stage.sink.accepted)
    stage.program.stop()
    for seconds in (stage.chance.uniform(0.5, 2.5), 60.0):
        with _command(stage.program, "digest") as command, contextlib.suppress(subprocess.TimeoutExpired):
            stage.pump(seconds, lambda command=command: command.poll() is not None)
    stage.start()
    stage.pump(1.0)


def at_birth(stage: Stage) -> None:
    """K13: while the schema is being made."""
    (stage.program.folder / "triage.db").unlink(missing_ok=True) if not stage.delivered else None
    stage.start()
    journal = stage.program.folder / "triage.db-journal"
    if stage.chance.random() < 0.5:
        stage.pump(5.0, journal.exists, tick=0.0)
        time.sleep(stage.chance.uniform(0, 0.03))
    else:
        time.sleep(stage.chance.uniform(0.3, 2.0))
    stage.strike()
    stage.bury()


def mid_backup(stage: Stage) -> None:
    """K14: `triage backup` dies at any moment beside the working daemon; only whole copies stand in its folder."""
    folder = stage.program.folder / "copies"
    folder.mkdir(exist_ok=True)
    stage.start()
    stage.pump(LIMIT, lambda: stage.number("select count(*) from ledger"))
    for seconds in (stage.chance.uniform(0.4, 1.5), stage.chance.uniform(0.4, 1.5), 60.0):
        stage.pump(1.0)  # a copy that was done in time has the name of its second
        with _command(stage.program, "backup", str(folder)) as command:
            stage.pump(seconds, lambda command=command: command.poll() is not None)
            whole = command.poll() == 0
    if not whole:
        stage.notes.append("backup: did not succeed after broken-off ones")
    for copy in folder.iterdir():
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            if connection.execute("pragma quick_check").fetchone() != ("ok",):
                stage.notes.append(f"backup: a damaged copy {copy.name}")
    stage.strike()
    stage.bury()


@contextlib.contextmanager
def _command(program: Running, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command of the program, killed at the end if it still runs."""
    command = subprocess.Popen(program.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield command
    finally:
        command.kill()
        command.wait()


KILLS: dict[str, Fault] = {
    "random moment": Fault(at_random),
    "K1 after FETCH": Fault(after_fetch),
    "K3 after the ledger's commit": Fault(on_log("received")),
    "K4 while it is read": Fault(while_read),
    "K5 decided, not committed": Fault(
        before_commit("select count(*) from ledger where state = 'new' and attempts > 0")
    ),
    "K6 after the decision's commit": Fault(on_log("judged")),
    "K7 after MAIL FROM": Fault(in_smtp("rcpt")),
    "K8 after the dot, refused": Fault(in_smtp("final")),
    "K8 after the dot, accepted": Fault(in_smtp("final", accepted=True)),
    "K9 after 250, not written": Fault(unwritten, rounds=(1, 2)),
    "K10 after it was written": Fault(on_log("mail")),
    "K11 after APPEND": Fault(after_append, excused=True, rounds=(1, 2)),
    "K12 in the digest": Fault(mid_digest, rounds=(1, 1)),
    "K13 at the schema's birth": Fault(at_birth),
    "K14 in the backup": Fault(mid_backup, rounds=(1, 1)),
}
