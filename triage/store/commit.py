"""A decision written down: ledger, cases, histories and outbox in the one transaction that the caller holds (C2).

Before its commit nothing has happened; after it the loops can only finish.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from triage.core.case import By, Case, CaseEvent, Happened
from triage.core.decision import Arrival, Cancel, Decision, Mail, OutboxState, Place, Way
from triage.core.verdict import Verdict
from triage.store.cases import add_events, add_thread, case_id_of, change_case, find_case, open_case
from triage.store.ledger import Versions, file_message, keep_verdict, note_answered
from triage.store.outbox import Letter, cancel, put, seen_in_sent

STATES = {
    Way.SEND: OutboxState.QUEUED,
    Way.DRAFT: OutboxState.DRAFTED,
    Way.OBSERVE: OutboxState.OBSERVED,
    Way.HOLD: OutboxState.HELD,
}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail in its final bytes. `message_id` is deterministic (C3); `sender` our From address."""

    message_id: str
    sender: str
    raw: bytes


Render = Callable[[Mail, Case], Rendered]


@dataclass(frozen=True, slots=True)
class Committed:
    """What was written: the cases as they stand now, and the outbox rows (None: such a mail was there before)."""

    cases: tuple[Case, ...]
    mails: tuple[int | None, ...]


def commit_decision(
    connection: Connection,
    decision: Decision,
    now: datetime,
    render: Render,
    *,
    arrival: Arrival | None = None,
    judged: tuple[Verdict, Versions] | None = None,
) -> Committed:
    """Write everything that `decision` says, and file the `arrival` that caused it (None: a person at the keyboard).

    `render` gives the bytes of each mail for its case, which has its number by then. Raises StaleCase where a case was
    changed since it was read; the caller rolls back and decides anew.
    """
    written = [_write(connection, change.case, change.events, arrival) for change in decision.changes]
    for message_id in decision.left:
        seen_in_sent(connection, message_id, now)
    for order in decision.cancels:
        _cancel(connection, order, now)
    ids = tuple(_put(connection, mail, _case_of(connection, mail, written), now, render) for mail in decision.mails)
    if arrival is not None:
        _file(connection, decision, arrival, judged, written, now)
    return Committed(tuple(case for _, case in written), ids)


def _write(
    connection: Connection, case: Case, events: tuple[CaseEvent, ...], arrival: Arrival | None
) -> tuple[int, Case]:
    row_id, written = change_case(connection, case) if case.number else open_case(connection, case)
    add_events(connection, row_id, events)
    if arrival is not None and arrival.message_id:
        add_thread(connection, row_id, (arrival.message_id,))
    return row_id, written


def _cancel(connection: Connection, order: Cancel, now: datetime) -> None:
    stopped = cancel(connection, order, now)
    row_id = case_id_of(connection, order.case) if stopped else None
    if row_id is not None:
        add_events(connection, row_id, (CaseEvent(now, Happened.REPLY_DROPPED, By.TRIAGE, order.reason),))


def _case_of(connection: Connection, mail: Mail, written: list[tuple[int, Case]]) -> tuple[int, Case]:
    for row_id, case in written:
        if mail.case in ("", case.number):
            return row_id, case
    other_id, other = case_id_of(connection, mail.case), find_case(connection, mail.case)
    if other_id is None or other is None:
        raise LookupError(f"a mail for a case that does not exist: {mail.case}")
    return other_id, other


def _put(connection: Connection, mail: Mail, where: tuple[int, Case], now: datetime, render: Render) -> int | None:
    case_id, case = where
    rendered = render(mail, case)
    letter = Letter(
        kind=mail.kind,
        cause=mail.cause,
        message_id=rendered.message_id,
        sender=rendered.sender,
        recipient=mail.to,
        raw=rendered.raw,
        state=STATES[mail.release.way],
        not_before=mail.not_before or now,
        case_id=case_id,
        case_number=case.number,
        reason=mail.release.reason,
        content=mail.content,
        rights=mail.rights,
    )
    row_id = put(connection, letter, now)
    if row_id is None:
        event = CaseEvent(now, Happened.REPLY_DROPPED, By.TRIAGE, "esta mensagem já tinha sido respondida")
    else:
        event = CaseEvent(now, Happened.REPLY_WRITTEN, By.TRIAGE, mail.note, rendered.message_id)
        add_thread(connection, case_id, (rendered.message_id,), ours=True)
    add_events(connection, case_id, (event,))
    return row_id


def _file(
    connection: Connection,
    decision: Decision,
    arrival: Arrival,
    judged: tuple[Verdict, Versions] | None,
    written: list[tuple[int, Case]],
    now: datetime,
) -> None:
    assert decision.filing is not None  # a message that caused a decision is always filed
    if arrival.place is Place.SENT and arrival.references and not decision.left:
        note_answered(connection, arrival.references[0], arrival.ledger)
    file_message(
        connection,
        arrival.ledger,
        decision.filing,
        now,
        message_id=arrival.message_id,
        content=arrival.content,
        case_id=written[0][0] if written else None,
    )
    if judged is not None:
        keep_verdict(connection, arrival.ledger, *judged, now)
