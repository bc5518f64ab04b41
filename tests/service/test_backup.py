"""`triage backup`: a copy that is whole, private, made beside a running writer, and safe to be put back (C14, K14)."""

import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.store.builders import NOW, letter, put_message
from triage.core.decision import OutboxState
from triage.service.backup import WORKSHOP, BackupRefused, back_up
from triage.store.engine import damage, open_store, read, write
from triage.store.facts import trip, tripped
from triage.store.outbox import mails, put

KILLED_AFTER = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4)
BACK_UP = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from triage.service.backup import back_up
print("begins", flush=True)
back_up(sys.argv[1], Path(sys.argv[2]), datetime.now(UTC))
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'triage.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_store(url)
    with write(opened) as connection:
        for uid in range(1, 6):
            put_message(connection, uid)
    yield opened
    opened.dispose()


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def refused(url: str, target: Path, keep: int | None = None) -> str:
    with pytest.raises(BackupRefused) as raised:
        back_up(url, target, NOW, keep)
    return str(raised.value)


def test_the_copy_holds_what_the_database_holds_and_only_its_owner_may_read_it(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    target = tmp_path / "there" / "copy.db"
    target.parent.mkdir()
    copy = back_up(url, target, NOW)
    assert (copy.path, copy.messages, copy.cases, copy.size) == (target, 5, 0, target.stat().st_size)
    assert target.stat().st_mode & 0o777 == 0o600
    assert rows(target, "pragma quick_check") == [("ok",)]
    assert rows(target, "select uid from ledger order by 1") == [(uid,) for uid in range(1, 6)]
    assert [path.name for path in target.parent.iterdir()] == ["copy.db"]
    reopened = open_store(f"sqlite:///{target}")
    assert damage(reopened) == []
    reopened.dispose()


def test_it_is_made_while_another_writes_and_never_holds_half_a_transaction(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    """Each transaction writes a message with its bytes and one mail: the copies hold as many of each."""
    stop = threading.Event()
    uids = iter(range(100, 1_000_000))

    def busy() -> None:
        while not stop.is_set():
            uid = next(uids)
            with write(engine) as connection:
                put_message(connection, uid)
                put(connection, letter(f"<{uid}>"), NOW)

    writer = threading.Thread(target=busy)
    writer.start()
    try:
        copies = [back_up(url, tmp_path / f"copy-{number}.db", NOW).path for number in range(5)]
    finally:
        stop.set()
        writer.join()
    counts = [rows(copy, "select (select count(*) from ledger) - 5, (select count(*) from outbox)") for copy in copies]
    assert all(messages == mails_ for ((messages, mails_),) in counts)
    assert counts[-1] > counts[0], "the writer stood still"


def test_a_file_that_is_there_is_never_replaced(url: str, engine: Engine, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_bytes(b"precious")
    assert "já existe" in refused(url, target)
    assert target.read_bytes() == b"precious"
    assert not (tmp_path / WORKSHOP).exists()


def test_a_folder_gets_dated_copies_and_keeps_the_newest(url: str, engine: Engine, tmp_path: Path) -> None:
    """Nothing else in the folder is touched."""
    folder = tmp_path / "copies" / "hourly"
    for hour in range(4):
        copy = back_up(url, folder, NOW + timedelta(hours=hour), keep=2)
        (folder / "notes.txt").write_text("leave me")
        (folder / "triage.db").write_text("me too")
    assert copy.path.name == "triage-20260302T150000Z.db"
    assert [path.name for path in copy.dropped] == ["triage-20260302T130000Z.db"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "notes.txt", "triage-20260302T140000Z.db", "triage-20260302T150000Z.db", "triage.db",
    ]  # fmt: skip
    assert folder.stat().st_mode & 0o777 == 0o700
    back_up(url, folder, NOW + timedelta(days=1))
    assert len(list(folder.glob("triage-*.db"))) == 3, "without --keep nothing is dropped"


def test_the_copy_is_sealed_and_the_database_is_not(url: str, engine: Engine, tmp_path: Path) -> None:
    """A14: put back by whatever way, nothing leaves before a person says so, and what had not left is held."""
    states = (OutboxState.QUEUED, OutboxState.LEASED, OutboxState.RETRY, OutboxState.AMBIGUOUS, OutboxState.DRAFTED)
    left = (OutboxState.SENT, OutboxState.DEAD, OutboxState.CANCELLED, OutboxState.OBSERVED)
    with write(engine) as connection:
        for state in (*states, *left):
            put(connection, letter(f"<{state}>", state=state), NOW)
        trip(connection, "30 automatic mails", NOW)
    back_up(url, tmp_path / "copy.db", NOW)
    restored = open_store(f"sqlite:///{tmp_path / 'copy.db'}")
    with read(restored) as connection:
        why = tripped(connection)
        found = {mail.cause: mail.state for mail in mails(connection)}
    restored.dispose()
    assert why is not None
    assert why[0].startswith("cópia de 02/03/2026 às 09:00 restaurada")
    assert why[0].endswith("antes: 30 automatic mails")
    assert found == {f"<{s}>": OutboxState.HELD for s in states} | {f"<{s}>": s for s in left}
    with read(engine) as connection:
        assert {mail.state for mail in mails(connection)} == {*states, *left}


def test_killed_at_any_moment_it_leaves_a_whole_copy_or_none(url: str, engine: Engine, tmp_path: Path) -> None:
    """K14: and what is left of it is cleared away by the next one."""
    with write(engine) as connection:
        connection.exec_driver_sql("update raw set data = randomblob(6000000)")
    ended = []
    for number, seconds in enumerate(KILLED_AFTER):
        target = tmp_path / f"copy-{number}.db"
        process = subprocess.Popen([sys.executable, "-c", BACK_UP, url, str(target)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        process.kill()
        process.communicate()
        ended.append(target.exists())
        assert not target.exists() or rows(target, "pragma quick_check") == [("ok",)]
    assert not all(ended), "every copy was finished before the kill"
    back_up(url, tmp_path / "last.db", NOW)
    assert not (tmp_path / WORKSHOP).exists()
    assert damage(engine) == []


def test_a_damaged_database_yields_no_copy(url: str, engine: Engine, tmp_path: Path) -> None:
    with write(engine) as connection:
        connection.exec_driver_sql("update raw set data = randomblob(50000)")
    engine.dispose()
    with (tmp_path / "triage.db").open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    assert "copy.db" in refused(url, tmp_path / "copy.db")
    assert not list(tmp_path.glob("*copy*")) + list(tmp_path.glob(f"{WORKSHOP}*"))


def test_it_never_fills_the_disk_that_the_daemon_lives_on(url: str, engine: Engine, tmp_path: Path) -> None:
    """C12: a database larger than what is free (a sparse file of eight terabytes) is not begun upon."""
    engine.dispose()
    os.truncate(tmp_path / "triage.db", 8 << 40)
    assert "não há espaço" in refused(url, tmp_path / "copy.db")
    assert not (tmp_path / WORKSHOP).exists()


def test_one_copy_at_a_time(url: str, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / WORKSHOP).mkdir()
    handle = os.open(tmp_path / WORKSHOP, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        assert "outra cópia" in refused(url, tmp_path / "copy.db")
    finally:
        os.close(handle)
    back_up(url, tmp_path / "copy.db", NOW)


def test_what_cannot_be_copied_is_refused_in_a_line(tmp_path: Path) -> None:
    assert "pg_dump" in refused("postgresql+psycopg://triage:segredo@db/triage", tmp_path / "copy.db")
    assert "não existe" in refused(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_where_the_copy_is_and_ends_with_1_where_there_is_none(
    url: str, engine: Engine, tmp_path: Path
) -> None:
    settings = tmp_path / "triage.toml"
    settings.write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "triage", "backup", *words, "--config", str(settings)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    first = call(str(tmp_path / "copies"), "--keep", "3")
    assert (first.returncode, first.stderr.count("\n")) == (0, 1)
    assert rows(Path(first.stdout.strip()), "select count(*) from ledger") == [(5,)]
    again = call(first.stdout.strip())
    assert (again.returncode, again.stdout) == (1, "")
    assert "já existe" in again.stderr
    assert call(str(tmp_path / "x.db"), "--keep", "0").returncode == 2
    settings.write_text("", encoding="utf-8")
    assert call(str(tmp_path / "x.db")).returncode == 2
