"""Does a message cost more when the ledger is long? Prints the median for stores of growing size.

python -m bench.store_growth [ROWS …]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, Engine, insert

from tests.store.builders import ANA, INBOX, NOW, arrival, new_case, opening, render
from triage.core.join_keys import Keys
from triage.core.vocabulary import Outcome, State
from triage.store.candidates import find_candidates
from triage.store.codec import case_to_json
from triage.store.commit import commit_decision
from triage.store.engine import open_store, read, write
from triage.store.ledger import Received, begin_attempts, receive, unknown_uids, waiting
from triage.store.limits import count_replies
from triage.store.rows import CASES, LEDGER, LINES, OUTBOX, PROTOCOLS, RIGHTS, THREAD

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


def one_message(connection: Connection, uid: int) -> None:
    """All that the store does for one message, but the commit."""
    assert unknown_uids(connection, INBOX, (uid - 1, uid)) == [uid]
    (ledger_id,) = receive(connection, INBOX, [Received(uid, b"x" * 20_000, f"f{uid}", 20_000, NOW)], NOW)
    begin_attempts(connection, [ledger_id])
    assert waiting(connection, 5)[0].id == ledger_id
    key = f"<new{uid}>"
    people = (f"p{uid % 5000}@sedu.es.gov.br",)
    keys = Keys(key, f"f{uid}", (f"<old{uid - 9}>",), ("2025-0000009",), (f"P{uid - 9:09d}",), people)
    find_candidates(connection, keys, NOW)
    count_replies(connection, NOW, keys=(key,), recipient=ANA, case="", content=f"c{uid}")
    commit_decision(connection, opening(key, uid), NOW, render, arrival=arrival(ledger_id, key))


def microseconds(act: Callable[[], None]) -> float:
    """How long `act` takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1e6


def measure(engine: Engine, size: int) -> tuple[float, float]:
    """Median microseconds a message: alone in a commit, and a hundred to a commit."""

    def alone(uid: int) -> None:
        with write(engine) as connection:
            one_message(connection, uid)

    def hundred(start: int) -> None:
        with write(engine) as connection:
            for uid in range(start, start + 100):
                one_message(connection, uid)

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
