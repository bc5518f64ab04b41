"""A plain copy of the database is put back, and a person releases what was held: nothing leaves a second time (C14)."""

import shutil
from pathlib import Path

from tests.faults.harm import LIMIT, Fault
from tests.faults.stage import PATIENCE, Stage


def put_back(stage: Stage) -> None:
    """Copied while the daemon stands, put back some seconds of work later; then `rearm`, and everything released."""
    database = stage.program.folder / "triage.db"
    copy = stage.program.folder / "copy.db"
    _watching(stage)
    stage.pump(stage.chance.uniform(0.0, 2.0))
    _stand(stage)
    shutil.copy(database, copy)
    _watching(stage)
    stage.pump(stage.chance.uniform(0.0, 3.0))
    stage.strike()
    stage.bury()
    _replace(database, copy)
    _watching(stage)
    stage.pump(LIMIT, lambda: _caught_up(stage))
    _stand(stage)
    stage.program.call("rearm")
    stage.program.call("outbox", "release", "--all")
    stage.program.call("outbox", "drop", "--all")  # what nobody can tell of, a person has looked after


def _watching(stage: Stage) -> None:
    seen = stage.program.logged("watching")
    stage.start()
    stage.pump(PATIENCE, lambda: stage.program.logged("watching") > seen or not stage.alive(), tick=0.05)


def _stand(stage: Stage) -> None:
    if stage.alive():
        stage.program.stop(seconds=60.0)
    stage.bury()


def _replace(database: Path, copy: Path) -> None:
    for left in database.parent.glob("triage.db-*"):
        left.unlink()
    shutil.copy(copy, database)


def _caught_up(stage: Stage) -> bool:
    filed = stage.number("select count(distinct message_id) from ledger where state != 'new'")
    return filed >= len({i for i, _ in stage.delivered} - stage.removed)


RESTORING: dict[str, Fault] = {"a plain copy put back": Fault(put_back, excused=True, rounds=(1, 1))}
