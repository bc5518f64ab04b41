"""C16: one message never stops the others, whether it kills its reader, the program, or the decision about it."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import takewhile
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.service.houses import START, house_at
from tests.service.orders import pool
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.desk import BATCH, LAST_STRAW, PIECE, STRIKES, Desk
from triage.service.house import House
from triage.service.wire import Outcome, Reason, Unreadable
from triage.store.engine import read, write
from triage.store.ledger import Received, Spot, Waiting, begin_attempts, receive
from triage.store.rows import LEDGER

INBOX = Spot("INBOX", 7)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = house_at(tmp_path)
    yield made
    made.engine.dispose()


def _desk(house: House, readers: Pool) -> Desk:
    return Desk(lambda: house, readers, lambda: None, threading.Event())


def _arrive(house: House, *orders: bytes, after: int = 0) -> None:
    """Messages that are orders to the stub reader, their UIDs behind `after`."""
    messages = [Received(n, raw, f"f{n}", len(raw), START) for n, raw in enumerate(orders, start=after + 1)]
    with write(house.engine) as connection:
        receive(connection, INBOX, messages, START)


def _ledger(house: House) -> list[tuple[str, str, int]]:
    with read(house.engine) as connection:
        columns = (LEDGER.c.state, LEDGER.c.reason, LEDGER.c.attempts)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(LEDGER.c.id))]


@pytest.mark.parametrize("deadly", [b"segfault", b"loop", b"memory", b"fail x"])
def test_a_deadly_message_is_set_aside_after_three_tries_and_the_others_are_filed(house: House, deadly: bytes) -> None:
    _arrive(house, b"ok um", deadly, b"ok dois")
    with pool(seconds=1.0) as readers:
        assert _desk(house, readers).clear() == 5
    first, second, third = _ledger(house)
    assert (first[0], third[0]) == ("ignored", "ignored")
    assert (second[0], second[2]) == ("quarantined", 3)


def test_a_backlog_ends_in_ever_smaller_pieces(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A last piece of a hundred was written down while the readers had nothing left to do."""
    pieces: list[int] = []
    commit = Desk._commit

    def noted(desk: Desk, piece: list[tuple[Waiting, Outcome]]) -> None:
        pieces.append(len(piece))
        commit(desk, piece)

    monkeypatch.setattr(Desk, "_commit", noted)
    _arrive(house, *[b"ok"] * 130)
    with pool() as readers:
        assert _desk(house, readers).clear() == 130
    assert pieces == [65, 33, 16, 10, 6]


def test_readers_that_cannot_be_had_are_no_fault_of_the_mail(house: House) -> None:
    """An hour without a model must not send the waiting mail into quarantine."""
    _arrive(house, b"ok um", b"ok dois")
    with pool() as readers:
        desk = _desk(house, readers)
        readers.close()
        for _ in range(5):
            with pytest.raises(ReaderUnavailable):
                desk.clear()
    assert [row[::2] for row in _ledger(house)] == [("new", 0), ("new", 0)]


def test_an_attempt_that_failed_counts_though_the_program_is_ended_before_it_is_written_down(house: House) -> None:
    """A reader over its memory may end the whole unit: a message that does it must not do it at every start."""
    _arrive(house, b"segfault", b"slow 1", b"slow 1")
    for _ in range(2):
        with pool() as readers:
            readers.wait_ready()
            threading.Timer(0.4, readers.close).start()
            with pytest.raises(ReaderUnavailable):
                _desk(house, readers).clear()
    assert [row[::2] for row in _ledger(house)] == [("new", 2), ("new", 0), ("new", 0)]


def test_a_defect_in_deciding_sets_aside_its_message_alone(house: House) -> None:
    """Whatever breaks while it is written down: the rest of its piece is written all the same."""
    _arrive(house, b"ok um", b"ok dois", b"ok tres")
    with write(house.engine) as connection:
        connection.exec_driver_sql(
            "create trigger defect before update on ledger when new.message_id = 'dois'"
            " begin select raise(abort, 'defect'); end"
        )
    with pool() as readers:
        _desk(house, readers).clear()
    assert [row[0] for row in _ledger(house)] == ["ignored", "quarantined", "ignored"]
    assert _ledger(house)[1][1].startswith("failed: decide:")


def test_what_another_process_has_filed_meanwhile_stays_as_it_is(house: House) -> None:
    """Two daemons on one database: the slower one finds the message filed, and neither repeats nor condemns it."""
    _arrive(house, b"ok um")
    with pool() as readers:
        desk = _desk(house, readers)
        (message,) = desk._next_batch()
        (outcome,) = [outcome for _, outcome in readers.judge_many([(message.id, message.raw)])]
        desk.clear()
        desk._write_down([(message, outcome)])
    assert [row[0] for row in _ledger(house)] == ["ignored"]


def test_whoever_was_in_hand_at_many_crashes_goes_alone_and_at_last_aside(house: House) -> None:
    """The program itself died with it, each time: after three of these it is read alone, after six no more."""
    _arrive(house, b"ok um", b"ok dois", b"ok tres")
    with write(house.engine) as connection:
        for _ in range(LAST_STRAW):
            begin_attempts(connection, [1])
        for _ in range(3):
            begin_attempts(connection, [2])
    with pool() as readers:
        desk = _desk(house, readers)
        assert [message.id for message in desk._next_batch()] == [1]
        desk.clear()
    assert [row[0] for row in _ledger(house)] == ["quarantined", "ignored", "ignored"]


def test_a_locked_database_is_waited_for(house: House) -> None:
    """C12: another program that holds the lock for longer than our patience ends no loop; the mail is filed after."""
    _arrive(house, b"ok um")
    with house.engine.connect() as connection:
        connection.exec_driver_sql("pragma busy_timeout=50")
    with pool() as readers, closing(sqlite3.connect(str(house.engine.url.database), isolation_level=None)) as other:
        desk = _desk(house, readers)
        other.execute("begin immediate")
        assert 0 < desk._turn() < 2
        assert desk.progress.failures == 1
        other.execute("rollback")
        desk._turn()
    assert _ledger(house)[0][0] == "ignored"
    assert desk.progress.failures == 0


def test_a_long_backlog_is_filed_whole_and_in_the_order_of_arrival(house: House) -> None:
    """Although two readers finish in whatever order: a correction must not be decided before its request."""
    _arrive(house, *(b"ok n%d" % number for number in range(BATCH + 30)))
    with pool(size=2) as readers:
        assert _desk(house, readers).clear() == BATCH + 30
    with read(house.engine) as connection:
        ids = list(connection.scalars(select(LEDGER.c.message_id).order_by(LEDGER.c.id)))
    assert ids == [f"n{number}" for number in range(BATCH + 30)]


class Stalled:
    """In place of the pool: the first message takes as long as all that it is given meanwhile."""

    def __init__(self) -> None:
        self.met = 0

    def judge_many(self, items: Iterable[tuple[int, bytes] | None]) -> Iterator[tuple[int, Outcome]]:
        """The first message last."""
        outcome = Unreadable(Reason.MALFORMED, "")
        (first, _), *others = takewhile(bool, items)
        for key, _ in others:
            self.met += 1
            yield key, outcome
        yield first, outcome


def test_behind_a_message_that_takes_long_only_so_many_are_held(house: House) -> None:
    """Whoever is behind it waits for its turn, bytes and verdict: what arrives in half a minute must not pile up."""
    _arrive(house, *(b"ok n%d" % number for number in range(4 * BATCH)))
    readers = Stalled()
    desk = _desk(house, readers)  # type: ignore[arg-type]
    batch = desk._next_batch()
    assert desk._work_through(batch, called=0) <= 2 * BATCH
    assert readers.met < 2 * BATCH
    assert desk.clear() >= 2 * BATCH
    assert {row[0] for row in _ledger(house)} == {"quarantined"}


class Stumbling:
    """In place of the pool: the first message ends its reader, once."""

    def __init__(self) -> None:
        self.order: list[int] = []

    def judge_many(self, items: Iterable[tuple[int, bytes] | None]) -> Iterator[tuple[int, Outcome]]:
        """All in order."""
        for key, _ in filter(None, items):
            crashed = not self.order
            self.order.append(key)
            yield key, Unreadable(Reason.CRASHED if crashed else Reason.MALFORMED, "")


def test_whoever_is_to_be_read_again_does_not_wait_for_the_whole_backlog(house: House) -> None:
    """A request whose reader died must not be decided after thousands of messages that may answer it."""
    _arrive(house, *(b"ok n%d" % number for number in range(4 * BATCH)))
    readers = Stumbling()
    _desk(house, readers).clear()  # type: ignore[arg-type]
    assert readers.order[BATCH:].index(1) <= BATCH
    assert sorted(readers.order) == [1, *range(1, 4 * BATCH + 1)]


class Interrupted:
    """In place of the pool: while the first messages are being read another one arrives. `fails`: the first one's
    reader dies, once."""

    def __init__(self, house: House, *, fails: bool = False) -> None:
        self.house = house
        self.fails = fails
        self.desk: Desk | None = None
        self.together: list[list[int]] = []

    def judge_many(self, items: Iterable[tuple[int, bytes] | None]) -> Iterator[tuple[int, Outcome]]:
        """None before all that there is has been handed out."""
        given = iter(items)
        keys = [item[0] for item in takewhile(bool, given)]
        if not self.together:
            _arrive(self.house, b"ok later", after=len(keys))
            self.desk.wake()
        failed = self.fails and not self.together
        keys += [item[0] for item in takewhile(bool, given)]
        self.together.append(keys)
        for key in keys:
            yield key, Unreadable(Reason.CRASHED if failed and key == 1 else Reason.MALFORMED, "")


def _interrupted(house: House, *orders: bytes, fails: bool = False) -> list[list[int]]:
    """What is read together."""
    _arrive(house, *orders)
    readers = Interrupted(house, fails=fails)
    desk = readers.desk = _desk(house, readers)  # type: ignore[arg-type]
    desk.clear()
    assert {row[0] for row in _ledger(house)} == {"quarantined"}
    return readers.together


def test_what_comes_meanwhile_is_handed_out_behind_a_backlog(house: House) -> None:
    """Else the readers wait at the beginning of one, of which only a piece is there when the desk is called first."""
    assert _interrupted(house, *[b"ok"] * PIECE) == [list(range(1, PIECE + 2))]


def test_what_comes_meanwhile_does_not_join_a_letter_that_may_have_to_be_read_again(house: House) -> None:
    """A request whose reader died would be decided behind the correction that answers it."""
    assert _interrupted(house, b"ok request", fails=True) == [[1], [1, 2]]


def test_what_comes_meanwhile_leaves_alone_whoever_goes_alone(house: House) -> None:
    """Its crash would be counted against the innocent ones beside it (C16)."""
    _arrive(house, b"ok suspect")
    with write(house.engine) as connection:
        for _ in range(STRIKES):
            begin_attempts(connection, [1])
    readers = Interrupted(house)
    desk = readers.desk = _desk(house, readers)  # type: ignore[arg-type]
    desk.clear()
    assert readers.together == [[1], [2]]
