"""The health file: what the daemon knows of itself, written whole at every beat (RELIABILITY F6)."""

import json
from pathlib import Path

from triage.service.house import House
from triage.service.progress import Progress
from triage.store.engine import read
from triage.store.mailboxes import frozen
from triage.store.outbox import next_due

HEALTH_FILE = "health.json"


def write_health(house: House, loops: dict[str, Progress]) -> None:
    """Write the file anew: into a sibling first, so that a reader never sees half of it."""
    with read(house.engine) as connection:
        stopped = house.stopped(connection)
        waiting = next_due(connection)
        held = [box.name for box in frozen(connection)]
    state = {
        "at": house.now().isoformat(),
        "mode": house.policy.mode,
        "stopped": stopped,
        "frozen_folders": held,
        "next_mail_due": waiting.isoformat() if waiting else None,
        "loops": {name: _loop(progress) for name, progress in loops.items()},
    }
    _replace(house.state_dir / HEALTH_FILE, json.dumps(state, indent=1))


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
