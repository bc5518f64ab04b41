"""`python -m tests.faults.soak --minutes N`: one daemon, mail and small misfortunes without pause; is it as it was?

A line a minute: mails so far, memory (proportional, all processes), open files and threads of the daemon. At the end it
is stopped in order and audited as after any fault. Exit 1 where a promise is broken, or what it holds has grown by more
than a fifth from the second quarter of the time to the last (RELIABILITY F12).
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.processes import measure
from tests.faults.audit import Audit
from tests.faults.stage import Stage, some_kinds, staged
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import Answer

MOST_GROWTH = 1.2
ROUND_SECONDS = 8.0
PAUSE = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What the daemon holds at a moment: MB, descriptors, threads."""

    memory: float
    files: int
    threads: int


def calm(stage: Stage) -> None:
    """Nothing happens."""
    stage.pump(PAUSE)


def imap_restarted(stage: Stage) -> None:
    """BYE, and a server that is away for a moment."""
    stage.imap.restart()
    stage.pump(PAUSE)


def connections_cut(stage: Stage) -> None:
    """In whatever they are at."""
    left = stage.chance.randint(1, 3)

    def hook(way: str, piece: bytes) -> bool:
        nonlocal left
        del way
        cut = left > 0 and b"BODY[" in piece
        left -= cut
        return cut

    stage.proxy.hook = hook
    stage.pump(PAUSE)
    stage.proxy.hook = None


def half_open(stage: Stage) -> None:
    """Nothing comes through for longer than the daemon's patience."""
    stage.proxy.stall()
    stage.pump(4.0)
    stage.proxy.flowing.set()


def smtp_refuses(stage: Stage) -> None:
    """For now, or with the connection."""
    stage.sink.answer("rcpt", Answer("451 4.3.0 later"))
    stage.sink.answer("mail", Answer("421 4.3.2 closing", drop=True))
    stage.pump(PAUSE)


MISFORTUNES: tuple[Callable[[Stage], None], ...] = (
    calm, calm, imap_restarted, connections_cut, half_open, smtp_refuses,
)  # fmt: skip


def main() -> int:
    """0 where all is as it was."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with Dovecot() as imap, tempfile.TemporaryDirectory() as folder, staged(Path(folder), imap, chosen.seed) as stage:
        samples = _soaked(stage, chosen.minutes * 60)
        stage.settle()
        found = [*grown(samples), *Audit(stage, excused=False).findings()]
        print(f"{len(stage.delivered)} mails in, {len(stage.sent())} out: {'; '.join(found) or 'holds'}")
        return 1 if found else 0


def _soaked(stage: Stage, seconds: float) -> list[Sample]:
    samples: list[Sample] = []
    begun = told = time.monotonic()
    stage.start()
    while time.monotonic() < begun + seconds and stage.alive():
        stage.cast(some_kinds(stage.chance, stage.chance.randint(2, 5)), spread=ROUND_SECONDS)
        stage.pump(ROUND_SECONDS, tick=0.02)
        stage.chance.choice(MISFORTUNES)(stage)
        samples.append(sample(stage))
        if time.monotonic() >= told + 60:
            told = time.monotonic()
            last = samples[-1]
            print(
                f"{(told - begun) / 60:4.0f} min  {len(stage.delivered):6} mails  {last.memory:6.1f} MB  "
                f"{last.files:3} files  {last.threads:3} threads",
                flush=True,
            )
    if not stage.alive():
        stage.notes.append("the daemon ended by itself")
    return samples


def sample(stage: Stage) -> Sample:
    """What the running daemon holds now."""
    assert stage.program.process is not None
    pid = stage.program.process.pid
    process = Path(f"/proc/{pid}")
    return Sample(measure(pid)[1], len(list((process / "fd").iterdir())), len(list((process / "task").iterdir())))


def grown(samples: list[Sample]) -> list[str]:
    """What is held at the end and was not held before, in words; the first quarter is for growing up."""
    quarter = len(samples) // 4
    if not quarter:
        return ["too short a time to tell"]
    found = []
    for what in ("memory", "files", "threads"):
        early, late = (
            statistics.median(getattr(one, what) for one in part)
            for part in (samples[quarter : 2 * quarter], samples[-quarter:])
        )
        if late > early * MOST_GROWTH:
            found.append(f"{what}: {early:g} in the second quarter, {late:g} in the last")
    return found


if __name__ == "__main__":
    sys.exit(main())
