"""How often reading a message was tried, and what was set aside: the ledger's side of RELIABILITY B16, C16."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from triage.core.decision import LedgerState, Place
from triage.store.ledger import try_again
from triage.store.rows import LEDGER, RAW


@dataclass(frozen=True, slots=True)
class Aside:
    """A message in quarantine, or one too large to be fetched. `kept`: its bytes are in the ledger."""

    id: int
    place: Place
    uid: int
    state: LedgerState
    reason: str
    size: int
    seen_at: datetime
    kept: bool


def fitting(connection: Connection, after: int, limit: int, volume: int) -> int:
    """How many of the next waiting messages after `after` go into `volume` bytes together; one always does."""
    query = select(LEDGER.c.size).where(LEDGER.c.state == LedgerState.NEW, LEDGER.c.id > after)
    total = 0
    for number, size in enumerate(connection.scalars(query.order_by(LEDGER.c.id).limit(limit)), start=1):
        total += size
        if total > volume:
            return max(1, number - 1)
    return limit


def still_new(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those that nobody has filed meanwhile, and that nobody else can until this transaction ends."""
    query = select(LEDGER.c.id).where(LEDGER.c.id.in_(ids), LEDGER.c.state == LedgerState.NEW)
    return set(connection.scalars(query.order_by(LEDGER.c.id).with_for_update()))


def forgive(connection: Connection, ids: Sequence[int]) -> None:
    """Take back the attempt counted last for those that still wait: it was not theirs to fail."""
    waits = (LEDGER.c.state == LedgerState.NEW) & (LEDGER.c.attempts > 0)
    if ids:
        statement = update(LEDGER).where(LEDGER.c.id.in_(ids), waits)
        connection.execute(statement.values(attempts=LEDGER.c.attempts - 1))


def set_aside(connection: Connection) -> list[Aside]:
    """What a person may want to look at, oldest first."""
    columns = (
        LEDGER.c.id,
        LEDGER.c.place,
        LEDGER.c.uid,
        LEDGER.c.state,
        LEDGER.c.reason,
        LEDGER.c.size,
        LEDGER.c.seen_at,
    )
    states = (LedgerState.QUARANTINED, LedgerState.TOO_LARGE)
    query = select(*columns, func.length(RAW.c.data)).outerjoin(RAW).where(LEDGER.c.state.in_(states))
    return [
        Aside(i, Place(place), uid, LedgerState(state), reason, size, seen, bool(kept))
        for i, place, uid, state, reason, size, seen, kept in connection.execute(query.order_by(LEDGER.c.id))
    ]


def retry(connection: Connection, ledger_id: int) -> bool:
    """Have a quarantined message read again; without its bytes, fetched again. Whether it was in quarantine."""
    quarantined = (LEDGER.c.id == ledger_id) & (LEDGER.c.state == LedgerState.QUARANTINED)
    kept = connection.scalar(select(func.length(RAW.c.data)).join(LEDGER).where(quarantined))
    if kept:
        return try_again(connection, ledger_id)
    if kept is None:
        return False
    connection.execute(delete(RAW).where(RAW.c.ledger_id == ledger_id))
    return connection.execute(delete(LEDGER).where(quarantined)).rowcount == 1
