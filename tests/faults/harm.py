"""The faults: each is a function that starts the daemon, does its harm while life goes on, and leaves the rest to
`Stage.settle`. None needs a hook in the program: they act on what can be seen from outside."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from imapclient import IMAPClient

from tests.faults.disk import fill, mountable
from tests.faults.stage import TEAM, Daemon, Stage
from tests.servers.dovecot import PASSWORD, USER
from tests.servers.smtp import Answer
from tests.service.running import Running

Act = Callable[[Stage], None]
LIMIT = 12.0
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")


@dataclass(frozen=True, slots=True)
class Fault:
    """`act` does it. `excused`: a reply may stay away where people are shown why. `rounds`: how often in a run."""

    act: Act
    excused: bool = False
    rounds: tuple[int, int] = (1, 3)
    small: bool = False  # the database lies on a small disk


def kill_when(stage: Stage, until: Callable[[], object], wait: float = 0.0) -> None:
    """kill -9 as soon as `until` holds, `wait` seconds later; or at the limit, whatever comes."""
    stage.start()
    stage.pump(LIMIT, lambda: stage.struck.is_set() or until(), tick=0.001)
    time.sleep(wait)
    stage.strike()
    stage.bury()


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
        before = _count(stage.program.log, event)
        kill_when(stage, lambda: _count(stage.program.log, event) > before)

    return act


def _count(log: Path, event: str) -> int:
    return log.read_bytes().count(f'"event": "{event}"'.encode()) if log.exists() else 0


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
    locks: list[contextlib.AbstractContextManager[object]] = []

    def watcher(said: str) -> Answer | None:
        if said == "final" and not locks:
            locks.append(stage.held("begin immediate"))
            locks[0].__enter__()
        return None

    stage.sink.watcher = watcher
    stage.start()
    stage.pump(LIMIT, lambda: locks and len(stage.sink.accepted))
    stage.pump(0.2)
    stage.strike()
    stage.bury()
    stage.sink.watcher = None
    for lock in locks:
        lock.__exit__(None, None, None)


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


def imap_gone(stage: Stage) -> None:
    """The server dies without a word in mid-work and stays away for seconds."""
    stage.start()
    stage.pump(stage.chance.uniform(1.0, 3.0))
    stage.imap.kill()
    stage.pump(stage.chance.uniform(0.5, 4.0), lambda: False) if not stage._due else time.sleep(1)
    stage.imap.start()
    stage.pump(2.0)


def imap_bye(stage: Stage) -> None:
    """The server is restarted in order: BYE."""
    stage.start()
    stage.pump(stage.chance.uniform(1.0, 3.0))
    stage.imap.restart()
    stage.pump(1.0)


def imap_cut(stage: Stage) -> None:
    """Connections break in mid-literal, in mid-command, in mid-anything, again and again."""
    left = stage.chance.randint(2, 6)
    chance = random.Random(stage.chance.random())

    def hook(way: str, piece: bytes) -> bool:
        nonlocal left
        cut = left > 0 and (b"BODY[" in piece or chance.random() < 0.05)
        left -= cut
        return cut

    stage.proxy.hook = hook
    stage.start()
    stage.pump(6.0)
    stage.proxy.hook = None


def half_open(stage: Stage) -> None:
    """The connection stands and nothing comes through: only our own patience ends it."""
    stage.start()
    stage.pump(stage.chance.uniform(1.0, 3.0))
    stage.proxy.stall()
    stage.pump(stage.chance.uniform(1.0, 6.0))
    stage.proxy.flowing.set()
    stage.pump(1.0)


def renumbered(stage: Stage) -> None:
    """UIDVALIDITY changes: all is presented again; nothing is answered again, and new mail waits for a person."""
    stage.start()
    stage.pump(stage.chance.uniform(1.5, 4.0))
    stage.imap.change_uidvalidity(stage.chance.randint(2_000_000_000, 2_100_000_000))
    stage.pump(2.0)


def expunged(stage: Stage) -> None:
    """Somebody deletes a mail between our SEARCH and our FETCH of it."""

    def hook(way: str, piece: bytes) -> bool:
        if way == "up" and b"UID FETCH" in piece and stage.chance.random() < 0.5:
            fresh = [one for one in stage.delivered if one[0] not in stage.removed]
            if fresh:
                message_id, path = fresh[-1]
                stage.removed.add(message_id)
                stage.imap.expunge(path)
        return False

    stage.proxy.hook = hook
    stage.start()
    stage.pump(4.0)
    stage.proxy.hook = None


def people(stage: Stage) -> None:
    """Colleagues read, flag, move and delete as they please."""
    stage.start()
    deadline = time.monotonic() + 4.0
    while time.monotonic() < deadline:
        stage.pump(stage.chance.uniform(0.1, 0.6))
        _meddle(stage)


def _meddle(stage: Stage) -> None:
    with contextlib.suppress(Exception), IMAPClient("localhost", port=stage.imap.port, ssl=False, timeout=5) as box:
        box.login(USER, PASSWORD)
        box.select_folder("INBOX")
        uids = box.search()
        if not uids:
            return
        uid = stage.chance.choice(uids)
        box.add_flags([uid], [b"\\Seen", b"\\Flagged"])
        found = box.fetch([uid], ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"])[uid]
        header = next(value for key, value in found.items() if key.startswith(b"BODY"))
        away = stage.chance.random()
        if away < 0.6:
            stage.removed.add(header.decode().partition(":")[2].strip())
        if away < 0.3:
            box.move([uid], "Junk")
        elif away < 0.6:
            box.delete_messages([uid])
            box.expunge()


def twin(stage: Stage) -> None:
    """A second daemon on the same state directory: it must refuse, with exit 2, and disturb nothing."""
    stage.start()
    stage.pump(2.0, lambda: _count(stage.program.log, "ready"))
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
            stopped.append(stage.program.process.pid)
            os.kill(stopped[0], signal.SIGSTOP)
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
OTHERS: dict[str, Fault] = {
    "IMAP server killed": Fault(imap_gone),
    "IMAP server says BYE": Fault(imap_bye),
    "IMAP cut in mid-literal": Fault(imap_cut),
    "IMAP half-open": Fault(half_open),
    "UIDVALIDITY changed": Fault(renumbered, excused=True, rounds=(1, 1)),
    "expunged before FETCH": Fault(expunged),
    "people in the mailbox": Fault(people),
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
FAULTS = {**KILLS, **OTHERS}
POSSIBLE = [
    name
    for name, fault in FAULTS.items()
    if (mountable() or not fault.small) and (FAKETIME.exists() or fault.act is not clock)
]
