"""What one message costs must not grow with the ledger: every statement goes by an index, and none through all mail."""

import pytest
from sqlalchemy import Engine, event

from tests.store.builders import ANA, INBOX, NOW, arrival, letter, opening, put_message, render
from tests.store.lookups import count_replies, find_candidates
from triage.core.decision import Cancel, MailKind, OutboxState
from triage.core.join_keys import Keys
from triage.store.commit import commit_decision
from triage.store.engine import write
from triage.store.ledger import begin_attempts, unknown_uids, waiting
from triage.store.outbox import cancel, drafts_due, expire_leases, lease_due, next_due, put

SMALL = ("mailbox", "counter", "lease", "fact", "digest")
FOUND = ("CONSTANT", "(", "counted")  # what a subquery has found by an index
MANY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "


@pytest.fixture
def busy(engine: Engine) -> Engine:
    """A store that was busy for years, with statistics that say so."""
    rare = " ".join(f"WHEN {n} THEN '{state}'" for n, state in enumerate(OutboxState))
    instants = "'2020-01-01', '2020-01-01', '2020-01-01'"
    with write(engine) as connection:
        for statement in (
            "INSERT INTO cases SELECT i, 'n'||i, '', '', '', 'r'||(i%99), 'd', 's', 'closed', 'done', 'nobody', '', "
            f"{instants}, 1, '' FROM n",
            "INSERT INTO outbox SELECT i, i, 'n'||i, 'correction', 'c'||i, 'o'||i, 's', 'r'||(i%99), 'd', 'w'||i, x'', "
            f"CASE i % 100 {rare} ELSE 'sent' END, '', 1, {instants}, '2020-01-01', 1, '' FROM n",
            "INSERT INTO ledger SELECT i, 'INBOX', 7, 100000+i, 'inbox', 'judged', '', 1, 'm'||i, 'f'||i, 'w'||i, "
            "'2020-01-01', 9, '2020-01-01', '2020-01-01', '', i FROM n",
        ):
            connection.exec_driver_sql(_with(statement))
        connection.exec_driver_sql("ANALYZE")
    return engine


def _with(statement: str) -> str:
    table, _, rest = statement.partition(" SELECT ")
    return f"{table} {MANY}SELECT {rest}"


def test_no_statement_of_a_message_reads_a_table_through(busy: Engine) -> None:
    plans: dict[str, list[str]] = {}

    def explain(_connection: object, cursor, statement: str, parameters: object, *_: object) -> None:  # type: ignore[no-untyped-def]
        if statement.split(maxsplit=1)[0] in ("SELECT", "UPDATE"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            plans[statement] = [row[3] for row in rows]

    with write(busy) as connection:
        event.listen(busy, "before_cursor_execute", explain)
        ledger_id = put_message(connection, 1)
        unknown_uids(connection, INBOX, [1, 2, 3])
        begin_attempts(connection, [ledger_id])
        waiting(connection, 5)
        keys = Keys("<m>", "f", ("<a>", "<b>"), ("2026-000001",), ("P1",), (ANA,), ("+55",), to_carrier=True)
        find_candidates(connection, keys, NOW)
        count_replies(connection, NOW, keys=("<m>",), recipient=ANA, case="2026-000001", content="w")
        commit_decision(connection, opening(), NOW, render, arrival=arrival(ledger_id))
        cancel(connection, Cancel("2026-000001", (MailKind.CORRECTION,), "x"), NOW)
        put(connection, letter("<other>"), NOW)
        next_due(connection)
        lease_due(connection, 1, NOW)
        drafts_due(connection)
        expire_leases(connection, 2, NOW)
        event.remove(busy, "before_cursor_execute", explain)
    assert len(plans) > 15
    reading_through = {
        statement: step
        for statement, steps in plans.items()
        for step in steps
        if step.startswith("SCAN") and not step.split()[1].startswith((*SMALL, *FOUND))
    }
    assert reading_through == {}


def test_counting_for_the_breaker_goes_by_time_and_not_by_state(busy: Engine) -> None:
    """It once went through all mail ever sent: 18 ms a message after 30,000."""
    plans: list[str] = []

    def explain(_connection: object, cursor, statement: str, parameters: object, *_: object) -> None:  # type: ignore[no-untyped-def]
        rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        plans.extend(row[3] for row in rows)

    with write(busy) as connection:
        event.listen(busy, "before_cursor_execute", explain)
        count_replies(connection, NOW, keys=("<m>",), recipient=ANA, case="2026-000001", content="w")
        event.remove(busy, "before_cursor_execute", explain)
    assert not [step for step in plans if "outbox_due" in step]
    assert len([step for step in plans if "outbox_created (created_at>?)" in step]) == 2
