"""Found by fault runs: what the outbox must not forget while its database, its clock or its process is in trouble."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from tests.faults.sink import Sink
from tests.service.benches import Bench
from tests.service.houses import house_at
from triage.core.decision import Cancel, MailKind, OutboxState
from triage.store.engine import write
from triage.store.leases import acquire
from triage.store.outbox import cancel, expire_leases


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Sink() as smtp:
        made = Bench(house_at(tmp_path, smtp.port), smtp)
        yield made
        made.outbox.close()
        made.house.engine.dispose()


@contextlib.contextmanager
def unwritable(bench: Bench, state: str) -> Iterator[None]:
    """The database refuses to note that a mail is at `state`, as a full disk may."""
    rule = (
        f"create trigger refusal before update on outbox when new.state = '{state}' begin select raise(abort, 'x'); end"
    )
    with contextlib.closing(sqlite3.connect(bench.house.state_dir / "triage.db", isolation_level=None)) as other:
        other.execute(rule)
        yield
        other.execute("drop trigger refusal")


def test_what_the_relay_said_is_written_down_as_soon_as_it_can_be(bench: Bench) -> None:
    """C4, C12: the relay accepted, the disk was full: the mail must not stay in hand for ever, nor be sent again."""
    bench.write()
    with unwritable(bench, "sent"), pytest.raises(DBAPIError):
        bench.outbox.flush()
    bench.outbox.flush()
    assert bench.state is OutboxState.SENT
    assert len(bench.smtp.accepted) == 1


def test_what_the_relay_said_is_written_down_at_the_end_too(bench: Bench) -> None:
    """F4: told to stop while the database cannot take it: the last chance is used, or the next life sends it again."""
    bench.write()
    with unwritable(bench, "sent"), pytest.raises(DBAPIError):
        bench.outbox.flush()
    bench.outbox.close()
    bench.anew()
    bench.pass_by(20)
    assert bench.state is OutboxState.SENT
    assert len(bench.smtp.accepted) == 1


def test_a_mail_in_hand_that_had_not_left_yet_leaves_when_the_database_is_back(bench: Bench) -> None:
    """Leased, then the look for a colleague's answer failed: it goes on with the next round, not after a restart."""
    bench.write()
    with write(bench.house.engine) as connection:
        connection.exec_driver_sql("alter table answered rename to elsewhere")
    with pytest.raises(DBAPIError):
        bench.outbox.flush()
    assert bench.state is OutboxState.LEASED
    with write(bench.house.engine) as connection:
        connection.exec_driver_sql("alter table elsewhere rename to answered")
    bench.outbox.flush()
    assert bench.state is OutboxState.SENT
    assert len(bench.smtp.accepted) == 1


@pytest.mark.parametrize("kind", [MailKind.CORRECTION, MailKind.CARRIER_NOTICE])
def test_whoever_was_overtaken_while_the_relay_thought_still_says_that_it_was_taken(
    bench: Bench, kind: MailKind
) -> None:
    """B18: stopped after the final dot, overtaken, then it hears 250: that is no doubt any more, and no second copy."""

    def overtake(phase: str) -> None:
        if phase == "final":
            bench.now += timedelta(minutes=20)
            with write(bench.house.engine) as connection:
                token = acquire(connection, "outbox", "another", bench.now, 900)
                assert token is not None
                assert expire_leases(connection, token, bench.now) == 1

    assert isinstance(bench.smtp, Sink)
    bench.smtp.watcher = overtake
    bench.write(kind)
    bench.outbox.flush()
    assert bench.state is OutboxState.SENT
    assert bench.mail().reason == "late-word"


def test_a_clock_that_goes_back_does_not_make_a_pause_last_for_hours(bench: Bench) -> None:
    """B19: a minute's pause is a minute's, whatever the wall clock does meanwhile."""
    bench.smtp.answer("connect", "421 busy")
    bench.write()
    bench.outbox.flush()
    bench.now -= timedelta(hours=3)
    with write(bench.house.engine) as connection:
        connection.exec_driver_sql("update outbox set not_before = '2026-05-04 08:00:00.000000'")
    bench.outbox.flush()
    assert bench.state is OutboxState.SENT


def test_a_correction_in_doubt_is_not_sent_again_once_it_is_outdated(bench: Bench) -> None:
    """C4, DOMAIN: it had arrived, and the requester sent what it asked for: asking again is the worst we can do."""
    bench.write()
    with write(bench.house.engine) as connection:
        connection.exec_driver_sql("update outbox set state = 'leased', token = 1, case_number = '2026-000001'")
    bench.outbox.flush()
    assert bench.state is OutboxState.AMBIGUOUS
    with write(bench.house.engine) as connection:
        order = Cancel("2026-000001", (MailKind.CORRECTION,), "a solicitação já foi completada")
        assert cancel(connection, order, bench.now) == 1
    bench.pass_by(20)
    assert bench.state is OutboxState.CANCELLED
    assert bench.smtp.accepted == []


def test_a_mail_in_hand_stays_when_everything_is_stopped_meanwhile(bench: Bench) -> None:
    """A13: the kill switch came while the database was away; what was in hand waits like all others."""
    bench.write()
    with write(bench.house.engine) as connection:
        connection.exec_driver_sql("alter table answered rename to elsewhere")
    with pytest.raises(DBAPIError):
        bench.outbox.flush()
    with write(bench.house.engine) as connection:
        connection.exec_driver_sql("alter table elsewhere rename to answered")
    (bench.house.state_dir / "stop-sending").touch()
    bench.outbox.flush()
    assert bench.state is OutboxState.RETRY
    assert bench.smtp.accepted == []
    (bench.house.state_dir / "stop-sending").unlink()
    bench.outbox.flush()
    assert bench.state is OutboxState.SENT
