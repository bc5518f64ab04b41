"""What was done in a time: messages taken in or judged, cases moved, mail of ours (RELIABILITY F10). Nothing writes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, and_, or_, select

from triage.core.case import Case
from triage.store.codec import case_from_json
from triage.store.rows import CASES, EVENTS, LEDGER, OUTBOX


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on, and before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Handled:
    """A message that was taken in, or filed, in the span, without its bytes (`ledger.raw_of` has them).

    `at` is when it was taken in.
    """

    id: int
    at: datetime
    state: str
    message_id: str
    case: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of a case's history; `case` as it stands now."""

    at: datetime
    what: str
    by: str
    note: str
    case: Case


@dataclass(frozen=True, slots=True)
class Written:
    """A mail of ours that was written, or whose state changed, in the span; sent or not."""

    id: int
    at: datetime
    kind: str
    state: str
    case: str
    recipient: str
    message_id: str


def handled(connection: Connection, span: Span, after: int, limit: int) -> list[Handled]:
    """The next messages above the ledger id `after`, oldest first."""
    columns = (LEDGER.c.id, LEDGER.c.seen_at, LEDGER.c.state, LEDGER.c.message_id, CASES.c.number)
    query = (
        select(*columns)
        .select_from(LEDGER.outerjoin(CASES, CASES.c.id == LEDGER.c.case_id))
        .where(LEDGER.c.id > after, or_(_within(LEDGER.c.seen_at, span), _within(LEDGER.c.filed_at, span)))
        .order_by(LEDGER.c.id)
        .limit(limit)
    )
    return [
        Handled(row.id, row.seen_at, row.state, row.message_id, row.number or "") for row in connection.execute(query)
    ]


def moved(connection: Connection, span: Span) -> Iterator[Moved]:
    """What happened to cases, in order."""
    columns = (EVENTS.c.at, EVENTS.c.what, EVENTS.c.by, EVENTS.c.note, CASES.c.body)
    query = select(*columns).join(CASES, CASES.c.id == EVENTS.c.case_id).where(_within(EVENTS.c.at, span))
    for row in connection.execute(query.order_by(EVENTS.c.id)):
        yield Moved(row.at, row.what, row.by, row.note, case_from_json(row.body))


def written(connection: Connection, span: Span) -> Iterator[Written]:
    """Mail of ours, in the order in which it was written."""
    columns = ("id", "created_at", "kind", "state", "case_number", "recipient", "message_id")
    touched = or_(*(_within(OUTBOX.c[name], span) for name in ("created_at", "changed_at", "sent_at")))
    query = select(*(OUTBOX.c[name] for name in columns)).where(touched).order_by(OUTBOX.c.id)
    for row in connection.execute(query):
        yield Written(*row)


def _within(instant: Column[datetime], span: Span) -> ColumnElement[bool]:
    return and_(instant >= span.since, instant < span.until)
