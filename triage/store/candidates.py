"""Looking up what may tie a message to a case. Each look-up goes by an index; nothing here decides."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, select

from triage.core.case import Case
from triage.core.decision import LedgerState, MailKind, OutboxState, Place
from triage.core.join_keys import WINDOW, Candidates, Keys, OwnMail, Seen
from triage.core.vocabulary import State
from triage.store.codec import case_from_json
from triage.store.rows import ANSWERED, CASES, LEDGER, LINES, OUTBOX, PROTOCOLS, THREAD

MOST = 50  # cases by one way; more than that ties nothing to anything


def find_candidates(connection: Connection, keys: Keys, now: datetime) -> Candidates:
    """Everything that the ledger, the cases and the outbox know of `keys`."""
    itself = next(iter(_own_mails(connection, (keys.message_id,))), None)
    named = (*keys.numbers, *((itself.case,) if itself else ()))
    recent = (CASES.c.state != State.CLOSED) & (CASES.c.changed_at >= now - WINDOW)
    return Candidates(
        by_reference=_by_reference(connection, keys.ids),
        by_number=_cases(connection, CASES.c.number, named),
        by_protocol=_linked(connection, PROTOCOLS, PROTOCOLS.c.protocol, keys.protocols),
        by_requester=_cases(connection, CASES.c.requester, keys.people, recent),
        by_line=_linked(connection, LINES, LINES.c.line, keys.lines, recent),
        carrier_due=_cases(connection, CASES.c.state, (State.CARRIER_DUE,)) if keys.to_carrier else (),
        seen=_seen(connection, keys),
        ours=_own_mails(connection, keys.ids),
        itself=itself,
        answered=answered_by_colleague(connection, keys.message_id),
    )


def answered_by_colleague(connection: Connection, message_id: str) -> bool:
    """Whether a mail in Sent replies to this message: to be asked again right before our own reply leaves."""
    query = select(ANSWERED.c.message_id).where(ANSWERED.c.message_id == message_id)
    return bool(message_id) and connection.execute(query).first() is not None


def _by_reference(connection: Connection, ids: tuple[str, ...]) -> tuple[tuple[str, tuple[Case, ...]], ...]:
    if not ids:
        return ()
    query = select(THREAD.c.message_id, CASES.c.body).join(CASES).where(THREAD.c.message_id.in_(ids))
    found: dict[str, list[Case]] = {}
    for message_id, body in connection.execute(query.order_by(CASES.c.id)):
        found.setdefault(message_id, []).append(case_from_json(body))
    return tuple((i, tuple(found[i])) for i in ids if i in found)


def _cases(
    connection: Connection, column: Column[str], values: Iterable[str], also: ColumnElement[bool] | None = None
) -> tuple[Case, ...]:
    wanted = list(values)
    if not wanted:
        return ()
    query = select(CASES.c.body).where(column.in_(wanted))
    return _decoded(connection, query.where(also) if also is not None else query)


def _linked(
    connection: Connection,
    table: Table,
    column: Column[str],
    values: Iterable[str],
    also: ColumnElement[bool] | None = None,
) -> tuple[Case, ...]:
    wanted = list(values)
    if not wanted:
        return ()
    query = select(CASES.c.body).join(table).where(column.in_(wanted)).distinct()
    return _decoded(connection, query.where(also) if also is not None else query)


def _decoded(connection: Connection, query: Select[tuple[str]]) -> tuple[Case, ...]:
    ordered = query.order_by(CASES.c.id.desc()).limit(MOST).add_columns(CASES.c.id)
    return tuple(case_from_json(row[0]) for row in connection.execute(ordered))


def _seen(connection: Connection, keys: Keys) -> tuple[Seen, ...]:
    query = select(LEDGER, CASES.c.number).outerjoin(CASES, CASES.c.id == LEDGER.c.case_id)
    settled = (LEDGER.c.id != keys.ledger) & (LEDGER.c.state != LedgerState.NEW)
    marks = ((LEDGER.c.fingerprint, keys.fingerprint), (LEDGER.c.message_id, keys.message_id))
    rows = {
        row.id: row
        for column, mark in marks
        if mark
        for row in connection.execute(query.where(column == mark, settled).limit(MOST))
    }
    return tuple(
        Seen(
            key=row.message_id or row.fingerprint,
            message_id=row.message_id,
            fingerprint=row.fingerprint,
            content=row.content,
            state=LedgerState(row.state),
            place=Place(row.place),
            case=row.number or "",
        )
        for row in rows.values()
    )


def _own_mails(connection: Connection, ids: Iterable[str]) -> tuple[OwnMail, ...]:
    wanted = [i for i in ids if i]
    if not wanted:
        return ()
    columns = (OUTBOX.c.message_id, OUTBOX.c.kind, OUTBOX.c.case_number, OUTBOX.c.state, OUTBOX.c.cause)
    return tuple(
        OwnMail(message_id, MailKind(kind), case, OutboxState(state), cause)
        for message_id, kind, case, state, cause in connection.execute(
            select(*columns).where(OUTBOX.c.message_id.in_(wanted))
        )
    )
