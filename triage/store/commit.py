"""A decision written down: ledger, cases, histories and outbox in the one transaction that the caller holds (C2).

Before its commit nothing has happened; after it the loops can only finish.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from triage.core.case import By, Case, CaseEvent, Happened
from triage.core.decision import Arrival, Cancel, Change, Decision, Mail, OutboxState, Way
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
    pages = _Pages(connection, now)
    written = [pages.write(change, arrival) for change in decision.changes]
    if written:
        pages.await_(written[0][0], decision.awaits)
    for message_id in decision.left:
        seen_in_sent(connection, message_id, now)
    for order in decision.cancels:
        pages.cancel(order)
    ids = tuple(pages.put(mail, _case_of(connection, mail, written), render) for mail in decision.mails)
    pages.close()
    if arrival is not None:
        _file(connection, decision, arrival, judged, written, now)
    return Committed(tuple(case for _, case in written), ids)


class _Pages:
    """The pages of the histories and threads that one decision writes: kept until `close`, then written together."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._events: list[tuple[int, CaseEvent]] = []
        self._thread: list[tuple[int, str, bool]] = []

    def write(self, change: Change, arrival: Arrival | None) -> tuple[int, Case]:
        """A case with the new lines of its history."""
        save = change_case if change.case.number else open_case
        row_id, written = save(self._connection, change.case)
        self._events.extend((row_id, event) for event in change.events)
        if arrival is not None:
            self._thread.append((row_id, arrival.message_id, False))
        return row_id, written

    def await_(self, row_id: int, messages: tuple[str, ...]) -> None:
        """Messages that have not come yet, and will belong to the case."""
        self._thread.extend((row_id, message_id, False) for message_id in messages)

    def cancel(self, order: Cancel) -> None:
        """Mails that must not leave any more, noted where there were any."""
        stopped = cancel(self._connection, order, self._now)
        row_id = case_id_of(self._connection, order.case) if stopped else None
        if row_id is not None:
            self._note(row_id, Happened.REPLY_DROPPED, order.reason)

    def put(self, mail: Mail, where: tuple[int, Case], render: Render) -> int | None:
        """A mail in its final bytes; None where such a mail had been written before."""
        case_id, case = where
        rendered = render(mail, case)
        row_id = put(self._connection, _letter(mail, where, rendered, self._now), self._now)
        if row_id is None:
            self._note(case_id, Happened.REPLY_DROPPED, "esta mensagem já tinha sido respondida")
        else:
            self._note(case_id, Happened.REPLY_WRITTEN, mail.note, rendered.message_id)
            self._thread.append((case_id, rendered.message_id, True))
        return row_id

    def close(self) -> None:
        """Write the pages."""
        add_events(self._connection, self._events)
        add_thread(self._connection, self._thread)

    def _note(self, case_id: int, what: Happened, note: str, message_id: str = "") -> None:
        self._events.append((case_id, CaseEvent(self._now, what, By.TRIAGE, note, message_id)))


def _letter(mail: Mail, where: tuple[int, Case], rendered: Rendered, now: datetime) -> Letter:
    case_id, case = where
    return Letter(
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


def _case_of(connection: Connection, mail: Mail, written: list[tuple[int, Case]]) -> tuple[int, Case]:
    for row_id, case in written:
        if mail.case in ("", case.number):
            return row_id, case
    other_id, other = case_id_of(connection, mail.case), find_case(connection, mail.case)
    if other_id is None or other is None:
        raise LookupError(f"a mail for a case that does not exist: {mail.case}")
    return other_id, other


def _file(
    connection: Connection,
    decision: Decision,
    arrival: Arrival,
    judged: tuple[Verdict, Versions] | None,
    written: list[tuple[int, Case]],
    now: datetime,
) -> None:
    assert decision.filing is not None  # a message that caused a decision is always filed
    if decision.answers:
        note_answered(connection, decision.answers, arrival.ledger)
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
