"""Looking up what may tie one message to a case, apart from any piece. Nothing here decides."""

from datetime import datetime

from sqlalchemy import Connection

from triage.core.join_keys import Candidates, Keys
from triage.store.ledger import answered_among
from triage.store.slate import Slate


def find_candidates(connection: Connection, keys: Keys, now: datetime) -> Candidates:
    """Everything that the ledger, the cases and the outbox know of `keys`."""
    slate = Slate.on(connection, now)
    slate.look_up([keys])
    return slate.candidates(keys)


def answered_by_colleague(connection: Connection, message_id: str) -> bool:
    """Whether a mail in Sent replies to this message: to be asked again right before our own reply leaves."""
    return bool(message_id) and bool(answered_among(connection, [message_id]))
