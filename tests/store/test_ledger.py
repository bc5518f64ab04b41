"""The ledger: each message once, whatever the mailbox does; nothing forgotten, nothing counted twice."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from tests.store.builders import INBOX, NOW, file_message, put_message
from triage.core.decision import Filing, LedgerState, Place
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Field, Kind, Service
from triage.store.engine import read, write
from triage.store.ledger import (
    Received,
    Spot,
    Versions,
    account,
    begin_attempts,
    count_in,
    keep_verdicts,
    mark_gone,
    raw_of,
    receive,
    try_again,
    unknown_uids,
    verdict_of,
    waiting,
)
from triage.store.mailboxes import Identity, frozen, meet, thaw


def test_a_gap_below_the_newest_message_stays_unknown(engine: Engine) -> None:
    """B3: a ledger per UID, not a high-water mark: 13 failed once and is asked for again."""
    with write(engine) as connection:
        for uid in (10, 11, 12, 14, 15):
            put_message(connection, uid)
        assert unknown_uids(connection, INBOX, range(10, 17)) == [13, 16]


def test_a_message_cannot_be_received_twice(engine: Engine) -> None:
    with write(engine) as connection:
        put_message(connection, 1)
        with pytest.raises(IntegrityError):
            put_message(connection, 1)


def test_the_same_uid_in_another_life_or_folder_is_another_message(engine: Engine) -> None:
    with write(engine) as connection:
        put_message(connection, 1)
        assert unknown_uids(connection, Spot("INBOX", 8), [1]) == [1]
        assert unknown_uids(connection, Spot("Enviados", 7, Place.SENT), [1]) == [1]


def test_many_uids_are_asked_about_in_pieces(engine: Engine) -> None:
    with write(engine) as connection:
        received = [Received(uid, b"", f"f{uid}", 0) for uid in range(1, 2502, 2)]
        ids = receive(connection, INBOX, received, NOW)
        assert len(set(ids)) == len(received)
        assert unknown_uids(connection, INBOX, range(1, 2502)) == list(range(2, 2502, 2))


def test_messages_wait_in_the_order_of_arrival_with_their_bytes(engine: Engine) -> None:
    with write(engine) as connection:
        meet(connection, "INBOX", 7, NOW)
        first, second = put_message(connection, 9), put_message(connection, 3)
    with read(engine) as connection:
        found = waiting(connection, 10)
        assert [(w.id, w.uid, w.raw, w.shaky) for w in found] == [(first, 9, b"raw", False), (second, 3, b"raw", False)]
        assert [w.id for w in waiting(connection, 10, after=first)] == [second]


def test_attempts_are_counted_before_the_bytes_are_read(engine: Engine) -> None:
    with write(engine) as connection:
        ledger_id = put_message(connection, 1)
        begin_attempts(connection, [ledger_id])
        begin_attempts(connection, [ledger_id])
    with read(engine) as connection:
        assert waiting(connection, 1)[0].attempts == 2


def test_quarantine_keeps_the_bytes_and_can_be_replayed(engine: Engine) -> None:
    with write(engine) as connection:
        ledger_id = put_message(connection, 1)
        file_message(connection, ledger_id, Filing(LedgerState.QUARANTINED, "nesting"), NOW)
        assert waiting(connection, 5) == []
        assert raw_of(connection, ledger_id) == b"raw"
        assert try_again(connection, ledger_id)
        assert not try_again(connection, ledger_id)
        assert [w.attempts for w in waiting(connection, 5)] == [0]


def test_a_verdict_comes_back_as_it_was_with_what_gave_it(engine: Engine) -> None:
    verdict = Verdict(
        Kind.REQUEST,
        Action.CORRECT,
        0.93,
        category="2.2",
        service=Service.EXTENSION,
        values=((Field.CNPJ, "27080571000130"),),
        reasons=("falta: celular",),
    )
    with write(engine) as connection:
        ledger_id = put_message(connection, 1)
        keep_verdicts(connection, [(ledger_id, verdict, Versions("r1", "m1", "b1"))], NOW)
    with read(engine) as connection:
        assert verdict_of(connection, ledger_id) == (verdict, Versions("r1", "m1", "b1"))
        assert verdict_of(connection, 99) is None


def test_the_account_of_a_day_adds_up(engine: Engine) -> None:
    with write(engine) as connection:
        ids = [put_message(connection, uid) for uid in range(1, 6)]
        file_message(connection, ids[0], Filing(LedgerState.JUDGED), NOW)
        file_message(connection, ids[1], Filing(LedgerState.IGNORED, "automatic"), NOW)
        file_message(connection, ids[2], Filing(LedgerState.IGNORED, "automatic"), NOW)
        mark_gone(connection, INBOX, [77], NOW)
    with read(engine) as connection:
        found = account(connection, NOW - timedelta(hours=1), NOW + timedelta(hours=1))
        assert found == {
            (Place.INBOX, LedgerState.NEW, ""): 2,
            (Place.INBOX, LedgerState.JUDGED, ""): 1,
            (Place.INBOX, LedgerState.IGNORED, "automatic"): 2,
            (Place.INBOX, LedgerState.GONE, "vanished"): 1,
        }
        assert sum(found.values()) == count_in(connection, INBOX) == 6
        assert account(connection, NOW + timedelta(hours=1), NOW + timedelta(hours=2)) == {}


def test_a_folder_that_changed_its_identity_is_frozen_until_a_person_says_go_on(engine: Engine) -> None:
    with write(engine) as connection:
        assert meet(connection, "INBOX", 7, NOW) is Identity.FIRST
        assert meet(connection, "INBOX", 7, NOW) is Identity.SAME
        assert meet(connection, "INBOX", 8, NOW) is Identity.CHANGED
        put_message(connection, 1, spot=Spot("INBOX", 8))
        assert [box.name for box in frozen(connection)] == ["INBOX"]
        assert waiting(connection, 1)[0].shaky
        assert thaw(connection, "INBOX")
        assert not thaw(connection, "INBOX")
        assert not waiting(connection, 1)[0].shaky


def test_a_folder_without_uidvalidity_is_never_answered(engine: Engine) -> None:
    with write(engine) as connection:
        meet(connection, "INBOX", 0, NOW)
        put_message(connection, 1, spot=Spot("INBOX", 0))
        assert waiting(connection, 1)[0].shaky
