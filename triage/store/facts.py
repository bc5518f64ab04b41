"""Single remembered things: the first run, the breaker, the key of our Message-IDs; and the digests already made."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, delete, insert, select, update

from triage.store.rows import DIGEST, FACT

FIRST_RUN = "first-run"
BREAKER = "breaker"
SIGNING_KEY = "signing-key"
OPEN_BORDER = "open-border"
LOST_PROBE = "lost-probe"


def fact(connection: Connection, key: str) -> tuple[str, datetime] | None:
    """The value under `key`, and when it was set."""
    row = connection.execute(select(FACT.c.value, FACT.c.at).where(FACT.c.key == key)).first()
    return (row[0], row[1]) if row else None


def remember(connection: Connection, key: str, value: str, now: datetime) -> None:
    """Set `key`, whether or not it was set before."""
    changed = connection.execute(update(FACT).where(FACT.c.key == key).values(value=value, at=now))
    if changed.rowcount == 0:
        connection.execute(insert(FACT), {"key": key, "value": value, "at": now})


def forget(connection: Connection, key: str) -> bool:
    """Unset `key`. Whether it was set."""
    return connection.execute(delete(FACT).where(FACT.c.key == key)).rowcount == 1


def first_run(connection: Connection, now: datetime) -> datetime:
    """When this database first saw the daemon run; now, if this is the first time."""
    found = fact(connection, FIRST_RUN)
    if found is None:
        remember(connection, FIRST_RUN, now.isoformat(), now)
        return now
    return found[1]


def signing_key(connection: Connection, now: datetime) -> bytes:
    """The secret behind our Message-IDs: made once, then the same for ever (C3)."""
    found = fact(connection, SIGNING_KEY)
    if found is None:
        made = secrets.token_hex(32)
        remember(connection, SIGNING_KEY, made, now)
        return bytes.fromhex(made)
    return bytes.fromhex(found[0])


def trip(connection: Connection, reason: str, now: datetime) -> bool:
    """Trip the breaker (A13). Whether it was not tripped before."""
    if fact(connection, BREAKER):
        return False
    remember(connection, BREAKER, reason, now)
    return True


def tripped(connection: Connection) -> tuple[str, datetime] | None:
    """Why and since when the breaker is tripped; it stays so over restarts until `rearm`."""
    return fact(connection, BREAKER)


def rearm(connection: Connection) -> bool:
    """A person lets mail leave again. Whether the breaker was tripped."""
    return forget(connection, BREAKER)


@dataclass(frozen=True, slots=True)
class DigestMade:
    """A digest of the past: its local date, when it was made, its mail, and what it counted (JSON)."""

    day: date
    at: datetime
    outbox_id: int | None
    summary: str


def last_digest(connection: Connection, before: date | None = None) -> DigestMade | None:
    """The newest digest, or the newest of a day before `before`."""
    query = select(DIGEST).order_by(DIGEST.c.day.desc()).limit(1)
    row = connection.execute(query.where(DIGEST.c.day < before) if before else query).first()
    return DigestMade(row.day, row.at, row.outbox_id, row.summary) if row else None


def claim_digest(connection: Connection, day: date, now: datetime, summary: str) -> bool:
    """Make the digest of `day` ours to send; False where it was made already, by whomever."""
    if connection.execute(select(DIGEST.c.day).where(DIGEST.c.day == day)).first():
        return False
    connection.execute(insert(DIGEST), {"day": day, "at": now, "outbox_id": None, "summary": summary})
    return True


def digest_mail(connection: Connection, day: date, outbox_id: int) -> None:
    """Note which mail carries the digest of `day`."""
    connection.execute(update(DIGEST).where(DIGEST.c.day == day).values(outbox_id=outbox_id))
