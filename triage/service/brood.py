"""The nursery as the daemon sees it: started, asked for readers, replaced when it has ended or is outdated."""

import os
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from triage.service.child import Child, Gone, ReaderUnavailable, close, greeted, read_news, understand
from triage.service.egg import Egg
from triage.service.wire import BIRTH, ORDER, Garbled, Setup, encode, take_said

START_SECONDS = 30.0
_PATIENCE = 10.0
"""Seconds that a nursery, which has nothing else to do, may take for an order."""
_TRIES = 2
_PIPES_OF_ONE = 3
_READ_SIZE = 1 << 14

T = TypeVar("T")


class Brood:
    """A nursery just started, and the readers born in it: `greet` it before the first birth.

    May be called from any thread.
    """

    def __init__(self, egg: Egg, setup: Setup) -> None:
        self.setup = setup
        self._egg = egg
        self._lock = threading.Lock()
        self._readers = 0
        self._retired = False
        self._orders = egg.orders
        self._orders.settimeout(START_SECONDS)

    def greet(self) -> None:
        """Wait until it is ready. Raises ReaderUnavailable with what it said, Gone where it said nothing, Garbled."""
        heard = bytearray()
        try:
            self._orders.sendall(encode(self.setup))
            while data := self._orders.recv(_READ_SIZE):
                heard += data
                for said in take_said(heard):
                    understand(said)
                    self._orders.settimeout(_PATIENCE)
                    return
        except TimeoutError:
            raise ReaderUnavailable(f"not ready after {START_SECONDS:.0f} s") from None
        except OSError as error:
            raise Gone(error) from None
        raise Gone

    def alive(self) -> bool:
        """Whether the nursery still runs."""
        return self._egg.process.poll() is None

    def bear(self) -> Child:
        """A reader just born. Raises OSError where it cannot be forked; Gone where the nursery is of no more use."""
        with self._lock:
            if self._retired:
                raise Gone
            self._readers += 1
        opened: list[int] = []
        try:
            for _ in range(_PIPES_OF_ONE):
                opened += os.pipe()
            jobs, our_jobs, our_answers, answers, our_life, life = opened
            self._send(BIRTH, (jobs, answers, life))
            close(jobs, answers, life)
            opened = [our_jobs, our_answers, our_life]
            pid = _number(read_news(our_life, _PATIENCE))
        except BaseException:
            close(*opened)
            self.release()
            raise
        return Child(self, pid, (our_jobs, our_answers, our_life))

    def end(self, pid: int) -> None:
        """Have a reader killed; it will be told when that is done."""
        with suppress(Gone):  # then it dies as well
            self._send(pid)

    def release(self) -> None:
        """A reader of it has been buried."""
        with self._lock:
            self._readers -= 1
            last = self._retired and not self._readers
        if last:
            self.kill()

    def retire(self) -> None:
        """Bear no more, and end when the last reader is buried."""
        with self._lock:
            self._retired = True
            last = not self._readers
        if last:
            self.kill()

    def interrupt(self) -> None:
        """Kill it while another thread waits for it, which will notice."""
        self._egg.process.kill()

    def kill(self) -> None:
        """End it now, and all that was born in it."""
        self._egg.process.kill()
        self._egg.process.wait()
        with self._lock:
            self._retired = True
            self._orders.close()

    def _send(self, order: int, pipes: Sequence[int] = ()) -> None:
        try:
            with self._lock:
                socket.send_fds(self._orders, [ORDER.pack(order)], pipes)
        except OSError as error:
            raise Gone(error) from None


class Lineage:
    """Broods, one after the other: whoever needs a reader gets it of the last. May be called from any thread.

    `setup` is what readers are to be like from now on; where it is set, the next birth is in a new nursery. `egg` is
    the first nursery, where it has been begun already, by a thread that stays.
    """

    def __init__(self, command: Sequence[str], setup: Setup, egg: Egg | None = None) -> None:
        self.setup = setup
        self._egg = egg
        self._command = command
        self._lock = threading.Lock()
        self._brood: Brood | None = None
        self._unready: Brood | None = None
        self._closed = False
        self._starter = ThreadPoolExecutor(1, "nursery")

    def bear(self) -> Child:
        """A reader just born, in a new nursery where need be. Raises ReaderUnavailable, Gone, Garbled, OSError."""
        with self._lock:
            brood = self._brood
            if brood is None or brood.setup is not self.setup or not brood.alive():
                egg, self._egg = self._egg, None
                brood = self._begun(self.setup, egg)
                self._follow(brood)
        try:
            return brood.bear()
        except Gone:
            brood.retire()
            with self._lock:
                self._brood = None if self._brood is brood else self._brood
            raise

    def replace(self, setup: Setup) -> None:
        """Readers by `setup` from now on, if one can be had. Raises ReaderUnavailable: then all is as it was."""
        brood = twice(lambda: self._tried(setup))
        with self._lock:
            self.setup = setup
            self._follow(brood)

    def interrupt(self) -> None:
        """Start no more, and wait for none that is starting."""
        self._closed = True
        unready = self._unready
        if unready:
            unready.interrupt()

    def close(self) -> None:
        """End the nursery, with any reader that is left."""
        self.interrupt()
        with self._lock:
            if self._egg:
                self._egg.drop()
            if self._brood:
                self._brood.kill()
        self._starter.shutdown()

    def _follow(self, brood: Brood) -> None:
        if self._brood:
            self._brood.retire()
        self._brood = brood

    def _tried(self, setup: Setup) -> Brood:
        brood = self._begun(setup)
        try:
            greeted(brood.bear()).kill()
        except BaseException:
            brood.kill()
            raise
        return brood

    def _begun(self, setup: Setup, egg: Egg | None = None) -> Brood:
        brood = Brood(egg or self._starter.submit(Egg, self._command).result(), setup)
        self._unready = brood
        if self._closed:  # `interrupt` may have looked before
            brood.interrupt()
        try:
            brood.greet()
        except BaseException:
            brood.kill()
            raise
        finally:
            self._unready = None
        return brood


def twice(start: Callable[[], T]) -> T:
    """What `start` gives; it is tried a second time where the first fails for no reason that is told.

    Raises ReaderUnavailable.
    """
    failure: Exception | None = None
    for _ in range(_TRIES):
        try:
            return start()
        except (Gone, Garbled, OSError) as error:
            failure = error
    raise ReaderUnavailable(f"ended at its start: {type(failure).__name__} {failure}".strip())


def _number(news: int | None) -> int:
    """The reader's number, if that is what the nursery tells of it at first."""
    if news is None:
        raise Gone("no birth")
    if news < 0:
        raise OSError(-news, os.strerror(-news))
    return news
