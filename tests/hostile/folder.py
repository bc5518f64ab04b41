"""Any folder of messages held against the promises of RELIABILITY D: `python -m tests.hostile FOLDER`.

Each file, of whatever line ends, goes through a confined reader of 256 MB: one verdict or one quarantine with its
reason, in time, in clean text; machines are never answered, and nothing moves a case, since nothing is authenticated.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from tests.hostile.promises import POLICY, broken_promises, is_answered
from triage.core.vocabulary import Kind
from triage.paths import models_dir
from triage.service.confine import Judged, Outcome, Pool, Reason, Unreadable

MEMORY = 256 * 1024 * 1024
SECONDS = 2.0
GOOD_SHARE = 0.98
ESCAPED = frozenset({Reason.CRASHED, Reason.FAILED, Reason.GARBLED, Reason.TIMED_OUT, Reason.OUT_OF_MEMORY})


@dataclass
class Findings:
    """What a folder came to. `failures` are broken promises; `unrecognised` the bounces not taken for automatic."""

    messages: int = 0
    failures: list[str] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)
    quarantined: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def recognised(self) -> float:
        """The share of messages that were taken for automatic, or could not be read."""
        return 1 - len(self.unrecognised) / max(1, self.messages)


def check_folder(folder: Path, *, bounces: bool = False, seconds: float = SECONDS) -> Findings:
    """Judge every file below `folder`; with `bounces` each must be known for a machine's and none be answered."""
    findings = Findings()
    with Pool(POLICY, model=models_dir(), size=1, memory=MEMORY) as readers:
        readers.wait_ready()
        for path in _files(folder):
            began = monotonic()
            outcome = readers.judge_one(path.read_bytes())
            _note(findings, str(path.relative_to(folder)), outcome, monotonic() - began, seconds, bounces)
    if bounces and findings.recognised < GOOD_SHARE:
        findings.failures.append(f"{findings.recognised:.1%} of the bounces were taken for automatic")
    return findings


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _note(findings: Findings, name: str, outcome: Outcome, took: float, allowed: float, bounces: bool) -> None:
    findings.messages += 1
    findings.slowest = max(findings.slowest, (took, name))
    if took > allowed:
        findings.failures.append(f"{name}: {took:.1f} s")
    if isinstance(outcome, Unreadable):
        _note_unreadable(findings, name, outcome)
        return
    findings.kinds[outcome.verdict.kind] += 1
    findings.failures += [f"{name}: {broken}" for broken in broken_promises(outcome)]
    if bounces:
        _note_bounce(findings, name, outcome)


def _note_unreadable(findings: Findings, name: str, outcome: Unreadable) -> None:
    findings.quarantined[f"{outcome.reason}: {outcome.detail}"] += 1
    if outcome.reason in ESCAPED or not outcome.detail:
        findings.failures.append(f"{name}: {outcome.reason} {outcome.detail}")


def _note_bounce(findings: Findings, name: str, outcome: Judged) -> None:
    if outcome.verdict.kind is not Kind.AUTOMATIC:
        findings.unrecognised.append(f"{name} ({outcome.verdict.kind})")
    if is_answered(outcome):
        findings.failures.append(f"{name}: a bounce that would be answered")


def report(folder: Path, findings: Findings) -> Iterator[str]:
    """The lines that a person reads."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in findings.kinds.most_common())
    slowest = f"slowest {findings.slowest[0]:.2f} s ({findings.slowest[1]})"
    yield f"{folder}: {findings.messages} messages; {kinds}; {findings.quarantined.total()} quarantined; {slowest}"
    for reason, count in findings.quarantined.most_common(20):
        yield f"  quarantined {count:5} {reason}"
    for name in findings.unrecognised:
        yield f"  not automatic: {name}"
    for failure in findings.failures:
        yield f"  BROKEN {failure}"
