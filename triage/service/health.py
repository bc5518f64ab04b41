"""The health file: what the daemon knows of itself, written whole at every beat (RELIABILITY F6)."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from triage.core.decision import LedgerState, OutboxState
from triage.service.damage import known_damage
from triage.service.house import House
from triage.service.progress import Progress
from triage.service.silence import silence_of
from triage.service.trouble import TROUBLE, why
from triage.store import facts
from triage.store.engine import read
from triage.store.inspections import Inspected, last_inspection
from triage.store.ledger import count_by_state
from triage.store.mailboxes import frozen
from triage.store.outbox import mails, next_due

HEALTH_FILE = "health.json"


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader of the file wants to know: its age in seconds, each loop's failures in a row, what hinders it."""

    age: float
    failures: tuple[tuple[str, int], ...]
    readers: str = ""


def write_health(house: House, loops: dict[str, Progress], readers: str = "") -> None:
    """Write the file anew: into a sibling first, so that a reader never sees half of it.

    `readers`: why no reader can be had.
    """
    state = {
        "at": house.now().isoformat(),
        "mode": house.policy.mode,
        "damaged": known_damage(house.state_dir),
        "readers": readers,
        **_of_the_store(house),
        "disk_free": shutil.disk_usage(house.disk).free,
        "loops": {name: _loop(progress) for name, progress in loops.items()},
    }
    _replace(house.state_dir / HEALTH_FILE, json.dumps(state, indent=1))


def _of_the_store(house: House) -> dict[str, object]:
    """What the database tells; that it tells nothing, where it is damaged or out of reach."""
    try:
        return _standing(house)
    except TROUBLE as trouble:
        return {"stopped": house.silent(), "unreadable": why(trouble) or type(trouble).__name__}


def _standing(house: House) -> dict[str, object]:
    with read(house.engine) as connection:
        due = next_due(connection)
        silence = silence_of(house, connection)
        lost = facts.fact(connection, facts.LOST_PROBE)
        return {
            "silence": {"working_hours": round(silence.hours, 1), "alarming": silence.alarming},
            "lost_probe": {"at": lost[1].isoformat(), "why": lost[0]} if lost else None,
            "stopped": house.stopped(connection),
            "frozen_folders": [box.name for box in frozen(connection)],
            "waiting_to_be_judged": count_by_state(connection, LedgerState.NEW),
            "inspection": _inspection(last_inspection(connection)),
            "quarantined": count_by_state(connection, LedgerState.QUARANTINED),
            "held": len(mails(connection, (OutboxState.HELD, OutboxState.AMBIGUOUS, OutboxState.DEAD))),
            "next_mail_due": due.isoformat() if due else None,
        }


def read_health(directory: Path) -> Told:
    """What the file says. Raises OSError, ValueError."""
    state = json.loads((directory / HEALTH_FILE).read_text(encoding="utf-8"))
    try:
        age = (datetime.now(UTC) - datetime.fromisoformat(state["at"])).total_seconds()
        failures = tuple((name, int(loop["failures"])) for name, loop in state["loops"].items())
        return Told(age, failures, str(state["readers"]))
    except (KeyError, TypeError, AttributeError) as odd:
        raise ValueError("not a health file") from odd


def _inspection(last: Inspected | None) -> dict[str, object] | None:
    """The last look through the whole house: when, and the rules that it found broken."""
    return {"at": last.at.isoformat(), "broken": [rule for rule, _ in last.found]} if last else None


def _loop(progress: Progress) -> dict[str, float | int | None]:
    return {
        "failures": progress.failures,
        "seconds_since_beat": round(progress.silent_for(), 1),
        "seconds_since_success": progress.unsuccessful_for(),
    }


def _replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(path)
