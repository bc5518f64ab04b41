"""A piece of judged messages written down: each joined to its case and decided about, all in the one transaction.

A message finds what those before it in the piece have changed: the outcome is that of one message after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Connection

from triage.core.arrival import arrival_of, rights_of
from triage.core.case import Case
from triage.core.decide import decide
from triage.core.decision import Arrival, Counts, Filing, Mail, World
from triage.core.join import join
from triage.core.join_keys import Keys, keys_of
from triage.core.release import breaker_trips
from triage.core.verdict import Verdict
from triage.mail.bounce import bounced_message
from triage.service.house import House
from triage.service.letters import render
from triage.service.wire import Judged
from triage.store import facts
from triage.store.commit import Rendered, Written, file_arrival, write_decision
from triage.store.ledger import Entry, Waiting
from triage.store.mailbook import Asked
from triage.store.slate import Slate

log = structlog.get_logger("desk")


@dataclass(frozen=True, slots=True)
class Brief:
    """A judged message with what is to be looked up for it."""

    message: Waiting
    verdict: Verdict
    arrival: Arrival
    keys: Keys
    asked: Asked


def brief(house: House, message: Waiting, judged: Judged) -> Brief:
    """All that can be worked out of a message before the database is asked."""
    arrival = arrival_of(
        judged.message,
        house.policy,
        ledger=message.id,
        received_at=message.internal_date,
        place=message.place,
        shaky=message.shaky,
        bounced=bounced_message(message.raw, judged.message),
    )
    keys = keys_of(arrival, judged.verdict, house.policy)
    asked = Asked(rights_of(arrival), arrival.permission.recipient, arrival.content)
    return Brief(message, judged.verdict, arrival, keys, asked)


class Sitting:
    """The desk over one piece, within a transaction that is the caller's to end."""

    def __init__(self, house: House, connection: Connection, briefs: Sequence[Brief]) -> None:
        self._house, self._connection = house, connection
        self._world = house.world(connection)
        self._slate = Slate.on(connection, self._world.now)
        self._slate.look_up([one.keys for one in briefs], [one.asked for one in briefs])

    def decide(self, brief: Brief) -> Written:
        """What follows from one message. Raises StaleCase where another process was first."""
        arrival, verdict, house, world = brief.arrival, brief.verdict, self._house, self._world
        found = self._slate.candidates(brief.keys)
        joined = join(arrival, verdict, found, house.bulletin, house.policy, world.now)
        counts = self._slate.counts(brief.asked, joined.number, world.limits.breaker_minutes)
        self._world = world = self._after_breaker(world, counts)
        decision = decide(verdict, arrival, joined, counts, world)
        written = write_decision(self._slate, decision, world.now, self._rendered, arrival)
        judged = verdict, house.versions
        file_arrival(self._slate, decision, arrival, written, judged, received_as=brief.message.fingerprint)
        return written

    def set_aside(self, message: Waiting, filing: Filing) -> None:
        """File a message that there is no verdict on."""
        self._slate.ledger.file(Entry(message.id, filing), message.place, message.fingerprint)

    def close(self) -> None:
        """Write everything into the transaction. Raises IntegrityError or StaleCase where another process was first."""
        self._slate.flush()

    def _rendered(self, mail: Mail, case: Case) -> Rendered:
        return render(self._house, mail, case)

    def _after_breaker(self, world: World, counts: Counts) -> World:
        """Too many replies at once trip the breaker: from this very message on nothing leaves (A13)."""
        excess = breaker_trips(counts, world.limits)
        if excess and facts.trip(self._connection, excess, world.now):
            log.critical("breaker tripped: nothing leaves until it is re-armed", why=excess)
        return replace(world, stopped=world.stopped or excess)
