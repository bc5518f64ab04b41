"""The database: opened, checked, brought up to date; and transactions on it. All that is SQLite's own stands here.

SQLite is kept durable (RELIABILITY C10): synchronous=FULL, foreign keys on, a long busy timeout, writes that begin with
BEGIN IMMEDIATE. Write-ahead logging is used only where the linked library has the fix of the WAL-reset bug (C11);
elsewhere the rollback journal, and a database left in WAL mode is converted.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import ConnectionPoolEntry

from triage.store.copies import RESTORED, seal
from triage.store.migrations import HEAD, bring_up_to_date, revision_of

BUSY_SECONDS = 15
WRITING = "triage_writing"
TURN = "triage_turn"
SCHEMA_LOCK = int.from_bytes(b"triage", "big")
BEYOND_READING = ("database disk image is malformed", "file is not a database")  # SQLite's own words
PASSING = (
    "is locked",
    "disk is full",
    "no space left",
    "connection refused",
    "starting up",
    "shutting down",
    "timeout",
)


class StoreRefused(Exception):  # noqa: N818 - it is an answer to whoever opens the store
    """The database cannot be used; the message says why and what to do, in one line of Portuguese."""


class StoreUnavailable(StoreRefused):
    """It cannot be used now, and may be in a while: the disk is full, another program locks it, a server starts."""


def open_store(url: str, *, check: bool = True) -> Engine:
    """The database at `url`, at the program's schema; a new file is created, readable by its owner alone.

    `check` looks for damage first, which takes time in proportion to the file: for the daemon, not for a short command.
    Raises StoreRefused where it is damaged, newer than the program, out of reach, or held in WAL mode by others;
    StoreUnavailable where that may pass by itself.
    """
    parsed = make_url(url)
    try:
        return _open_sqlite(parsed, check) if parsed.get_backend_name() == "sqlite" else _open_server(parsed)
    except ImportError as failure:
        raise StoreRefused(f"banco de dados: falta instalar o pacote {failure.name}") from failure
    except (DatabaseError, sqlite3.DatabaseError, OSError) as failure:
        raise _refusal(failure) from failure


def _refusal(failure: Exception) -> StoreRefused:
    words = _first_line(failure)
    if words in BEYOND_READING:
        return StoreRefused(_damaged(words))
    passing = any(sign in words.lower() for sign in PASSING)
    return (StoreUnavailable if passing else StoreRefused)(f"banco de dados: {words}")


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed at the end, rolled back on any exception. Takes SQLite's lock at once."""
    with _turn(engine), engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """A consistent view. Nothing may be written in it."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Threads of this process wait for each other here: SQLite sleeps before it tries again, soon a tenth of a second.
    Whoever has waited too long is left to SQLite, which will refuse."""
    turn = engine.get_execution_options().get(TURN)
    if turn is None:  # a server lets many write at once
        yield
        return
    taken = turn.acquire(timeout=BUSY_SECONDS)
    try:
        yield
    finally:
        if taken:
            turn.release()


def damage(engine: Engine) -> list[str]:
    """What `quick_check` and `foreign_key_check` find wrong (C13); empty where all is well, and for a server."""
    if engine.dialect.name != "sqlite":
        return []
    with read(engine) as connection:
        found = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(20)"))]
        orphans = [f"{row[0]}: linha {row[1]} sem {row[2]}" for row in _orphans(connection)]
    return [line for line in found if line != "ok"] + orphans


def copy_to(engine: Engine, target: Path) -> None:
    """A consistent copy of a SQLite database, made while others write (C14). Raises StoreRefused where it exists."""
    if target.exists():
        raise StoreRefused(f"a cópia {target} já existe")
    with closing(_raw(engine.url)) as source:
        source.execute("VACUUM INTO ?", (str(target),))
    target.chmod(0o600)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset corruption: 3.51.3 and later, 3.50.7+, 3.44.6+ (C11)."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def journal_mode() -> str:
    """The journal mode for the linked library."""
    return "wal" if wal_is_safe(sqlite3.sqlite_version_info) else "truncate"


def _open_server(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True)
    _update(engine, None)
    return engine


def _open_sqlite(url: URL, check: bool) -> Engine:
    path = _path(url)
    if path is not None:
        _make_private(path)
        _leave_wal(path)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    engine.update_execution_options(**{TURN: RLock()})
    if check:
        _check(engine)
    _update(engine, path)
    return engine


def _path(url: URL) -> Path | None:
    return Path(url.database) if url.database and url.database != ":memory:" else None


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _leave_wal(path: Path) -> None:
    """Out of WAL mode where the library would endanger it; refused while another process holds the file open."""
    if journal_mode() == "wal":
        return
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            return
        connection.execute("PRAGMA busy_timeout=1000")  # whoever has it open keeps it open
        try:
            left = connection.execute("PRAGMA journal_mode=TRUNCATE").fetchone()[0] != "wal"
        except sqlite3.OperationalError:
            left = False
    if not left:
        raise StoreRefused(
            f"{path} está em modo WAL e o SQLite {sqlite3.sqlite_version} pode corrompê-lo: encerre os outros programas"
            " que o usam, para que seja convertido, ou atualize o SQLite para 3.51.3 ou mais novo"
        )


def _prepare(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would begin transactions on its own, deferred ones
    for pragma in (
        "foreign_keys=ON",
        f"journal_mode={journal_mode()}",
        "synchronous=FULL",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A deferred transaction that writes later fails at once if another wrote meanwhile, whatever the timeout (C10).
    writing = connection.get_execution_options().get(WRITING, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _check(engine: Engine) -> None:
    found = damage(engine)
    if found:
        raise StoreRefused(_damaged(found[0]))


def _damaged(how: str) -> str:
    return f"banco de dados danificado ({how}): restaure uma cópia; a caixa postal fica intacta"


def _update(engine: Engine, path: Path | None) -> None:
    """The schema brought to the program's; an existing file is copied first (C15)."""

    with read(engine) as connection:
        if revision_of(connection) == HEAD:  # the usual case must not wait for whoever is writing
            return

    def snapshot(revision: str) -> None:
        target = path.with_name(f"{path.name}.antes-de-{revision}") if path else None
        if target is not None and not target.exists():
            _snapshot(engine, target, revision)

    with _schema_connection(engine) as connection:
        if engine.dialect.name == "postgresql":  # where another process may be at it, unseen, as SQLite lets only one
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SCHEMA_LOCK})
        refusal = bring_up_to_date(connection, snapshot)
        orphans = _orphans(connection) if engine.dialect.name == "sqlite" else []
        if refusal or orphans:
            raise StoreRefused(refusal or "a atualização do banco deixaria linhas órfãs; nada foi mudado")


def _snapshot(engine: Engine, target: Path, revision: str) -> None:
    """A copy that is sealed like any other: put back by whatever way, nothing leaves before a person says so (A14)."""
    draft = target.with_name(f"{target.name}.parcial")
    draft.unlink(missing_ok=True)
    copy_to(engine, draft)
    copied, now = create_engine(f"sqlite:///{draft}"), datetime.now(UTC)
    try:
        with copied.begin() as connection:
            seal(connection, f"cópia de antes da versão {revision} restaurada: {RESTORED}", now, now)
    finally:
        copied.dispose()
    draft.rename(target)


@contextmanager
def _schema_connection(engine: Engine) -> Iterator[Connection]:
    """A writing transaction without foreign keys: rebuilding a table would else erase the rows that point to it."""
    with engine.connect().execution_options(**{WRITING: True}) as connection:
        raw = connection.connection.dbapi_connection
        if engine.dialect.name == "sqlite" and raw is not None:
            raw.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
        try:
            with connection.begin():
                yield connection
        finally:
            if engine.dialect.name == "sqlite" and raw is not None:
                raw.execute("PRAGMA foreign_keys=ON")


def _orphans(connection: Connection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text("PRAGMA foreign_key_check"))]


def _raw(url: URL) -> sqlite3.Connection:
    return sqlite3.connect(url.database or ":memory:", timeout=BUSY_SECONDS, isolation_level=None)


def _first_line(failure: Exception) -> str:
    return (str(getattr(failure, "orig", None) or failure).splitlines() or [type(failure).__name__])[0]
