"""Mails of which nobody knows whether they left: looked for in Sent and in the journal, then sent once more or handed
to a person (C4).

The relay may have accepted a mail and died before it said so, or we before we heard it. A second copy of a correction
has the same Message-ID and the same bytes, and does little harm; a second notice to the carrier does.
"""

from datetime import timedelta

import structlog
from sqlalchemy import Connection

from triage.core.decision import MailKind, OutboxState
from triage.service.aftermath import Fate, follow, with_retries
from triage.service.house import House
from triage.service.journal import Journal
from triage.service.postbox import Postbox
from triage.store import facts
from triage.store.engine import read
from triage.store.outbox import Outgoing, mails, move

log = structlog.get_logger("outbox")

WAIT = timedelta(minutes=15)
FOR_A_PERSON = "in-doubt"
BY_HAND = "by-hand"
GIVEN_UP = "resent-in-doubt"
INTERRUPTED = "interrupted"
IN_JOURNAL = "seen-in-journal"


def settle_doubts(house: House, postbox: Postbox, journal: Journal) -> None:
    """Bring every mail in doubt as far as it can be brought now."""
    with read(house.engine) as connection:
        doubtful = [mail for mail in mails(connection, (OutboxState.AMBIGUOUS,)) if mail.reason != GIVEN_UP]
    for mail in reversed(doubtful):
        if journal.has_left(mail.message_id):
            _decide(house, mail, OutboxState.SENT, IN_JOURNAL)
            continue
        if mail.reason == INTERRUPTED and journal.never_left(mail.message_id, mail.token):
            _begin_anew(house, mail)
            continue
        found = postbox.lies_in_sent(mail.message_id)
        if found:
            _decide(house, mail, OutboxState.SENT, "seen-in-sent")
        elif mail.kind is MailKind.CARRIER_NOTICE:
            _decide(house, mail, OutboxState.HELD, FOR_A_PERSON)
        elif house.now() - mail.changed_at >= WAIT:
            _once_more(house, mail)


def _begin_anew(house: House, mail: Outgoing) -> None:
    """The attempt was broken off before the final dot: nobody has it, and nothing was used up."""

    def queued(connection: Connection) -> bool:
        return move(connection, mail.id, OutboxState.AMBIGUOUS, OutboxState.QUEUED, house.now(), "not-sent")

    if with_retries(house, queued):
        log.warning("interrupted before the final dot: sent anew", mail=mail.id, case=mail.case_number)


def _once_more(house: House, mail: Outgoing) -> None:
    """Queue the identical bytes again, if that was not done before."""

    def queued(connection: Connection) -> bool:
        key = f"resent:{mail.id}"
        if facts.fact(connection, key):
            return False
        facts.remember(connection, key, mail.message_id, house.now())
        return move(connection, mail.id, OutboxState.AMBIGUOUS, OutboxState.QUEUED, house.now(), "resend")

    if with_retries(house, queued):
        log.warning("in doubt: sent once more", mail=mail.id, case=mail.case_number)
    else:
        _decide(house, mail, OutboxState.AMBIGUOUS, GIVEN_UP)


def _decide(house: House, mail: Outgoing, state: OutboxState, reason: str) -> None:
    """Write down what a mail in doubt is taken for, and what follows for its case."""

    def settled(connection: Connection) -> bool:
        moved = move(connection, mail.id, OutboxState.AMBIGUOUS, state, house.now(), reason)
        if moved:
            follow(house, connection, mail, Fate(state, reason=reason))
        return moved

    if with_retries(house, settled):
        log.warning("in doubt: settled", mail=mail.id, case=mail.case_number, state=state, reason=reason)
