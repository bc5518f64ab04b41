"""What a fault is, and the means that all share. None needs a hook in the program: a fault starts the daemon, acts on
what can be seen from outside while life goes on, and leaves the rest to `Stage.settle`."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.stage import Stage

Act = Callable[[Stage], None]
LIMIT = 12.0


@dataclass(frozen=True, slots=True)
class Fault:
    """`act` does it. `excused`: a reply may stay away where people are shown why. `rounds`: how often in a run."""

    act: Act
    excused: bool = False
    rounds: tuple[int, int] = (1, 3)
    small: bool = False  # the database lies on a small disk
    power: bool = False  # it lies on one whose power can be cut


def kill_when(stage: Stage, until: Callable[[], object], wait: float = 0.0) -> None:
    """kill -9 as soon as `until` holds, `wait` seconds later; or at the limit, whatever comes."""
    stage.start()
    stage.pump(LIMIT, lambda: stage.struck.is_set() or until(), tick=0.001)
    time.sleep(wait)
    stage.strike()
    stage.bury()


def logged(log: Path, event: str) -> int:
    return log.read_bytes().count(f'"event": "{event}"'.encode()) if log.exists() else 0
