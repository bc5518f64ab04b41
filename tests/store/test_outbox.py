"""The outbox: written once, leased under a fence, and every fate has a state of its own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from tests.store.builders import ANA, NOW, letter
from tests.store.lookups import count_replies
from triage.core.decision import Cancel, MailKind, OutboxState
from triage.store import facts, leases
from triage.store.engine import open_store, read, write
from triage.store.mailbook import hourly_norm
from triage.store.outbox import (
    cancel,
    draft_placed,
    drafts_due,
    expire_leases,
    find_mail,
    lease_due,
    mails,
    move,
    next_due,
    put,
    seen_in_sent,
    settle,
    still_leased,
)

LATER = NOW + timedelta(minutes=20)


def test_one_cause_makes_one_mail_of_a_kind(engine: Engine) -> None:
    with write(engine) as connection:
        assert put(connection, letter(case_number="2026-000001"), NOW)
        assert put(connection, letter(case_number="2026-000001", message_id="<other>"), NOW) is None
        assert len(mails(connection)) == 1


def test_the_right_to_answer_a_message_is_given_once_whatever_the_case(engine: Engine) -> None:
    with write(engine) as connection:
        first = letter("<m1>", case_number="2026-000001", rights=("<m1>", "f1"))
        second = letter("<m2>", case_number="2026-000002", rights=("<m2>", "f1"))
        assert put(connection, first, NOW)
        assert put(connection, second, NOW) is None


def test_the_digest_of_a_day_is_one(engine: Engine) -> None:
    day = date(2026, 3, 2)
    with write(engine) as connection:
        assert facts.claim_digest(connection, day, NOW, "{}")
        assert not facts.claim_digest(connection, day, NOW, "{}")
        row = put(connection, letter("2026-03-02", kind=MailKind.DIGEST), NOW)
        assert row
        assert put(connection, letter("2026-03-02", kind=MailKind.DIGEST, message_id="<x>"), NOW) is None
        facts.digest_mail(connection, day, row)
        last = facts.last_digest(connection)
        assert last is not None
        assert (last.day, last.outbox_id, facts.last_digest(connection, day)) == (day, row, None)


def test_mail_is_leased_when_it_is_due_and_only_once(engine: Engine) -> None:
    with write(engine) as connection:
        put(connection, letter("<now>"), NOW)
        put(connection, letter("<later>", not_before=LATER), NOW)
        put(connection, letter("<held>", state=OutboxState.HELD), NOW)
        assert next_due(connection) == NOW
        (leased,) = lease_due(connection, 5, NOW)
        assert (leased.cause, leased.attempts, leased.token) == ("<now>", 1, 5)
        assert lease_due(connection, 5, NOW) == []
        assert [mail.cause for mail in lease_due(connection, 5, LATER)] == ["<later>"]


def test_a_retry_sends_the_same_bytes_under_the_same_id(engine: Engine) -> None:
    with write(engine) as connection:
        put(connection, letter(), NOW)
        (first,) = lease_due(connection, 1, NOW)
        assert settle(connection, first.id, 1, OutboxState.RETRY, NOW, answer="450 later", not_before=LATER)
        (again,) = lease_due(connection, 1, LATER)
        assert (again.raw, again.message_id, again.attempts) == (first.raw, first.message_id, 2)


def test_a_lost_lease_settles_nothing(engine: Engine) -> None:
    """B18: the daemon that slept past its lease must not say how a mail fared that is no longer its own."""
    with write(engine) as connection:
        put(connection, letter(), NOW)
        (leased,) = lease_due(connection, 1, NOW)
        assert expire_leases(connection, 2, NOW) == 1
        assert not still_leased(connection, leased.id, 1)
        assert not settle(connection, leased.id, 1, OutboxState.SENT, NOW)
        found = find_mail(connection, message_id=leased.message_id)
        assert found is not None
        assert found.state is OutboxState.AMBIGUOUS


def test_what_was_sent_has_its_instant(engine: Engine) -> None:
    with write(engine) as connection:
        put(connection, letter(), NOW)
        (leased,) = lease_due(connection, 1, NOW)
        assert settle(connection, leased.id, 1, OutboxState.SENT, LATER, answer="250 ok")
        (mail,) = mails(connection, (OutboxState.SENT,))
        assert (mail.sent_at, mail.answer) == (LATER, "250 ok")


@pytest.mark.parametrize("state", [OutboxState.QUEUED, OutboxState.RETRY, OutboxState.HELD, OutboxState.DRAFTED])
def test_what_has_not_left_can_be_stopped(engine: Engine, state: OutboxState) -> None:
    with write(engine) as connection:
        put(connection, letter(case_number="2026-000001", state=state), NOW)
        order = Cancel("2026-000001", (MailKind.CORRECTION,), "um colega já respondeu")
        assert cancel(connection, order, NOW) == 1
        assert [mail.state for mail in mails(connection)] == [OutboxState.CANCELLED]


@pytest.mark.parametrize("state", [OutboxState.LEASED, OutboxState.SENT, OutboxState.DEAD])
def test_what_has_left_or_is_leaving_cannot(engine: Engine, state: OutboxState) -> None:
    with write(engine) as connection:
        put(connection, letter(case_number="2026-000001", state=state), NOW)
        assert cancel(connection, Cancel("2026-000001", (MailKind.CORRECTION,), "x"), NOW) == 0


def test_a_draft_is_placed_once_and_known_again_in_sent(engine: Engine) -> None:
    with write(engine) as connection:
        put(connection, letter(state=OutboxState.DRAFTED), NOW)
        (draft,) = drafts_due(connection)
        draft_placed(connection, draft.id, "Rascunhos", NOW)
        assert drafts_due(connection) == []
        seen_in_sent(connection, draft.message_id, LATER)
        assert mails(connection)[0].state is OutboxState.SENT


def test_a_held_mail_moves_only_from_where_it_is_thought_to_be(engine: Engine) -> None:
    with write(engine) as connection:
        row = put(connection, letter(state=OutboxState.HELD), NOW)
        assert row
        assert move(connection, row, OutboxState.HELD, OutboxState.QUEUED, NOW)
        assert not move(connection, row, OutboxState.HELD, OutboxState.QUEUED, NOW)


def test_replies_are_counted_by_message_case_sender_domain_and_words(engine: Engine) -> None:
    with write(engine) as connection:
        put(connection, letter("<m1>", case_number="2026-000001", rights=("<m1>",), content="same"), NOW)
        put(connection, letter("<m2>", case_number="2026-000001", state=OutboxState.CANCELLED), NOW)
        put(connection, letter("<m3>", case_number="2026-000002", recipient="bia@sedu.es.gov.br"), NOW)
        put(connection, letter("done", case_number="2026-000002", kind=MailKind.CARRIER_NOTICE), NOW)
        put(connection, letter("day", kind=MailKind.DIGEST), NOW)
        counts = count_replies(
            connection, LATER, keys=("<m1>",), recipient=ANA, case="2026-000001", content="same", breaker_minutes=30
        )
        assert (counts.message, counts.case, counts.pending, counts.content_day) == (1, 1, 1, 1)
        assert (counts.sender_day, counts.domain_day, counts.recent) == (1, 2, 3)


def test_a_day_later_the_counts_of_a_day_are_empty_and_those_of_a_case_are_not(engine: Engine) -> None:
    """Not at midnight: over twenty-four hours (A11)."""
    with write(engine) as connection:
        put(connection, letter("<m1>", case_number="2026-000001"), NOW)
        for hours, expected in ((23, 1), (25, 0)):
            then = NOW + timedelta(hours=hours)
            counts = count_replies(connection, then, keys=(), recipient=ANA, case="2026-000001", content="")
            assert (counts.sender_day, counts.case) == (expected, 1)


def test_the_usual_number_an_hour_leaves_the_last_hour_out(engine: Engine) -> None:
    with write(engine) as connection:
        for number in range(10):
            put(connection, letter(f"<{number}>"), NOW - timedelta(hours=10 - number))
        assert hourly_norm(connection, NOW - timedelta(days=30)) == 0.0
        assert 0.9 < hourly_norm(connection, NOW) <= 1.1


def test_a_duty_has_one_holder_and_each_new_one_a_higher_token(engine: Engine) -> None:
    with write(engine) as connection:
        assert leases.acquire(connection, "outbox", "a", NOW, 60) == 1
        assert leases.acquire(connection, "outbox", "b", NOW, 60) is None
        assert leases.acquire(connection, "outbox", "a", NOW, 60) == 1
        assert leases.acquire(connection, "outbox", "b", LATER, 60) == 2
        assert not leases.holds(connection, "outbox", 1, LATER)
        assert leases.holds(connection, "outbox", 2, LATER)
        leases.release(connection, "outbox", 2, LATER)
        assert leases.acquire(connection, "outbox", "a", LATER + timedelta(seconds=1), 60) == 3


def test_a_holder_whose_time_ran_out_starts_anew_even_if_nobody_came(engine: Engine) -> None:
    with write(engine) as connection:
        assert leases.acquire(connection, "outbox", "a", NOW, 60) == 1
        assert leases.acquire(connection, "outbox", "a", LATER, 60) == 2


def test_the_breaker_stays_tripped_over_a_restart_until_a_person_rearms_it(url: str, engine: Engine) -> None:
    with write(engine) as connection:
        assert facts.trip(connection, "30 mails", NOW)
        assert not facts.trip(connection, "31 mails", LATER)
    engine.dispose()
    again = open_store(url)
    with write(again) as connection:
        assert facts.tripped(connection) == ("30 mails", NOW)
        assert facts.rearm(connection)
        assert facts.tripped(connection) is None
    again.dispose()


def test_the_first_run_and_the_signing_key_are_made_once(engine: Engine) -> None:
    with write(engine) as connection:
        assert facts.first_run(connection, NOW) == facts.first_run(connection, LATER) == NOW
        assert facts.signing_key(connection, NOW) == facts.signing_key(connection, LATER)
        assert len(facts.signing_key(connection, NOW)) == 32


def test_an_instant_without_a_zone_is_refused(engine: Engine) -> None:
    with write(engine) as connection, pytest.raises(Exception, match="zone"):
        facts.remember(connection, "key", "value", datetime(2026, 3, 2))  # noqa: DTZ001 - that is the point


def test_an_instant_is_kept_in_utc(engine: Engine) -> None:
    local = NOW.astimezone(tz=None)
    with write(engine) as connection:
        facts.remember(connection, "key", "value", local)
    with read(engine) as connection:
        found = facts.fact(connection, "key")
        assert found is not None
        assert (found[1], found[1].tzinfo) == (NOW, UTC)
        assert connection.execute(text("SELECT at FROM fact")).scalar() == "2026-03-02 12:00:00.000000"
