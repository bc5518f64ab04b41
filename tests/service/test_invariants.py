"""C17: the checker sees each kind of damage, and nothing where there is none."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.service.running import COMPLETE, Running, mail, running
from triage.mail.imap import Mailbox
from triage.service.by_hand import rearm
from triage.service.digest import digest_text
from triage.service.exposition import exposition
from triage.service.house import House
from triage.service.inspection import inspect
from triage.service.invariants import breaches, unaccounted
from triage.service.metrics import Figures
from triage.service.registry import open_registry
from triage.settings import load_settings
from triage.store.engine import read

DAMAGE = {
    "todo caso tem história": "delete from case_event",
    "todo caso tem a mensagem que o abriu": "update ledger set case_id = null",
    "toda linha da história tem a sua mensagem": "update ledger set message_id = 'another'",
    "toda mensagem julgada tem o seu veredito": "delete from judgement",
    "toda mensagem julgada tem os seus bytes": "delete from raw",
    "toda mensagem nossa foi decidida": "update case_event set message_id = '' where what = 'reply_written'",
    "toda resposta tem o direito de sê-lo": "delete from reply_right",
    "nenhum envio dura mais de 15 minutos": "update outbox set state = 'leased'",
    "nenhuma mensagem espera julgamento por mais de 15 minutos": "update ledger set state = 'new'",
    "nada na saída está vencido há mais de uma hora": "update outbox set state = 'retry'",
    "nenhuma dúvida de entrega fica sem solução": "update outbox set state = 'ambiguous'",
    "todo rascunho está em Rascunhos": "update outbox set state = 'drafted', answer = ''",
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Running]:
    """A program that has answered one request and filed another."""
    with running(tmp_path_factory.mktemp("lived"), dovecot) as program:
        program.imap.deliver(mail("pedido"))
        program.imap.deliver(
            mail(
                "numero",
                COMPLETE,
                sender="Lúcia Helena Zanotti <lucia.zanotti@iema.es.gov.br>",
                to="karolina.ramos@oi.net.br",
                subject="Mudança de número - (27) 3636-2590",
                Cc="telefonia@seger.es.gov.br",
            )
        )
        assert program.once().returncode == 0
        yield program


@pytest.fixture
def house(lived: Running, tmp_path: Path) -> Iterator[House]:
    """The house two hours later, on a copy of its database."""
    copy = tmp_path / "copy.db"
    copy.write_bytes((lived.folder / "triage.db").read_bytes())
    settings = load_settings(lived.config, need_mailbox=True)
    assert settings.database is not None
    url = type(settings.database)(url=f"sqlite:///{copy}")
    made = open_registry(replace(settings, database=url))
    yield replace(made, now=lambda: made.now() + timedelta(hours=2))
    made.engine.dispose()


def test_a_life_in_order_shows_nothing(house: House) -> None:
    assert breaches(house) == []


@pytest.mark.parametrize("rule", DAMAGE)
def test_each_kind_of_damage_is_seen(house: House, rule: str) -> None:
    _do(house, "pragma foreign_keys=off", DAMAGE[rule])
    assert rule in [breach.rule for breach in breaches(house)]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("correction", "nenhuma mensagem é respondida duas vezes"),
        ("carrier_notice", "nenhum aviso à longa distância sai duas vezes"),
    ],
)
def test_a_second_mail_of_the_same_cause_is_seen(house: House, kind: str, rule: str) -> None:
    other = "redirect" if kind == "correction" else "carrier_notice"
    _do(house, f"update outbox set kind = '{kind}'", *_copies(house, 1, kind=f"'{other}'"))
    assert rule in [breach.rule for breach in breaches(house)]


def test_replies_beyond_the_limits_are_seen(house: House) -> None:
    _do(house, *_copies(house, 30))
    rules = {breach.rule for breach in breaches(house)}
    assert {f"respostas por {what} dentro do limite" for what in ("caso", "remetente", "domínio")} <= rules


def test_a_message_that_the_ledger_lacks_is_seen(house: House, dovecot: Dovecot) -> None:
    """A row deleted by hand: the mailbox knows better."""
    with Mailbox(house.imap) as box:
        assert unaccounted(house, box) == []
        _do(house, "pragma foreign_keys=off", "delete from ledger where id = 1")
        assert [breach.rule for breach in unaccounted(house, box)] == ["toda mensagem da caixa está no registro"]


def test_the_doctor_finds_it_and_says_so_with_exit_1(lived: Running, house: House) -> None:
    assert "nada perdido, nada em dobro, nada parado" in lived.call("doctor", "--deep").stdout
    _do(house, "pragma foreign_keys=off", "delete from case_event")
    broken = lived.call("doctor", "--deep", TRIAGE_DATABASE__URL=str(house.engine.url))
    assert broken.returncode == 1
    assert "✗ invariante: todo caso tem história" in broken.stdout


def test_what_the_night_finds_is_told_in_the_digest_and_by_the_doctor(lived: Running, house: House) -> None:
    """C17: a row deleted by hand is reported within a day."""
    _do(house, "pragma foreign_keys=off", "delete from case_event")
    assert [rule for rule, _ in inspect(house, threading.Event()).found] == [
        "todo caso tem história",
        "toda mensagem nossa foi decidida",
    ]
    assert "Não se sustenta: todo caso tem história (caso 2026-" in digest_text(house, house.now().date())
    told = lived.call("doctor", TRIAGE_DATABASE__URL=str(house.engine.url)).stdout
    assert "não se sustenta: todo caso tem história" in told
    page = exposition(Figures(lambda: house, dict, lambda: 0).families())
    assert "triage_broken_rules 2\n" in page
    assert "triage_seconds_since_inspection " in page


def test_what_would_leave_twice_trips_the_breaker_and_a_person_who_rearms_it_has_the_last_word(house: House) -> None:
    """C13, C17: what is found again the next night is no news."""
    _do(house, "update outbox set kind = 'carrier_notice'", *_copies(house, 1, kind="'carrier_notice'"))
    inspect(house, threading.Event())
    with read(house.engine) as connection:
        assert "em dobro" in house.stopped(connection)
    assert rearm(house)
    inspect(house, threading.Event())
    with read(house.engine) as connection:
        assert house.stopped(connection) == ""


def _do(house: House, *statements: str) -> None:
    with house.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.commit()
        for statement in statements:
            raw.execute(statement)
        raw.commit()


def _copies(house: House, number: int, kind: str = "kind") -> list[str]:
    """Statements that copy the one mail, each time for another cause where the kind stays."""
    columns = [
        "case_id", "case_number", "kind", "cause", "message_id", "sender", "recipient", "domain", "content", "raw",
        "state", "reason", "attempts", "not_before", "created_at", "changed_at", "sent_at", "token", "answer",
    ]  # fmt: skip
    wanted = []
    for copy in range(number):
        cause = "cause" if kind == "'redirect'" else f"cause || '{copy}'"
        changed = {"kind": kind, "cause": cause, "message_id": f"message_id || '{copy}'"}
        values = ", ".join(changed.get(column, column) for column in columns)
        wanted.append(f"insert into outbox ({', '.join(columns)}) select {values} from outbox where id = 1")
    return wanted
