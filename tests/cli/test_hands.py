"""The commands for a person's hand: rearm, thaw, quarantine, outbox. What they move, say and refuse."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.cli.test_bad_settings import GOOD
from triage.cli.main import app
from triage.core.decision import LedgerState, MailKind, OutboxState
from triage.service.by_hand import Done
from triage.service.house import House
from triage.service.registry import open_registry
from triage.settings import load_settings
from triage.store import facts
from triage.store.engine import read, write
from triage.store.ledger import Received, Spot, receive, waiting
from triage.store.mailboxes import meet
from triage.store.outbox import Letter, mails, put

Call = Callable[..., Result]
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
INBOX = Spot("INBOX", 7)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "triage.toml"
    path.write_text(GOOD.format(folder=tmp_path), "utf-8")
    return path


@pytest.fixture
def call(config: Path) -> Call:
    return lambda *words: CliRunner().invoke(app, [*words, "--config", str(config)])


@pytest.fixture
def engine(config: Path) -> Iterator[object]:
    made = open_registry(load_settings(config, need_mailbox=True)).engine
    yield made
    made.dispose()


def _mail(engine, state: OutboxState, cause: str = "um") -> None:
    own_id = f"<triage.{cause.encode().hex():0>32}@seger.es.gov.br>"
    letter = Letter(
        MailKind.CORRECTION, cause, own_id, "SEGER <t@seger.es.gov.br>", "ana@sedu.es.gov.br", b"x", state, NOW
    )
    with write(engine) as connection:
        put(connection, letter, NOW)


def _states(engine) -> list[OutboxState]:
    with read(engine) as connection:
        return [mail.state for mail in mails(connection)]


def test_rearm_lets_mail_leave_again_and_tells_what_is_held(call: Call, engine) -> None:
    assert call("rearm").exit_code == 1
    _mail(engine, OutboxState.HELD)
    with write(engine) as connection:
        facts.trip(connection, "31 automatic mails in 10 minutes", NOW)
    done = call("rearm")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "envio religado")
    assert "1 retidas" in done.stdout
    with read(engine) as connection:
        assert facts.tripped(connection) is None
    assert _states(engine) == [OutboxState.HELD]


def test_thaw_answers_a_folder_again(call: Call, engine) -> None:
    with write(engine) as connection:
        meet(connection, "INBOX", 7, NOW)
        meet(connection, "INBOX", 8, NOW)
    assert call("thaw", "Outra").exit_code == 1
    assert call("thaw", "INBOX").exit_code == 0
    assert call("thaw", "INBOX").exit_code == 1


def test_outbox_lists_what_waits_for_people_and_for_scripts(call: Call, engine) -> None:
    _mail(engine, OutboxState.HELD)
    assert "retida" in call("outbox", "list").stdout
    (line,) = call("outbox", "list", "--json").stdout.splitlines()
    assert json.loads(line)["state"] == "held"
    assert json.loads(line)["to"] == "ana@sedu.es.gov.br"


@pytest.mark.parametrize(
    ("word", "before", "after"),
    [
        ("release", OutboxState.HELD, OutboxState.QUEUED),
        ("release", OutboxState.AMBIGUOUS, OutboxState.QUEUED),
        ("release", OutboxState.DEAD, OutboxState.QUEUED),
        ("drop", OutboxState.HELD, OutboxState.CANCELLED),
        ("drop", OutboxState.QUEUED, OutboxState.CANCELLED),
    ],
)
def test_a_person_releases_or_drops_a_mail(
    call: Call, engine, word: str, before: OutboxState, after: OutboxState
) -> None:
    _mail(engine, before)
    assert call("outbox", word, "1").exit_code == 0
    assert _states(engine) == [after]


@pytest.mark.parametrize("word", ["release", "drop"])
def test_a_mail_that_left_is_not_moved(call: Call, engine, word: str) -> None:
    _mail(engine, OutboxState.SENT)
    done = call("outbox", word, "1")
    assert (done.exit_code, done.stderr) == (1, "triage: a mensagem 1 não está à espera\n")
    assert _states(engine) == [OutboxState.SENT]


def test_release_wants_numbers_or_all(call: Call, engine) -> None:
    for name in ("um", "dois"):
        _mail(engine, OutboxState.HELD, name)
    assert call("outbox", "release").exit_code == 2
    assert call("outbox", "release", "--all").exit_code == 0
    assert _states(engine) == [OutboxState.QUEUED, OutboxState.QUEUED]


def test_quarantine_lists_and_retries(call: Call, engine) -> None:
    """With its bytes a message is read again; without them its row goes, so that the mailbox is asked again."""
    with write(engine) as connection:
        messages = [
            Received(1, b"x", "f1", 1, NOW, LedgerState.QUARANTINED, "crashed: Killed"),
            Received(2, b"", "", 0, None, LedgerState.QUARANTINED, "unfetchable"),
        ]
        receive(connection, INBOX, messages, NOW)
    assert "crashed: Killed" in call("quarantine", "list").stdout
    assert len(call("quarantine", "list", "--json").stdout.splitlines()) == 2
    assert call("quarantine", "retry", "9").exit_code == 1
    done = call("quarantine", "retry")
    assert (done.exit_code, done.stdout) == (0, "2 de volta à fila\n")
    with read(engine) as connection:
        assert [message.uid for message in waiting(connection, 10)] == [1]
    assert call("quarantine", "list", "--json").stdout == ""


BY_HAND = (
    "outbox list",
    "outbox drop --all",
    "rearm",
    "thaw INBOX",
    "quarantine list",
    "quarantine retry",
    "cases list",
    "digest --print",
)


@pytest.mark.parametrize("words", BY_HAND)
def test_no_password_is_needed_by_hand(
    config: Path, call: Call, engine, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Under systemd the units alone are given them: whoever runs `thaw` after a migration must not need one."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    told = config.read_text("utf-8").replace('password = "s3gr3d0"', "")
    config.write_text(told.replace("[smtp]", '[smtp]\nusername = "t"\npassword_file = "/root/nobody-reads-it"'))
    for who_logs_in in ("doctor", "digest"):
        refused = call(who_logs_in)
        assert (refused.exit_code, "mailbox.password" in refused.stderr) == (2, True), who_logs_in
    done = call(*words.split())
    assert done.exit_code in (0, 1)
    assert "password" not in done.stderr


RECORDED = {
    "outbox release --all": ("triage.cli.outbox.release", Done()),
    "outbox drop --all": ("triage.cli.outbox.drop", Done()),
    "cases set 2026-000001 review": ("triage.cli.cases.move_by_hand", ""),
}


@pytest.mark.parametrize("words", RECORDED)
@pytest.mark.parametrize(("sudo", "named"), [("ana", "ana"), ("", "bia")])
def test_who_gives_a_command_is_named(
    call: Call, engine, monkeypatch: pytest.MonkeyPatch, words: str, sudo: str, named: str
) -> None:
    """Whoever ran sudo: all who use the daemon's user would else be one, "triage". Without sudo, the user."""
    act, answer = RECORDED[words]
    seen: list[object] = []

    def noted(house: House, *given: object) -> object:
        seen.append(given[-1])
        return answer

    monkeypatch.setenv("SUDO_USER", sudo)
    monkeypatch.setenv("LOGNAME", "bia")
    monkeypatch.setattr(act, noted)
    assert call(*words.split()).exit_code == 0
    assert seen == [named]
