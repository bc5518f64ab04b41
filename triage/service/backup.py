"""A consistent copy of the database, made while the daemon goes on and safe to be put back (RELIABILITY A14, C14).

The copy grows in a private folder beside its place and is moved there whole; a copy that was broken off is cleared
away by the next one.
"""

import fcntl
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from triage.service.calendar import local_zone
from triage.service.trouble import LOW_WATER, why
from triage.store.copies import RESTORED, contents, seal
from triage.store.engine import copy_to, damage

WORKSHOP = ".triage-backup"
_DATED = re.compile(r"triage-\d{8}T\d{6}Z\.db")


class BackupRefused(Exception):  # noqa: N818 - an answer to whoever asks for a copy
    """No copy was made; the message says why, in one line of Portuguese."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A finished copy: where it is, its bytes, what it holds, and the older ones that made way for it."""

    path: Path
    size: int
    messages: int
    cases: int
    dropped: tuple[Path, ...] = ()


def back_up(url: str, target: Path, now: datetime, keep: int | None = None) -> Copy:
    """Copy the SQLite database at `url` to `target`, a new file, or a folder that gets a dated one.

    `keep`: leave that many dated copies in the folder, the newest. Raises BackupRefused.
    """
    source = _file_of(url)
    into_folder = keep is not None or target.is_dir()
    place = target / f"triage-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db" if into_folder else target
    try:
        if into_folder:
            target.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _workshop(place.parent) as workshop:
            size, messages, cases = _made(source, workshop / place.name, place, now)
            dropped = _dropped(target, keep) if keep is not None else ()
    except (sqlite3.Error, DBAPIError, OSError) as failure:
        raise BackupRefused(f"{place}: {why(failure) or failure}") from failure
    return Copy(place, size, messages, cases, dropped)


def _file_of(url: str) -> Path:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise BackupRefused("este comando copia um banco SQLite; um PostgreSQL se copia com pg_dump --format=custom")
    source = Path(parsed.database or "")
    if not source.is_file():
        raise BackupRefused(f"o banco de dados {source} não existe")
    return source


@contextmanager
def _workshop(folder: Path) -> Iterator[Path]:
    """A folder for the copy in the making that nobody else may look into; one copy at a time (K14)."""
    workshop = folder / WORKSHOP
    workshop.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(workshop, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(handle, folder)
        _clear(workshop)
        try:
            yield workshop
        finally:
            _clear(workshop)
            workshop.rmdir()
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BackupRefused(f"outra cópia está sendo feita em {folder}") from None


def _clear(workshop: Path) -> None:
    for left in workshop.iterdir():
        left.unlink()


def _made(source: Path, draft: Path, place: Path, now: datetime) -> tuple[int, int, int]:
    """The copy, finished and in its place: its bytes, how many messages and cases it holds."""
    if place.exists():
        raise BackupRefused(f"{place} já existe; uma cópia nunca toma o lugar de outra")
    if shutil.disk_usage(draft.parent).free < source.stat().st_size + LOW_WATER:
        raise BackupRefused(
            f"não há espaço em {place.parent} para mais uma cópia; apague alguma, ou mande-a a outro disco"
        )
    copy_to(_plain(source), draft)
    copied = _plain(draft)
    try:
        messages, cases = _sealed(copied, now)
    finally:
        copied.dispose()
    _sync(draft)
    draft.rename(place)
    _sync(place.parent)
    return place.stat().st_size, messages, cases


def _sealed(copied: Engine, now: datetime) -> tuple[int, int]:
    """The copy made safe to be put back, then checked; how many messages and cases it holds."""
    made_at = f"{now.astimezone(local_zone()):%d/%m/%Y às %H:%M}"
    words = f"cópia de {made_at} restaurada: {RESTORED}"
    with copied.begin() as connection:
        seal(connection, words, now, now)
        holds = contents(connection)
    found = damage(copied)
    if found:
        raise BackupRefused(f"a cópia saiu danificada ({found[0]}) e foi jogada fora; rode `triage doctor`")
    return holds


def _plain(file: Path) -> Engine:
    """The database as it is: not brought up to date, not converted."""
    return create_engine(f"sqlite:///{file}")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _dropped(folder: Path, keep: int) -> tuple[Path, ...]:
    """Remove the oldest dated copies; nothing else in the folder is touched."""
    dated = sorted(path for path in folder.iterdir() if _DATED.fullmatch(path.name))
    old = tuple(dated[:-keep])
    for path in old:
        path.unlink()
    return old
