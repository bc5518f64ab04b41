"""Cases and their histories: read, listed, written. Numbers are given here, by year and without gaps."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from sqlalchemy import Connection, insert, select, update

from triage.core.case import Case, CaseEvent, Happened
from triage.core.join_keys import plain_protocol
from triage.core.vocabulary import State
from triage.store.codec import case_from_json, case_to_json
from triage.store.rows import CASES, COUNTER, EVENTS, LINES, PROTOCOLS, THREAD

LOCAL = timezone(timedelta(hours=-3))  # Espírito Santo: a case of New Year's Eve has the number of its year


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
    numbered = _versioned(case, f"{year}-{_next(connection, f'case-{year}'):06d}", 1)
    row_id = connection.scalar(insert(CASES).returning(CASES.c.id), _columns(numbered))
    assert row_id is not None
    _index(connection, row_id, numbered)
    return row_id, numbered


def change_case(connection: Connection, case: Case) -> tuple[int, Case]:
    """Write a case that was read before; its row id, and the case as it stands. Raises StaleCase."""
    changed = _versioned(case, case.number, case.version + 1)
    statement = update(CASES).where(CASES.c.number == case.number, CASES.c.version == case.version)
    if connection.execute(statement.values(**_columns(changed))).rowcount != 1:
        raise StaleCase(case.number)
    row_id = connection.scalar(select(CASES.c.id).where(CASES.c.number == case.number))
    assert row_id is not None
    _index(connection, row_id, changed)
    return row_id, changed


def add_events(connection: Connection, case_id: int, events: Sequence[CaseEvent]) -> None:
    """Append to a case's history."""
    if events:
        connection.execute(insert(EVENTS), [_event_row(case_id, event) for event in events])


def add_thread(connection: Connection, case_id: int, message_ids: Iterable[str], *, ours: bool = False) -> None:
    """Remember that these Message-IDs belong to the case."""
    new = [i for i in dict.fromkeys(message_ids) if i]
    query = select(THREAD.c.message_id).where(THREAD.c.case_id == case_id, THREAD.c.message_id.in_(new))
    known = set(connection.scalars(query)) if new else set()
    rows = [{"message_id": i, "case_id": case_id, "ours": ours} for i in new if i not in known]
    if rows:
        connection.execute(insert(THREAD), rows)


def case_id_of(connection: Connection, number: str) -> int | None:
    """The row id of a case."""
    return connection.scalar(select(CASES.c.id).where(CASES.c.number == number))


def _versioned(case: Case, number: str, version: int) -> Case:
    return replace(case, number=number, version=version)


def _next(connection: Connection, series: str) -> int:
    """The next number of a series. Given back by a rollback, so there are no gaps; the row lock keeps it unique."""
    raised = update(COUNTER).where(COUNTER.c.name == series).values(value=COUNTER.c.value + 1)
    number = connection.scalar(raised.returning(COUNTER.c.value))
    if number is None:
        connection.execute(insert(COUNTER), {"name": series, "value": 1})
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
    wanted = ((LINES, LINES.c.line, case.lines), (PROTOCOLS, PROTOCOLS.c.protocol, _plain(case.protocols)))
    for table, column, values in wanted:
        if not values:
            continue
        known = set(connection.scalars(select(column).where(table.c.case_id == case_id)))
        rows = [{"case_id": case_id, column.name: value} for value in dict.fromkeys(values) if value not in known]
        if rows:
            connection.execute(insert(table), rows)


def _plain(protocols: Iterable[str]) -> list[str]:
    return [plain for plain in map(plain_protocol, protocols) if plain]


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
