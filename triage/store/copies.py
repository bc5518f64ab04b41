"""A copy of the database from which nothing leaves once it has been put back (RELIABILITY A14, C14).

A restore is a time machine: what was answered after the copy was made looks unanswered again. So the copy itself is
sealed, and any way of putting it back is safe: its breaker is tripped, and what had not left yet is held.
"""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from triage.core.decision import OutboxState
from triage.store import facts
from triage.store.rows import CASES, LEDGER, OUTBOX

LEAVING = (OutboxState.QUEUED, OutboxState.LEASED, OutboxState.RETRY, OutboxState.AMBIGUOUS)


def seal(connection: Connection, words: str, now: datetime) -> None:
    """Trip the breaker of this copy for the reason `words`, and hold every mail that could leave without a person."""
    before = facts.tripped(connection)
    facts.remember(connection, facts.BREAKER, f"{words}; antes: {before[0]}" if before else words, now)
    unlaid = (OUTBOX.c.state == OutboxState.DRAFTED) & (OUTBOX.c.answer == "")
    held = {"state": OutboxState.HELD, "reason": words, "changed_at": now}
    connection.execute(update(OUTBOX).where(OUTBOX.c.state.in_(LEAVING) | unlaid).values(**held))


def contents(connection: Connection) -> tuple[int, int]:
    """How many messages and how many cases the database holds."""
    messages = connection.scalar(select(func.count()).select_from(LEDGER))
    return messages or 0, connection.scalar(select(func.count()).select_from(CASES)) or 0
