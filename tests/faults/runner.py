"""One fault run from its seed: traffic, harm, an orderly end, the audit."""

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.audit import Audit
from tests.faults.catalogue import FAULTS
from tests.faults.disk import small_disk
from tests.faults.harm import Fault
from tests.faults.power import powered_disk
from tests.faults.stage import Stage, some_kinds, staged
from tests.servers.dovecot import Dovecot


@dataclass(frozen=True, slots=True)
class Report:
    """What one run was and what it found. `copies`: second copies of a mail, each of them recorded as a doubt."""

    seed: int
    fault: str
    seconds: float
    mails: int
    replies: int
    copies: int
    findings: tuple[str, ...] = field(default=())


def run(seed: int, name: str, imap: Dovecot, folder: Path) -> Report:
    """A run of `name`, the same each time for the same seed as far as processes and clocks let it be."""
    began = time.monotonic()
    fault = FAULTS[name]
    with _disk(fault, folder), staged(folder, imap, seed) as stage:
        if fault.small or fault.power:
            stage.program.log = folder.with_name(f"{folder.name}.log")  # the harness must be able to read it whole
        _suffer(stage, fault)
        findings = Audit(stage, excused=fault.excused).findings()
        heard = [str(mail["Message-ID"]) for mail in stage.sent()]
        return Report(
            seed,
            name,
            time.monotonic() - began,
            len(stage.delivered),
            len(set(heard)),
            len(heard) - len(set(heard)),
            tuple(findings),
        )


def _disk(fault: Fault, folder: Path) -> AbstractContextManager[None]:
    if fault.power:
        return powered_disk(folder)
    return small_disk(folder) if fault.small else nullcontext()


def _suffer(stage: Stage, fault: Fault) -> None:
    for _ in range(stage.chance.randint(*fault.rounds)):
        stage.cast(some_kinds(stage.chance, stage.chance.randint(2, 5)), spread=3.0)
        stage.pump(stage.chance.uniform(0.0, 1.0))
        fault.act(stage)
        stage.bury()
    stage.settle()
