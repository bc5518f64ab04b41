"""Counting replies already written, for the limits of RELIABILITY A11–A13. What the counts mean is the core's."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from triage.core.decision import Counts, MailKind, OutboxState
from triage.store.outbox import WAITING
from triage.store.rows import OUTBOX, RIGHTS

REPLIES = (MailKind.CORRECTION, MailKind.REDIRECT)
NEVER_LEFT = (OutboxState.CANCELLED,)
LEAVING = (OutboxState.QUEUED, OutboxState.LEASED, OutboxState.RETRY, OutboxState.SENT, OutboxState.AMBIGUOUS)
DAY = timedelta(days=1)
NORM_DAYS = 14


def count_replies(
    connection: Connection,
    now: datetime,
    *,
    keys: tuple[str, ...],
    recipient: str,
    case: str,
    content: str,
    breaker_minutes: int = 10,
) -> Counts:
    """How many replies there were: to the message of `keys`, in `case`, to the recipient, its domain, this content."""
    rights = select(func.count()).select_from(RIGHTS).where(RIGHTS.c.key.in_(keys))
    domain = recipient.rpartition("@")[2]
    since = now - DAY
    return Counts(
        message=(connection.scalar(rights) or 0) if keys else 0,
        case=_replies(connection, OUTBOX.c.case_number == case) if case else 0,
        sender_day=_replies(connection, (OUTBOX.c.recipient == recipient) & (OUTBOX.c.created_at > since)),
        domain_day=_replies(connection, (OUTBOX.c.domain == domain) & (OUTBOX.c.created_at > since)),
        pending=_replies(connection, (OUTBOX.c.case_number == case) & OUTBOX.c.state.in_(WAITING)) if case else 0,
        content_day=_replies(connection, (OUTBOX.c.content == content) & (OUTBOX.c.created_at > since))
        if content
        else 0,
        recent=automatic_since(connection, now - timedelta(minutes=breaker_minutes)),
        last_hour=automatic_since(connection, now - timedelta(hours=1)),
        hourly_norm=hourly_norm(connection, now),
    )


def automatic_since(connection: Connection, since: datetime) -> int:
    """How many automatic mails left, or are about to, since an instant; digests left out."""
    query = select(func.count()).where(
        OUTBOX.c.created_at > since, OUTBOX.c.state.in_(LEAVING), OUTBOX.c.kind != MailKind.DIGEST
    )
    return connection.scalar(query) or 0


def hourly_norm(connection: Connection, now: datetime) -> float:
    """Automatic mails an hour over the last fortnight, the last hour left out; 0.0 where there were none."""
    query = select(func.count(), func.min(OUTBOX.c.created_at)).where(
        OUTBOX.c.created_at > now - timedelta(days=NORM_DAYS),
        OUTBOX.c.created_at <= now - timedelta(hours=1),
        OUTBOX.c.state.in_(LEAVING),
        OUTBOX.c.kind != MailKind.DIGEST,
    )
    number, first = connection.execute(query).one()
    hours = (now - first).total_seconds() / 3600 if first else 0.0
    return float(number) / hours if hours > 0 else 0.0


def _replies(connection: Connection, condition: ColumnElement[bool]) -> int:
    query = select(func.count()).where(condition, OUTBOX.c.kind.in_(REPLIES), OUTBOX.c.state.not_in(NEVER_LEFT))
    return connection.scalar(query) or 0
