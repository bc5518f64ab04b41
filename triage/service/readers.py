"""Readers that could not be had at the start: tried again while everything else goes on (RELIABILITY B11).

A machine short of memory, or a model that is being replaced, is no fault of the settings: mail is taken in and waits,
what was decided before leaves, and the first reader that can be started is all it takes.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from triage.core.policy import Policy
from triage.core.retry import Backoff
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool

log = structlog.get_logger("readers")

LADDER = Backoff(first=10.0, cap=300.0, calm=0.5)


@dataclass
class Readers:
    """The pool as the daemon's main thread watches it. `hindrance`: why no reader can be had; "" where one can.

    `had` is called once they can be had after all.
    """

    pool: Pool
    had: Callable[[], None]
    hindrance: str = ""
    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _next: float = 0.0

    def await_first(self) -> None:
        """Wait for every reader's first start, however it ends."""
        try:
            self.pool.wait_ready()
        except ReaderUnavailable as why:
            self._hindered(why)

    def look(self, policy: Policy) -> None:
        """Try again where the last try failed, and its pause is over."""
        if not self.hindrance or self.clock() < self._next:
            return
        try:
            self.pool.reload(policy)
        except ReaderUnavailable as why:
            self._hindered(why)
            return
        self.hindrance, self._failures = "", 0
        log.info("readers can be had")
        self.had()

    def _hindered(self, why: ReaderUnavailable) -> None:
        self._failures += 1
        pause = LADDER.next_attempt(self._failures, random.random())  # noqa: S311 - jitter, not secrecy
        self.hindrance, self._next = str(why), self.clock() + pause
        log.error("readers cannot be had yet: mail waits to be judged", why=str(why), retry_in=round(pause, 1))
