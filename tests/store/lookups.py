"""What the slate finds for one message, apart from any piece."""

from datetime import datetime

from sqlalchemy import Connection

from triage.core.decision import Counts
from triage.core.join_keys import Candidates, Keys
from triage.store.mailbook import Asked
from triage.store.slate import Slate


def find_candidates(connection: Connection, keys: Keys, now: datetime) -> Candidates:
    """Everything that the ledger, the cases and the outbox know of `keys`."""
    slate = Slate.on(connection, now)
    slate.look_up([keys])
    return slate.candidates(keys)


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
