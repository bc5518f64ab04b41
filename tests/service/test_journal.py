"""C4, C8: the second witness. What a killed process or a restored copy cannot know, the journal beside them does."""

import contextlib
import os
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers.smtp import Answer
from tests.service.benches import Bench
from tests.service.houses import START
from tests.service.running import Running, mail, wait_for
from triage.core.decision import MailKind, OutboxState
from triage.service import journal as journal_module
from triage.service.by_hand import rearm, release
from triage.service.journal import FILE, Journal
from triage.store.engine import read

KINDS = (MailKind.CORRECTION, MailKind.CARRIER_NOTICE)


def leased(bench: Bench, token: int = 1) -> None:
    """As a process leaves it that was killed in mid-sending."""
    with contextlib.closing(sqlite3.connect(bench.house.state_dir / "triage.db")) as other, other:
        other.execute(f"update outbox set state = 'leased', token = {token}, attempts = 1")


def journal_of(bench: Bench) -> Journal:
    return Journal(bench.house.state_dir)


@pytest.mark.parametrize("kind", KINDS)
def test_killed_between_the_relays_word_and_its_commit_it_is_known_to_have_left(bench: Bench, kind: MailKind) -> None:
    """K9: a correction left twice, a notice to the carrier waited for a person."""
    bench.write(kind)
    journal_of(bench).accepted(bench.mail().message_id, 1, START)
    leased(bench)
    bench.anew()
    bench.outbox.flush()
    assert (bench.state, bench.mail().reason) == (OutboxState.SENT, "seen-in-journal")
    assert bench.smtp.accepted == []


@pytest.mark.parametrize("kind", KINDS)
def test_killed_before_the_final_dot_it_leaves_at_once(bench: Bench, kind: MailKind) -> None:
    """K7: nobody can have it, so nobody need wait a quarter of an hour, or be asked."""
    bench.write(kind)
    journal_of(bench).begin(bench.mail().message_id, 1, START)
    leased(bench)
    bench.anew()
    bench.outbox.flush()
    assert bench.state is OutboxState.SENT
    assert len(bench.smtp.accepted) == 1


def test_after_the_final_dot_it_is_in_doubt_as_ever(bench: Bench) -> None:
    bench.write()
    made = journal_of(bench)
    made.begin(bench.mail().message_id, 1, START)
    made.dot(bench.mail().message_id, 1, START)
    leased(bench)
    bench.anew()
    bench.outbox.flush()
    assert bench.state is OutboxState.AMBIGUOUS


def test_an_attempt_of_another_process_is_not_judged_by_our_own_lines(bench: Bench) -> None:
    """B18: ours ended before the dot; then another machine took the mail over, and its end nobody saw."""
    bench.write()
    journal_of(bench).begin(bench.mail().message_id, 1, START)
    leased(bench, token=2)
    with contextlib.closing(sqlite3.connect(bench.house.state_dir / "triage.db")) as other, other:
        other.execute("insert into lease values ('outbox', 'another', 2, '2020-01-01 00:00:00.000000')")
    bench.anew()
    bench.outbox.flush()
    assert bench.state is OutboxState.AMBIGUOUS


@pytest.mark.parametrize("word", ["begin", "dot", "accepted"])
def test_an_attempt_that_the_database_does_not_count_shows_that_it_is_an_older_one(bench: Bench, word: str) -> None:
    """C14: put back within seconds, before anything else could tell: found by a fault run. A person re-arms it."""
    bench.write()
    getattr(journal_of(bench), word)(bench.mail().message_id, 1, START)
    bench.anew()
    bench.outbox.flush()
    assert bench.smtp.accepted == []
    assert bench.state is OutboxState.HELD
    with read(bench.house.engine) as connection:
        assert bench.house.stopped(connection).startswith("o banco é mais antigo")

    assert rearm(bench.house)
    at_once = release(bench.house, [], "ana")
    assert (at_once.left, len(at_once.refusals)) == {"begin": (0, 0), "dot": (0, 1), "accepted": (1, 0)}[word]
    if word == "dot":
        assert release(bench.house, [1], "ana").moved == 1, "named, it goes"
    bench.outbox.flush()
    assert bench.state is OutboxState.SENT
    assert len(bench.smtp.accepted) == (word != "accepted")


def test_in_another_life_of_the_machine_a_missing_line_says_nothing(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line about the dot may not have reached the disk before the power went."""
    bench.write()
    journal_of(bench).begin(bench.mail().message_id, 1, START)
    leased(bench)
    other = tmp_path / "boot"
    other.write_text("another\n", encoding="ascii")
    monkeypatch.setattr(journal_module, "BOOT_ID", other)
    bench.anew()
    bench.outbox.flush()
    assert bench.state is OutboxState.AMBIGUOUS


def test_what_cannot_be_noted_is_not_sent(bench: Bench) -> None:
    """C12: otherwise its silence would be taken for proof."""
    bench.write()
    (bench.house.state_dir / FILE).mkdir()
    bench.anew()
    with pytest.raises(OSError, match="directory"):
        bench.outbox.flush()
    assert bench.smtp.accepted == []
    (bench.house.state_dir / FILE).rmdir()
    bench.outbox.flush()
    assert bench.state is OutboxState.SENT


def test_a_line_that_was_cut_off_says_nothing_and_spoils_no_other(tmp_path: Path) -> None:
    made = Journal(tmp_path)
    for name in ("<a>", "<b>"):
        made.begin(name, 1, START)
        made.accepted(name, 1, START)
    whole = (tmp_path / FILE).read_bytes()
    for length in range(len(whole)):
        (tmp_path / FILE).write_bytes(whole[:length])
        again = Journal(tmp_path)
        assert not again.has_left("<b>") or whole[:length].endswith(b"<b>")
        assert again.began in (None, START)


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_made_by_root_it_belongs_to_the_daemon(tmp_path: Path) -> None:
    """`sudo triage digest` before the daemon's first mail: what the daemon cannot note, it does not send."""
    os.chown(tmp_path, 65534, 65534)
    made = Journal(tmp_path)
    made.begin("<a>", 1, START)
    made.close()
    status = (tmp_path / FILE).stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (65534, 65534, 0o600)


def test_it_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest lines stay."""
    monkeypatch.setattr(journal_module, "MOST_LINES", 100)
    monkeypatch.setattr(journal_module, "KEPT_LINES", 50)
    made = Journal(tmp_path)
    for number in range(200):
        made.accepted(f"<{number}>", 1, START + timedelta(minutes=number))
    again = Journal(tmp_path)
    assert again.has_left("<199>")
    assert not again.has_left("<0>")
    assert again.began is not None
    assert again.began > START
    assert len((tmp_path / FILE).read_text(encoding="utf-8").splitlines()) == 50


def test_a_daemon_killed_before_the_final_dot_sends_as_soon_as_it_is_back(program: Running) -> None:
    """The real one, kill -9 while the relay thinks about the recipient."""
    program.smtp.answer("rcpt", Answer(delay=30, drop=True))
    program.start()
    program.imap.deliver(mail("pedido"))
    wait_for(lambda: any(line.startswith("RCPT") for line in program.smtp.commands), "the recipient to be named")
    program.kill()
    assert program.rows("select state from outbox") == [("leased",)]
    program.start()
    wait_for(lambda: program.smtp.accepted, "the reply", seconds=10)
    program.settled(1)
    assert program.stop() == 0
    assert program.rows("select state, attempts from outbox") == [("sent", 2)]
    assert len(program.smtp.accepted) == 1


def test_where_the_kernel_does_not_show_this_life_systemd_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the units, where /proc holds processes alone. Written alike, so that people's commands read it, too."""
    shown = tmp_path / "boot"
    shown.write_text("2f0a3c6e-0b52-4d5f-9d1b-6f1c2a7e9b40\n", encoding="ascii")
    monkeypatch.setattr(journal_module, "BOOT_ID", shown)
    in_proc = journal_module.boot_id()
    monkeypatch.setenv("BOOT_ID", "00000000000000000000000000000000")
    assert journal_module.boot_id() == in_proc, "the kernel knows best"
    shown.unlink()
    monkeypatch.setenv("BOOT_ID", "2f0a3c6e0b524d5f9d1b6f1c2a7e9b40")
    assert journal_module.boot_id() == in_proc
    monkeypatch.setenv("BOOT_ID", "%b")
    assert journal_module.boot_id() == ""
