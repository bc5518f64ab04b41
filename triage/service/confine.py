"""A pool of confined processes that read untrusted mail and judge it (DESIGN decision 3, RELIABILITY C16 and D1).

Bytes go in; what comes out is a Judged, or an Unreadable that says why not. A message that kills its process, or
takes too long, costs that process and nothing else: what was sent along with it is sent again to a new one.
The process is not believed: whoever owns it can still choose the verdict, so that the outbound gate must look again
at whom a reply goes to.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Self, TypeVar

from triage import __version__
from triage.core.policy import Policy
from triage.mail.limits import MAX_RAW
from triage.paths import config_dir
from triage.service.brood import Lineage
from triage.service.child import ReaderUnavailable
from triage.service.egg import COMMAND, Egg
from triage.service.keeper import Answers, Job, Keeper, Shared
from triage.service.wire import Judged, Outcome, Reason, Setup, Unreadable

__all__ = ["Judged", "Outcome", "Pool", "ReaderUnavailable", "Reason", "Unreadable"]

MEMORY = 512 * 1024 * 1024
SECONDS = 30.0
LIFETIME = 10_000
AHEAD = 64
"""Messages taken ahead for each process: it must have work for as long as a commit keeps the caller from looking."""
_MAX_HELD = 64_000_000

Key = TypeVar("Key")


class Pool:
    """Confined processes, `size` of them. Every method may be called from any thread.

    `config` is the folder of the bulletin (default: the project's), `model` that of the classifier (None: without).
    `memory` is in bytes beyond what the process has at its start, `seconds` the wall time that one message may take,
    `lifetime` the number of messages after which a process is replaced. `egg` is the nursery where one has been begun.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        config: Path | None = None,
        model: Path | None = None,
        size: int = 2,
        memory: int = MEMORY,
        seconds: float = SECONDS,
        lifetime: int = LIFETIME,
        command: Sequence[str] = COMMAND,
        egg: Egg | None = None,
    ) -> None:
        folder = str((config or config_dir()).resolve())
        setup = Setup(policy, folder, str(model.resolve()) if model else None, memory, seconds, __version__)
        self._lineage = Lineage(command, setup, egg)
        self._shared = Shared(self._lineage, lifetime)
        self._lock = threading.Lock()
        self._keepers = [Keeper(self._shared) for _ in range(size)]
        for keeper in self._keepers:
            keeper.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def wait_ready(self) -> None:
        """Wait for every process to be ready. Raises ReaderUnavailable with what hinders the first that is not."""
        for keeper in self._keepers:
            keeper.started.wait()
            if keeper.hindrance:
                raise keeper.hindrance

    def judge_one(self, raw: bytes) -> Outcome:
        """The outcome for one message (RFC 5322). Raises ReaderUnavailable."""
        return next(self.judge_many([(None, raw)]))[1]

    def judge_many(self, items: Iterable[tuple[Key, bytes] | None]) -> Iterator[tuple[Key, Outcome]]:
        """The outcome for each message under its key, once each, in the order in which they are done. A None among
        `items`: there is none for now, and they are asked again behind the next result, if one is waited for.

        Takes items ahead of the results, in bounded number and size, and one for each result that it hands over: a
        caller who comes back from a long commit finds many, and the processes must not wait until it has taken them
        all. Raises ReaderUnavailable; what was not yielded by then was not judged, and counts as not tried.
        """
        window = AHEAD * len(self._keepers)
        answers: Answers = SimpleQueue()
        waiting: dict[int, tuple[Key, int]] = {}
        held = 0

        def next_done() -> tuple[Key, Outcome]:
            nonlocal held
            key, size, outcome = _next_of(answers, waiting)
            held -= size
            return key, outcome

        for number, item in enumerate(items):
            if item is None:
                if waiting:
                    yield next_done()
                continue
            key, raw = item
            while waiting and (len(waiting) >= window or held + len(raw) > _MAX_HELD):
                yield next_done()
            waiting[number] = key, len(raw)
            held += len(raw)
            self._submit(Job(number, raw, answers))
            if not answers.empty():
                yield next_done()
        while waiting:
            yield next_done()

    def reload(self, policy: Policy) -> None:
        """Judge by `policy`, and by the folders as they are now, whatever is submitted from here on.

        A process is started to see whether that works; raises ReaderUnavailable, all as before, where it doesn't.
        """
        self._lineage.replace(replace(self._lineage.setup, policy=policy))

    def judge_by(self, policy: Policy) -> None:
        """Judge by `policy` whatever is submitted from here on; whether that works is seen when a process is needed."""
        self._lineage.setup = replace(self._lineage.setup, policy=policy)

    def restarts(self) -> int:
        """How many processes took the place of others: killed by a message, grown, at the end of their lifetime."""
        return sum(max(0, keeper.births - 1) for keeper in self._keepers)

    def close(self) -> None:
        """End the processes. What was not judged yet raises ReaderUnavailable where it is waited for."""
        with self._lock:
            if not self._shared.closed:
                self._shared.closed = True
                for keeper in self._keepers:
                    self._shared.jobs.put(None)
                    keeper.interrupt()
                self._lineage.interrupt()
        for keeper in self._keepers:
            keeper.join()
        self._lineage.close()

    def _submit(self, job: Job) -> None:
        if len(job.raw) > MAX_RAW:
            job.settle(Unreadable(Reason.TOO_LARGE, f"{len(job.raw)} bytes"))
            return
        with self._lock:
            if self._shared.closed:
                raise ReaderUnavailable("closed")
            self._shared.jobs.put(job)


def _next_of(answers: Answers, waiting: dict[int, tuple[Key, int]]) -> tuple[Key, int, Outcome]:
    number, outcome = answers.get()
    if isinstance(outcome, ReaderUnavailable):
        raise outcome
    return *waiting.pop(number), outcome
