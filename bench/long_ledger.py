"""(d) What one message costs the store beside a million others and ten thousand mails sent, and in an empty store."""

import tempfile
from pathlib import Path

from sqlalchemy import Engine, text

from bench.report import Line
from bench.store_growth import fill, measure
from triage.store.engine import open_store, write

SENT = 10_000  # with a case and a reply each
MARGIN = 1.25

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
    """Medians of both stores, a message alone in its commit and a hundred to a commit, without the readers' part."""
    (alone, batch), (alone_long, batch_long) = _measured(2), _measured(messages)
    ratio = max(alone_long / alone, batch_long / batch)
    return [
        Line("an empty store", f"{batch:.0f} µs", f"{alone:.0f} µs alone in a commit"),
        Line(f"{messages:,} messages, {SENT:,} mails", f"{batch_long:.0f} µs", f"{alone_long:.0f} µs alone"),
        Line("ratio", f"{ratio:.2f} ×", f"target {MARGIN:g}: no look-up grows with the store"),
    ]


def _measured(messages: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(f"sqlite:///{Path(folder) / 'long.db'}")
        _fill(engine, messages)
        measured = measure(engine, messages)
        engine.dispose()
    return measured


def _fill(engine: Engine, messages: int) -> None:
    """Messages 1 to `messages` - 1."""
    fill(engine, 1, min(messages, SENT))
    if messages > SENT:
        with write(engine) as connection:
            connection.execute(text(_COPIES), {"first": SENT, "last": messages - 1, "model": SENT - 1})
