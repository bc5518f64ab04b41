"""Does a message cost more when the ledger is long? Prints the median for stores of growing size.

python -m bench.store_growth [ROWS …]
"""

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, Engine, insert

from tests.store.builders import ANA, INBOX, NOW, arrival, new_case, opening, render
from triage.core.join_keys import Keys
from triage.core.vocabulary import Outcome, State
from triage.store.codec import case_to_json
from triage.store.commit import file_arrival, write_decision
from triage.store.engine import open_store, read, write
from triage.store.ledger import Received, begin_attempts, receive, unknown_uids, waiting
from triage.store.mailbook import Asked
from triage.store.rows import CASES, LEDGER, LINES, OUTBOX, PROTOCOLS, RIGHTS, THREAD
from triage.store.slate import Slate

SIZES = (10_000, 100_000, 1_000_000)
CHUNK = 20_000
BODY = case_to_json(replace(new_case(), state=State.CLOSED, outcome=Outcome.DONE))
ROUNDS = 200


def fill(engine: Engine, start: int, end: int) -> None:
    """Messages from `start` to `end`, each with a closed case of its own and a reply that was sent."""
    for first in range(start, end, CHUNK):
        numbers = range(first, min(first + CHUNK, end))
        with write(engine) as connection:
            connection.execute(insert(CASES), [case_row(n) for n in numbers])
            connection.execute(insert(LEDGER), [ledger_row(n) for n in numbers])
            connection.execute(insert(LINES), [{"case_id": n, "line": f"+55{n:011d}"} for n in numbers])
            connection.execute(insert(PROTOCOLS), [{"case_id": n, "protocol": f"P{n:09d}"} for n in numbers])
            connection.execute(insert(THREAD), [{"message_id": f"<old{n}>", "case_id": n} for n in numbers])
            connection.execute(insert(OUTBOX), [outbox_row(n) for n in numbers])
            connection.execute(insert(RIGHTS), [{"key": f"<old{n}>", "outbox_id": n} for n in numbers])


def case_row(n: int) -> dict[str, object]:
    """A closed case."""
    common = {"requester": f"p{n % 5000}@sedu.es.gov.br", "domain": "sedu.es.gov.br", "subject": "assunto"}
    ends = {"state": "closed", "outcome": "done", "waiting_on": "nobody", "review": "", "version": 1, "body": BODY}
    return {
        "id": n,
        "number": f"2025-{n:07d}",
        "opened_at": NOW,
        "changed_at": NOW,
        "waiting_since": NOW,
        **common,
        **ends,
    }


def ledger_row(n: int) -> dict[str, object]:
    """A judged message."""
    marks = {
        "message_id": f"<old{n}>",
        "fingerprint": f"print-old-{n}",
        "content": "",
        "reason": "",
        "duplicate_of": "",
    }
    place = {"mailbox": "INBOX", "uidvalidity": 7, "uid": n, "place": "inbox", "state": "judged", "attempts": 1}
    return {"id": n, "size": 9, "seen_at": NOW, "filed_at": NOW, "internal_date": NOW, "case_id": n, **place, **marks}


def outbox_row(n: int) -> dict[str, object]:
    """A correction sent long ago."""
    old = NOW.replace(year=2024)
    ids = {"case_number": f"2025-{n:07d}", "kind": "correction", "cause": f"<old{n}>", "message_id": f"<out{n}>"}
    people = {"sender": "s", "recipient": f"p{n % 5000}@sedu.es.gov.br", "domain": "sedu.es.gov.br", "content": f"c{n}"}
    state = {"state": "sent", "reason": "", "attempts": 1, "token": 1, "answer": "", "raw": b""}
    return {
        "id": n,
        "case_id": n,
        "not_before": old,
        "created_at": old,
        "changed_at": old,
        "sent_at": old,
        **ids,
        **people,
        **state,
    }


def a_piece(connection: Connection, uids: Sequence[int]) -> None:
    """All that the store does for a piece of messages, but the commit."""
    assert unknown_uids(connection, INBOX, (uids[0] - 1, *uids)) == list(uids)
    ids = receive(connection, INBOX, [Received(uid, b"x" * 20_000, f"f{uid}", 20_000, NOW) for uid in uids], NOW)
    begin_attempts(connection, ids)
    assert [message.id for message in waiting(connection, len(uids))] == ids
    slate = Slate.on(connection, NOW)
    sought = [_keys(uid) for uid in uids]
    asked = [Asked((keys.message_id,), ANA, f"c{uid}") for keys, uid in zip(sought, uids, strict=True)]
    slate.look_up(sought, asked)
    for ledger_id, uid, keys, limits in zip(ids, uids, sought, asked, strict=True):
        slate.candidates(keys)
        slate.counts(limits, "", 10)
        told = arrival(ledger_id, keys.message_id)
        decision = opening(keys.message_id, uid)
        written = write_decision(slate, decision, NOW, render, told)
        file_arrival(slate, decision, told, written, None, received_as=keys.fingerprint)
    slate.flush()


def _keys(uid: int) -> Keys:
    people = (f"p{uid % 5000}@sedu.es.gov.br",)
    return Keys(f"<new{uid}>", f"f{uid}", (f"<old{uid - 9}>",), ("2025-0000009",), (f"P{uid - 9:09d}",), people)


def microseconds(act: Callable[[], None]) -> float:
    """How long `act` takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1e6


def measure(engine: Engine, size: int) -> tuple[float, float]:
    """Median microseconds a message: alone in a commit, and a hundred to a commit."""

    def alone(uid: int) -> None:
        with write(engine) as connection:
            a_piece(connection, [uid])

    def hundred(start: int) -> None:
        with write(engine) as connection:
            a_piece(connection, range(start, start + 100))

    singles = [microseconds(lambda n=n: alone(size + n)) for n in range(ROUNDS)]  # type: ignore[misc]
    batches = [microseconds(lambda n=n: hundred(size + ROUNDS + 100 * n)) / 100 for n in range(3)]  # type: ignore[misc]
    return median(singles), median(batches)


def main(sizes: tuple[int, ...]) -> None:
    """Fill and measure, each size in a store of its own."""
    print(f"{'rows':>9}  {'alone µs':>9}  {'×100 µs':>9}  {'open ms':>8}")
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=".") as folder:
            url = f"sqlite:///{Path(folder).resolve() / 'growth.db'}"
            engine = open_store(url)
            fill(engine, 1, size)
            alone, batch = measure(engine, size)
            engine.dispose()
            opening_ms = microseconds(lambda url=url: _look(url)) / 1000  # type: ignore[misc]
            print(f"{size:>9,}  {alone:>9.0f}  {batch:>9.0f}  {opening_ms:>8.1f}", flush=True)


def _look(url: str) -> None:
    engine = open_store(url, check=False)
    with read(engine):
        engine.dispose()


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or SIZES)
