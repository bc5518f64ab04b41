"""Found by fault runs: a database that has no room for decisions is no message's fault (C12, C16)."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.service.houses import START, house_at
from tests.service.orders import pool
from triage.service.desk import LAST_STRAW, Desk
from triage.service.house import House
from triage.store.engine import read, write
from triage.store.ledger import Received, Spot, receive
from triage.store.rows import LEDGER


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = house_at(tmp_path)
    yield made
    made.engine.dispose()


def test_a_disk_that_stays_full_sends_no_sound_message_into_quarantine(house: House) -> None:
    """The attempt still fits into the file, the decision does not, again and again; then there is room for it."""
    with write(house.engine) as connection:
        receive(connection, Spot("INBOX", 7), [Received(1, b"ok um", "f", 5, START)], START)
    _fill(house)
    with pool() as readers:
        desk = Desk(lambda: house, readers, lambda: None, threading.Event())
        for _ in range(LAST_STRAW + 2):
            with pytest.raises(OperationalError, match="full"):
                desk.clear()
        event.remove(house.engine, "connect", _bounded)
        house.engine.dispose()
        assert desk.clear() == 1
    with read(house.engine) as connection:
        assert connection.execute(LEDGER.select()).one().state == "ignored"


def _bounded(connection: sqlite3.Connection, _record: object) -> None:
    pages = connection.execute("pragma page_count").fetchone()[0]
    connection.execute(f"pragma max_page_count = {pages}")


def _fill(house: House) -> None:
    """The file may not grow, and a row that is too large for what is free in it must come with each decision."""
    with write(house.engine) as connection:
        connection.exec_driver_sql("create table ballast (data blob)")
        connection.exec_driver_sql(
            "create trigger growth after insert on judgement begin insert into ballast values (zeroblob(100000)); end"
        )
    house.engine.dispose()
    event.listen(house.engine, "connect", _bounded)
