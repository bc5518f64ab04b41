"""The daemon: its loops started, watched, reloaded and ended (RELIABILITY F2, F4, F5); or a single pass."""

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType

import structlog

from triage.config import ConfigProblems
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.damage import forget_damage
from triage.service.desk import Desk
from triage.service.digest_loop import DigestLoop
from triage.service.health import write_health
from triage.service.house import House, furnish
from triage.service.inspection import Inspection
from triage.service.intake import Intake
from triage.service.loops import Crew, Loop
from triage.service.metrics_server import serve_metrics
from triage.service.notify import Notifier
from triage.service.outbox import Outbox
from triage.service.readers import Readers
from triage.service.trouble import LADDER, TROUBLE, why
from triage.service.watermark import keep
from triage.settings import Settings, SettingsProblems, load_settings
from triage.store.engine import StoreUnavailable, open_store

log = structlog.get_logger("daemon")

BEAT_SECONDS = 10.0
REFUSED = (SettingsProblems, ConfigProblems, ReaderUnavailable, *TROUBLE)


class LoopFailed(Exception):  # noqa: N818 - what happened to the daemon
    """A loop ended by a defect; the log has it."""


class SmtpUnreachable(Exception):  # noqa: N818 - a state of the way out
    """Mail is due, and the relay cannot be reached or will not have us."""


def open_house(settings: Settings) -> House:
    """The house for these settings, its database opened and checked. Raises StoreRefused, ConfigProblems."""
    assert settings.database is not None
    engine = open_store(settings.database.url.get_secret_value())
    forget_damage(settings.state.directory)
    return furnish(settings, engine)


def await_house(settings: Settings) -> House:
    """The same for a daemon, which waits while the disk is full or another program holds the database (C12).

    Ended for that it would be started again at once, and soon no more. A signal ends the wait, with the process.
    """
    failures = 0
    while True:
        try:
            return open_house(settings)
        except (StoreUnavailable, *TROUBLE) as trouble:
            failures += 1
            pause = LADDER.next_attempt(failures, random.random())  # noqa: S311 - jitter, not secrecy
            words = str(trouble) if isinstance(trouble, StoreUnavailable) else why(trouble)
            log.error("the database cannot be had yet", why=words, retry_in=round(pause, 1))
            time.sleep(pause)


@dataclass
class Daemon:
    """The loops around one house; the caller holds the lock, and closes the pool. `config` is the settings file, read
    again on SIGHUP."""

    house: House
    config: Path | None
    pool: Pool
    stop: threading.Event = field(default_factory=threading.Event)
    halt: threading.Event = field(default_factory=threading.Event)  # what works on the database ends; the rest goes on
    reload: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Watch, judge and answer until SIGTERM or SIGINT. Raises LoopFailed."""
        with self._signals():
            self._serve(self.pool, Notifier())

    def once(self) -> None:
        """Everything that waits: mail in, judged, and what is due out.

        Raises ReaderUnavailable; MailboxFailure or SmtpUnreachable at last, when all that could be done is done.
        """
        with self._signals(), ThreadPoolExecutor(1) as beside:
            outbox = Outbox(self._current, self.halt)
            desk = Desk(self._current, self.pool, _nothing, self.halt)
            intake = beside.submit(Intake(self._current, desk.wake, self.halt).pass_once)
            intake.add_done_callback(lambda _: desk.wake())
            try:
                desk.clear_until(intake.done)
                outbox.flush()
                keep(self.house.engine, self.house.state_dir, self.house.signing_key, self.house.now())
            finally:
                outbox.close()
        intake.result()
        if outbox.unreachable:
            raise SmtpUnreachable

    def _current(self) -> House:
        return self.house

    def _serve(self, pool: Pool, notifier: Notifier) -> None:
        inspection = Inspection(self._current, self._halt, self.stop)
        crew = Crew([*self._loops(pool), inspection.loop()], self._end)
        with serve_metrics(self._current, crew.progress, self.house.settings.metrics.port, pool.restarts):
            readers = Readers(pool, crew.wake)
            readers.await_first()
            crew.start()
            notifier.say("READY=1", "STATUS=watching")
            log.info("ready", mode=self.house.policy.mode, folder=self.house.folder)
            self._oversee(readers, crew, notifier, inspection)
        notifier.say("STOPPING=1")
        log.info("stopping")
        crew.wake()
        pool.close()  # what is being read is read again next time; a mail that is being sent is waited for (F4)
        crew.join(lambda: notifier.say("WATCHDOG=1"))
        self._tell_health(crew, readers)
        log.info("stopped")
        if crew.failure:
            raise LoopFailed(crew.failure)

    def _loops(self, pool: Pool) -> list[Loop]:
        """The threads, each with the seconds that one of its rounds may take."""
        outbox = Outbox(self._current, self.halt)
        desk = Desk(self._current, pool, outbox.wake, self.halt)
        intake = Intake(self._current, desk.wake, self.halt)
        digest = DigestLoop(self._current, outbox.wake, self.halt)
        return [
            Loop("intake", intake.run, intake.wake, intake.progress, patience=720.0),
            Loop("desk", desk.run, desk.wake, desk.progress, patience=180.0),
            Loop("outbox", outbox.run, outbox.wake, outbox.progress, patience=1000.0),
            Loop("digest", digest.run, digest.work.set, digest.progress, patience=600.0),
        ]

    def _oversee(self, readers: Readers, crew: Crew, notifier: Notifier, inspection: Inspection) -> None:
        """Feed the watchdog while every loop moves; read the settings again when asked."""
        pause = min(notifier.watchdog_seconds or BEAT_SECONDS, BEAT_SECONDS)
        while not self.stop.is_set():
            stuck = crew.stuck()
            if stuck:
                log.error("loops without progress: the watchdog goes hungry", loops=stuck)
            else:
                notifier.say("WATCHDOG=1")
            self._tell_health(crew, readers)
            readers.look(self.house.policy)
            if crew.hurt():
                inspection.suspect()
            self.wake.wait(pause)
            self.wake.clear()
            if self.halt.is_set() and not self.stop.is_set():
                notifier.say("STATUS=stopped: the database is damaged")
                crew.wake()
            if self.reload.is_set():
                self.reload.clear()
                self._read_settings_again(readers.pool, notifier)
                crew.wake()

    def _tell_health(self, crew: Crew, readers: Readers) -> None:
        house, halted = self.house, self.halt.is_set()
        acts: dict[str, Callable[[], None]] = {
            "watermark not noted": lambda: keep(house.engine, house.state_dir, house.signing_key, house.now()),
            "health file not written": lambda: write_health(house, crew.progress(), readers.hindrance),
        }
        if halted and not self.stop.is_set():  # the database is damaged, which was told
            del acts["watermark not noted"]
        for failed, act in acts.items():
            try:
                act()
            except TROUBLE as trouble:
                log.error(failed, failure=type(trouble).__name__, why=why(trouble))

    def _read_settings_again(self, pool: Pool, notifier: Notifier) -> None:
        """New settings in place of the old where they are good; the old stay where they are not (F5)."""
        notifier.say("RELOADING=1")
        try:
            settings = load_settings(self.config, need_mailbox=True)
            if (settings.database, settings.state) != (self.house.settings.database, self.house.settings.state):
                log.warning("[database] and [state] stay as they were until the next start")
                settings = replace(settings, database=self.house.settings.database, state=self.house.settings.state)
            house = furnish(settings, self.house.engine, self.house.now)
            pool.reload(house.policy)
            self.house = house
            log.info("settings read again", mode=house.policy.mode)
        except REFUSED as problems:
            log.error("new settings refused, the old stay in force", problems=str(problems).splitlines())
        notifier.say("READY=1")

    def _end(self) -> None:
        self.stop.set()
        self._halt()

    def _halt(self) -> None:
        """Nothing is taken in, decided or sent any more; whoever asks is still told how it stands."""
        self.halt.set()
        self.wake.set()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end the daemon in order, and at once when they come again; SIGHUP reads the settings."""

        def end(_number: int, _frame: FrameType | None) -> None:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            self._end()

        def again(_number: int, _frame: FrameType | None) -> None:
            self.reload.set()
            self.wake.set()

        before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        before[signal.SIGHUP] = signal.signal(signal.SIGHUP, again)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _nothing() -> None:
    """Nobody needs to be woken in a single pass."""
