"""How far the database had come, noted beside it: an older one that is put back in its place is recognised (A14, C14).

Copies made by `triage backup` are sealed and need no recognising. A plain copy of the file is not: what left after it
was made would leave again. Histories and outgoing mails are only ever added, so a database that has fewer of them than
was seen here before is an older one: it is sealed on the spot, and a person re-arms it.
"""

import hashlib
import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection, Engine

from triage.store.copies import RESTORED, HighMarks, already_sealed, high_marks, newest_moment, seal
from triage.store.engine import read, write

log = structlog.get_logger("watermark")

FILE = "watermark.json"
WORDS = f"o banco é mais antigo que o já usado aqui, como uma cópia posta de volta: {RESTORED}"


def seal_if_older(engine: Engine, directory: Path, key: bytes, now: datetime) -> bool:
    """Seal the database where it is behind what was noted in `directory`; whether it was. `key` is its identity."""
    noted = _noted(directory, key)  # before the database is looked at, which a daemon may be writing to
    with read(engine) as connection:
        if noted is None or not _behind(connection, noted):
            return False
    seal_now(engine, now)
    note(engine, directory, key)
    return True


def seal_now(engine: Engine, now: datetime) -> None:
    """The database has turned out to be an older one."""
    with write(engine) as connection:
        if not already_sealed(connection):
            seal(connection, WORDS, newest_moment(connection) or now, now)
    log.critical("the database is older than the one used here before: nothing leaves until it is re-armed")


def keep(engine: Engine, directory: Path, key: bytes, now: datetime) -> None:
    """Note how far the database has come; seal it where another was put in its place meanwhile."""
    if not seal_if_older(engine, directory, key, now):
        note(engine, directory, key)


def note(engine: Engine, directory: Path, key: bytes) -> None:
    """Note how far the database has come. A directory that does not take it leaves what was noted before."""
    with read(engine) as connection:
        marks = high_marks(connection)
    if marks == _noted(directory, key):
        return
    draft = directory / f"{FILE}.new"
    with suppress(OSError):
        draft.write_text(json.dumps({"of": _identity(key), "events": marks.events, "mails": marks.mails}))
        draft.chmod(0o600)
        draft.replace(directory / FILE)


def _behind(connection: Connection, noted: HighMarks) -> bool:
    marks = high_marks(connection)
    return marks.events < noted.events or marks.mails < noted.mails


def _noted(directory: Path, key: bytes) -> HighMarks | None:
    """What was noted of this very database; None where nothing was, or of another one."""
    try:
        found = json.loads((directory / FILE).read_text(encoding="utf-8"))
        return HighMarks(int(found["events"]), int(found["mails"])) if found["of"] == _identity(key) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _identity(key: bytes) -> str:
    """Of the key behind our Message-IDs, which each database makes for itself, as much as tells it from others."""
    return hashlib.sha256(b"watermark" + key).hexdigest()[:16]
