"""The messages of the past with the verdicts kept for them, to be judged again (DESIGN 8). Nothing here writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from triage.core.decision import LedgerState, Place
from triage.core.verdict import Verdict
from triage.store.codec import verdict_from_json
from triage.store.ledger import Versions
from triage.store.rows import CASES, JUDGEMENT, LEDGER, RAW

READ = (LedgerState.JUDGED, LedgerState.IGNORED, LedgerState.DUPLICATE, LedgerState.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Past:
    """A message that was read once, or given up. `kept` and `versions` are None where no verdict came of it."""

    id: int
    place: Place
    state: LedgerState
    reason: str
    message_id: str
    case: str
    arrived: datetime
    kept: Verdict | None
    versions: Versions | None


def count_past(connection: Connection, since: datetime | None) -> int:
    """How many messages there are to judge again."""
    return connection.scalar(_chosen(select(func.count()), since)) or 0


def past(connection: Connection, since: datetime | None, after: int, limit: int) -> list[Past]:
    """The next messages above the ledger id `after`, oldest first, without their bytes (`ledger.raw_of` has them)."""
    columns = (
        LEDGER.c.id,
        LEDGER.c.place,
        LEDGER.c.state,
        LEDGER.c.reason,
        LEDGER.c.message_id,
        CASES.c.number,
        LEDGER.c.internal_date,
        LEDGER.c.seen_at,
        JUDGEMENT.c.verdict,
        JUDGEMENT.c.rules,
        JUDGEMENT.c.model,
        JUDGEMENT.c.bulletin,
    )
    query = _chosen(select(*columns), since).where(LEDGER.c.id > after).order_by(LEDGER.c.id).limit(limit)
    return [_past(row) for row in connection.execute(query)]


def _chosen(query: Select[Any], since: datetime | None) -> Select[Any]:
    """Messages that came since an instant and whose bytes we hold."""
    joined = LEDGER.join(RAW).outerjoin(JUDGEMENT, JUDGEMENT.c.ledger_id == LEDGER.c.id)
    wanted: ColumnElement[bool] = and_(LEDGER.c.state.in_(READ), func.length(RAW.c.data) > 0)
    if since is not None:
        wanted = and_(wanted, func.coalesce(LEDGER.c.internal_date, LEDGER.c.seen_at) >= since)
    return query.select_from(joined.outerjoin(CASES, CASES.c.id == LEDGER.c.case_id)).where(wanted)


def _past(row: Row[Any]) -> Past:
    judged = row.verdict is not None
    return Past(
        id=row.id,
        place=Place(row.place),
        state=LedgerState(row.state),
        reason=row.reason,
        message_id=row.message_id,
        case=row.number or "",
        arrived=row.internal_date or row.seen_at,
        kept=verdict_from_json(row.verdict) if judged else None,
        versions=Versions(row.rules, row.model, row.bulletin) if judged else None,
    )
