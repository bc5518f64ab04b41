"""Trouble that passes: a full disk, a locked or damaged database. The loops wait and go on (RELIABILITY C12, C13)."""

import random
import shutil
from pathlib import Path

import structlog
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from triage.core.retry import Backoff
from triage.service.progress import Progress
from triage.store.engine import BEYOND_READING

TROUBLE = (DBAPIError, OSError)
LADDER = Backoff(first=1.0, cap=30.0, calm=0.5)
BEYOND_LIMITS = "54"  # PostgreSQL's class for what it cannot hold: no waiting makes that smaller
LOW_WATER = 8 << 20  # bytes that intake leaves free, for the loops that finish what has come in

log = structlog.get_logger("trouble")


def is_trouble(error: Exception) -> bool:
    """Whether the disk or the database failed, and not what was to be written: of damage SQLite says DatabaseError."""
    if (getattr(getattr(error, "orig", None), "sqlstate", None) or "").startswith(BEYOND_LIMITS):
        return False
    return isinstance(error, (OperationalError, OSError)) or type(error) is DatabaseError


def after_trouble(loop: str, trouble: Exception, progress: Progress) -> float:
    """Tell of it, and how many seconds to wait before going on. Nothing is said of the data involved (F8)."""
    pause = LADDER.next_attempt(progress.fail(), random.random())  # noqa: S311 - jitter, not secrecy
    progress.hurt = progress.hurt or why(trouble) in BEYOND_READING
    log.error("trouble", loop=loop, failure=type(trouble).__name__, why=why(trouble), retry_in=round(pause, 1))
    return pause


def why(trouble: Exception) -> str:
    """The library's own words, without the statement and its values that SQLAlchemy adds."""
    words = str(getattr(trouble, "orig", None) or getattr(trouble, "strerror", None) or "")
    return (words.splitlines() or [""])[0][:160]


def short_of_space(directory: Path) -> bool:
    """Whether the disk under `directory` is nearly full."""
    return shutil.disk_usage(directory).free < LOW_WATER
