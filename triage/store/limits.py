"""Counting replies already written, for the limits of RELIABILITY A11–A13. What the counts mean is the core's."""

from datetime import datetime

from sqlalchemy import Connection

from triage.core.decision import Counts
from triage.store.mailbook import REPLIES, Asked, hourly_norm
from triage.store.slate import Slate

__all__ = ["REPLIES", "count_replies", "hourly_norm"]


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
    slate = Slate.on(connection, now)
    asked = Asked(keys, recipient, content)
    slate.mails.want((), [asked])
    return slate.counts(asked, case, breaker_minutes)
