"""One judged message written down: joined to its case, decided about, committed (called within the transaction)."""

from dataclasses import replace

import structlog
from sqlalchemy import Connection

from triage.core.arrival import arrival_of, rights_of
from triage.core.case import Case
from triage.core.decide import decide
from triage.core.decision import Arrival, Counts, Mail, World
from triage.core.join import join
from triage.core.join_keys import keys_of
from triage.core.release import breaker_trips
from triage.mail.bounce import bounced_message
from triage.service.house import House
from triage.service.letters import render
from triage.service.wire import Judged
from triage.store import facts
from triage.store.candidates import find_candidates
from triage.store.commit import Committed, Rendered, commit_decision
from triage.store.ledger import Waiting
from triage.store.limits import count_replies

log = structlog.get_logger("desk")


def decide_about(house: House, connection: Connection, world: World, message: Waiting, judged: Judged) -> Committed:
    """What follows from one judged message, written. Raises IntegrityError or StaleCase where another came between."""
    arrival = arrival_of(
        judged.message,
        house.policy,
        ledger=message.id,
        received_at=message.internal_date,
        place=message.place,
        shaky=message.shaky,
        bounced=bounced_message(message.raw, judged.message),
    )
    verdict = judged.verdict
    found = find_candidates(connection, keys_of(arrival, verdict, house.policy), world.now)
    joined = join(arrival, verdict, found, house.bulletin, house.policy, world.now)
    counts = _counted(connection, world, arrival, joined.number)
    decision = decide(verdict, arrival, joined, counts, _after_breaker(connection, world, counts))

    def rendered(mail: Mail, case: Case) -> Rendered:
        return render(house, mail, case)

    return commit_decision(connection, decision, world.now, rendered, arrival=arrival, judged=(verdict, house.versions))


def _counted(connection: Connection, world: World, arrival: Arrival, case: str) -> Counts:
    """The replies so far, for every limit that one more could break."""
    return count_replies(
        connection,
        world.now,
        keys=rights_of(arrival),
        recipient=arrival.permission.recipient,
        case=case,
        content=arrival.content,
        breaker_minutes=world.limits.breaker_minutes,
    )


def _after_breaker(connection: Connection, world: World, counts: Counts) -> World:
    """Too many replies at once trip the breaker: from this very message on nothing leaves (A13)."""
    excess = breaker_trips(counts, world.limits)
    if excess and facts.trip(connection, excess, world.now):
        log.critical("breaker tripped: nothing leaves until it is re-armed", why=excess)
    return replace(world, stopped=world.stopped or excess)
