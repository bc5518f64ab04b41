"""The outbox: what leaves, written in the commit that decided it (RELIABILITY A15, C2–C4, C7).

States: queued → leased → sent | retry | dead | ambiguous; besides: held, drafted, observed, cancelled.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update

from triage.core.decision import Cancel, MailKind, OutboxState
from triage.store.bulk import Bulk
from triage.store.chunks import WANTED, rows_for
from triage.store.rows import OUTBOX, RIGHTS

WAITING = (OutboxState.QUEUED, OutboxState.RETRY, OutboxState.HELD)  # has not left, and still may
STOPPABLE = (*WAITING, OutboxState.DRAFTED, OutboxState.AMBIGUOUS)

_PUT = Bulk(insert(OUTBOX), *(column.name for column in OUTBOX.columns if column.name not in ("id", "sent_at")))
_IDS = select(OUTBOX.c.message_id, OUTBOX.c.id).where(OUTBOX.c.message_id.in_(WANTED))
_RESERVE = Bulk(insert(RIGHTS), "key", "outbox_id")
_BEFORE = select(OUTBOX.c.id).where(
    OUTBOX.c.case_number == bindparam("number"),
    OUTBOX.c.kind == bindparam("kind"),
    OUTBOX.c.cause == bindparam("cause"),
)
_TAKEN = select(RIGHTS.c.key).where(RIGHTS.c.key.in_(WANTED))


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered mail to be written into the outbox. `state` says what the gate allowed."""

    kind: MailKind
    cause: str
    message_id: str
    sender: str
    recipient: str
    raw: bytes
    state: OutboxState
    not_before: datetime
    case_id: int | None = None
    case_number: str = ""
    reason: str = ""
    content: str = ""
    rights: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox. `token` is the fence that it was leased under."""

    id: int
    kind: MailKind
    case_number: str
    cause: str
    message_id: str
    sender: str
    recipient: str
    raw: bytes
    state: OutboxState
    reason: str
    attempts: int
    not_before: datetime
    created_at: datetime
    changed_at: datetime
    sent_at: datetime | None
    token: int
    answer: str


def put(connection: Connection, letter: Letter, now: datetime) -> int | None:
    """Write a mail and reserve its rights to reply; its row id. None, and nothing written, where one was there before.

    Before means: the same case, kind and cause; or a mail that already used the right to answer the same message.
    """
    given = {"number": letter.case_number, "kind": letter.kind, "cause": letter.cause}
    if connection.execute(_BEFORE, given).first() or rights_taken(connection, letter.rights):
        return None
    return put_all(connection, [letter], now)[0]


def put_all(connection: Connection, letters: Sequence[Letter], now: datetime) -> list[int]:
    """Write mails none of which was there before, and reserve their rights to reply; their row ids, in order."""
    _PUT.write(connection, [_row(letter, now) for letter in letters])
    known: dict[str, int] = dict(rows_for(connection, _IDS, [letter.message_id for letter in letters]))
    ids = [known[letter.message_id] for letter in letters]
    rights = [
        {"key": key, "outbox_id": row_id}
        for row_id, letter in zip(ids, letters, strict=True)
        for key in dict.fromkeys(letter.rights)
    ]
    _RESERVE.write(connection, rights)
    return ids


def rights_taken(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of the rights to reply that are used already."""
    return {key for (key,) in rows_for(connection, _TAKEN, keys)}


def _row(letter: Letter, now: datetime) -> dict[str, object]:
    return {
        "case_id": letter.case_id,
        "case_number": letter.case_number,
        "kind": letter.kind,
        "cause": letter.cause,
        "message_id": letter.message_id,
        "sender": letter.sender,
        "recipient": letter.recipient,
        "domain": letter.recipient.rpartition("@")[2],
        "content": letter.content,
        "raw": letter.raw,
        "state": letter.state,
        "reason": letter.reason,
        "attempts": 0,
        "not_before": letter.not_before,
        "created_at": now,
        "changed_at": now,
        "token": 0,
        "answer": "",
    }


def lease_due(
    connection: Connection, token: int, now: datetime, limit: int = 20, only: MailKind | None = None
) -> list[Outgoing]:
    """Take the mails that are due, oldest first, under the caller's fence. The attempt is counted before it is made."""
    due = (
        select(OUTBOX.c.id)
        .where(OUTBOX.c.state.in_((OutboxState.QUEUED, OutboxState.RETRY)), OUTBOX.c.not_before <= now)
        .order_by(OUTBOX.c.not_before, OUTBOX.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.scalars(due if only is None else due.where(OUTBOX.c.kind == only)))
    values = {"state": OutboxState.LEASED, "token": token, "changed_at": now, "attempts": OUTBOX.c.attempts + 1}
    if ids:
        connection.execute(update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(**values))
    leased = select(OUTBOX).where(OUTBOX.c.id.in_(ids)).order_by(OUTBOX.c.not_before, OUTBOX.c.id)
    return [_outgoing(row) for row in connection.execute(leased)] if ids else []


def drafts_due(connection: Connection, limit: int = 20) -> list[Outgoing]:
    """Mails that are to be put into Drafts and are not there yet."""
    query = select(OUTBOX).where(OUTBOX.c.state == OutboxState.DRAFTED, OUTBOX.c.answer == "").limit(limit)
    return [_outgoing(row) for row in connection.execute(query.order_by(OUTBOX.c.not_before, OUTBOX.c.id))]


def still_leased(connection: Connection, row_id: int, token: int) -> bool:
    """Whether the mail is still to be sent under `token`: to be asked right before it is."""
    query = select(OUTBOX.c.id).where(OUTBOX.c.id == row_id, _leased(token))
    return connection.execute(query).first() is not None


def settle(
    connection: Connection,
    row_id: int,
    token: int,
    state: OutboxState,
    now: datetime,
    *,
    answer: str = "",
    reason: str = "",
    not_before: datetime | None = None,
) -> bool:
    """Write down how a leased mail fared. False, and nothing written, where the lease was lost meanwhile."""
    values: dict[str, object] = {"state": state, "changed_at": now, "answer": answer, "reason": reason}
    if state is OutboxState.SENT:
        values["sent_at"] = now
    if not_before is not None:
        values["not_before"] = not_before
    statement = update(OUTBOX).where(OUTBOX.c.id == row_id, _leased(token)).values(**values)
    return connection.execute(statement).rowcount == 1


def move(
    connection: Connection, row_id: int, before: OutboxState, after: OutboxState, now: datetime, reason: str = ""
) -> bool:
    """Move a mail that is not leased, if it still stands at `before`: released, held, dropped, seen in Sent."""
    values: dict[str, object] = {"state": after, "changed_at": now, "reason": reason}
    if after is OutboxState.SENT:
        values["sent_at"] = now
    statement = update(OUTBOX).where(OUTBOX.c.id == row_id, OUTBOX.c.state == before).values(**values)
    return connection.execute(statement).rowcount == 1


def seen_in_sent(connection: Connection, message_id: str, now: datetime) -> int:
    """A mail of ours lies in Sent, so it left, whoever sent it. How many rows that changed."""
    unsent = (OutboxState.DRAFTED, OutboxState.AMBIGUOUS, OutboxState.HELD, OutboxState.CANCELLED)
    statement = update(OUTBOX).where(OUTBOX.c.message_id == message_id, OUTBOX.c.state.in_(unsent))
    values = {"state": OutboxState.SENT, "reason": "seen-in-sent", "sent_at": now, "changed_at": now}
    return connection.execute(statement.values(**values)).rowcount


def draft_placed(connection: Connection, row_id: int, folder: str, now: datetime) -> None:
    """Note that a draft lies in `folder` now."""
    values = {"answer": folder, "changed_at": now}
    connection.execute(update(OUTBOX).where(OUTBOX.c.id == row_id).values(**values))


def expire_leases(connection: Connection, token: int, now: datetime) -> int:
    """Mails leased under an older fence: nobody knows whether they left, so they are ambiguous (C4). How many."""
    statement = update(OUTBOX).where(OUTBOX.c.state == OutboxState.LEASED, OUTBOX.c.token < token)
    values = {"state": OutboxState.AMBIGUOUS, "reason": "interrupted", "changed_at": now}
    return connection.execute(statement.values(**values)).rowcount


def cancel(connection: Connection, order: Cancel, now: datetime) -> int:
    """Stop mails that have not left: cancelled, or held for a person. How many.

    One in doubt is not sent again then: what it says is outdated, and it may well have arrived.
    """
    statement = update(OUTBOX).where(
        OUTBOX.c.case_number == order.case,
        OUTBOX.c.kind.in_(order.kinds),
        OUTBOX.c.state.in_(STOPPABLE),
    )
    if order.cause:
        statement = statement.where(OUTBOX.c.cause == order.cause)
    state = OutboxState.HELD if order.hold else OutboxState.CANCELLED
    return connection.execute(statement.values(state=state, reason=order.reason, changed_at=now)).rowcount


def find_mail(connection: Connection, *, message_id: str) -> Outgoing | None:
    """The mail with this Message-ID."""
    row = connection.execute(select(OUTBOX).where(OUTBOX.c.message_id == message_id)).first()
    return _outgoing(row) if row else None


def mails(
    connection: Connection, states: Sequence[OutboxState] = (), *, case: str = "", limit: int = 500
) -> list[Outgoing]:
    """Mails in any of `states`, of one case, newest first."""
    query = select(OUTBOX).order_by(OUTBOX.c.id.desc()).limit(limit)
    if states:
        query = query.where(OUTBOX.c.state.in_(states))
    if case:
        query = query.where(OUTBOX.c.case_number == case)
    return [_outgoing(row) for row in connection.execute(query)]


def next_due(connection: Connection) -> datetime | None:
    """When the next waiting mail is due."""
    query = select(func.min(OUTBOX.c.not_before)).where(OUTBOX.c.state.in_((OutboxState.QUEUED, OutboxState.RETRY)))
    found: datetime | None = connection.scalar(query)
    return found


def _leased(token: int) -> ColumnElement[bool]:
    return (OUTBOX.c.state == OutboxState.LEASED) & (OUTBOX.c.token == token)


def _outgoing(row: Row[Any]) -> Outgoing:
    values = {name: getattr(row, name) for name in _PLAIN}
    return Outgoing(**values, kind=MailKind(row.kind), state=OutboxState(row.state))


_PLAIN = tuple(field.name for field in fields(Outgoing) if field.name not in ("kind", "state"))
