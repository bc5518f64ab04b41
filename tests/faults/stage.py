"""The stage of one fault run: servers, the daemon, people who write and answer, and time that can be let pass."""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select, update

from tests.faults.proxy import Proxy
from tests.faults.sink import Sink
from tests.faults.stories import KINDS, Story, address, story
from tests.servers.dovecot import Dovecot
from tests.service.running import Running, empty, letter
from triage.store.engine import open_store, write
from triage.store.rows import LEASE, OUTBOX

CARRIER = "longa.distancia@carrier.example"
TEAM = "equipe@seger.es.gov.br"
PATIENCE = 90.0
TICK = 0.005
OPEN_STATES = "('queued', 'leased', 'retry', 'ambiguous')"
UNSETTLED = f"state in {OPEN_STATES} and reason != 'resent-in-doubt'"
SECTIONS: dict[str, dict[str, object]] = {
    "policy": {"mode": "send", "answer_since": "2020-01-01"},
    "limits": {"per_sender_day": 1000, "per_domain_day": 1000, "per_case": 1000, "breaker": 1000},
    "timeouts": {"rescan": 1, "imap_connect": 3, "imap_read": 3, "smtp_connect": 3, "smtp_reply": 3, "smtp_final": 3},
}


@dataclass
class Daemon(Running):
    """The program, with an environment that a fault may change, and words that may stand before its command."""

    environment: dict[str, str] = field(default_factory=dict)
    prefix: list[str] = field(default_factory=list)

    def launch(self) -> None:
        """Start it, without waiting for it."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, *self.command("run")], stderr=log, stdout=log, env={**os.environ, **self.environment}
            )


@dataclass
class Stage:
    """One run's surroundings. `pump` lets life go on: mail comes, people answer."""

    program: Daemon
    imap: Dovecot
    proxy: Proxy
    sink: Sink
    chance: random.Random
    stories: list[Story] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)  # Message-IDs of mails that people took out of the inbox
    delivered: list[tuple[str, Path]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    carrier_sends: bool = True
    _due: list[tuple[float, str, bytes]] = field(default_factory=list)
    _heard: int = 0
    _numbers: set[int] = field(default_factory=set)
    _answered: set[str] = field(default_factory=set)
    struck: threading.Event = field(default_factory=threading.Event)

    def cast(self, kinds: list[str], spread: float) -> None:
        """Have these stories happen within `spread` seconds; a story's own mails come in order."""
        for kind in kinds:
            told = story(kind, self._number_of_nobody())
            self.stories.append(told)
            moments = sorted(self.chance.uniform(0, spread) for _ in told.mails)
            ids = (*told.ids, *told.ids[:1])
            self._due += [(time.monotonic() + at, i, raw) for at, i, raw in zip(moments, ids, told.mails, strict=False)]
        self._due.sort(key=lambda due: due[0])

    def _number_of_nobody(self) -> int:
        """Of four digits; after a hundred stories a chosen one may be somebody's, and his affairs would be taken for
        one another's."""
        while (number := len(self.stories) % 100 + self.chance.randint(1, 90) * 100) in self._numbers:
            pass
        self._numbers.add(number)
        return number

    def pump(self, seconds: float, until: Callable[[], object] | None = None, tick: float = TICK) -> bool:
        """Let life go on for `seconds`, or until `until` holds: then True."""
        deadline = time.monotonic() + seconds
        while True:
            self._deliver_due()
            self._people_answer()
            if until and until():
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(tick)

    def start(self) -> None:
        """Start the daemon, without waiting for it."""
        self.struck.clear()
        self.program.launch()

    def strike(self) -> None:
        """kill -9, from whatever thread."""
        process = self.program.process
        if process is not None and not self.struck.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            self.struck.set()

    def bury(self) -> None:
        """After a strike, or in its place where it did not come: the daemon is dead and waited for."""
        self.program.kill()

    def alive(self) -> bool:
        """Whether the daemon runs."""
        return self.program.process is not None and self.program.process.poll() is None

    def number(self, query: str) -> int:
        """A count from the database, 0 where it cannot be told now; never waits for a lock, never makes the file."""
        try:
            path = self.program.folder / "triage.db"
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=0)) as connection:
                return int(connection.execute(query).fetchone()[0])
        except sqlite3.Error:
            return 0

    @contextlib.contextmanager
    def held(self, statement: str, patience: float = 5) -> Iterator[sqlite3.Connection]:
        """The database with a transaction of another program in it."""
        path = self.program.folder / "triage.db"
        with contextlib.closing(
            sqlite3.connect(path, isolation_level=None, timeout=patience, check_same_thread=False)
        ) as other:
            other.execute(statement)
            yield other

    def settle(self) -> None:
        """All well again: start the daemon, wait until nothing moves; let hours pass while something waits for them."""
        self.bury()
        self.sink.well_again()
        for _ in range(5):
            seen = self.program.logged("watching")
            self.start()
            self.pump(PATIENCE, lambda seen=seen: self.program.logged("watching") > seen or not self.alive(), tick=0.05)
            self._wait_until_quiet()
            status = self.program.stop(seconds=PATIENCE)
            if status:
                self.notes.append(f"exit status {status}")
            if not self.number(f"select count(*) from outbox where {UNSETTLED}"):
                return
            self.later(timedelta(hours=9))

    def later(self, by: timedelta) -> None:
        """Let time pass for the outbox and the lease: as if everything in them had been written earlier."""
        engine = open_store(f"sqlite:///{self.program.folder / 'triage.db'}", check=False)
        try:
            with write(engine) as connection:
                for row in connection.execute(select(OUTBOX)).all():
                    moved = {
                        name: getattr(row, name) - by
                        for name in ("not_before", "created_at", "changed_at", "sent_at")
                        if getattr(row, name) is not None
                    }
                    connection.execute(update(OUTBOX).where(OUTBOX.c.id == row.id).values(**moved))
                for row in connection.execute(select(LEASE)).all():
                    connection.execute(update(LEASE).where(LEASE.c.name == row.name).values(until=row.until - by))
        finally:
            engine.dispose()

    def resent(self) -> set[int]:
        """The outbox rows that were in doubt and sent once more."""
        keys = self.program.rows("select key from fact where key like 'resent:%'")
        return {int(str(key).partition(":")[2]) for (key,) in keys}

    def sent(self) -> list[EmailMessage]:
        """What the SMTP server has taken, parsed."""
        return [letter(accepted) for accepted in list(self.sink.accepted)]

    def _wait_until_quiet(self) -> None:
        calm = 0
        deadline = time.monotonic() + PATIENCE
        while calm < 3:
            self.pump(0.2, tick=0.05)
            calm = calm + 1 if self._quiet() else 0
            if time.monotonic() > deadline or not self.alive():
                self.notes.append("not quiet in time" if self.alive() else "the daemon ended by itself")
                return

    def _quiet(self) -> bool:
        filed = "select count(distinct message_id) from ledger where state != 'new'"
        expected = [i for i, _ in self.delivered if i not in self.removed]
        return (
            not self._due
            and self.number(filed) >= len(set(expected))
            and self.number("select count(*) from ledger") >= len(expected)  # the second copy of a mail, too
            and not self.number("select count(*) from ledger where state = 'new'")
            and not self.number(
                "select count(*) from outbox where state = 'leased' or (state in ('queued', 'retry') and"
                " not_before <= strftime('%Y-%m-%d %H:%M:%f', 'now'))"
            )
            and not self.number("select count(*) from outbox where state = 'drafted' and answer = ''")
            and self._heard == len(self.sink.accepted)
        )

    def _deliver_due(self) -> None:
        while self._due and self._due[0][0] <= time.monotonic():
            _, message_id, raw = self._due.pop(0)
            self.delivered.append((message_id, self.imap.deliver(raw)))

    def _people_answer(self) -> None:
        while self._heard < len(self.sink.accepted):
            heard = letter(self.sink.accepted[self._heard])
            self._heard += 1
            for told in self.stories:
                if told.answer and told.person == address(heard["To"]) and told.person not in self._answered:
                    self._answered.add(told.person)
                    raw = told.answer(heard)
                    self.delivered.append((_id_of(raw), self.imap.deliver(raw)))


def _id_of(raw: bytes) -> str:
    return next(line[12:].strip().decode() for line in raw.splitlines() if line.lower().startswith(b"message-id: "))


@contextlib.contextmanager
def staged(folder: Path, imap: Dovecot, seed: int) -> Iterator[Stage]:
    """A stage with an empty mailbox, a fresh database and no daemon yet; whatever runs at the end is killed."""
    chance = random.Random(seed)
    empty(imap)
    with Proxy(imap.port) as proxy, Sink() as sink:
        program = Daemon(folder, imap, sink, {name: dict(values) for name, values in SECTIONS.items()})
        sends = chance.random() < 0.6
        carrier = {"to": [CARRIER], "mode": "send" if sends else "draft", "hold_minutes": 0}
        program.set(mailbox={"port": proxy.port}, carrier=carrier)
        stage = Stage(program, imap, proxy, sink, chance, carrier_sends=sends)
        try:
            yield stage
        finally:
            program.kill()


def some_kinds(chance: random.Random, number: int) -> list[str]:
    """A mix of stories in which those that move the outbox are the most."""
    return chance.choices(list(KINDS), weights=[3, 2, 1, 3, 3, 2, 1, 1], k=number)
