"""The ledger: every message of every watched folder, once, and what became of it (RELIABILITY B1–B3, C1, C16).

All functions work on an open transaction (`engine.read` or `engine.write`) and leave ending it to the caller.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from triage.core.decision import Filing, LedgerState, Place
from triage.core.verdict import Verdict
from triage.store.bulk import Bulk
from triage.store.chunks import CHUNK, WANTED, rows_for
from triage.store.codec import verdict_from_json, verdict_to_json
from triage.store.rows import ANSWERED, JUDGEMENT, LEDGER, MAILBOX, RAW

_RECEIVE = Bulk(insert(LEDGER), *(column.name for column in LEDGER.columns if column.name not in ("id", "case_id")))
_KEEP_RAW = Bulk(insert(RAW), "ledger_id", "data")
_FILE = Bulk(
    update(LEDGER).where(LEDGER.c.id == bindparam("key")),
    *("state", "reason", "duplicate_of", "filed_at", "message_id", "content", "case_id"),
)
_KEEP = Bulk(insert(JUDGEMENT), *(column.name for column in JUDGEMENT.columns))
_IDS = select(LEDGER.c.uid, LEDGER.c.id).where(
    LEDGER.c.mailbox == bindparam("mailbox"),
    LEDGER.c.uidvalidity == bindparam("uidvalidity"),
    LEDGER.c.uid.in_(WANTED),
)
_ANSWERED = select(ANSWERED.c.message_id).where(ANSWERED.c.message_id.in_(WANTED))


@dataclass(frozen=True, slots=True)
class Spot:
    """A folder in one of its lives. `uidvalidity` is 0 where the server gives none (B1)."""

    mailbox: str
    uidvalidity: int
    place: Place = Place.INBOX


@dataclass(frozen=True, slots=True)
class Received:
    """A message as fetched. `state` is NEW, or TOO_LARGE for one that was fetched as its header alone."""

    uid: int
    raw: bytes
    fingerprint: str
    size: int
    internal_date: datetime | None = None
    state: LedgerState = LedgerState.NEW
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that is to be judged. `shaky`: its folder is frozen, or has no UIDVALIDITY."""

    id: int
    mailbox: str
    uidvalidity: int
    uid: int
    place: Place
    raw: bytes
    fingerprint: str
    internal_date: datetime | None
    attempts: int
    shaky: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of the message `id`. `case` is the row id of the case that it belongs to."""

    id: int
    filing: Filing
    message_id: str = ""
    content: str = ""
    case: int | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """What gave a verdict: rules, model, bulletin (DESIGN 8)."""

    rules: str
    model: str
    bulletin: str


def unknown_uids(connection: Connection, spot: Spot, uids: Iterable[int]) -> list[int]:
    """Those of `uids` that the ledger does not have, ascending."""
    wanted = sorted(set(uids))
    given = {"mailbox": spot.mailbox, "uidvalidity": spot.uidvalidity}
    known = {uid for uid, _ in rows_for(connection, _IDS, wanted, given)}
    return [uid for uid in wanted if uid not in known]


def receive(connection: Connection, spot: Spot, messages: Sequence[Received], now: datetime) -> list[int]:
    """Put messages into the ledger with their bytes; their ledger ids, in order.

    Raises sqlalchemy.exc.IntegrityError where one is there already: `unknown_uids` in the same transaction tells.
    """
    _RECEIVE.write(connection, [_new_row(spot, message, now) for message in messages])
    given = {"mailbox": spot.mailbox, "uidvalidity": spot.uidvalidity}
    known: dict[int, int] = dict(rows_for(connection, _IDS, [message.uid for message in messages], given))
    ids = [known[message.uid] for message in messages]
    _KEEP_RAW.write(connection, [{"ledger_id": i, "data": m.raw} for i, m in zip(ids, messages, strict=True)])
    return ids


def _new_row(spot: Spot, message: Received, now: datetime) -> dict[str, object]:
    return {
        "mailbox": spot.mailbox,
        "uidvalidity": spot.uidvalidity,
        "uid": message.uid,
        "place": spot.place,
        "state": message.state,
        "reason": message.reason,
        "attempts": 0,
        "message_id": "",
        "fingerprint": message.fingerprint,
        "content": "",
        "internal_date": message.internal_date,
        "size": message.size,
        "seen_at": now,
        "filed_at": None if message.state is LedgerState.NEW else now,
        "duplicate_of": "",
    }


def waiting(connection: Connection, limit: int, after: int = 0) -> list[Waiting]:
    """The oldest messages that are still to be judged, with their bytes; only ids above `after`."""
    columns = (
        LEDGER.c.id,
        LEDGER.c.mailbox,
        LEDGER.c.uidvalidity,
        LEDGER.c.uid,
        LEDGER.c.place,
        RAW.c.data,
        LEDGER.c.fingerprint,
        LEDGER.c.internal_date,
        LEDGER.c.attempts,
        func.coalesce(MAILBOX.c.frozen, ""),
    )
    query = (
        select(*columns)
        .select_from(LEDGER.join(RAW).outerjoin(MAILBOX, MAILBOX.c.name == LEDGER.c.mailbox))
        .where(LEDGER.c.state == LedgerState.NEW, LEDGER.c.id > after)
        .order_by(LEDGER.c.id)
        .limit(limit)
    )
    return [
        Waiting(i, box, validity, uid, Place(place), raw, mark, date, tries, bool(frozen) or validity == 0)
        for i, box, validity, uid, place, raw, mark, date, tries, frozen in connection.execute(query)
    ]


def begin_attempts(connection: Connection, ids: Sequence[int]) -> None:
    """Count an attempt for each; to be committed before the bytes are read, so that a crash is counted too (C16)."""
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        connection.execute(update(LEDGER).where(LEDGER.c.id.in_(chunk)).values(attempts=LEDGER.c.attempts + 1))


def file_messages(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    """Write down what became of messages."""
    _FILE.write(connection, [_filed(entry, now) for entry in entries])


def _filed(entry: Entry, now: datetime) -> dict[str, object]:
    return {
        "key": entry.id,
        "state": entry.filing.state,
        "reason": entry.filing.reason,
        "duplicate_of": entry.filing.duplicate_of,
        "filed_at": now,
        "message_id": entry.message_id,
        "content": entry.content,
        "case_id": entry.case,
    }


def answered_among(connection: Connection, message_ids: Sequence[str]) -> set[str]:
    """Those of these messages that a colleague has answered by hand."""
    return {message_id for (message_id,) in rows_for(connection, _ANSWERED, message_ids)}


def answered_by_colleague(connection: Connection, message_id: str) -> bool:
    """Whether a mail in Sent replies to this message: to be asked again right before our own reply leaves."""
    return bool(message_id) and bool(answered_among(connection, [message_id]))


def note_answers(connection: Connection, answers: Mapping[str, int]) -> None:
    """Remember which Sent message (ledger id) answers which, whether or not that one has arrived yet."""
    known = answered_among(connection, list(answers))
    rows = [{"message_id": message_id, "ledger_id": i} for message_id, i in answers.items() if message_id not in known]
    if rows:
        connection.execute(insert(ANSWERED), rows)


def keep_verdicts(connection: Connection, verdicts: Sequence[tuple[int, Verdict, Versions]], now: datetime) -> None:
    """Keep the verdicts on messages with what gave them. Once per message: a replay writes nothing."""
    _KEEP.write(connection, [_kept(*one, now) for one in verdicts])


def _kept(ledger_id: int, verdict: Verdict, versions: Versions, now: datetime) -> dict[str, object]:
    return {
        "ledger_id": ledger_id,
        "at": now,
        "verdict": verdict_to_json(verdict),
        "rules": versions.rules,
        "model": versions.model,
        "bulletin": versions.bulletin,
    }


def verdict_of(connection: Connection, ledger_id: int) -> tuple[Verdict, Versions] | None:
    """The verdict kept for a message, and what gave it."""
    query = select(JUDGEMENT.c.verdict, JUDGEMENT.c.rules, JUDGEMENT.c.model, JUDGEMENT.c.bulletin)
    row = connection.execute(query.where(JUDGEMENT.c.ledger_id == ledger_id)).first()
    return (verdict_from_json(row[0]), Versions(*row[1:])) if row else None


def raw_of(connection: Connection, ledger_id: int) -> bytes | None:
    """The bytes of a message."""
    return connection.scalar(select(RAW.c.data).where(RAW.c.ledger_id == ledger_id))


def try_again(connection: Connection, ledger_id: int) -> bool:
    """Back from quarantine to new, with its attempts forgotten. Whether it was in quarantine."""
    statement = update(LEDGER).where(LEDGER.c.id == ledger_id, LEDGER.c.state == LedgerState.QUARANTINED)
    values = {"state": LedgerState.NEW, "reason": "", "attempts": 0, "filed_at": None}
    return connection.execute(statement.values(values)).rowcount == 1


def mark_gone(connection: Connection, spot: Spot, uids: Sequence[int], now: datetime) -> None:
    """Messages that vanished before they could be fetched: rows without bytes, so that the account adds up (B13)."""
    rows = [
        {**_new_row(spot, Received(uid, b"", "", 0, None, LedgerState.GONE, "vanished"), now), "filed_at": now}
        for uid in uids
    ]
    if rows:
        connection.execute(insert(LEDGER), rows)


def account(connection: Connection, since: datetime, until: datetime) -> dict[tuple[Place, LedgerState, str], int]:
    """How many messages first seen in [since, until) stand where, by place, state and reason."""
    query = (
        select(LEDGER.c.place, LEDGER.c.state, LEDGER.c.reason, func.count())
        .where(LEDGER.c.seen_at >= since, LEDGER.c.seen_at < until)
        .group_by(LEDGER.c.place, LEDGER.c.state, LEDGER.c.reason)
    )
    return {
        (Place(place), LedgerState(state), reason): number for place, state, reason, number in connection.execute(query)
    }


def count_in(connection: Connection, spot: Spot) -> int:
    """How many messages of a folder the ledger has: to be compared with the server's own count (DESIGN 2)."""
    query = select(func.count()).where(LEDGER.c.mailbox == spot.mailbox, LEDGER.c.uidvalidity == spot.uidvalidity)
    return connection.scalar(query) or 0


def verdict_of_message(connection: Connection, message_id: str) -> Verdict | None:
    """The newest verdict on a message with this Message-ID."""
    query = select(JUDGEMENT.c.verdict).join(LEDGER, LEDGER.c.id == JUDGEMENT.c.ledger_id)
    found = connection.scalar(query.where(LEDGER.c.message_id == message_id).order_by(LEDGER.c.id.desc()).limit(1))
    return verdict_from_json(found) if found else None


def count_by_state(connection: Connection, state: LedgerState) -> int:
    """How many messages stand at `state`."""
    return connection.scalar(select(func.count()).select_from(LEDGER).where(LEDGER.c.state == state)) or 0
