"""The database as it is opened: durable, private, at the right schema; refused with one clear line where it is not."""

import sqlite3
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import SQLModel

from tests.store.builders import letter
from triage.core.decision import OutboxState
from triage.store import engine as engine_module
from triage.store.engine import StoreRefused, copy_to, damage, journal_mode, open_store, read, wal_is_safe, write
from triage.store.facts import tripped
from triage.store.migrations import FOLDER, HEAD, KNOWN, revision_of, upgrade
from triage.store.outbox import mails, put


def path_of(engine: Engine) -> Path:
    return Path(engine.url.database or "")


@pytest.mark.parametrize("how", [read, write])
def test_every_connection_is_durable_and_checks_its_references(engine: Engine, how) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        with how(engine) as connection:
            pragmas = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar()
                for name in ("foreign_keys", "synchronous", "busy_timeout", "journal_mode")
            }
        engine.dispose()
        assert pragmas == {"foreign_keys": 1, "synchronous": 2, "busy_timeout": 15000, "journal_mode": journal_mode()}


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
    ],
)
def test_wal_is_used_only_where_its_reset_bug_is_fixed(version: tuple[int, ...], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_a_database_in_wal_mode_is_converted_under_an_old_library(url: str, engine: Engine) -> None:
    engine.dispose()
    with sqlite3.connect(path_of(engine)) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
    raw.close()
    again = open_store(url)
    with read(again) as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == journal_mode()
    again.dispose()


@pytest.mark.skipif(journal_mode() == "wal", reason="the linked SQLite may keep WAL")
def test_a_wal_database_in_use_is_refused_with_what_to_do(url: str, engine: Engine) -> None:
    engine.dispose()
    other = sqlite3.connect(path_of(engine), isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN")
    other.execute("SELECT * FROM alembic_version").fetchall()
    with pytest.raises(StoreRefused, match=r"WAL.*encerre.*3\.51\.3"):
        open_store(url)
    other.close()


def test_the_file_is_readable_by_its_owner_alone(engine: Engine) -> None:
    assert stat.S_IMODE(path_of(engine).stat().st_mode) == 0o600


def test_the_migrations_make_what_a_new_store_gets_at_once(engine: Engine) -> None:
    """All of it: tables, columns in their order, constraints, indexes, and the revision that they say they have."""
    migrated = create_engine("sqlite://")
    with migrated.begin() as connection:
        upgrade(connection)
    with migrated.begin() as old, read(engine) as new:
        assert schema(old) == schema(new)
        assert revision_of(old) == revision_of(new) == HEAD
        context = MigrationContext.configure(old, opts={"compare_type": False})
        assert compare_metadata(context, SQLModel.metadata) == []
    migrated.dispose()


def schema(connection: Connection) -> dict[str, tuple[list[tuple[object, ...]], list[str]]]:
    """Each table and index: its columns, and what SQLite keeps of its making, the constraints in any order."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master")).all()
    return {
        name: (
            [tuple(row) for row in connection.execute(text(f"PRAGMA table_info({name})"))],
            sorted(line.strip().rstrip(",") for line in (made or "").splitlines()),
        )
        for name, made in rows
    }


def test_the_newest_revision_is_the_one_that_the_program_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == set(KNOWN)


def test_an_existing_store_is_opened_again_with_what_it_holds(url: str, engine: Engine) -> None:
    with write(engine) as connection:
        connection.execute(text("INSERT INTO counter VALUES ('case-2026', 41)"))
    engine.dispose()
    again = open_store(url)
    with read(again) as connection:
        assert connection.execute(text("SELECT value FROM counter")).scalar() == 41
    again.dispose()


def test_an_older_schema_is_copied_before_it_is_brought_up_to_date(
    url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is one revision so far: the first is taken for an old one, and upgrading finds nothing left to do."""
    monkeypatch.setattr("triage.store.migrations.HEAD", "r9999")
    monkeypatch.setattr(engine_module, "HEAD", "r9999")
    engine.dispose()
    open_store(url).dispose()
    copy = path_of(engine).with_name("triage.db.antes-de-r9999")
    assert copy.exists()
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert not copy.with_name(f"{copy.name}.parcial").exists()


def test_a_snapshot_before_an_upgrade_is_sealed(url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A14: whoever goes back to it after a bad upgrade must not answer once more what was answered meanwhile."""
    monkeypatch.setattr("triage.store.migrations.HEAD", "r9999")
    monkeypatch.setattr(engine_module, "HEAD", "r9999")
    with write(engine) as connection:
        put(connection, letter("<um>", state=OutboxState.QUEUED), datetime(2026, 5, 4, tzinfo=UTC))
    engine.dispose()
    open_store(url).dispose()
    monkeypatch.undo()
    restored = open_store(f"sqlite:///{path_of(engine).with_name('triage.db.antes-de-r9999')}")
    with read(restored) as connection:
        why = tripped(connection)
        assert [mail.state for mail in mails(connection)] == [OutboxState.HELD]
    restored.dispose()
    assert why is not None
    assert why[0].startswith("cópia de antes da versão r9999 restaurada")


def test_a_newer_schema_is_refused(url: str, engine: Engine) -> None:
    with write(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'r9999'"))
    engine.dispose()
    with pytest.raises(StoreRefused, match="mais novo que este programa"):
        open_store(url)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE theirs(a)")
    raw.close()
    with pytest.raises(StoreRefused, match="outro programa"):
        open_store(f"sqlite:///{path}")
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    raw.close()


@pytest.mark.parametrize(
    "content", [b"this is no database, whatever its name says", b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_no_database_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "triage.db"
    path.write_bytes(content)
    with pytest.raises(StoreRefused) as refused:
        open_store(f"sqlite:///{path}")
    assert "\n" not in str(refused.value)


def test_a_damaged_page_is_found(url: str, engine: Engine) -> None:
    assert damage(engine) == []
    engine.dispose()
    path = path_of(engine)
    data = bytearray(path.read_bytes())
    data[2 * 4096 : 3 * 4096] = b"\xff" * 4096
    path.write_bytes(data)
    with pytest.raises(StoreRefused, match=r"danificado|malformed"):
        open_store(url)


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreRefused, match="banco de dados"):
        open_store(f"sqlite:///{tmp_path}/file/triage.db")


def test_a_copy_is_complete_and_never_overwrites(engine: Engine, tmp_path: Path) -> None:
    with write(engine) as connection:
        connection.execute(text("INSERT INTO counter VALUES ('case-2026', 7)"))
    copy_to(engine, tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as raw:
        assert raw.execute("SELECT value FROM counter").fetchone() == (7,)
    raw.close()
    with pytest.raises(StoreRefused):
        copy_to(engine, tmp_path / "copy.db")


def test_what_fails_in_a_transaction_leaves_nothing(engine: Engine) -> None:
    def twice() -> None:
        with write(engine) as connection:
            connection.execute(text("INSERT INTO counter VALUES ('a', 1)"))
            connection.execute(text("INSERT INTO counter VALUES ('a', 2)"))

    with pytest.raises(IntegrityError):
        twice()
    with read(engine) as connection:
        assert connection.execute(text("SELECT count(*) FROM counter")).scalar() == 0


def test_a_reference_to_nothing_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), write(engine) as connection:
        connection.execute(text("INSERT INTO raw VALUES (99, x'00')"))


def test_a_reader_is_not_kept_waiting_for_the_schema_by_a_writer(url: str, engine: Engine) -> None:
    """`cases list` beside a busy daemon."""
    with write(engine):
        open_store(url, check=False).dispose()


def test_a_store_that_is_being_written_to_is_waited_for(url: str, engine: Engine) -> None:
    """C10: on a slow disk a commit keeps everybody out for a second or two; no command may fail for that."""
    engine.dispose()
    with closing(sqlite3.connect(path_of(engine), isolation_level=None, check_same_thread=False)) as other:
        other.execute("begin exclusive")
        end = threading.Timer(1.5, other.execute, ["rollback"])
        end.start()
        open_store(url, check=False).dispose()
        end.join()


def test_threads_write_in_turn_and_need_not_try_again(engine: Engine) -> None:
    """SQLite sleeps between its tries, up to a tenth of a second: it is not asked before the other has committed."""
    happened: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        happened.append(f"{threading.current_thread().name}: {statement}")

    def second() -> None:
        with write(engine):
            pass

    with read(engine), read(engine):  # so that both find a connection ready
        pass
    happened.clear()
    waiting = threading.Thread(target=second, name="second")
    with write(engine):
        waiting.start()
        waiting.join(0.2)
        happened.append("committed")
    waiting.join()
    assert happened == ["MainThread: BEGIN IMMEDIATE", "committed", "second: BEGIN IMMEDIATE"]


def test_whoever_waits_too_long_for_a_turn_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_module, "BUSY_SECONDS", 0.1)
    engine = open_store(url)
    refused: list[OperationalError] = []

    def second() -> None:
        try:
            with write(engine):
                pass
        except OperationalError as refusal:
            refused.append(refusal)

    waiting = threading.Thread(target=second)
    with write(engine):
        waiting.start()
        waiting.join(10)
    assert "locked" in str(refused[0])
    with write(engine):
        pass
    engine.dispose()
