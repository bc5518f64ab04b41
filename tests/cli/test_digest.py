"""`triage digest` as a process: what it sends, what it says, and the status it ends with (CONTRACT)."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.smtp import SmtpServer
from tests.service.digest_house import TEAM, Clock, digests, house_in, parsed, write_settings
from tests.service.running import wait_for
from triage.core.decision import OutboxState
from triage.service.house import utc_now
from triage.service.lock import only_one
from triage.service.outbox import Outbox
from triage.store.engine import open_store, read, write
from triage.store.facts import last_digest, trip

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-c", "from triage.cli.entry import run; run()", "digest")
MONDAY = ("--date", "2026-05-04")


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, smtp: SmtpServer) -> Path:
    write_settings(tmp_path, smtp.port)
    return tmp_path


def words(folder: Path, *options: str) -> list[str]:
    return [*COMMAND, "--config", str(folder / "triage.toml"), *options]


def call(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words(folder, *options), capture_output=True, text=True, timeout=120, check=False, cwd=ROOT)


def states(folder: Path) -> list[OutboxState]:
    house = house_in(folder, Clock())
    found = [mail.state for mail in digests(house)]
    house.engine.dispose()
    return found


def test_it_sends_the_digest_once_however_often_it_is_called(folder: Path, smtp: SmtpServer) -> None:
    first, second = call(folder, *MONDAY), call(folder, *MONDAY)
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert first.stdout == second.stdout == ""
    assert [mail.recipients[0] for mail in smtp.accepted] == list(TEAM)
    assert str(parsed(smtp.accepted[0].raw)["Subject"]).startswith("Telefonia, resumo de 04/05/2026")
    assert "já tinha sido feito" in second.stderr


def test_two_commands_at_once_send_it_once_and_both_are_content(folder: Path, smtp: SmtpServer) -> None:
    open_store(f"sqlite:///{folder / 'triage.db'}").dispose()
    racers = [subprocess.Popen(words(folder, *MONDAY), stderr=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(2)]
    ends = [racer.communicate(timeout=120)[1] for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0], ends
    assert len(smtp.accepted) == len(TEAM)


def test_print_writes_it_to_stdout_sends_nothing_and_claims_nothing(folder: Path, smtp: SmtpServer) -> None:
    shown = call(folder, "--print", *MONDAY)
    assert (shown.returncode, shown.stderr) == (0, ""), "no server is asked: there may be no password to log in with"
    assert "Resumo da telefonia: segunda-feira, 4 de maio de 2026" in shown.stdout
    assert "Nada espera pela SEGER hoje." in shown.stdout
    assert smtp.accepted == []
    engine = open_store(f"sqlite:///{folder / 'triage.db'}")
    with read(engine) as connection:
        assert last_digest(connection) is None
    engine.dispose()


def test_without_recipients_it_says_so_and_still_shows(tmp_path: Path) -> None:
    write_settings(tmp_path, to=())
    refused = call(tmp_path, *MONDAY)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "digest.to" in refused.stderr
    assert call(tmp_path, "--print").returncode == 0


def test_an_smtp_server_out_of_reach_leaves_it_waiting_for_the_next_call(folder: Path, smtp: SmtpServer) -> None:
    smtp.stop()
    failed = call(folder, *MONDAY)
    assert failed.returncode == 75
    assert "não respondeu a tempo" in failed.stderr
    assert set(states(folder)) <= {OutboxState.RETRY, OutboxState.QUEUED}
    assert len(states(folder)) == len(TEAM)


def test_a_server_that_refuses_for_good_is_told(folder: Path, smtp: SmtpServer) -> None:
    smtp.always("rcpt", "550 no such user")
    refused = call(folder, *MONDAY)
    assert refused.returncode == 1
    assert "recusou" in refused.stderr


def test_the_kill_switch_stops_the_digest_too_and_is_told(folder: Path, smtp: SmtpServer) -> None:
    (folder / "stop-sending").touch()
    stopped = call(folder, *MONDAY)
    assert stopped.returncode == 1
    assert "parado" in stopped.stderr
    assert smtp.accepted == []
    (folder / "stop-sending").unlink()
    assert call(folder, *MONDAY).returncode == 0
    assert len(smtp.accepted) == len(TEAM)


def test_the_breaker_lets_the_digest_through_that_tells_of_it(folder: Path, smtp: SmtpServer) -> None:
    house = house_in(folder, Clock())
    with write(house.engine) as connection:
        trip(connection, "31 respostas automáticas em 10 minutos", house.now())
    house.engine.dispose()
    assert call(folder, *MONDAY).returncode == 0
    assert "ENVIO PARADO" in str(parsed(smtp.accepted[0].raw)["Subject"])


def test_each_business_day_has_its_own_and_a_day_off_none(folder: Path, smtp: SmtpServer) -> None:
    for day in ("2026-04-30", "2026-05-01", "2026-05-02", "2026-05-05"):
        assert call(folder, "--date", day).returncode == 0
    subjects = [str(parsed(mail.raw)["Subject"]) for mail in smtp.accepted if mail.recipients[0] == TEAM[0]]
    assert [subject.partition(":")[0][-10:] for subject in subjects] == ["30/04/2026", "05/05/2026"]
    body = parsed(smtp.accepted[-1].raw).get_body(("plain",))
    assert body is not None
    assert "Não houve resumo em 04/05/2026" in body.get_content()
    assert "não é dia útil" in call(folder, "--date", "2026-05-01").stderr


def test_a_date_that_is_none_is_wrong_usage(folder: Path) -> None:
    wrong = call(folder, "--date", "04/05/2026")
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


def test_a_daemon_that_runs_is_left_to_send_it(folder: Path, smtp: SmtpServer) -> None:
    """The lock is the daemon's: the command writes the digest, and waits for it to be sent."""
    house = house_in(folder, Clock())
    with only_one(folder):
        command = subprocess.Popen(words(folder, *MONDAY), stderr=subprocess.PIPE, text=True, cwd=ROOT)
        wait_for(lambda: len(digests(house)) == len(TEAM), "the digest to be written")
        assert smtp.accepted == []
        assert command.poll() is None
        outbox = Outbox(lambda: replace(house, now=utc_now), threading.Event())
        assert outbox.flush() == len(TEAM)
        outbox.close()
        assert command.communicate(timeout=60)[1].endswith("foi enviado\n")
        assert command.returncode == 0
    house.engine.dispose()
