"""What two verdicts on one message say differently, part by part (DESIGN 8)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from triage.core.verdict import Finding, Verdict

READING = "reading"  # the part that says why a message could not be read

_PARTS: tuple[tuple[str, Callable[[Verdict], object]], ...] = (
    ("kind", lambda verdict: verdict.kind),
    ("item", lambda verdict: verdict.category),
    ("service", lambda verdict: verdict.service),
    ("also", lambda verdict: verdict.also),
    ("organ", lambda verdict: verdict.organ),
    ("action", lambda verdict: verdict.action),
    ("status", lambda verdict: _statuses(verdict)),
    ("protocol", lambda verdict: verdict.operator and verdict.operator.protocol),
    ("trusted", lambda verdict: verdict.trusted),
    ("withdrawn", lambda verdict: verdict.withdrawn),
    ("nudge", lambda verdict: verdict.nudge),
    ("subject", lambda verdict: verdict.subject and verdict.subject.ok),
    ("form", lambda verdict: verdict.form),
    ("recipients", lambda verdict: verdict.missing_recipients),
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One part: the name of a finding's field, or a word of the contract; "" where there was, or is, nothing."""

    part: str
    before: str
    after: str


def parts_of(verdict: Verdict) -> dict[str, str]:
    """Every part of a verdict that somebody acts upon, as words; certainties and evidence are left out."""
    told = {name: _words(part(verdict)) for name, part in _PARTS}
    return told | {str(finding.field): _finding(finding) for finding in verdict.findings}


def unread(reason: str) -> dict[str, str]:
    """The parts of a message that could not be read."""
    return {READING: reason}


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Difference, ...]:
    """The parts in which two views of one message differ, in the order of the parts."""
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in names)
    return tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])


def _statuses(verdict: Verdict) -> tuple[str, ...]:
    """What the operator says; each word of it where it answers several requests at once."""
    words = verdict.words or ((verdict.operator,) if verdict.operator else ())
    return tuple(str(word.status) for word in words)


def _finding(finding: Finding) -> str:
    return f"{finding.presence}: {finding.value}" if finding.value else str(finding.presence)


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
