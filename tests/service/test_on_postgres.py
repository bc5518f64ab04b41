"""What watches over the house, on PostgreSQL (DESIGN 9): the night's look, the watermark, health and figures."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.service.digest_house import Clock, house_in
from tests.store.builders import letter, put_message
from tests.store.postgres import AVAILABLE, postgres
from triage.service.checkup import check_house
from triage.service.checkup_border import check_border
from triage.service.exposition import exposition
from triage.service.health import write_health
from triage.service.house import House, furnish
from triage.service.inspection import due_now, inspect
from triage.service.metrics import Figures
from triage.service.watermark import keep
from triage.settings import Settings
from triage.store.engine import open_store, read, write
from triage.store.inspections import last_inspection
from triage.store.outbox import put

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="no PostgreSQL or no psycopg here")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    beside = house_in(tmp_path, clock)
    beside.engine.dispose()
    with postgres() as url:
        engine = open_store(url)
        yield furnish(beside.settings, engine, clock)
        engine.dispose()


def test_the_night_finds_what_is_broken_and_tells(house: House, clock: Clock) -> None:
    """A mail that nobody decided about."""
    with write(house.engine) as connection:
        put_message(connection, 1)
        put(connection, letter("<um>"), clock.at)
    clock.at += timedelta(hours=40)
    assert due_now(house)
    rules = [rule for rule, _ in inspect(house, threading.Event()).found]
    assert "toda mensagem nossa foi decidida" in rules
    assert not due_now(house)
    with read(house.engine) as connection:
        assert last_inspection(connection) is not None
    write_health(house, {})
    health = json.loads((house.state_dir / "health.json").read_text(encoding="utf-8"))
    assert health["inspection"]["broken"] == rules
    page = exposition(Figures(lambda: house, dict, lambda: 0).families())
    assert f"triage_broken_rules {len(rules)}\n" in page
    assert "triage_database_damaged 0\n" in page
    assert [finding for finding in check_house(house) if "não se sustenta" in finding.detail]
    named = _with_a_name(house)
    (seen,) = check_border(replace(house, settings=named, policy=named.policy()))
    assert seen.detail.startswith("de 1 mensagens")


def test_a_dump_that_is_put_back_is_recognised(house: House, clock: Clock) -> None:
    with write(house.engine) as connection:
        put(connection, letter("<um>"), clock.at)
    keep(house.engine, house.state_dir, house.signing_key, clock.at)
    _forget_mails(house.engine)
    again = furnish(house.settings, house.engine, clock)
    with read(again.engine) as connection:
        assert again.stopped(connection).startswith("o banco é mais antigo")


def _forget_mails(engine: Engine) -> None:
    with write(engine) as connection:
        connection.execute(text("DELETE FROM reply_right"))
        connection.execute(text("DELETE FROM outbox"))


def _with_a_name(house: House) -> Settings:
    trust = house.settings.trust.model_copy(update={"authserv_ids": ("mx.es.gov.br",)})
    return replace(house.settings, trust=trust)
