"""A13, F7: what the breaker stops, and what must tell of it all the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.servers.smtp import SmtpServer
from tests.service.benches import Bench
from tests.service.houses import house_at
from tests.service.running import Running
from triage.core.decision import Counts, Limits, MailKind, OutboxState
from triage.core.release import breaker_trips
from triage.service.house import KILL_SWITCH
from triage.store.engine import read, write
from triage.store.facts import trip
from triage.store.outbox import mails
from triage.store.rows import OUTBOX


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with SmtpServer() as smtp:
        made = Bench(house_at(tmp_path, smtp.port), smtp)
        with write(made.house.engine) as connection:
            trip(connection, "31 respostas automáticas em 10 minutos", made.now)
        yield made
        made.outbox.close()
        made.house.engine.dispose()


def states(bench: Bench) -> dict[MailKind, OutboxState]:
    with read(bench.house.engine) as connection:
        return {mail.kind: mail.state for mail in mails(connection)}


def test_the_digest_leaves_through_a_tripped_breaker_and_nothing_else_does(bench: Bench) -> None:
    """It says that all else has stopped; held with the rest, nobody would know before they wondered."""
    for kind in MailKind:
        bench.write(kind)
    bench.outbox.flush()
    waits = [kind for kind in MailKind if kind is not MailKind.DIGEST]
    assert states(bench) == {MailKind.DIGEST: OutboxState.SENT} | dict.fromkeys(waits, OutboxState.QUEUED)
    assert len(bench.smtp.accepted) == 1


def test_the_kill_switch_stops_the_digest_too(bench: Bench) -> None:
    """A person made that file, and knows."""
    bench.write(MailKind.DIGEST)
    (bench.house.state_dir / KILL_SWITCH).touch()
    bench.outbox.flush()
    assert states(bench) == {MailKind.DIGEST: OutboxState.QUEUED}
    assert bench.smtp.accepted == []


def test_a_digest_in_hand_when_the_breaker_trips_goes_on(bench: Bench) -> None:
    bench.write(MailKind.DIGEST)
    bench.smtp.answer("rcpt", "450 later")
    bench.outbox.flush()
    with write(bench.house.engine) as connection:
        connection.execute(OUTBOX.update().values(not_before=bench.now))
    bench.outbox.flush()
    assert states(bench) == {MailKind.DIGEST: OutboxState.SENT}


def test_the_digest_of_a_house_that_has_stopped_says_so_in_portuguese(program: Running) -> None:
    """The real command, and the reason in the words of whoever reads it."""
    program.set(digest={"to": ["chefia@seger.es.gov.br"]})
    program.call("outbox", "list")
    engine = program.engine()
    with write(engine) as connection:
        trip(connection, "31 respostas automáticas em 10 minutos", datetime.now(UTC))
    engine.dispose()
    shown = program.call("digest", "--print").stdout
    assert "Nada sai: o disjuntor desarmou (31 respostas automáticas em 10 minutos)." in shown
    assert "ENVIO PARADO" in shown


def test_the_reasons_are_in_portuguese() -> None:
    """A digest with an English sentence in it is a digest half read."""
    told = breaker_trips(Counts(recent=30), Limits())
    assert told == "30 respostas automáticas em 10 minutos"
    told = breaker_trips(Counts(last_hour=40, hourly_norm=2.5), Limits(breaker=100))
    assert told == "40 respostas automáticas em uma hora, quando o costume são 2,5"
