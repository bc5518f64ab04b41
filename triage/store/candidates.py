"""Looking up what may tie a message to a case. Each look-up goes by an index; nothing here decides.

The statements are built once: building one anew costs more than running it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Column, ColumnElement, Connection, Select, bindparam, or_, select

from triage.core.case import Case
from triage.core.decision import LedgerState, MailKind, OutboxState, Place
from triage.core.join_keys import WINDOW, Candidates, Keys, OwnMail, Seen
from triage.core.vocabulary import State
from triage.store.codec import case_from_json
from triage.store.rows import ANSWERED, CASES, LEDGER, LINES, OUTBOX, PROTOCOLS, THREAD

Condition = ColumnElement[bool]
MOST = 50  # cases by one way; more than that ties nothing to anything

_WANTED: BindParameter[str] = bindparam("wanted", expanding=True)
_ONE: BindParameter[str] = bindparam("wanted")
_RECENT = (CASES.c.state != State.CLOSED) & (CASES.c.changed_at >= bindparam("since"))
_NEWEST = select(CASES.c.body).order_by(CASES.c.id.desc()).limit(MOST)

# A look-up of one value and of any number of them: SQLAlchemy works an IN out anew at each execution.
_Query = tuple[Select[Any], Select[Any]]


def _query(asked: Callable[[Condition], Select[Any]], column: Column[str]) -> _Query:
    return asked(column == _ONE), asked(column.in_(_WANTED))


_BY_NUMBER = _query(_NEWEST.where, CASES.c.number)
_BY_REQUESTER = _query(lambda wanted: _NEWEST.where(wanted, _RECENT), CASES.c.requester)
# Ordered by what the state's index holds: by the id, the planner might read all cases in that order.
_IN_STATE = _query(select(CASES.c.body).order_by(CASES.c.changed_at.desc()).limit(MOST).where, CASES.c.state)


def _linked(column: Column[str], *conditions: Condition) -> _Query:
    """Cases by a table beside them: by subquery, so that a case with two of the values comes once."""
    ids = select(column.table.c.case_id)
    return _query(lambda wanted: _NEWEST.where(CASES.c.id.in_(ids.where(wanted)), *conditions), column)


_BY_PROTOCOL = _linked(PROTOCOLS.c.protocol)
_BY_LINE = _linked(LINES.c.line, _RECENT)
_BY_REFERENCE = _query(
    select(THREAD.c.message_id, CASES.c.body).join(CASES, CASES.c.id == THREAD.c.case_id).order_by(CASES.c.id).where,
    THREAD.c.message_id,
)
_LEDGER = (
    select(
        LEDGER.c.message_id,
        LEDGER.c.fingerprint,
        LEDGER.c.content,
        LEDGER.c.state,
        LEDGER.c.place,
        CASES.c.number,
    )
    .outerjoin(CASES, CASES.c.id == LEDGER.c.case_id)
    .where(LEDGER.c.id != bindparam("itself"), LEDGER.c.state != LedgerState.NEW)
    .limit(MOST)
)
_SAME_PRINT = LEDGER.c.fingerprint == bindparam("fingerprint")
_BY_PRINT = _LEDGER.where(_SAME_PRINT)
_BY_PRINT_OR_ID = _LEDGER.where(or_(_SAME_PRINT, LEDGER.c.message_id == bindparam("message_id")))
_OURS = _query(
    select(OUTBOX.c.message_id, OUTBOX.c.kind, OUTBOX.c.case_number, OUTBOX.c.state, OUTBOX.c.cause).where,
    OUTBOX.c.message_id,
)
_ANSWERED = select(ANSWERED.c.message_id).where(ANSWERED.c.message_id == bindparam("message_id"))


def find_candidates(connection: Connection, keys: Keys, now: datetime) -> Candidates:
    """Everything that the ledger, the cases and the outbox know of `keys`."""
    ours = _own_mails(connection, keys)
    itself = ours.get(keys.message_id)
    numbers = (*keys.numbers, *((itself.case,) if itself and itself.case else ()))
    since = now - WINDOW
    threads = _by_reference(connection, (*keys.ids, keys.message_id))
    return Candidates(
        by_reference=tuple(thread for thread in threads if thread[0] != keys.message_id),
        awaited=tuple(case for message_id, cases in threads if message_id == keys.message_id for case in cases),
        by_number=_cases(connection, _BY_NUMBER, numbers),
        by_protocol=_cases(connection, _BY_PROTOCOL, keys.protocols),
        by_requester=_cases(connection, _BY_REQUESTER, keys.people, since),
        by_line=_cases(connection, _BY_LINE, keys.lines, since),
        carrier_due=_cases(connection, _IN_STATE, (State.CARRIER_DUE,)) if keys.to_carrier else (),
        seen=_seen(connection, keys),
        ours=tuple(ours[i] for i in keys.ids if i in ours),
        itself=itself,
        answered=answered_by_colleague(connection, keys.message_id),
    )


def answered_by_colleague(connection: Connection, message_id: str) -> bool:
    """Whether a mail in Sent replies to this message: to be asked again right before our own reply leaves."""
    return bool(message_id) and connection.execute(_ANSWERED, {"message_id": message_id}).first() is not None


def _by_reference(connection: Connection, ids: tuple[str, ...]) -> tuple[tuple[str, tuple[Case, ...]], ...]:
    found: dict[str, list[Case]] = {}
    for message_id, body in _rows(connection, _BY_REFERENCE, ids):
        found.setdefault(message_id, []).append(case_from_json(body))
    return tuple((i, tuple(found[i])) for i in dict.fromkeys(ids) if i in found)


def _cases(
    connection: Connection, query: _Query, wanted: Sequence[str], since: datetime | None = None
) -> tuple[Case, ...]:
    return tuple(case_from_json(body) for (body,) in _rows(connection, query, wanted, since))


def _rows(connection: Connection, query: _Query, wanted: Sequence[str], since: datetime | None = None) -> Sequence[Any]:
    if not wanted:
        return ()
    one, many = query
    when = {"since": since} if since else {}
    if len(wanted) == 1:
        return connection.execute(one, {"wanted": wanted[0], **when}).all()
    return connection.execute(many, {"wanted": wanted, **when}).all()


def _seen(connection: Connection, keys: Keys) -> tuple[Seen, ...]:
    # An empty Message-ID would be that of every message without one.
    query = _BY_PRINT_OR_ID if keys.message_id else _BY_PRINT
    given = {"itself": keys.ledger, "fingerprint": keys.fingerprint, "message_id": keys.message_id}
    return tuple(
        Seen(message_id or mark, message_id, mark, content, LedgerState(state), Place(place), number or "")
        for message_id, mark, content, state, place, number in connection.execute(query, given)
    )


def _own_mails(connection: Connection, keys: Keys) -> Mapping[str, OwnMail]:
    wanted = [i for i in (keys.message_id, *keys.ids) if i]
    return {
        message_id: OwnMail(message_id, MailKind(kind), case, OutboxState(state), cause)
        for message_id, kind, case, state, cause in _rows(connection, _OURS, wanted)
    }
