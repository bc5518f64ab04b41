"""C13, C17: the daemon looks through its house by itself, tells what it finds, and stops where it must."""

import json
import shutil
import signal
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.service.running import SCHOOL, Running, mail, wait_for
from triage.service.backup import back_up
from triage.service.house import House
from triage.service.inspection import REST_SECONDS, Inspection

STOPPED = "the database is damaged: nothing is taken in or sent until a copy is restored"


def health(program: Running) -> dict[str, Any]:
    found = json.loads((program.folder / "health.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def sql(program: Running, *statements: str) -> None:
    with closing(sqlite3.connect(program.folder / "triage.db", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def asleep(program: Running) -> None:
    """As if the house had not been looked through for days."""
    long_ago = "'2020-01-01 00:00:00.000000'"
    sql(program, f"update fact set at = {long_ago} where key in ('first-run', 'inspection')")


def corrupt(program: Running, table: str) -> None:
    """Overwrite the root page of a table, and have every connection forget what it knows of the file."""
    with closing(sqlite3.connect(program.folder / "triage.db")) as connection:
        (root,) = connection.execute(f"select rootpage from sqlite_master where name = '{table}'").fetchone()
        (size,) = connection.execute("pragma page_size").fetchone()
    with (program.folder / "triage.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xa5" * size)
    sql(program, "update lease set owner = owner")


def test_once_a_day_and_once_across_restarts(program: Running) -> None:
    """What a night finds shows in the log and the health file; a second life does not look again."""
    program.imap.deliver(mail("pedido"))
    assert program.once().returncode == 0
    sql(program, "pragma foreign_keys=off", "delete from case_event")
    asleep(program)
    program.start()
    wait_for(lambda: program.logged("inspected"), "the inspection")
    assert program.stop() == 0
    assert health(program)["inspection"]["broken"][0] == "todo caso tem história"
    assert "todo caso tem história" in [line.get("rule") for line in program.events()]
    program.start()
    wait_for(lambda: program.logged("ready") == 2, "the second life")
    assert program.stop() == 0
    assert program.logged("inspected") == 1


@pytest.mark.parametrize("met", ["by night", "by intake", "by the desk"])
def test_a_page_that_breaks_while_it_runs_stops_everything_and_nothing_is_lost(program: Running, met: str) -> None:
    """Found by night, or as soon as a loop meets it; the mail that comes then is answered from the restored copy."""
    program.imap.deliver(mail("um"))
    program.start()
    program.settled(1)
    copy = back_up(f"sqlite:///{program.folder / 'triage.db'}", program.folder / "copy.db", datetime.now(UTC)).path
    corrupt(program, {"by night": "counter", "by intake": "raw", "by the desk": "cases"}[met])
    if met == "by night":
        asleep(program)
        assert program.process is not None
        program.process.send_signal(signal.SIGHUP)
        wait_for(lambda: program.logged(STOPPED), "the one clear line")
    program.imap.deliver(mail("dois", SCHOOL.replace("1846", "1777"), sender="Ana <ana@sesa.es.gov.br>"))
    wait_for(lambda: program.logged(STOPPED), "the one clear line")
    wait_for(lambda: health(program)["damaged"], "the health file to tell")
    assert len(program.smtp.accepted) == 1
    assert program.stop() == 0
    assert program.count("ledger", "state = 'quarantined'") == 0, "damage is no message's fault"
    assert program.logged(STOPPED) == 1
    assert program.logged("loop failed") == 0

    refused = program.once()
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].startswith("triage: banco de dados danificado")
    assert len(program.imap.messages()) == 2, "the mailbox is as it was"

    shutil.copy(copy, program.folder / "triage.db")
    assert program.once().returncode == 0
    assert program.count("ledger") == 2
    assert not (program.folder / "database-damaged").exists()
    assert program.rows("select state from outbox order by id") == [("sent",), ("held",)]


def test_a_house_known_to_be_damaged_sends_nothing_by_any_hand(program: Running) -> None:
    """C13: neither the digest nor what a person releases: whatever is written down of it may be lost."""
    program.set(digest={"to": ["chefia@seger.es.gov.br"]})
    (program.folder / "database-damaged").write_text("page 3\n", encoding="utf-8")
    assert program.call("outbox", "release", "--all").returncode == 1
    program.call("digest")
    assert program.smtp.accepted == []
    assert "✗ banco de dados danificado: page 3" in program.call("doctor").stdout


def test_a_defect_of_the_looking_ends_nothing() -> None:
    """It is told, and tried again an hour later: what is looked at goes on."""

    def broken() -> House:
        raise ValueError("a defect")

    watch = Inspection(broken, lambda: None, threading.Event())
    assert watch._turn() == REST_SECONDS
    assert watch.progress.failures == 1


def test_a_note_of_the_last_night_that_cannot_be_read_is_none(program: Running) -> None:
    """The health file, the figures and the digest read it too."""
    program.call("outbox", "list")
    sql(program, "insert into fact values ('inspection', 'no json', '2020-01-01 00:00:00.000000')")
    assert "ainda sem conferência da noite" in program.call("doctor").stdout
