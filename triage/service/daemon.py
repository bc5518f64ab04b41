"""The daemon: its loops started, watched, reloaded and ended (RELIABILITY F2, F4, F5)."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from triage.config import ConfigProblems
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.desk import Desk
from triage.service.digest_loop import DigestLoop
from triage.service.health import write_health
from triage.service.house import House, furnish
from triage.service.inspection import Inspection
from triage.service.intake import Intake
from triage.service.loops import Crew, Loop, LoopFailed
from triage.service.metrics_server import serve_metrics
from triage.service.notify import Notifier
from triage.service.outbox import Outbox
from triage.service.readers import Readers
from triage.service.signals import signals
from triage.service.trouble import TROUBLE, why
from triage.service.watermark import keep
from triage.settings import SettingsProblems, load_settings

log = structlog.get_logger("daemon")

BEAT_SECONDS = 10.0
REFUSED = (SettingsProblems, ConfigProblems, ReaderUnavailable, *TROUBLE)


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
        with signals(self._end, self._again):
            self._serve(self.pool, Notifier())

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

    def _again(self) -> None:
        self.reload.set()
        self.wake.set()

    def _halt(self) -> None:
        """Nothing is taken in, decided or sent any more; whoever asks is still told how it stands."""
        self.halt.set()
        self.wake.set()
