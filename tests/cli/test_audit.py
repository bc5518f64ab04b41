"""RELIABILITY F10: whom a time concerned, from the stored mail, the histories and the outbox."""

import json
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from tests.cli.test_bad_settings import GOOD
from tests.store.builders import ANA, INBOX, NOW, arrival, file_message, opening, render
from triage.cli.main import app
from triage.core.decision import Filing, LedgerState
from triage.service.audit import touches
from triage.service.confine import Pool
from triage.service.wire import Outcome, Reason, Unreadable
from triage.store.commit import commit_decision
from triage.store.engine import open_store, write
from triage.store.ledger import Received, receive
from triage.store.touched import Span

LETTER = (
    f"From: Ana Lima <{ANA}>\nTo: oi@oi.net.br, Bia <bia@sedu.es.gov.br>\nCc: telefonia@seger.es.gov.br\n"
    "Message-ID: <m{uid}@sedu.es.gov.br>\nSubject: linha\n\nUma linha nova, por favor.\n"
)
NONSENSE = b"\0" * 40
EARLIER = timedelta(days=3)


def audit(config: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["audit", *words, "--config", str(config)], env={"COLUMNS": "200"})


@dataclass
class Place:
    config: Path
    engine: Engine

    def audit(self, *words: str) -> Result:
        return audit(self.config, *words)

    def take_in(self, uid: int, raw: bytes, at: datetime) -> int:
        with write(self.engine) as connection:
            return receive(connection, INBOX, [Received(uid, raw, f"print-{uid}", len(raw), at)], at)[0]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    config = tmp_path / "triage.toml"
    config.write_text(GOOD.format(folder=tmp_path), "utf-8")
    engine = open_store(f"sqlite:///{tmp_path / 'triage.db'}")
    yield Place(config, engine)
    engine.dispose()


def answer(place: Place, ledger_id: int, number: int, at: datetime) -> None:
    """The message opens a case of Ana's, and a correction is written."""
    key = f"<m{number}@sedu.es.gov.br>"
    with write(place.engine) as connection:
        commit_decision(connection, opening(key, number), at, render, arrival=arrival(ledger_id, key))


def span(since: datetime, until: datetime) -> tuple[str, ...]:
    """As a person in Vitória writes it."""
    local = [f"{instant - timedelta(hours=3):%Y-%m-%dT%H:%M}" for instant in (since, until)]
    return "--since", local[0], "--until", local[1]


def test_everybody_is_named_whom_mail_cases_or_answers_concern(place: Place) -> None:
    answer(place, place.take_in(1, LETTER.format(uid=1).encode(), NOW), 1, NOW)
    shown = place.audit(*span(NOW, NOW + timedelta(minutes=1))).stdout
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if "@" in line}
    assert rows[ANA] == ["1", "1", "2026-000001"]
    assert rows["bia@sedu.es.gov.br"][0] == rows["oi@oi.net.br"][0] == "1"
    assert "4 pessoas: 1 mensagens, 2 movimentos de casos, 1 e-mails nossos" in shown


def test_scripts_have_one_object_for_each_thing_that_was_done(place: Place) -> None:
    answer(place, place.take_in(1, LETTER.format(uid=1).encode(), NOW), 1, NOW)
    found = [json.loads(line) for line in place.audit(*span(NOW, NOW + EARLIER), "--json").stdout.splitlines()]
    assert {one["what"] for one in found} == {"message", "case", "mail"}
    (mail,) = (one for one in found if one["what"] == "mail")
    assert (mail["people"], mail["case"], mail["detail"]) == ([ANA], "2026-000001", "correction queued")
    assert {one["at"] for one in found} == {NOW.isoformat()}


def test_what_was_done_before_or_from_its_end_on_is_left_out(place: Place) -> None:
    answer(place, place.take_in(1, LETTER.format(uid=1).encode(), NOW - EARLIER), 1, NOW - EARLIER)
    answer(place, place.take_in(2, LETTER.format(uid=2).encode(), NOW), 2, NOW)
    shown = place.audit(*span(NOW - EARLIER, NOW)).stdout
    assert "2026-000001" in shown
    assert "2026-000002" not in shown


def test_a_message_taken_in_before_and_judged_within_is_there(place: Place) -> None:
    waiting = place.take_in(1, LETTER.format(uid=1).encode(), NOW - EARLIER)
    with write(place.engine) as connection:
        file_message(connection, waiting, Filing(LedgerState.IGNORED), NOW)
    (one,) = place.audit(*span(NOW, NOW + EARLIER), "--json").stdout.splitlines()
    assert ANA in json.loads(one)["people"]


def test_more_messages_than_one_page_are_all_there(place: Place) -> None:
    for uid in range(1, 131):
        place.take_in(uid, LETTER.format(uid=uid).encode(), NOW)
    found = place.audit(*span(NOW, NOW + EARLIER), "--json").stdout.splitlines()
    assert len({json.loads(line)["id"] for line in found}) == 130


class OneByOne:
    """A pool that takes nothing ahead."""

    def judge_many(self, items: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, Outcome]]:
        for key, _ in items:
            yield key, Unreadable(Reason.MALFORMED)


def test_the_bytes_of_many_large_messages_are_never_held_together(place: Place) -> None:
    """A hundred of the largest are 2.5 GB: the audit would have been killed where it is needed most."""
    size, count = 1_000_000, 20
    for uid in range(count):
        place.take_in(uid, bytes(size), NOW)
    tracemalloc.start()
    found = list(touches(place.engine, cast("Pool", OneByOne()), Span(NOW, NOW + EARLIER)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == count
    assert most < 6 * size


def test_a_message_that_nobody_can_read_is_told_apart(place: Place) -> None:
    place.take_in(1, NONSENSE, NOW)
    shown = place.audit(*span(NOW, NOW + EARLIER)).stdout
    assert "0 pessoas: 1 mensagens" in shown
    assert "mensagem 1 não pôde ser lida" in shown


@pytest.mark.parametrize("until", ["2026-03-02", "2026-03-01"])
def test_a_time_that_ends_before_it_begins_is_refused(place: Place, until: str) -> None:
    refused = place.audit("--since", "2026-03-02", "--until", until)
    assert refused.exit_code == 2
    assert "--until" in refused.stderr


def test_where_there_is_no_database_it_says_so_and_makes_none(tmp_path: Path) -> None:
    config = tmp_path / "triage.toml"
    config.write_text(GOOD.format(folder=tmp_path), "utf-8")
    refused = audit(config, *span(NOW, NOW + EARLIER))
    assert (refused.exit_code, (tmp_path / "triage.db").exists()) == (2, False)
