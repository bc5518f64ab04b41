"""Cases and their histories: read, listed, written. Numbers are given here, by year and without gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Insert,
    Integer,
    String,
    bindparam,
    exists,
    insert,
    select,
    update,
)

from triage.core.case import Case, CaseEvent, Happened
from triage.core.join_keys import plain_protocol
from triage.core.vocabulary import State
from triage.store.codec import case_from_json, case_to_json
from triage.store.rows import CASES, COUNTER, EVENTS, LINES, PROTOCOLS, THREAD

LOCAL = timezone(timedelta(hours=-3))  # Espírito Santo: a case of New Year's Eve has the number of its year


def _add_once(column: Column[str], *more: Column[bool]) -> Insert:
    """Insert a value beside a case unless it is there: in plain SQL, for every database alike."""
    table = column.table
    case_key, value = bindparam("case_key", type_=Integer), bindparam("value", type_=String)
    there = exists().where(table.c.case_id == case_key, column == value)
    flags = [bindparam(flag.name, type_=Boolean) for flag in more]
    return insert(table).from_select([table.c.case_id, column, *more], select(case_key, value, *flags).where(~there))


_OPEN = insert(CASES).returning(CASES.c.id)
_CHANGE = (
    update(CASES)
    .where(CASES.c.number == bindparam("read_number"), CASES.c.version == bindparam("read_version"))
    .returning(CASES.c.id)
)
_COUNT = (
    update(COUNTER)
    .where(COUNTER.c.name == bindparam("series"))
    .values(value=COUNTER.c.value + 1)
    .returning(COUNTER.c.value)
)
_BEGIN_COUNT = insert(COUNTER)
_ADD_EVENT = insert(EVENTS)
_ADD_THREAD = _add_once(THREAD.c.message_id, THREAD.c.ours)
_ADD_LINE = _add_once(LINES.c.line)
_ADD_PROTOCOL = _add_once(PROTOCOLS.c.protocol)


class StaleCase(Exception):  # noqa: N818 - not a fault: another writer was first, decide anew
    """The case was changed after it was read. Nothing was written: read, join and decide again."""


def find_case(connection: Connection, number: str) -> Case | None:
    """The case with this number."""
    body = connection.scalar(select(CASES.c.body).where(CASES.c.number == number))
    return case_from_json(body) if body else None


def list_cases(
    connection: Connection, state: State | None = None, *, limit: int | None = None, since: datetime | None = None
) -> list[Case]:
    """Cases by number, newest first; only those in `state`, or changed at `since` or later."""
    query = select(CASES.c.body).order_by(CASES.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(CASES.c.state == state)
    if since is not None:
        query = query.where(CASES.c.changed_at >= since)
    return [case_from_json(body) for body in connection.scalars(query)]


def open_cases(connection: Connection) -> list[Case]:
    """Every case that somebody is waited for in, or that a person must look at; oldest first."""
    query = select(CASES.c.body).where((CASES.c.state != State.CLOSED) | (CASES.c.review != "")).order_by(CASES.c.id)
    return [case_from_json(body) for body in connection.scalars(query)]


def history(connection: Connection, number: str) -> list[CaseEvent]:
    """Everything that happened to a case, in order."""
    query = select(EVENTS).join(CASES, CASES.c.id == EVENTS.c.case_id).where(CASES.c.number == number)
    return [
        CaseEvent(
            at=row.at,
            what=Happened(row.what),
            by=row.by,
            note=row.note,
            message_id=row.message_id,
            before=State(row.before) if row.before else None,
            after=State(row.after) if row.after else None,
        )
        for row in connection.execute(query.order_by(EVENTS.c.id))
    ]


def open_case(connection: Connection, case: Case) -> tuple[int, Case]:
    """Write a new case; its row id, and the case with its number."""
    year = case.opened_at.astimezone(LOCAL).year
    numbered = replace(case, number=f"{year}-{_next(connection, f'case-{year}'):06d}", version=1)
    row_id: int = connection.scalars(_OPEN, _columns(numbered)).one()
    _index(connection, row_id, numbered)
    return row_id, numbered


def change_case(connection: Connection, case: Case) -> tuple[int, Case]:
    """Write a case that was read before; its row id, and the case as it stands. Raises StaleCase."""
    changed = replace(case, version=case.version + 1)
    given = {**_columns(changed), "read_number": case.number, "read_version": case.version}
    row_id = connection.execute(_CHANGE, given).scalar()
    if row_id is None:
        raise StaleCase(case.number)
    _index(connection, row_id, changed)
    return row_id, changed


def add_events(connection: Connection, events: Sequence[tuple[int, CaseEvent]]) -> None:
    """Append to the histories of cases, by row id."""
    if events:
        connection.execute(_ADD_EVENT, [_event_row(case_id, event) for case_id, event in events])


def add_thread(connection: Connection, messages: Iterable[tuple[int, str, bool]]) -> None:
    """Remember which Message-IDs belong to which case (row id); the flag says that a mail is ours."""
    rows = [{"case_key": case_id, "value": i, "ours": ours} for case_id, i, ours in messages if i]
    if rows:
        connection.execute(_ADD_THREAD, rows)


def case_id_of(connection: Connection, number: str) -> int | None:
    """The row id of a case."""
    return connection.scalar(select(CASES.c.id).where(CASES.c.number == number))


def _next(connection: Connection, series: str) -> int:
    """The next number of a series. Given back by a rollback, so there are no gaps; the row lock keeps it unique."""
    number = connection.execute(_COUNT, {"series": series}).scalar()
    if number is None:
        connection.execute(_BEGIN_COUNT, {"name": series, "value": 1})
        return 1
    return int(number)


def _columns(case: Case) -> dict[str, object]:
    return {
        "number": case.number,
        "category": case.category,
        "service": case.service,
        "organ": case.organ,
        "requester": case.requester,
        "domain": case.domain,
        "subject": case.subject,
        "state": case.state,
        "outcome": case.outcome,
        "waiting_on": case.waiting_on,
        "review": case.review.doubt if case.review else "",
        "opened_at": case.opened_at,
        "changed_at": case.changed_at,
        "waiting_since": case.waiting_since,
        "version": case.version,
        "body": case_to_json(case),
    }


def _index(connection: Connection, case_id: int, case: Case) -> None:
    """Lines and protocols of the case, so that messages find it by them. They are only ever added."""
    protocols = (plain for plain in map(plain_protocol, case.protocols) if plain)
    for statement, values in ((_ADD_LINE, case.lines), (_ADD_PROTOCOL, protocols)):
        rows = [{"case_key": case_id, "value": value} for value in dict.fromkeys(values)]
        if rows:
            connection.execute(statement, rows)


def _event_row(case_id: int, event: CaseEvent) -> dict[str, object]:
    return {
        "case_id": case_id,
        "at": event.at,
        "what": event.what,
        "by": event.by,
        "note": event.note,
        "message_id": event.message_id,
        "before": event.before,
        "after": event.after,
    }


def case_of_message(connection: Connection, message_id: str) -> Case | None:
    """The newest case that the message with this Message-ID belongs to."""
    query = select(CASES.c.body).join(THREAD, THREAD.c.case_id == CASES.c.id).where(THREAD.c.message_id == message_id)
    body = connection.scalar(query.order_by(CASES.c.id.desc()).limit(1))
    return case_from_json(body) if body else None
