"""Cases and their histories: read, listed, written. Numbers are given here, by year and without gaps."""

from collections.abc import Sequence
from datetime import datetime

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

from triage.core.calendar import STANDARD
from triage.core.case import Case, CaseEvent, Happened
from triage.core.vocabulary import State
from triage.store.bulk import Bulk
from triage.store.chunks import WANTED, rows_for
from triage.store.codec import case_from_json, case_to_json
from triage.store.rows import CASES, COUNTER, EVENTS, LINES, PROTOCOLS, THREAD


def _add_once(column: Column[str], *more: Column[bool]) -> Insert:
    """Insert a value beside a case unless it is there: in plain SQL, for every database alike."""
    table = column.table
    case_key, value = bindparam("case_key", type_=Integer), bindparam("value", type_=String)
    there = exists().where(table.c.case_id == case_key, column == value)
    flags = [bindparam(flag.name, type_=Boolean) for flag in more]
    return insert(table).from_select([table.c.case_id, column, *more], select(case_key, value, *flags).where(~there))


_COLUMNS = tuple(column.name for column in CASES.columns if column.name != "id")
_OPEN = Bulk(insert(CASES), *_COLUMNS)
_IDS = select(CASES.c.number, CASES.c.id).where(CASES.c.number.in_(WANTED))
_READ = (CASES.c.number == bindparam("read_number")) & (CASES.c.version == bindparam("read_version"))
_CHANGE = Bulk(update(CASES).where(_READ), *_COLUMNS)
_SERIES = update(COUNTER).where(COUNTER.c.name == bindparam("series"))
_NEXT = _SERIES.values(value=COUNTER.c.value + 1).returning(COUNTER.c.value)
_COUNT = _SERIES.values(value=bindparam("last"))
_BEGIN_COUNT = insert(COUNTER)
_ADD_EVENT = Bulk(insert(EVENTS), *(column.name for column in EVENTS.columns if column.name != "id"))
_ADD_THREAD = Bulk(_add_once(THREAD.c.message_id, THREAD.c.ours))
_ADD_LINE = Bulk(_add_once(LINES.c.line))
_ADD_PROTOCOL = Bulk(_add_once(PROTOCOLS.c.protocol))


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


def series_of(case: Case) -> tuple[str, int]:
    """The series that numbers a case, and the year that it stands for: on New Year's Eve still the old one."""
    year = case.opened_at.astimezone(STANDARD).year
    return f"case-{year}", year


def next_number(connection: Connection, series: str) -> int:
    """The next number of a series; nobody else gets one until this transaction ends, so there are no gaps."""
    number = connection.execute(_NEXT, {"series": series}).scalar()
    if number is None:
        connection.execute(_BEGIN_COUNT, {"name": series, "value": 1})
        return 1
    return int(number)


def note_last_number(connection: Connection, series: str, number: int) -> None:
    """Write down the last number given. Given back by a rollback."""
    connection.execute(_COUNT, {"series": series, "last": number})


def insert_cases(connection: Connection, cases: Sequence[Case]) -> list[int]:
    """Write new cases; their row ids, in order."""
    _OPEN.write(connection, [_columns(case) for case in cases])
    ids: dict[str, int] = dict(rows_for(connection, _IDS, [case.number for case in cases]))
    return [ids[case.number] for case in cases]


def change_cases(connection: Connection, changed: Sequence[tuple[Case, int]]) -> None:
    """Write cases over the versions that were read. Raises StaleCase where one is not there any more."""
    given = [{**_columns(case), "read_number": case.number, "read_version": version} for case, version in changed]
    if _CHANGE.write(connection, given) != len(changed):
        raise StaleCase(", ".join(case.number for case, _ in changed))


def add_events(connection: Connection, events: Sequence[tuple[int, CaseEvent]]) -> None:
    """Append to the histories of cases, by row id."""
    _ADD_EVENT.write(connection, [_event_row(case_id, event) for case_id, event in events])


def add_thread(connection: Connection, messages: Sequence[tuple[int, str, bool]]) -> None:
    """Remember which Message-IDs belong to which case (row id); the flag says that a mail is ours."""
    _ADD_THREAD.write(connection, [{"case_key": c, "value": i, "ours": ours} for c, i, ours in messages])


def add_lines(connection: Connection, lines: Sequence[tuple[int, str]]) -> None:
    """Have cases (row id) found by their lines."""
    _ADD_LINE.write(connection, [{"case_key": case_id, "value": line} for case_id, line in lines])


def add_protocols(connection: Connection, protocols: Sequence[tuple[int, str]]) -> None:
    """Have cases (row id) found by the operator's numbers, reduced to letters and digits."""
    _ADD_PROTOCOL.write(connection, [{"case_key": case_id, "value": number} for case_id, number in protocols])


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
