"""E3: a forged word mailed to ourselves, through a border that strips it, or signs above it, or does neither."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.service.running import AUTHSERV, Running, mail
from triage.service import probe as probe_module
from triage.service.checkup import check_house
from triage.service.exposition import exposition
from triage.service.health import HEALTH_FILE, write_health
from triage.service.metrics import Figures
from triage.service.registry import open_registry
from triage.settings import load_settings

FORGED = re.compile(rb"^Authentication-Results:.*\r\n(?:[ \t].*\r\n)*", re.MULTILINE)
TRUE = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=seger.es.gov.br\r\n".encode()
Border = Callable[[bytes], bytes]


def strips(raw: bytes) -> bytes:
    return TRUE + FORGED.sub(b"", raw)


def signs_above(raw: bytes) -> bytes:
    return TRUE + b"Received: from relay by mx\r\n" + raw


def lets_pass(raw: bytes) -> bytes:
    return b"Received: from relay by mx\r\n" + raw


@contextmanager
def border(program: Running, does: Border) -> Iterator[None]:
    """What the relay takes arrives in the mailbox, as such a border lets it through."""
    done = threading.Event()

    def deliver() -> None:
        seen = 0
        while not done.wait(0.05):
            for accepted in program.smtp.accepted[seen:]:
                program.imap.deliver(does(accepted.raw))
                seen += 1

    thread = threading.Thread(target=deliver)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize(
    ("does", "told", "status"),
    [
        (strips, "✓ borda, por tentativa: a palavra forjada foi retirada", 0),
        (signs_above, "• borda, por tentativa: a palavra forjada chegou, abaixo da verdadeira", 0),
        (lets_pass, "✗ borda, por tentativa: a palavra forjada chegou, e é a que valeria", 1),
    ],
)
def test_the_doctor_tries_the_border_where_it_is_asked_to(
    program: Running, does: Border, told: str, status: int
) -> None:
    """The daemon then files the message as our own, and answers nobody."""
    with border(program, does):
        done = program.call("doctor", "--probe")
    assert told in done.stdout
    assert done.returncode == status
    assert program.once().returncode == 0
    assert program.count("ledger", "state = 'ignored'") == 1
    assert program.count("cases") == 0
    assert len(program.smtp.accepted) == 1


def test_an_open_border_makes_nobody_believed_until_it_is_shut(program: Running) -> None:
    """The operator's word, authenticated by a header that anybody could have written, moves no case."""
    for does, believed in ((lets_pass, False), (strips, True)):
        with border(program, does):
            program.call("doctor", "--probe")
        program.smtp.accepted.clear()
        assert ("✗ borda: uma palavra forjada passou" in program.call("doctor").stdout) is not believed
        program.imap.deliver(mail(f"feito-{believed}", "Serviço concluído.", sender="Ana <ana.lima@oi.net.br>"))
        assert program.once().returncode == 0
        (newest,) = program.rows("select verdict from judgement order by ledger_id desc limit 1")
        assert json.loads(str(newest[0]))["trusted"] is believed


def test_a_probe_that_does_not_arrive_is_told(program: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe_module, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(probe_module.probe, "__defaults__", (0.5,))
    done = program.call("doctor", "--probe")
    assert "não chegou à caixa" in done.stdout
    assert done.returncode == 75


def lost(program: Running) -> dict[str, bool]:
    """Whether each place that people and machines watch tells of a message of test that did not come back."""
    house = open_registry(load_settings(program.config, need_mailbox=True))
    write_health(house, {})
    health = json.loads((house.state_dir / HEALTH_FILE).read_text(encoding="utf-8"))
    page = exposition(Figures(lambda: house, dict, lambda: 0).families())
    found = {finding.what for finding in check_house(house)}
    house.engine.dispose()
    return {
        "health": health["lost_probe"] is not None,
        "figures": "triage_probe_lost 1\n" in page,
        "doctor": "ida e volta" in found,
    }


def test_a_way_that_is_broken_stands_everywhere_until_a_probe_comes_back(
    program: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F6: a blind listener and a quiet mailbox look alike."""
    monkeypatch.setattr(probe_module, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(probe_module.probe, "__defaults__", (0.5,))
    program.call("doctor", "--probe")
    assert all(lost(program).values())
    monkeypatch.setattr(probe_module.probe, "__defaults__", (probe_module.PATIENCE,))
    with border(program, strips):
        program.call("doctor", "--probe")
    assert not any(lost(program).values())


def test_a_relay_that_refuses_it_is_a_broken_way_too(program: Running) -> None:
    program.smtp.answer("rcpt", "550 no")
    assert "não aceitou a mensagem de teste" in program.call("doctor", "--probe").stdout
    assert all(lost(program).values())


def test_a_mailbox_out_of_reach_is_a_broken_way_too(program: Running) -> None:
    program.set(mailbox={"password": "outra"})
    program.call("doctor", "--probe")
    assert all(lost(program).values())


def test_nothing_is_sent_unless_asked_and_mail_that_came_is_looked_at(program: Running) -> None:
    """Of two messages one brings a forged word below our own, one brings none of ours at all: that is dangerous."""
    program.imap.deliver(TRUE + b"Received: from x by mx\r\n" + mail("um"))
    program.imap.deliver(FORGED.sub(b"", mail("dois")))
    assert program.once().returncode == 0
    sent = len(program.smtp.accepted)
    told = program.call("doctor").stdout
    assert "✗ borda: de 2 mensagens, 1 com o nosso nome vindo de fora e 1 sem palavra do nosso servidor" in told
    assert len(program.smtp.accepted) == sent
    assert "✓ pasta de rascunhos: Drafts" in told
