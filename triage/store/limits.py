"""Counting replies already written, for the limits of RELIABILITY A11–A13. What the counts mean is the core's."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, bindparam, func, or_, select

from triage.core.decision import Counts, MailKind, OutboxState
from triage.core.release import LEAST_FOR_NORM
from triage.store.outbox import WAITING
from triage.store.rows import OUTBOX, RIGHTS

REPLIES = (MailKind.CORRECTION, MailKind.REDIRECT)
# Said as what it is not: told what it is, the planner goes by the state's index, through all mail ever sent.
NOT_LEAVING = (OutboxState.HELD, OutboxState.DRAFTED, OutboxState.OBSERVED, OutboxState.CANCELLED, OutboxState.DEAD)
DAY = timedelta(days=1)
NORM_DAYS = 14


# Lists of words are spelled out as comparisons: SQLAlchemy works an IN out anew at each execution.
_IS_REPLY = or_(*(OUTBOX.c.kind == kind for kind in REPLIES))
_LEAVES = and_(*(OUTBOX.c.state != state for state in NOT_LEAVING), OUTBOX.c.kind != MailKind.DIGEST)


def _replies(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    query = select(func.count()).where(*conditions, _IS_REPLY, OUTBOX.c.state != OutboxState.CANCELLED)
    return query.scalar_subquery()


def _automatic(since: str) -> ScalarSelect[int]:
    return select(func.count()).where(OUTBOX.c.created_at > bindparam(since), _LEAVES).scalar_subquery()


_RECENT = OUTBOX.c.created_at > bindparam("day")
_IN_CASE = OUTBOX.c.case_number == bindparam("case_number")
# One statement for all: what each costs is mostly the asking.
_COUNTS = select(
    select(func.count()).where(RIGHTS.c.key.in_(bindparam("keys", expanding=True))).scalar_subquery(),
    _replies(_IN_CASE),
    _replies(OUTBOX.c.recipient == bindparam("recipient"), _RECENT),
    _replies(OUTBOX.c.domain == bindparam("domain"), _RECENT),
    _replies(OUTBOX.c.content == bindparam("content"), _RECENT),
    _replies(_IN_CASE, or_(*(OUTBOX.c.state == state for state in WAITING))),
    _automatic("window"),
    _automatic("hour"),
)
_NORM = select(func.count(), func.min(OUTBOX.c.created_at)).where(
    OUTBOX.c.created_at > bindparam("first"),
    OUTBOX.c.created_at <= bindparam("last"),
    _LEAVES,
)


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
    given = {
        "keys": keys,
        "case_number": case or None,
        "recipient": recipient,
        "domain": recipient.rpartition("@")[2],
        "content": content or None,
        "day": now - DAY,
        "window": now - timedelta(minutes=breaker_minutes),
        "hour": now - timedelta(hours=1),
    }
    message, in_case, sender, domain, same, pending, recent, last_hour = connection.execute(_COUNTS, given).one()
    # Counting a fortnight is worth it only where the answer could matter.
    norm = hourly_norm(connection, now) if last_hour > LEAST_FOR_NORM else 0.0
    return Counts(message, in_case, sender, domain, same, pending, recent, last_hour, norm)


def hourly_norm(connection: Connection, now: datetime) -> float:
    """Automatic mails an hour over the last fortnight, the last hour left out; 0.0 where there were none."""
    given = {"first": now - timedelta(days=NORM_DAYS), "last": now - timedelta(hours=1)}
    number, first = connection.execute(_NORM, given).one()
    hours = (now - first).total_seconds() / 3600 if first else 0.0
    return float(number) / hours if hours > 0 else 0.0
