"""F6: a mailbox to which nothing comes any more is told of, everywhere, and once."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.service.digest_house import MONDAY, Clock, house_in, wall
from tests.store.builders import put_message
from triage.mail.compose import message_id
from triage.service.checkup import check_house
from triage.service.digest import digest_text
from triage.service.exposition import exposition
from triage.service.finding import Finding, Health
from triage.service.health import write_health
from triage.service.house import House
from triage.service.inspection import Inspection
from triage.service.metrics import Figures
from triage.store.engine import write
from triage.store.rows import LEDGER

QUIET = MONDAY + timedelta(days=2)


@pytest.fixture
def clock() -> Clock:
    return Clock(wall(MONDAY, 9))


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    """One message came on Monday at nine; twenty working hours later it is Wednesday at nine."""
    made = house_in(tmp_path, clock)
    with write(made.engine) as connection:
        put_message(connection, 1)
        connection.execute(LEDGER.update().values(seen_at=clock.at))
    yield made
    made.engine.dispose()


def told(house: House) -> dict[str, Any]:
    """What each place says."""
    write_health(house, {})
    health = json.loads((house.state_dir / "health.json").read_text(encoding="utf-8"))
    page = exposition(Figures(lambda: house, dict, lambda: 0).families())
    return {
        "health": health["silence"]["alarming"],
        "figures": "triage_mailbox_silent 1\n" in page,
        "digest": "Caixa em silêncio" in digest_text(house, house.now().date()),
        "doctor": any(_silent(finding) for finding in check_house(house)),
    }


def _silent(finding: Finding) -> bool:
    return finding.what == "caixa em silêncio" and finding.health is Health.WRONG


def test_after_two_working_days_without_mail_every_place_tells_of_it(house: House, clock: Clock) -> None:
    clock.at = wall(QUIET, 8, 59)
    assert set(told(house).values()) == {False}
    clock.at = wall(QUIET, 9, 1)
    assert set(told(house).values()) == {True}


def test_whoever_reads_the_doctor_slowly_keeps_nobody_from_writing(house: House) -> None:
    """A page of `less` holds up what prints: on SQLite the daemon could not have committed meanwhile."""
    findings = check_house(house)
    next(findings)
    with write(house.engine) as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=100")
        put_message(connection, 2)
    findings.close()


def test_a_weekend_is_no_silence(house: House, clock: Clock) -> None:
    """From Friday at five to Monday at nine two working hours pass."""
    friday = MONDAY + timedelta(days=4)
    with write(house.engine) as connection:
        connection.execute(LEDGER.update().values(seen_at=wall(friday, 17)))
    clock.at = wall(friday + timedelta(days=3), 9)
    assert set(told(house).values()) == {False}


def test_the_settings_may_forgo_it(tmp_path: Path, house: House, clock: Clock) -> None:
    config = tmp_path / "triage.toml"
    config.write_text(config.read_text(encoding="utf-8") + "\n[alarm]\nsilence_hours = 0\n", encoding="utf-8")
    other = house_in(tmp_path, clock)
    clock.at = wall(MONDAY + timedelta(days=60), 9)
    assert set(told(other).values()) == {False}
    other.engine.dispose()


def test_mail_of_ours_in_sent_breaks_no_silence(house: House, clock: Clock) -> None:
    """What we write ourselves does not show that others reach us."""
    clock.at = wall(QUIET, 9, 1)
    with write(house.engine) as connection:
        put_message(connection, 2)
        connection.execute(LEDGER.update().where(LEDGER.c.id == 2).values(place="sent", seen_at=clock.at))
    assert told(house)["health"] is True


def test_a_message_of_test_to_ourselves_breaks_no_silence(house: House, clock: Clock) -> None:
    """The timer sends one every business day: nobody would ever have been told that nobody else's mail comes."""
    clock.at = wall(QUIET, 9, 1)
    own_id = message_id(house.signing_key, "probe-1.invalid", "probe", house.domain)
    with write(house.engine) as connection:
        put_message(connection, 2)
        connection.execute(LEDGER.update().where(LEDGER.c.id == 2).values(message_id=own_id, seen_at=clock.at))
    assert set(told(house).values()) == {True}


def test_the_log_says_it_once_and_that_it_is_over(
    house: House, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    watch = Inspection(lambda: house, lambda: None, threading.Event())
    for hour in (9, 10, 11):
        clock.at = wall(QUIET, hour, 1)
        watch._mind_silence()
    with write(house.engine) as connection:
        connection.execute(LEDGER.update().values(seen_at=clock.at))
    watch._mind_silence()
    said = capsys.readouterr().err
    assert said.count("no mail for long") == said.count("mail comes again") == 1
