"""The daemon's life: signals, reloads, servers that go and come, a second one beside it, and what its log tells."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from imapclient import IMAPClient

from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.smtp import Answer
from tests.service.running import SCHOOL, Running, mail, wait_for
from triage.service.lock import only_one

CANARIES = ("529.982.247-25", "canario", "(27) 99123-4567", "Passarinho", "gaiola")


def test_sigterm_ends_an_idle_daemon_in_order_within_three_seconds(program: Running) -> None:
    """F4: exit 0, and the IMAP server hears LOGOUT rather than a closed connection."""
    program.start()
    began = time.monotonic()
    assert program.stop() == 0
    assert time.monotonic() - began < 3.0
    assert [line["event"] for line in program.events()][-2:] == ["stopping", "stopped"]
    wait_for(lambda: "Logged out" in program.imap.log() or "Disconnected: Logged" in program.imap.log(), "the goodbye")


def test_sigint_is_as_good_as_sigterm(program: Running) -> None:
    program.start()
    assert program.stop(signal.SIGINT) == 0


def test_it_is_ready_soon_and_says_so_to_its_manager(program: Running, tmp_path: Path) -> None:
    """F2: READY=1, then WATCHDOG=1, then STOPPING=1 over $NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(20)
        os.environ["NOTIFY_SOCKET"] = str(tmp_path / "notify")
        try:
            program.start(ready=False)
        finally:
            del os.environ["NOTIFY_SOCKET"]
        heard = [manager.recv(4096).decode() for _ in range(2)]
        assert program.stop() == 0
        heard.append(manager.recv(4096).decode())
    assert heard[0].startswith("READY=1")
    assert heard[1:] == ["WATCHDOG=1", "STOPPING=1"]


def test_a_second_daemon_is_refused_with_one_line(program: Running) -> None:
    """B18: exit 2, and the first goes on."""
    program.start()
    second = program.once()
    assert second.returncode == 2
    assert second.stderr.count("\n") == 1
    assert "já está em execução" in second.stderr
    assert program.stop() == 0


def test_a_daemon_whose_manager_will_try_again_says_that_it_may(program: Running, tmp_path: Path) -> None:
    """The lock may be a digest's that is being sent. After exit 2 the manager never starts it again."""
    managed = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")}
    with only_one(program.folder):
        done = subprocess.run(program.command("run"), env=managed, capture_output=True, text=True, timeout=60)
    assert done.returncode == 75
    assert done.stderr.count("\n") == 1
    assert "já está em execução" in done.stderr


def test_sighup_takes_good_settings_and_refuses_bad_ones(program: Running) -> None:
    """F5: without a restart, while it waits in IDLE; bad settings leave the old in force, said line by line."""
    program.start()
    program.set(policy={"mode": "observe"})
    program.process.send_signal(signal.SIGHUP)
    wait_for(lambda: program.logged("settings read again"), "the new settings")
    program.set(policy={"mode": "shout"})
    program.process.send_signal(signal.SIGHUP)
    wait_for(lambda: program.logged("new settings refused, the old stay in force"), "the refusal")
    program.imap.deliver(mail("pedido"))
    program.settled(1)
    assert program.rows("select state from outbox") == [("observed",)]
    (refused,) = [line for line in program.events() if "refused" in str(line["event"])]
    assert "policy.mode" in str(refused["problems"])
    assert program.stop() == 0


def test_a_reload_moves_to_another_relay(program: Running) -> None:
    """The kept connection must not outlive the setting that it was made by."""
    program.start()
    program.imap.deliver(mail("um"))
    wait_for(lambda: len(program.smtp.accepted) == 1, "the first reply")
    program.settled(1)
    program.set(smtp={"port": _closed_port()})
    program.process.send_signal(signal.SIGHUP)
    wait_for(lambda: program.logged("settings read again"), "the new settings")
    program.imap.deliver(mail("dois", SCHOOL.replace("1846", "1777"), sender="Ana <ana@sesa.es.gov.br>"))
    wait_for(lambda: program.count("outbox", "state = 'retry'"), "the second reply to wait")
    assert len(program.smtp.accepted) == 1


def test_an_imap_server_that_restarts_is_found_again(program: Running, dovecot: Dovecot) -> None:
    """B5, B6, B10: killed without a word, then stopped with BYE; mail that came meanwhile is answered."""
    program.start()
    dovecot.kill()
    dovecot.start()
    program.imap.deliver(mail("um"))
    wait_for(lambda: len(program.smtp.accepted) == 1, "the reply after the kill")
    dovecot.restart()
    program.imap.deliver(mail("dois", SCHOOL.replace("1846", "1777"), sender="Ana <ana@sesa.es.gov.br>"))
    wait_for(lambda: len(program.smtp.accepted) == 2, "the reply after the restart")
    assert program.stop() == 0


def test_a_folder_that_is_renamed_at_run_time_is_missed_and_found_again(program: Running) -> None:
    """B20: degraded and told, no crash; renamed back, it is the same folder, and what came meanwhile is answered."""
    program.set(mailbox={"folder": "Telefonia"})
    with _client(program) as client:
        client.create_folder("Telefonia")
        program.start()
        program.imap.deliver(mail("um"), ".Telefonia")
        wait_for(lambda: len(program.smtp.accepted) == 1, "the first reply")
        client.rename_folder("Telefonia", "Outra")
        wait_for(lambda: program.logged("mailbox lost"), "the loss to be told")
        program.imap.deliver(mail("dois", SCHOOL.replace("1846", "1777"), sender="Ana <ana@sesa.es.gov.br>"), ".Outra")
        client.rename_folder("Outra", "Telefonia")
        wait_for(lambda: len(program.smtp.accepted) == 2, "the second reply", seconds=40)
        assert program.stop() == 0
        assert program.logged("loop failed") == 0
        client.delete_folder("Telefonia")


def test_once_without_imap_says_75_and_still_sends_what_is_due(program: Running) -> None:
    program.smtp.answer("connect", "421 busy")
    program.imap.deliver(mail("pedido"))
    assert program.once().returncode == 75
    _make_due(program)
    program.set(mailbox={"port": _closed_port()})
    done = program.once()
    assert done.returncode == 75
    assert done.stderr.splitlines()[-1].startswith("triage: caixa postal fora de alcance")
    assert len(program.smtp.accepted) == 1


def test_once_without_smtp_says_75_only_where_mail_is_due(program: Running) -> None:
    program.set(smtp={"port": _closed_port()})
    assert program.once().returncode == 0
    program.imap.deliver(mail("pedido"))
    done = program.once()
    assert done.returncode == 75
    assert done.stderr.splitlines()[-1].startswith("triage: envio (SMTP) fora de alcance")
    assert program.rows("select state from outbox") == [("retry",)]


def test_a_wrong_password_is_a_wrong_setting(program: Running) -> None:
    program.set(mailbox={"password": "errada"})
    done = program.once()
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("triage: [mailbox]: o servidor recusou a entrada")
    assert "errada" not in done.stderr


def test_the_kill_switch_holds_replies_and_not_intake(program: Running) -> None:
    """A13: with the file there nothing leaves, mail goes on coming in, and what was held leaves by a person's hand."""
    (program.folder / "stop-sending").touch()
    program.imap.deliver(mail("pedido"))
    assert program.once().returncode == 0
    assert program.rows("select state, reason from outbox") == [("held", "kill-switch")]
    assert program.call("outbox", "release", "--all").returncode == 1
    (program.folder / "stop-sending").unlink()
    assert program.once().returncode == 0
    assert program.smtp.commands == []
    assert program.call("outbox", "release", "--all").returncode == 0
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == 1


def test_the_breaker_stops_all_sending_until_it_is_rearmed(program: Running) -> None:
    """A13: of a flood a bounded number leaves; all of it is recorded; a restart changes nothing; a person rearms."""
    program.set(limits={"breaker": 3, "per_domain_day": 50})
    for number in range(8):
        sender = f"Servidor {number} <s{number}@orgao{number}.es.gov.br>"
        program.imap.deliver(mail(f"m{number}", SCHOOL.replace("1846", f"18{number}0"), sender=sender))
    assert program.once().returncode == 0
    assert program.count("ledger", "state = 'judged'") == 8
    sent = len(program.smtp.accepted)
    assert sent <= 3
    assert program.count("outbox", "state = 'held'") == 5
    assert program.once().returncode == 0
    assert len(program.smtp.accepted) == sent
    assert "disjuntor" in program.call("doctor").stdout
    assert program.call("rearm").returncode == 0
    assert program.call("rearm").returncode == 1


def test_the_log_holds_json_lines_and_nothing_of_anybodys_mail(program: Running) -> None:
    """F8, D14: canaries in name, address, subject and body, in mail judged, ignored, answered and refused by SMTP."""
    hostile = 'canario\n{"level": "CRITICAL"} %s{0} \x1b[31m Passarinho na gaiola'
    text = f"{SCHOOL}\nCPF 529.982.247-25, celular (27) 99123-4567, Passarinho\n"
    sender = "Passarinho Canario <canario@sedu.es.gov.br>"
    program.smtp.answer("rcpt", "550 no such user canario")
    program.start()
    program.imap.deliver(mail("um", text, sender=sender, subject=hostile.replace("\n", " ").replace("\x1b", "")))
    program.imap.deliver(mail("dois", text, sender=sender, subject="gaiola", Auto_Submitted="auto-replied"))
    program.imap.deliver(b"From: canario@x\r\nSubject: \xff Passarinho\r\n\r\n\0gaiola\r\n")
    program.settled(3)
    wait_for(lambda: program.logged("mail"), "the refusal")
    assert program.stop() == 0
    lines = program.log.read_text(encoding="utf-8").splitlines()
    assert all(isinstance(json.loads(line), dict) for line in lines)
    told = "\n".join(lines) + (program.folder / "health.json").read_text(encoding="utf-8")
    assert not [canary for canary in CANARIES if canary.lower() in told.lower()]


def test_sigterm_in_mid_sending_waits_for_the_last_word(program: Running) -> None:
    """F4: the relay takes its time over the final dot; the daemon hears it out, and nothing is sent twice."""
    program.smtp.answer("final", Answer("250 at last", delay=3))
    program.start()
    program.imap.deliver(mail("pedido"))
    wait_for(lambda: program.smtp.accepted, "the mail to be in the relay's hands")
    assert program.stop() == 0
    assert program.rows("select state from outbox") == [("sent",)]
    assert len(program.smtp.accepted) == 1


def test_a_relay_that_refuses_the_null_return_path_gets_a_bounce_address(program: Running) -> None:
    """A17: VERP takes its place, and the log says so."""
    program.smtp.refuse_null_at = "mail"
    program.start()
    program.imap.deliver(mail("pedido"))
    wait_for(lambda: program.smtp.accepted, "the reply")
    assert program.smtp.accepted[0].envelope_from.startswith("telefonia+bounce-")
    wait_for(
        lambda: program.logged("the relay refuses the null return path: a bounce address of ours takes its place"),
        "log",
    )


@contextlib.contextmanager
def _client(program: Running) -> Iterator[IMAPClient]:
    """Somebody else in the same mailbox."""
    with IMAPClient("localhost", port=program.imap.port, ssl=False, timeout=10) as client:
        client.login(USER, PASSWORD)
        yield client


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_due(program: Running) -> None:
    engine = program.engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("update outbox set not_before = created_at")
    engine.dispose()
