"""The daemon's threads: started, watched for progress, woken and joined."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from triage.service.progress import Progress

log = structlog.get_logger("daemon")

BEAT_SECONDS = 5.0


class LoopFailed(Exception):  # noqa: N818 - what happened to the daemon
    """A loop ended by a defect; the log has it."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A thread to be: `run` ends once the daemon stops and `wake` was called. `patience`: seconds without progress."""

    name: str
    run: Callable[[], None]
    wake: Callable[[], None]
    progress: Progress
    patience: float


class Crew:
    """The running loops. One that ends by an exception makes all end: the manager starts anew, from what is committed.

    Passing trouble never comes here: the loops themselves wait until it is over.
    """

    def __init__(self, loops: Sequence[Loop], failed: Callable[[], None]) -> None:
        self._loops, self._failed = loops, failed
        self.failure = ""
        self._threads = [threading.Thread(target=self._guarded(loop), name=loop.name) for loop in loops]

    def start(self) -> None:
        """Start every thread."""
        for thread in self._threads:
            thread.start()

    def stuck(self) -> list[str]:
        """The loops that made no progress for longer than they may; those that have ended in order are left alone."""
        running = (loop for loop, thread in zip(self._loops, self._threads, strict=True) if thread.is_alive())
        return [loop.name for loop in running if loop.progress.silent_for() > loop.patience]

    def hurt(self) -> bool:
        """Whether a loop has met damage in the database since this was last asked."""
        hurt = [loop.progress for loop in self._loops if loop.progress.hurt]
        for progress in hurt:
            progress.hurt = False
        return bool(hurt)

    def progress(self) -> dict[str, Progress]:
        """How each loop fares."""
        return {loop.name: loop.progress for loop in self._loops}

    def wake(self) -> None:
        """Have every loop look up from its waiting."""
        for loop in self._loops:
            loop.wake()

    def join(self, meanwhile: Callable[[], None]) -> None:
        """Wait for every thread, however long its last mail takes; `meanwhile` is called every few seconds."""
        for thread in self._threads:
            while thread.is_alive():
                thread.join(BEAT_SECONDS)
                meanwhile()

    def _guarded(self, loop: Loop) -> Callable[[], None]:
        def guarded() -> None:
            try:
                loop.run()
            except Exception:
                log.exception("loop failed", loop=loop.name)
                self.failure = loop.name
                self._failed()

        return guarded
