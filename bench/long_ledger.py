"""(d) What one message costs the store beside a million others and ten thousand mails sent, and in an empty store."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from bench.report import Line
from bench.store_growth import a_piece, fill
from triage.store.engine import open_store, write

SENT = 10_000  # with a case and a reply each
MARGIN = 1.25
ROUNDS = 10

# The last of the full rows once more for each number, told apart by what must be unique or is looked up.
_COPIES = """
    WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
    INSERT INTO ledger (id, mailbox, uidvalidity, uid, place, state, reason, attempts, message_id, fingerprint, content,
                        internal_date, size, seen_at, filed_at, duplicate_of, case_id)
    SELECT i, mailbox, uidvalidity, i, place, state, reason, attempts, '<old' || i || '>', 'print-old-' || i, content,
           internal_date, size, seen_at, filed_at, duplicate_of, case_id
    FROM n, ledger WHERE ledger.id = :model
"""


def long_ledger(messages: int) -> list[Line]:
    """Medians of processor time, a hundred messages to a commit, both stores in turn; the readers' part left out."""
    with _store(2) as empty, _store(messages) as long:
        rounds = [(_hundred(empty, 2 + 100 * n), _hundred(long, messages + 100 * n)) for n in range(ROUNDS)]
    small, large = (statistics.median(times) for times in zip(*rounds, strict=True))
    return [
        Line("an empty store", f"{small:.0f} µs", "processor time a message"),
        Line(f"{messages:,} messages, {SENT:,} mails", f"{large:.0f} µs"),
        Line("ratio", f"{large / small:.2f} ×", f"target {MARGIN:g}: no look-up grows with the store"),
    ]


@contextmanager
def _store(messages: int) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(f"sqlite:///{Path(folder) / 'long.db'}")
        _fill(engine, messages)
        yield engine
        engine.dispose()


def _hundred(engine: Engine, start: int) -> float:
    begun = time.process_time()
    with write(engine) as connection:
        a_piece(connection, range(start, start + 100))
    return (time.process_time() - begun) * 1e4


def _fill(engine: Engine, messages: int) -> None:
    """Messages 1 to `messages` - 1."""
    fill(engine, 1, min(messages, SENT))
    if messages > SENT:
        with write(engine) as connection:
            connection.execute(text(_COPIES), {"first": SENT, "last": messages - 1, "model": SENT - 1})
