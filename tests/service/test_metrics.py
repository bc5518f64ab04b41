"""F6: what the loops and the store know, for Prometheus, on loopback alone and without a word of any mail (F8)."""

import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.service.digest_house import Clock, house_in
from tests.service.orders import pool, told
from tests.service.running import REQUESTER, SCHOOL, Running, mail, wait_for
from tests.store.builders import file_message, letter, put_message
from triage.core.decision import Filing, LedgerState, OutboxState, Place
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, Kind
from triage.service.exposition import Family, Sample, Sort, exposition
from triage.service.house import KILL_SWITCH, House
from triage.service.metrics import Figures, Tally
from triage.service.metrics_server import PATIENCE, serve_metrics
from triage.service.progress import Progress
from triage.store.engine import read, write
from triage.store.facts import trip
from triage.store.ledger import Versions, keep_verdicts, try_again
from triage.store.mailboxes import meet
from triage.store.outbox import put
from triage.store.tallies import Gist

LABEL = r'[a-z_]+="[^"\\]*"'
LINE = re.compile(rf"triage_[a-z_]+(?:\{{{LABEL}(?:,{LABEL})*\}})? (?P<value>\S+)")
JUDGED = Verdict(Kind.REQUEST, Action.CORRECT, 0.9)
GIST = Gist(Kind.REQUEST, Action.CORRECT)
BY = Versions("1", "m", "b")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def page(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return str(answer.read().decode())


def figures(text: str) -> dict[str, float]:
    """Every line of a page under its name and labels; the page as a whole is well-formed."""
    found: dict[str, float] = {}
    for line in text.splitlines():
        if not line.startswith(("# HELP triage_", "# TYPE triage_")):
            match = LINE.fullmatch(line)
            assert match, line
            key = line.rpartition(" ")[0]
            assert key not in found, f"twice: {key}"
            found[key] = float(match["value"])
    assert text.endswith("\n")
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def house(tmp_path: Path, clock: Clock) -> Iterator[House]:
    made = house_in(tmp_path, clock)
    yield made
    made.engine.dispose()


def shown(house: House, loops: dict[str, Progress] | None = None, restarts: int = 0) -> dict[str, float]:
    told_ = Figures(lambda: house, lambda: loops or {}, lambda: restarts)
    return figures(exposition(told_.families()))


def file(house: House, ledger_id: int, at: datetime, verdict: Verdict | None = JUDGED) -> None:
    with write(house.engine) as connection:
        state = LedgerState.JUDGED if verdict else LedgerState.QUARANTINED
        file_message(connection, ledger_id, Filing(state), at)
        if verdict:
            keep_verdicts(connection, [(ledger_id, verdict, BY)], at)


def look(tally: Tally, house: House) -> None:
    with read(house.engine) as connection:
        tally.look(connection, house.now())


def test_the_running_daemon_tells_what_it_did_and_how_it_stands(program: Running) -> None:
    port = free_port()
    program.set(metrics={"port": port})
    program.start()
    program.imap.deliver(mail("pedido"))
    program.settled(1)
    wait_for(lambda: figures(page(port)).get('triage_outbox{state="sent"}') == 1, "the figures to tell of the reply")
    told_ = figures(page(port))
    assert told_['triage_received_total{place="inbox"}'] == 1
    assert told_['triage_filed_total{state="judged"}'] == 1
    assert told_['triage_judged_total{kind="request",action="correct"}'] == 1
    assert told_['triage_cases{state="incomplete",waiting_on="requester"}'] == 1
    assert told_['triage_cases{state="closed",waiting_on="nobody"}'] == 0
    assert told_["triage_store_readable"] == 1
    assert told_["triage_breaker_tripped"] == told_["triage_kill_switch"] == told_["triage_frozen_folders"] == 0
    assert told_["triage_waiting"] == told_["triage_quarantined"] == told_["triage_outbox_overdue_seconds"] == 0
    for loop in ("intake", "desk", "outbox"):
        assert 0 <= told_[f'triage_seconds_since_success{{loop="{loop}"}}'] < 60
        assert told_[f'triage_failures{{loop="{loop}"}}'] == 0
    assert told_["triage_reader_restarts_total"] == 0
    assert [key for key in told_ if key.startswith('triage_build_info{rules="0.1.0",model="')]
    assert program.stop() == 0


def test_it_listens_on_loopback_alone_and_on_nothing_where_the_port_is_0(program: Running) -> None:
    """/proc/net/tcp: state 0A is LISTEN, 0100007F is 127.0.0.1."""
    port = free_port()

    def listening() -> list[str]:
        rows = [
            line.split() for net in ("tcp", "tcp6") for line in Path(f"/proc/net/{net}").read_text().splitlines()[1:]
        ]
        return [
            row[1].partition(":")[0] for row in rows if row[3] == "0A" and int(row[1].partition(":")[2], 16) == port
        ]

    program.set(metrics={"port": port})
    program.start()
    assert listening() == ["0100007F"]
    assert program.stop() == 0
    program.set(metrics={"port": 0})
    program.start()
    assert listening() == []
    assert program.logged("figures served") == 1
    assert program.stop() == 0


def test_no_word_of_anybodys_mail_is_in_the_page(program: Running) -> None:
    """Canaries in every header and in the text."""
    port = free_port()
    program.set(metrics={"port": port})
    program.start()
    program.imap.deliver(mail("canario-id", SCHOOL, subject="canario-assunto (27) 99876-5432"))
    program.imap.deliver(mail("canario-2", "canario-texto", sender="Canario <canario@sedu.es.gov.br>"))
    program.settled(2)
    text = page(port)
    assert program.stop() == 0
    canaries = ("canario", "99876-5432", "3752-1846", "Marlene", "sedu", "moradadosol", REQUESTER, "@", "assunto")
    assert not [word for word in canaries if word.lower() in text.lower()]


def test_what_stands_in_the_store_is_counted(house: House, clock: Clock) -> None:
    with write(house.engine) as connection:
        for uid in range(1, 4):
            put_message(connection, uid)
        for number, state in enumerate((OutboxState.QUEUED, OutboxState.QUEUED, OutboxState.HELD)):
            put(connection, letter(f"<{number}>", state=state, not_before=clock.at), clock.at)
        meet(connection, "INBOX", 1, clock.at)
        meet(connection, "INBOX", 2, clock.at)
        trip(connection, "30 automatic mails", clock.at)
    file(house, 3, clock.at, None)
    (house.state_dir / KILL_SWITCH).touch()
    clock.at += timedelta(seconds=90)
    told_ = shown(house, restarts=7)
    assert (told_["triage_waiting"], told_["triage_quarantined"]) == (2, 1)
    assert (told_['triage_outbox{state="queued"}'], told_['triage_outbox{state="held"}']) == (2, 1)
    assert told_["triage_outbox_overdue_seconds"] == 90
    assert told_["triage_breaker_tripped"] == told_["triage_kill_switch"] == told_["triage_frozen_folders"] == 1
    assert told_["triage_reader_restarts_total"] == 7
    assert "triage_seconds_since_digest" not in told_


def test_a_loop_that_never_succeeded_has_failed_for_as_long_as_we_run(house: House) -> None:
    never, once = Progress(), Progress()
    never.fail()
    once.succeed()
    told_ = shown(house, {"intake": never, "desk": once})
    assert told_['triage_failures{loop="intake"}'] == 1
    assert 0 < told_['triage_seconds_since_success{loop="intake"}'] < 60
    time.sleep(0.2)
    assert shown(house, {"desk": once})['triage_seconds_since_success{loop="desk"}'] >= 0.2


def test_each_message_is_counted_once_from_the_beginning_on(house: House, clock: Clock) -> None:
    """Not what was there before; not twice; not left out for a transaction that began before the last look."""
    with write(house.engine) as connection:
        ids = [put_message(connection, uid) for uid in range(1, 3)]
    file(house, ids[0], clock.at)
    tally = Tally()
    look(tally, house)
    assert (tally.received.total(), tally.filed.total()) == (0, 0)
    with write(house.engine) as connection:
        ids += [put_message(connection, uid) for uid in range(3, 6)]
    clock.at += timedelta(seconds=40)
    file(house, ids[1], clock.at)
    look(tally, house)
    look(tally, house)
    assert tally.received == {Place.INBOX: 3}
    assert tally.judged == {GIST: 1}
    file(house, ids[2], clock.at - timedelta(seconds=30), None)
    look(tally, house)
    assert tally.filed == {LedgerState.JUDGED: 1, LedgerState.QUARANTINED: 1}
    with write(house.engine) as connection:
        assert try_again(connection, ids[2])
    clock.at += timedelta(minutes=10)
    file(house, ids[2], clock.at)
    look(tally, house)
    clock.at -= timedelta(hours=2)
    file(house, ids[3], clock.at)
    look(tally, house)
    look(tally, house)
    assert tally.filed == {LedgerState.JUDGED: 3, LedgerState.QUARANTINED: 1}
    assert tally.judged == {GIST: 3}


def test_a_database_that_cannot_be_read_is_told_and_the_rest_still_stands(house: House, tmp_path: Path) -> None:
    house.engine.dispose()
    (tmp_path / "triage.db").write_bytes(b"\xff" * 9000)
    told_ = shown(house, {"intake": Progress()})
    assert told_["triage_store_readable"] == 0
    assert 'triage_failures{loop="intake"}' in told_
    assert "triage_waiting" not in told_


def test_readers_that_were_replaced_are_counted() -> None:
    with pool(size=1) as readers:
        assert told(readers.judge_one(b"ok a")) == "a"
        assert readers.restarts() == 0
        assert told(readers.judge_one(b"exit 3")) == "crashed"
        assert told(readers.judge_one(b"ok b")) == "b"
        assert readers.restarts() == 1


def test_a_port_that_is_taken_costs_the_figures_and_nothing_else(house: House) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        serve_metrics(lambda: house, dict, other.getsockname()[1], lambda: 0),
    ):
        assert "metrics" not in [thread.name for thread in threading.enumerate()]


def test_a_silent_client_delays_the_next_one_by_its_patience_at_most(house: House) -> None:
    port = free_port()
    with serve_metrics(lambda: house, dict, port, lambda: 0), socket.create_connection(("127.0.0.1", port)):
        began = time.monotonic()
        assert "triage_waiting 0\n" in page(port)
        assert time.monotonic() - began < PATIENCE + 2


def test_anything_but_the_page_is_refused_and_the_server_goes_on(house: House) -> None:
    port = free_port()
    with serve_metrics(lambda: house, dict, port, lambda: 0):
        with pytest.raises(HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10)
        with pytest.raises(HTTPError, match="501"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", data=b"x", timeout=10)
        with socket.create_connection(("127.0.0.1", port)) as rude:
            rude.sendall(b"\x16\x03\x01\x00\xff" * 20 + b"\r\n\r\n")
        assert "triage_waiting 0\n" in page(port)
    with pytest.raises(OSError):
        page(port)


def test_the_text_is_escaped_as_the_format_wants_it() -> None:
    family = Family("triage_x", Sort.GAUGE, "a\\b\nc", (Sample(1.5, (("l", 'q"\\\n'),)), Sample(2)))
    assert exposition([family]) == (
        '# HELP triage_x a\\\\b\\nc\n# TYPE triage_x gauge\ntriage_x{l="q\\"\\\\\\n"} 1.5\ntriage_x 2\n'
    )
