"""DESIGN 8: history under today's rules shows what would change, and changes nothing."""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from tests.service.orders import pool
from tests.service.running import COMPLETE, Running, mail
from tests.store.builders import INBOX, NOW, file_message
from triage.core.decision import Filing, LedgerState
from triage.core.difference import Difference
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Kind
from triage.service.replay import PAGE, Replayed, Sum, replay
from triage.store.codec import verdict_from_json, verdict_to_json
from triage.store.engine import StoreRefused, open_store, read, write
from triage.store.ledger import Received, Versions, keep_verdicts, receive
from triage.store.past import count_past
from triage.store.readonly import open_readonly

AS_JUDGED = Verdict(Kind.OTHER, Action.IGNORE, 1.0)  # the stub reader's verdict on everything that it can read
THEN = Versions("0.0.9", "old", "0001")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'triage.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    opened = open_store(url)
    yield opened
    opened.dispose()


def keep(
    engine: Engine, uid: int, order: bytes = b"ok m", verdict: Verdict | None = AS_JUDGED, came: datetime = NOW
) -> int:
    """A message of the past with the verdict kept for it; None: it was set aside."""
    state = Filing(LedgerState.JUDGED) if verdict else Filing(LedgerState.QUARANTINED, "crashed: Killed")
    with write(engine) as connection:
        (ledger_id,) = receive(connection, INBOX, [Received(uid, order, f"print-{uid}", len(order), came)], NOW)
        file_message(connection, ledger_id, state, NOW, message_id=f"<{uid}@x>")
        if verdict:
            keep_verdicts(connection, [(ledger_id, verdict, THEN)], NOW)
    return ledger_id


def replayed(engine: Engine, since: datetime | None = None) -> list[Replayed]:
    with pool(size=2) as readers:
        return list(replay(engine, readers, since))


def dump(path: Path) -> list[str]:
    """Everything that a database holds."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_what_is_judged_as_before_does_not_differ(engine: Engine) -> None:
    keep(engine, 1)
    (one,) = replayed(engine)
    assert one.differences == ()
    assert one.past.versions == THEN


def test_what_is_judged_otherwise_is_told_part_by_part(engine: Engine) -> None:
    keep(engine, 1, verdict=Verdict(Kind.REQUEST, Action.CORRECT, 0.9, category="2.2"))
    (one,) = replayed(engine)
    assert one.differences == (
        Difference("kind", "request", "other"),
        Difference("item", "2.2", ""),
        Difference("action", "correct", "ignore"),
    )


def test_what_could_not_be_read_then_or_cannot_be_read_now_is_told(engine: Engine) -> None:
    keep(engine, 1, verdict=None)
    keep(engine, 2, order=b"exit 3")
    keep(engine, 3, order=b"exit 3", verdict=None)
    mended, broken, still = replayed(engine)
    assert mended.differences[0] == Difference("reading", "crashed", "")
    assert broken.differences[0] == Difference("kind", "other", "")
    assert broken.differences[-1] == Difference("reading", "", "crashed")
    assert still.differences == ()


def test_messages_come_in_the_order_of_the_ledger_over_many_pages(engine: Engine) -> None:
    """Two readers, one of them slowed down, end out of order."""
    expected = [keep(engine, uid, b"slow 0.3" if uid == 3 else b"ok m") for uid in range(1, PAGE + 60)]
    assert [one.past.id for one in replayed(engine)] == expected


def test_only_what_came_since_the_day_is_judged_and_what_holds_no_bytes_never(engine: Engine) -> None:
    keep(engine, 1, came=NOW - timedelta(days=2))
    recent = keep(engine, 2, came=NOW)
    with write(engine) as connection:
        receive(connection, INBOX, [Received(3, b"", "", 0, NOW, LedgerState.QUARANTINED, "unfetchable")], NOW)
        receive(connection, INBOX, [Received(4, b"head", "", 9, NOW, LedgerState.TOO_LARGE, "too-large")], NOW)
        receive(connection, INBOX, [Received(5, b"ok m", "", 4, NOW)], NOW)
    since = NOW - timedelta(days=1)
    assert [one.past.id for one in replayed(engine, since)] == [recent]
    with read(engine) as connection:
        assert (count_past(connection, since), count_past(connection, None)) == (1, 2)


def test_the_sum_counts_messages_parts_and_moves(engine: Engine) -> None:
    for uid in (1, 2):
        keep(engine, uid, verdict=Verdict(Kind.REQUEST, Action.IGNORE, 0.9, category="2.2"))
    keep(engine, 3)
    total = Sum()
    for one in replayed(engine):
        total.add(one)
    assert (total.messages, total.changed) == (3, 2)
    assert total.parts == {"kind": 2, "item": 2}
    assert total.moves[Difference("item", "2.2", "")] == 2
    assert total.versions == {THEN: 3}


def test_nothing_is_changed_and_nothing_could_be(url: str, engine: Engine, tmp_path: Path) -> None:
    """The database's content is the same after as before, and the connection that replays refuses every write."""
    for uid in range(1, 20):
        keep(engine, uid, b"exit 3" if uid == 4 else b"ok m", None if uid == 5 else AS_JUDGED)
    engine.dispose()
    before = dump(tmp_path / "triage.db")
    looking = open_readonly(url)
    assert len(replayed(looking)) == 19
    with pytest.raises(OperationalError, match="readonly"), write(looking) as connection:
        file_message(connection, 1, Filing(LedgerState.IGNORED), NOW)
    looking.dispose()
    assert dump(tmp_path / "triage.db") == before


def test_a_writer_is_not_held_up_while_messages_are_judged(url: str, engine: Engine) -> None:
    """On the rollback journal a reader that keeps its transaction open stops every commit."""
    keep(engine, 1)
    keep(engine, 2, order=b"slow 3")
    looking = open_readonly(url)
    with pool(size=2) as readers:
        found = replay(looking, readers)
        waiter = threading.Thread(target=lambda: list(found))
        waiter.start()
        time.sleep(0.5)
        began = time.monotonic()
        keep(engine, 3)
        assert time.monotonic() - began < 1
        assert waiter.is_alive(), "the replay was over before the writer came"
        waiter.join()
    looking.dispose()


def test_a_database_that_is_not_there_or_not_ours_is_refused_and_none_is_made(url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreRefused, match="não existe"):
        open_readonly(url)
    assert list(tmp_path.iterdir()) == []
    with closing(sqlite3.connect(tmp_path / "triage.db")) as connection:
        connection.execute("create table t (x)")
    with pytest.raises(StoreRefused, match="outra versão"):
        open_readonly(url)
    (tmp_path / "triage.db").write_bytes(b"no database, " * 100)
    with pytest.raises(StoreRefused, match="not a database"):
        open_readonly(url)


def test_the_command_tells_what_would_differ_beside_a_running_daemon(program: Running) -> None:
    """Real mail, the real model: as judged nothing differs; with one verdict of other rules, that one."""
    program.imap.deliver(mail("pedido"))
    program.imap.deliver(mail("completo", COMPLETE, sender="Lúcia <lucia.zanotti@iema.es.gov.br>"))
    program.start()
    program.settled(2)
    same = program.call("replay", "--json")
    assert (same.returncode, same.stderr) == (0, "")
    assert json.loads(same.stdout)["summary"] == {"messages": 2, "changed": 0, "parts": {}, "moves": []}
    engine = program.engine()
    with write(engine) as connection:
        body = connection.exec_driver_sql("select verdict from judgement where ledger_id = 1").scalar_one()
        judged_so = verdict_from_json(body)
        other = verdict_to_json(Verdict(Kind.OTHER, judged_so.action, 0.5, findings=judged_so.findings))
        connection.exec_driver_sql("update judgement set verdict = ? where ledger_id = 1", (other,))
    engine.dispose()
    changed, summary = map(json.loads, program.call("replay", "--json").stdout.splitlines())
    assert (changed["ledger"], changed["message_id"]) == (1, "<pedido@sedu.es.gov.br>")
    assert changed["case"] == program.rows("select number from cases order by id")[0][0]
    assert {"part": "kind", "before": "other", "after": "request"} in changed["differences"]
    assert (summary["summary"]["messages"], summary["summary"]["changed"]) == (2, 1)
    told = program.call("replay").stdout
    assert "tipo: other → request" in told
    assert "2 mensagens julgadas de novo: 1 iguais, 1 mudariam" in told
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    assert json.loads(program.call("replay", "--since", tomorrow, "--json").stdout)["summary"]["messages"] == 0
    assert program.stop() == 0
