"""The beginnings of the messages that came last, as they were received."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from triage.core.decision import Place
from triage.store.rows import LEDGER, RAW


def newest_heads(connection: Connection, number: int, octets: int) -> Iterator[bytes]:
    """The first `octets` of each of the last `number` messages of the inbox."""
    query = (
        select(func.substr(RAW.c.data, 1, octets))
        .join(LEDGER, LEDGER.c.id == RAW.c.ledger_id)
        .where(LEDGER.c.place == Place.INBOX)
        .order_by(LEDGER.c.id.desc())
        .limit(number)
    )
    yield from connection.scalars(query)
