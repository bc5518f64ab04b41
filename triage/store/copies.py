"""A copy of the database from which nothing leaves once it has been put back (RELIABILITY A14, C14).

A restore is a time machine: what was answered after the copy was made looks unanswered again. So the copy itself is
sealed, and any way of putting it back is safe: its breaker is tripped, and what had not left yet is held.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from triage.core.decision import OutboxState
from triage.store import facts
from triage.store.rows import CASES, EVENTS, LEDGER, OUTBOX

LEAVING = (OutboxState.QUEUED, OutboxState.LEASED, OutboxState.RETRY, OutboxState.AMBIGUOUS)


RESTORED = "o que chegou depois dela talvez já tenha sido respondido"
SEAL = "sealed"


@dataclass(frozen=True, slots=True)
class Seal:
    """Why a database was sealed, and the instant of which it tells at the latest."""

    words: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class HighMarks:
    """The newest line of any history, and the newest outgoing mail: they only ever grow."""

    events: int
    mails: int


def seal(connection: Connection, words: str, as_of: datetime, now: datetime) -> None:
    """Trip the breaker of this copy for the reason `words`, and hold every mail that could leave without a person."""
    before = facts.tripped(connection)
    facts.remember(connection, SEAL, words, as_of)
    facts.remember(connection, facts.BREAKER, f"{words}; antes: {before[0]}" if before else words, now)
    unlaid = (OUTBOX.c.state == OutboxState.DRAFTED) & (OUTBOX.c.answer == "")
    held = {"state": OutboxState.HELD, "reason": words, "changed_at": now}
    connection.execute(update(OUTBOX).where(OUTBOX.c.state.in_(LEAVING) | unlaid).values(**held))


def last_seal(connection: Connection) -> Seal | None:
    """The seal that this database was put back under, re-armed since or not; None where it never was."""
    found = facts.fact(connection, SEAL)
    return Seal(*found) if found else None


def already_sealed(connection: Connection) -> bool:
    """Whether a seal stops all mail now."""
    last, tripped = last_seal(connection), facts.tripped(connection)
    return last is not None and tripped is not None and tripped[0].startswith(last.words)


def high_marks(connection: Connection) -> HighMarks:
    """How far the database has come."""
    events, mails = (connection.scalar(select(func.max(table.c.id))) for table in (EVENTS, OUTBOX))
    return HighMarks(events or 0, mails or 0)


def newest_moment(connection: Connection) -> datetime | None:
    """The instant of which the database tells at the latest; None where nothing ever happened."""
    moments = (connection.scalar(select(func.max(column))) for column in (LEDGER.c.seen_at, EVENTS.c.at))
    return max((moment for moment in moments if moment is not None), default=None)


def contents(connection: Connection) -> tuple[int, int]:
    """How many messages and how many cases the database holds."""
    messages = connection.scalar(select(func.count()).select_from(LEDGER))
    return messages or 0, connection.scalar(select(func.count()).select_from(CASES)) or 0
