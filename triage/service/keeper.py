"""The thread that keeps one confined process: feeds it, watches its clock, buries it and starts the next."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from signal import SIGXCPU, strsignal
from time import monotonic

from triage.service.brood import Lineage, twice
from triage.service.child import Child, Gone, ReaderUnavailable, greeted
from triage.service.wire import Answer, Garbled, Outcome, Reason, Said, Unreadable, job_head

IN_FLIGHT = 4
"""Messages that a process is given at a time: it works on the first while this thread may be waiting for its turn."""
MOST_IN_FLIGHT = 32
"""The same while as many wait behind them: this thread then comes round seldom, and takes several answers at once."""
PAUSE = 0.02
"""Seconds between two looks at a process that has plenty to do. Each look takes the interpreter from the desk."""
REST_SECONDS = 60.0

Answers = SimpleQueue[tuple[int, Outcome | ReaderUnavailable]]


@dataclass(frozen=True, slots=True)
class Job:
    """A message on its way, and where its outcome goes under `key`."""

    key: int
    raw: bytes
    answers: Answers

    def settle(self, outcome: Outcome | ReaderUnavailable) -> None:
        """Hand the outcome to whoever waits for it."""
        self.answers.put((self.key, outcome))


@dataclass(slots=True)
class Shared:
    """What the keepers of a pool have in common. A None among the jobs ends one keeper."""

    lineage: Lineage
    lifetime: int
    jobs: SimpleQueue[Job | None] = field(default_factory=SimpleQueue)
    closed: bool = False


class _TimedOut(Exception):  # noqa: N818 (what happened to the message)
    """The message at the head has had its time."""


class Keeper(threading.Thread):
    """Runs until the pool is closed. `started` is set once the first process is ready, or `hindrance` says why not.

    `births` counts the processes that it has begun.
    """

    def __init__(self, shared: Shared) -> None:
        super().__init__(name="reader", daemon=True)
        self.started = threading.Event()
        self.hindrance: ReaderUnavailable | None = None
        self.births = 0
        self._shared = shared
        self._setup = shared.lineage.setup
        self._child: Child | None = None
        self._sent = 0
        self._deadline = 0.0
        self._flight: deque[tuple[int, Job]] = deque()
        self._backlog: deque[Job] = deque()

    def run(self) -> None:
        """Answer jobs; every job taken is settled, whatever happens."""
        self.hindrance = self._attempt(self._fresh_child)
        self.started.set()
        while self._has_work():
            if why := self._attempt(self._turn):
                self._refuse(why)
        self._bury()

    def interrupt(self) -> None:
        """Called by the pool, already closed, from its own thread: end a process that may be at work for long."""
        child = self._child
        if child:
            child.interrupt()

    def _has_work(self) -> bool:
        if not self._flight and not self._backlog:
            job = self._rest()
            if job is None:
                return False
            self._backlog.append(job)
        return True

    def _rest(self) -> Job | None:
        """The next job, however long it takes; a process that will get none any more is not kept meanwhile."""
        while True:
            try:
                return self._shared.jobs.get(timeout=REST_SECONDS)
            except Empty:
                if self._outdated():
                    self._bury()

    def _attempt(self, step: Callable[[], None]) -> ReaderUnavailable | None:
        try:
            step()
        except ReaderUnavailable as why:
            return why
        except Exception as error:
            # A defect here must not leave the callers waiting for ever.
            return ReaderUnavailable(f"{type(error).__name__}: {error}")
        return None

    def _turn(self) -> None:
        """One step: a fit process, messages for it, bytes both ways, and what follows from them."""
        self._check_open()
        fit = self._fit()
        if not fit and not self._flight:
            self._fresh_child()
        if fit or not self._flight:
            self._post_jobs()
        if self._flight:
            self._exchange()

    def _exchange(self) -> None:
        child = self._child
        assert child
        try:
            pause = PAUSE if len(self._flight) > IN_FLIGHT else 0.0
            for said in child.exchange(self._deadline - monotonic(), pause):
                if self._take(said):
                    self._relieve()
                    return
            self._check_clock()
        except Gone:
            self._check_open()
            self._blame(*_ending(child.end()))
        except Garbled as error:
            self._blame(Reason.GARBLED, str(error))
        except _TimedOut:
            self._blame(Reason.TIMED_OUT, f"{self._setup.seconds:g} s")

    def _check_open(self) -> None:
        if self._shared.closed:
            raise ReaderUnavailable("closed")

    def _check_clock(self) -> None:
        if self._flight and monotonic() >= self._deadline:
            raise _TimedOut

    def _fit(self) -> bool:
        """Whether there is a process that may be given more."""
        if self._child is None or self._sent >= self._shared.lifetime or self._outdated():
            return False
        return bool(self._flight) or self._child.alive()

    def _outdated(self) -> bool:
        return self._setup is not self._shared.lineage.setup

    def _fresh_child(self) -> None:
        self._bury()
        self._sent = 0
        self._child = twice(lambda: greeted(self._shared.lineage.bear(), self._adopt))
        self._setup = self._child.setup
        self.births += 1

    def _adopt(self, child: Child) -> None:
        """A process that has begun, not ready yet: from here on `interrupt` reaches it."""
        self._child = child
        self._check_open()

    def _post_jobs(self) -> None:
        child = self._child
        assert child
        while len(self._flight) < self._share() and self._sent < self._shared.lifetime:
            job = self._backlog.popleft() if self._backlog else self._waiting()
            if job is None:
                return
            if self._outdated():  # looked at after the job was taken: it may have come after a reload
                self._backlog.appendleft(job)
                return
            if not self._flight:
                self._wind_clock()
            child.post(job_head(self._sent, job.raw), job.raw)
            self._flight.append((self._sent, job))
            self._sent += 1

    def _share(self) -> int:
        """How many messages the process may have, so that the other one is not left without."""
        return MOST_IN_FLIGHT if self._shared.jobs.qsize() >= MOST_IN_FLIGHT else IN_FLIGHT

    def _waiting(self) -> Job | None:
        try:
            job = self._shared.jobs.get_nowait()
        except Empty:
            return None
        if job is None:
            self._shared.jobs.put(None)
        return job

    def _wind_clock(self) -> None:
        self._deadline = monotonic() + self._setup.seconds

    def _take(self, said: Said) -> bool:
        """The outcome of the message at the head; whether the process wants to be replaced."""
        match said:
            case Answer(judged=judged, failure=None) if judged is not None:
                outcome: Outcome = judged
            case Answer(judged=None, failure=failure) if failure is not None:
                outcome = failure
            case _:
                raise Garbled("no answer")
        if not self._flight or self._flight[0][0] != said.job:
            raise Garbled("an answer out of turn")
        _, job = self._flight.popleft()
        self._wind_clock()
        job.settle(outcome)
        return said.worn

    def _blame(self, reason: Reason, detail: str) -> None:
        """The message being worked on is answered for; those sent along with it will be sent again."""
        self._bury()
        if self._flight:
            _, job = self._flight.popleft()
            job.settle(Unreadable(reason, detail))
        self._return_flight()

    def _relieve(self) -> None:
        """A process that has grown reads no more: what another message left it without is nobody else's fault."""
        self._bury()
        self._return_flight()

    def _return_flight(self) -> None:
        self._backlog.extendleft(job for _, job in reversed(self._flight))
        self._flight.clear()

    def _refuse(self, why: ReaderUnavailable) -> None:
        self._bury()
        self._return_flight()
        while self._backlog:
            self._backlog.popleft().settle(why)

    def _bury(self) -> None:
        child, self._child = self._child, None
        if child:
            child.kill()


def _ending(status: int) -> tuple[Reason, str]:
    """What a process's end says of the message it was at. `status` is negative for a signal, as Popen gives it."""
    if status == -SIGXCPU:
        return Reason.TIMED_OUT, "CPU"
    return Reason.CRASHED, (strsignal(-status) or f"signal {-status}") if status < 0 else f"exit {status}"
