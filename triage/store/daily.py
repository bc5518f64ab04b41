"""What the day's digest asks of the store: counted and listed in the caller's transaction, without any mail's bytes."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, or_, select

from triage.core.case import Case, Happened
from triage.core.decision import LedgerState, MailKind, OutboxState, Place
from triage.core.digest import Post, SetAside
from triage.core.vocabulary import State
from triage.store.codec import case_from_json
from triage.store.rows import CASES, EVENTS, LEDGER, OUTBOX

STANDING = (
    OutboxState.QUEUED,
    OutboxState.RETRY,
    OutboxState.LEASED,
    OutboxState.HELD,
    OutboxState.DRAFTED,
    OutboxState.AMBIGUOUS,
)
ENDED = (OutboxState.DEAD, OutboxState.CANCELLED, OutboxState.OBSERVED)
REPLIES = (MailKind.CORRECTION, MailKind.REDIRECT)
ASIDE = (LedgerState.QUARANTINED, LedgerState.TOO_LARGE)
UNANSWERED = "não respondida: "
MANY = 1000


def posts(connection: Connection, since: datetime) -> list[Post]:
    """The outbox as the digest shows it, newest first: what stands there, and what ended otherwise from `since` on."""
    names = ("id", "kind", "case_number", "cause", "state", "reason", "answer", "recipient", "not_before", "changed_at")
    ended = and_(OUTBOX.c.state.in_(ENDED), OUTBOX.c.changed_at >= since)
    query = (
        select(*(OUTBOX.c[name] for name in names))
        .where(or_(OUTBOX.c.state.in_(STANDING), ended))
        .order_by(OUTBOX.c.id.desc())
        .limit(MANY)
    )
    return [
        Post(row.id, MailKind(row.kind), row.case_number, row.cause, OutboxState(row.state), *row[5:])
        for row in connection.execute(query)
    ]


def set_aside(connection: Connection, since: datetime) -> list[SetAside]:
    """Messages nobody could read, newest first: in quarantine still, or too large and received from `since` on."""
    query = (
        select(LEDGER.c.id, LEDGER.c.place, LEDGER.c.state, LEDGER.c.reason, LEDGER.c.internal_date, LEDGER.c.seen_at)
        .add_columns(LEDGER.c.size)
        .where(LEDGER.c.state.in_(ASIDE))
        .where(or_(LEDGER.c.state == LedgerState.QUARANTINED, LEDGER.c.seen_at >= since))
        .order_by(LEDGER.c.id.desc())
        .limit(MANY)
    )
    return [
        SetAside(
            row.id, Place(row.place), LedgerState(row.state), row.reason, row.internal_date or row.seen_at, row.size
        )
        for row in connection.execute(query)
    ]


def answered(connection: Connection, places: Sequence[Place], since: datetime, until: datetime) -> int:
    """How many messages first seen in [since, until) have been answered by a mail of ours that left."""
    ours = exists().where(
        OUTBOX.c.case_id == LEDGER.c.case_id,
        OUTBOX.c.kind.in_(REPLIES),
        OUTBOX.c.state == OutboxState.SENT,
        OUTBOX.c.cause.in_((LEDGER.c.message_id, LEDGER.c.fingerprint)),
    )
    query = select(func.count()).where(
        LEDGER.c.seen_at >= since,
        LEDGER.c.seen_at < until,
        LEDGER.c.place.in_(places),
        LEDGER.c.state == LedgerState.JUDGED,
        ours,
    )
    return connection.scalar(query) or 0


def opened_by_item(connection: Connection, since: datetime) -> dict[str, int]:
    """How many cases were opened from `since` on, by item ("" where it is not known)."""
    query = select(CASES.c.category, func.count()).where(CASES.c.opened_at >= since).group_by(CASES.c.category)
    return {category or "": number for category, number in connection.execute(query)}


def newest_event(connection: Connection) -> int:
    """How far the histories are written now. By this mark, not by a clock, a digest knows what the last one told."""
    return connection.scalar(select(func.max(EVENTS.c.id))) or 0


def closed_after(connection: Connection, mark: int) -> list[Case]:
    """The cases that ended after `mark` and have not been reopened."""
    ended = select(EVENTS.c.case_id).where(
        EVENTS.c.id > mark,
        EVENTS.c.after == State.CLOSED,
        or_(EVENTS.c.before.is_(None), EVENTS.c.before != State.CLOSED),
    )
    query = select(CASES.c.body).where(CASES.c.id.in_(ended), CASES.c.state == State.CLOSED).order_by(CASES.c.id)
    return [case_from_json(body) for body in connection.scalars(query)]


def unanswered(connection: Connection, mark: int) -> Counter[str]:
    """Why messages were left without the automatic answer that they would have had, after `mark`, and how often.

    "" stands for answers that were written and then dropped.
    """
    query = select(EVENTS.c.note).where(EVENTS.c.id > mark, EVENTS.c.note.contains(UNANSWERED))
    reasons = Counter(note.rpartition(UNANSWERED)[2] for note in connection.scalars(query))
    dropped = select(func.count()).where(EVENTS.c.id > mark, EVENTS.c.what == Happened.REPLY_DROPPED)
    return reasons + Counter({"": connection.scalar(dropped) or 0})
