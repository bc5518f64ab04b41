"""The daemon: its loops started, watched, reloaded and ended (RELIABILITY F2, F4, F5)."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import structlog

from triage.config import ConfigProblems
from triage.mail.imap_idle import Bell
from triage.paths import models_dir
from triage.service.confine import Pool
from triage.service.desk import Desk
from triage.service.health import write_health
from triage.service.house import House, furnish, utc_now
from triage.service.intake import Intake
from triage.service.lock import only_one
from triage.service.notify import Notifier
from triage.service.outbox import Outbox
from triage.service.progress import Progress
from triage.settings import Settings, SettingsProblems, load_settings
from triage.store.engine import open_store

log = structlog.get_logger("daemon")

BEAT_SECONDS = 10.0
STUCK_SECONDS = {"intake": 720.0, "desk": 120.0, "outbox": 720.0}


def open_house(settings: Settings) -> House:
    """The house for these settings, its database opened and checked. Raises StoreRefused, ConfigProblems."""
    assert settings.database is not None
    return furnish(settings, open_store(settings.database.url.get_secret_value()))


@dataclass
class Daemon:
    """The loops around one house. `config` is the settings file, read again on SIGHUP."""

    house: House
    config: Path | None
    stop: threading.Event = field(default_factory=threading.Event)
    reload: threading.Event = field(default_factory=threading.Event)
    wake: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Watch, judge and answer until SIGTERM or SIGINT. Raises AlreadyRunning, ReaderUnavailable."""
        with ExitStack() as stack:
            stack.enter_context(only_one(self.house.state_dir))
            pool = stack.enter_context(Pool(self.house.policy, model=models_dir()))
            stack.enter_context(self._signals())
            pool.wait_ready()
            self._serve(pool, Notifier())

    def once(self) -> None:
        """Everything that waits: mail in, judged, and what is due out. Raises MailboxFailure, ReaderUnavailable."""
        with only_one(self.house.state_dir), Pool(self.house.policy, model=models_dir()) as pool:
            outbox = Outbox(self._current, self.stop)
            try:
                Intake(self._current, _nothing, self.stop).pass_once()
                Desk(self._current, pool, _nothing, self.stop).clear()
                outbox.flush()
            finally:
                outbox.close()

    def _current(self) -> House:
        return self.house

    def _serve(self, pool: Pool, notifier: Notifier) -> None:
        outbox = Outbox(self._current, self.stop)
        desk = Desk(self._current, pool, outbox.work.set, self.stop)
        bell = Bell()
        intake = Intake(self._current, desk.work.set, self.stop, bell)
        loops = {"intake": intake.run, "desk": desk.run, "outbox": outbox.run}
        progress = {"intake": intake.progress, "desk": desk.progress, "outbox": outbox.progress}
        threads = [threading.Thread(target=self._guarded(name, run), name=name) for name, run in loops.items()]
        for thread in threads:
            thread.start()
        notifier.say("READY=1", "STATUS=watching")
        log.info("ready", mode=self.house.policy.mode, folder=self.house.folder)
        self._oversee(pool, progress, notifier)
        notifier.say("STOPPING=1")
        log.info("stopping")
        for wake in (bell.ring, desk.work.set, outbox.work.set):
            wake()
        for thread in threads:
            thread.join()
        bell.close()

    def _guarded(self, name: str, run: Callable[[], None]) -> Callable[[], None]:
        """A loop that ends by an exception ends the daemon: the manager starts it anew, from what was committed."""

        def guarded() -> None:
            try:
                run()
            except Exception:
                log.exception("loop failed", loop=name)
                self.failed = True
                self.stop.set()
                self.wake.set()

        return guarded

    failed: bool = False

    def _oversee(self, pool: Pool, progress: dict[str, Progress], notifier: Notifier) -> None:
        """Feed the watchdog while every loop moves; read the settings again when asked."""
        pause = min(notifier.watchdog_seconds or BEAT_SECONDS, BEAT_SECONDS)
        while not self.stop.is_set():
            stuck = [name for name, loop in progress.items() if loop.silent_for() > STUCK_SECONDS[name]]
            if stuck:
                log.error("loops without progress: the watchdog goes hungry", loops=stuck)
            else:
                notifier.say("WATCHDOG=1")
            write_health(self.house, progress)
            self.wake.wait(pause)
            self.wake.clear()
            if self.reload.is_set():
                self.reload.clear()
                self._read_settings_again(pool, notifier)

    def _read_settings_again(self, pool: Pool, notifier: Notifier) -> None:
        """New settings in place of the old where they are good; the old stay where they are not (F5)."""
        notifier.say("RELOADING=1")
        try:
            settings = load_settings(self.config, need_mailbox=True)
            self.house = furnish(settings, self.house.engine, self.house.now)
            pool.reload(self.house.policy)
            log.info("settings read again", mode=self.house.policy.mode)
        except (SettingsProblems, ConfigProblems) as problems:
            log.error("new settings refused, the old stay in force", problems=str(problems).splitlines())
        notifier.say("READY=1")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def end(_number: int, _frame: FrameType | None) -> None:
            self.stop.set()
            self.wake.set()

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


__all__ = ["Daemon", "open_house", "utc_now"]
