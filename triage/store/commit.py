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
from triage.store.ledger import Entry, Versions
from triage.store.mailbook import Mail as MailOnSlate
from triage.store.outbox import Letter
from triage.store.slate import Slate

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


@dataclass(frozen=True, slots=True)
class Written:
    """The same while it stands on the slate."""

    cases: tuple[Case, ...]
    mails: tuple[MailOnSlate | None, ...]

    def committed(self) -> Committed:
        """What it came to, once the slate was flushed."""
        return Committed(self.cases, tuple(mail.id if mail else None for mail in self.mails))


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
    slate = Slate.on(connection, now)
    written = write_decision(slate, decision, now, render, arrival)
    if arrival is not None:
        file_arrival(slate, decision, arrival, written, judged, received_as=arrival.fingerprint)
    slate.flush()
    return written.committed()


def write_decision(
    slate: Slate, decision: Decision, now: datetime, render: Render, arrival: Arrival | None = None
) -> Written:
    """Put a decision on the slate, where the next one finds it. Raises StaleCase."""
    message_id = arrival.message_id if arrival else ""
    stand = [_write(slate, change, message_id) for change in decision.changes]
    for awaited in decision.awaits if stand else ():
        slate.cases.tie(stand[0][0], awaited)
    for ours in decision.left:
        slate.mails.seen_in_sent(ours)
    for order in decision.cancels:
        _cancel(slate, order, now)
    mails = tuple(_put(slate, mail, _case_of(slate, mail, stand), now, render) for mail in decision.mails)
    return Written(tuple(case for _, case in stand), mails)


def file_arrival(
    slate: Slate,
    decision: Decision,
    arrival: Arrival,
    written: Written,
    judged: tuple[Verdict, Versions] | None,
    *,
    received_as: str,
) -> None:
    """File the message that caused a decision. `received_as` is the fingerprint that the ledger has of it."""
    assert decision.filing is not None  # a message that caused a decision is always filed
    number = written.cases[0].number if written.cases else ""
    if decision.answers:
        slate.ledger.note_answer(decision.answers, arrival.ledger)
    entry = Entry(
        arrival.ledger,
        decision.filing,
        arrival.message_id,
        arrival.content,
        slate.cases.rank(number) if number else None,
    )
    slate.ledger.file(entry, arrival.place, received_as, number)
    if judged is not None:
        slate.ledger.keep(arrival.ledger, *judged)


def _write(slate: Slate, change: Change, message_id: str) -> tuple[int, Case]:
    """A case with the new lines of its history, to be known by the message that caused them."""
    if change.case.number:
        rank, case = slate.cases.change(change.case)
    else:
        rank, case = slate.cases.open(change.case)
        slate.mails.none_of(case.number)
    for event in change.events:
        slate.cases.note(rank, event)
    slate.cases.tie(rank, message_id)
    return rank, case


def _cancel(slate: Slate, order: Cancel, now: datetime) -> None:
    """Mails that must not leave any more, noted where there were any."""
    rank = slate.cases.rank(order.case) if slate.mails.cancel(order) else None
    if rank is not None:
        _note(slate, rank, now, Happened.REPLY_DROPPED, order.reason)


def _put(slate: Slate, mail: Mail, where: tuple[int, Case], now: datetime, render: Render) -> MailOnSlate | None:
    """A mail in its final bytes; None where such a mail had been written before."""
    rank, case = where
    rendered = render(mail, case)
    put = slate.mails.put(rank, _letter(mail, case, rendered, now))
    if put is None:
        _note(slate, rank, now, Happened.REPLY_DROPPED, "esta mensagem já tinha sido respondida")
    else:
        _note(slate, rank, now, Happened.REPLY_WRITTEN, mail.note, rendered.message_id)
        slate.cases.tie(rank, rendered.message_id, ours=True)
    return put


def _note(slate: Slate, rank: int, now: datetime, what: Happened, note: str, message_id: str = "") -> None:
    slate.cases.note(rank, CaseEvent(now, what, By.TRIAGE, note, message_id))


def _letter(mail: Mail, case: Case, rendered: Rendered, now: datetime) -> Letter:
    return Letter(
        kind=mail.kind,
        cause=mail.cause,
        message_id=rendered.message_id,
        sender=rendered.sender,
        recipient=mail.to,
        raw=rendered.raw,
        state=STATES[mail.release.way],
        not_before=mail.not_before or now,
        case_number=case.number,
        reason=mail.release.reason,
        content=mail.content,
        rights=mail.rights,
    )


def _case_of(slate: Slate, mail: Mail, stand: list[tuple[int, Case]]) -> tuple[int, Case]:
    for rank, case in stand:
        if mail.case in ("", case.number):
            return rank, case
    other = slate.cases.rank(mail.case)
    if other is None:
        raise LookupError(f"a mail for a case that does not exist: {mail.case}")
    return other, slate.cases.case(other)
