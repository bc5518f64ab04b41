"""Counts for the metrics. What would grow with the history is counted on from where the last look ended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Column, Connection, Table, func, select

from triage.core.decision import LedgerState, OutboxState, Place
from triage.core.vocabulary import Action, Kind, State
from triage.store.rows import CASES, JUDGEMENT, LEDGER, OUTBOX

OURS = "<triage."
"""How our own Message-IDs begin (`mail/compose`); whoever borrows that ends no silence."""


@dataclass(frozen=True, slots=True)
class Gist:
    """Of a verdict, what is counted."""

    kind: Kind
    action: Action


@dataclass(frozen=True, slots=True)
class Filed:
    """A message and what became of it. `gist` is None where there is no verdict."""

    id: int
    at: datetime
    state: LedgerState
    gist: Gist | None


_GIST = msgspec.json.Decoder(Gist)


def newest_message(connection: Connection) -> tuple[int, datetime | None]:
    """The ledger id of the last message that came, and when it did; 0 and None where none has."""
    row = connection.execute(select(LEDGER.c.id, LEDGER.c.seen_at).order_by(LEDGER.c.id.desc()).limit(1)).first()
    return (row.id, row.seen_at) if row else (0, None)


def newest_received(connection: Connection) -> datetime | None:
    """When the last message of somebody else's came to the inbox; None where none ever has.

    Mail of test comes from ourselves every day: it does not show that others reach us.
    """
    others = (LEDGER.c.place == Place.INBOX) & LEDGER.c.message_id.not_like(f"{OURS}%")
    query = select(LEDGER.c.seen_at).where(others).order_by(LEDGER.c.id.desc()).limit(1)
    found: datetime | None = connection.scalar(query)
    return found


def received_after(connection: Connection, ledger_id: int) -> dict[Place, int]:
    """How many messages came after that one, by the folder's use."""
    query = select(LEDGER.c.place, func.count()).where(LEDGER.c.id > ledger_id).group_by(LEDGER.c.place)
    return {Place(place): number for place, number in connection.execute(query)}


def filed_since(connection: Connection, since: datetime) -> Iterator[Filed]:
    """The messages filed at an instant or later."""
    query = (
        select(LEDGER.c.id, LEDGER.c.filed_at, LEDGER.c.state, JUDGEMENT.c.verdict)
        .outerjoin(JUDGEMENT, JUDGEMENT.c.ledger_id == LEDGER.c.id)
        .where(LEDGER.c.filed_at >= since)
    )
    for ledger_id, at, state, verdict in connection.execute(query):
        yield Filed(ledger_id, at, LedgerState(state), _GIST.decode(verdict) if verdict else None)


def outbox_by_state(connection: Connection) -> dict[OutboxState, int]:
    """How many outgoing mails stand where; every state is named."""
    return dict.fromkeys(OutboxState, 0) | {
        OutboxState(state): number for state, number in _by(connection, OUTBOX, OUTBOX.c.state)
    }


def cases_by_state(connection: Connection) -> dict[State, int]:
    """How many cases stand where; every state is named."""
    return dict.fromkeys(State, 0) | {State(state): number for state, number in _by(connection, CASES, CASES.c.state)}


def cases_to_look_at(connection: Connection) -> int:
    """How many cases a person is asked to look at, whatever their state."""
    return connection.scalar(select(func.count()).select_from(CASES).where(CASES.c.review != "")) or 0


def _by(connection: Connection, table: Table, column: Column[str]) -> list[tuple[str, int]]:
    query = select(column, func.count()).select_from(table).group_by(column)
    return [(word, number) for word, number in connection.execute(query)]
