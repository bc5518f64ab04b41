"""The way out by itself: a real database, a relay that fails as told, a clock that the test moves (C4–C7)."""

from datetime import timedelta

import pytest

from tests.servers.smtp import Answer
from tests.service.benches import Bench
from triage.core.decision import MailKind, OutboxState
from triage.store import facts
from triage.store.engine import write
from triage.store.leases import acquire

MINUTE = timedelta(minutes=1)


def test_an_accepted_mail_is_sent_and_stays_so(bench: Bench) -> None:
    bench.write()
    assert bench.outbox.flush() == 1
    assert bench.outbox.flush() == 0
    assert bench.state is OutboxState.SENT
    assert len(bench.smtp.accepted) == 1


@pytest.mark.parametrize("fault", [Answer(drop=True, accept=True), Answer("250 late", delay=2)], ids=["drop", "late"])
def test_a_correction_in_doubt_is_sent_once_more_the_same_to_the_byte(bench: Bench, fault: Answer) -> None:
    """C4, C3: a quarter of an hour later, with the same Message-ID; a third time never, a person sees to it."""
    bench.smtp.answer("final", fault, fault)
    bench.write()
    bench.outbox.flush()
    assert bench.state is OutboxState.AMBIGUOUS
    bench.pass_by(14)
    assert len(bench.smtp.accepted) == 1
    bench.pass_by(2)
    assert len(bench.smtp.accepted) == 2
    bench.anew()
    for _ in range(4):
        bench.pass_by(16)
    assert bench.state is OutboxState.AMBIGUOUS
    assert bench.mail().reason == "resent-in-doubt"
    assert len(bench.smtp.accepted) == 2
    assert bench.smtp.accepted[0].raw == bench.smtp.accepted[1].raw


def test_the_second_attempt_that_is_accepted_ends_the_doubt(bench: Bench) -> None:
    bench.smtp.answer("final", Answer(drop=True))
    bench.write()
    bench.outbox.flush()
    bench.pass_by(16)
    assert bench.state is OutboxState.SENT


def test_a_carrier_notice_in_doubt_is_for_a_person_and_never_sent_again(bench: Bench) -> None:
    bench.smtp.answer("final", Answer(drop=True, accept=True))
    bench.write(MailKind.CARRIER_NOTICE)
    bench.outbox.flush()
    for _ in range(4):
        bench.pass_by(20)
    assert bench.state is OutboxState.HELD
    assert len(bench.smtp.accepted) == 1


@pytest.mark.parametrize(
    ("phase", "answer", "state"),
    [
        ("rcpt", "450 4.2.0 greylisted", OutboxState.RETRY),
        ("rcpt", "550 5.1.1 no such user", OutboxState.DEAD),
        ("mail", "421 4.3.2 closing", OutboxState.RETRY),
        ("final", "554 5.6.0 refused", OutboxState.DEAD),
        ("final", "451 4.3.0 later", OutboxState.RETRY),
        ("connect", "554 5.3.2 not today", OutboxState.RETRY),
    ],
)
def test_the_reply_code_decides(bench: Bench, phase: str, answer: str, state: OutboxState) -> None:
    """C7: 4xx and everything about the relay itself are tried again, 5xx about the mail are final."""
    bench.smtp.always(phase, answer)
    bench.write()
    bench.outbox.flush()
    assert bench.state is state
    assert bench.smtp.accepted == []


def test_a_greylisted_mail_is_tried_again_with_the_same_bytes(bench: Bench) -> None:
    bench.smtp.answer("rcpt", "450 greylisted")
    bench.write()
    bench.outbox.flush()
    bench.pass_by(2)
    assert bench.state is OutboxState.SENT
    assert bench.mail().attempts == 2


def test_after_two_days_of_refusals_a_mail_is_given_up(bench: Bench) -> None:
    """C7: the ladder has an end, and no attempt comes before its time."""
    bench.smtp.always("rcpt", "450 not yet")
    bench.write()
    for _ in range(60):
        bench.pass_by(60)
    assert bench.state is OutboxState.DEAD
    assert 9 <= bench.mail().attempts <= 12


def test_a_relay_in_trouble_makes_all_mail_wait(bench: Bench) -> None:
    """C7: 421 pauses the whole queue, not only the mail that met it."""
    bench.smtp.answer("mail", "421 closing")
    for name in ("um", "dois", "três"):
        bench.write(name=name)
    bench.outbox.flush()
    assert bench.outbox.unreachable
    assert bench.smtp.commands.count("DATA") == 0
    bench.pass_by(2)
    assert len(bench.smtp.accepted) == 3
    assert not bench.outbox.unreachable


@pytest.mark.parametrize("stop", ["breaker", "kill-switch"])
def test_while_stopped_nothing_leaves_and_the_loop_rests(bench: Bench, stop: str) -> None:
    """A13: a mail that is due and may not leave must not make the loop spin."""
    if stop == "breaker":
        with write(bench.house.engine) as connection:
            facts.trip(connection, "too many", bench.now)
    else:
        (bench.house.state_dir / "stop-sending").touch()
    bench.write()
    assert bench.outbox.flush() == 0
    assert bench.outbox._seconds_to_next() == 30.0
    assert bench.smtp.commands == []


def test_the_loop_sleeps_until_the_next_mail_is_due(bench: Bench) -> None:
    bench.write()
    bench.now -= timedelta(seconds=10)
    assert bench.outbox.flush() == 0
    assert bench.outbox._seconds_to_next() == 10.0


def test_a_process_that_was_overtaken_does_not_send(bench: Bench) -> None:
    """B18: it slept past its lease, another took the duty over; the mail in its hands is in doubt for both."""
    bench.write()
    bench.outbox.flush()
    bench.write(name="dois")
    bench.now += 20 * MINUTE
    with write(bench.house.engine) as connection:
        assert acquire(connection, "outbox", "another", bench.now, 900) is not None
    assert bench.outbox.flush() == 0
    assert len(bench.smtp.accepted) == 1


def test_a_mail_that_was_in_hand_at_a_crash_is_in_doubt(bench: Bench) -> None:
    """C4: leased, then the process died: whether it left nobody knows."""
    bench.write()
    with write(bench.house.engine) as connection:
        connection.exec_driver_sql("update outbox set state = 'leased', token = 1")
    bench.outbox.flush()
    assert bench.state is OutboxState.AMBIGUOUS
