"""States of the file and the machine that the program meets at its start: refused in one line, nothing touched."""

import contextlib
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.disk import fill, mountable, small_disk
from tests.faults.stage import Daemon
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from tests.service.running import SCHOOL, empty, mail, wait_for


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def program(tmp_path: Path, dovecot: Dovecot) -> Iterator[Daemon]:
    """A program that has answered one request, and has another before it."""
    empty(dovecot)
    with SmtpServer() as smtp:
        made = Daemon(tmp_path, dovecot, smtp, {"policy": {"answer_since": "2020-01-01"}})
        dovecot.deliver(mail("um"))
        assert made.once().returncode == 0
        assert len(smtp.accepted) == 1
        dovecot.deliver(_request("dois", 1777, "Ana <ana@sesa.es.gov.br>"))
        yield made
        made.kill()


def _refused(program: Daemon, words: str) -> None:
    """Exit 2, one line, no file changed, nothing sent."""
    database = program.folder / "triage.db"
    before = database.read_bytes()
    done = program.once()
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert database.read_bytes() == before
    assert len(program.smtp.accepted) == 1


def test_a_database_of_a_newer_program_is_refused_untouched(program: Daemon) -> None:
    """C15."""
    _sql(program, "update alembic_version set version_num = 'r9999'")
    _refused(program, "mais novo que este programa")


def test_a_database_of_another_program_is_refused_untouched(program: Daemon) -> None:
    """C15: nor are tables made beside the strangers'."""
    _sql(program, "drop table alembic_version")
    _refused(program, "tabelas de outro programa")


def test_a_corrupted_page_is_seen_before_anything_is_done(program: Daemon) -> None:
    """C13: a page in the middle of the file is overwritten."""
    with (program.folder / "triage.db").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xa5" * 4096)
    _refused(program, "danificado")


def test_a_truncated_database_is_seen_before_anything_is_done(program: Daemon) -> None:
    """C13: the second half is missing."""
    path = program.folder / "triage.db"
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    _refused(program, "banco de dados")


def test_a_log_that_cannot_be_written_ends_no_loop(program: Daemon) -> None:
    """C12: stderr lies on a full disk; the mail is answered all the same, and the end is in order."""
    with Path("/dev/full").open("wb", buffering=0) as full:
        program.process = subprocess.Popen(program.command("run"), stderr=full, stdout=full)
    wait_for(lambda: len(program.smtp.accepted) == 2, "the reply")
    program.imap.kill()  # trouble must be told of, and cannot be
    program.imap.start()
    program.imap.deliver(_request("tres", 1778, "Bia <bia@seag.es.gov.br>"))
    wait_for(lambda: len(program.smtp.accepted) == 3, "the reply after the trouble", seconds=40)
    program.settled(3)
    assert program.stop() == 0


@pytest.mark.skipif(not mountable(), reason="a small disk can be mounted by root alone")
def test_a_daemon_that_is_started_on_a_full_disk_waits_for_room(tmp_path: Path, dovecot: Dovecot) -> None:
    """C12: exit 2 would keep the manager from starting it again for ever, any other soon."""
    empty(dovecot)
    with SmtpServer() as smtp, small_disk(tmp_path / "small"):
        program = Daemon(tmp_path / "small", dovecot, smtp, {"policy": {"answer_since": "2020-01-01"}})
        program.log = tmp_path / "log"
        ballast = fill(program.folder, 0)
        program.launch()
        try:
            wait_for(lambda: program.logged("the database cannot be had yet"), "the trouble to be told")
            dovecot.deliver(mail("um"))
            ballast.unlink()
            wait_for(lambda: smtp.accepted, "the reply")
            program.settled(1)
            assert program.stop() == 0
        finally:
            program.kill()


@pytest.mark.skipif(not mountable(), reason="a small disk can be mounted by root alone")
def test_a_state_directory_without_room_for_a_lock_is_no_wrong_setting(tmp_path: Path, dovecot: Dovecot) -> None:
    """C12: exit 1, after which the manager tries again; a directory that does not exist for us stays exit 2."""
    full = tmp_path / "full"
    full.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "nr_inodes=1", "none", str(full)], check=True)
    try:
        with SmtpServer() as smtp:
            program = Daemon(tmp_path, dovecot, smtp)
            program.set(state={"directory": str(full)})
            done = program.once()
            assert (done.returncode, done.stderr.count("\n")) == (1, 1)
            program.set(state={"directory": "/proc/none"})
            assert program.once().returncode == 2
    finally:
        subprocess.run(["umount", str(full)], check=True)


def _request(name: str, line: int, sender: str) -> bytes:
    return mail(name, SCHOOL.replace("1846", str(line)), sender=sender)


def _sql(program: Daemon, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(program.folder / "triage.db")) as connection, connection:
        connection.execute(statement)
