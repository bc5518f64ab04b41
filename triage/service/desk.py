"""From the ledger to decisions: the thread that has mail judged and writes down what follows (DESIGN, "The house")."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from triage.core.arrival import arrival_of, rights_of
from triage.core.case import Case
from triage.core.decide import decide
from triage.core.decision import Arrival, Filing, LedgerState, Mail, World
from triage.core.join import join
from triage.core.join_keys import keys_of
from triage.core.release import breaker_trips
from triage.core.verdict import Verdict
from triage.mail.bounce import bounced_message
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.house import House
from triage.service.letters import render
from triage.service.progress import Progress
from triage.service.wire import Judged, Reason, Unreadable
from triage.store import facts
from triage.store.candidates import find_candidates
from triage.store.cases import StaleCase
from triage.store.commit import Committed, Rendered, commit_decision
from triage.store.engine import read, write
from triage.store.ledger import Waiting, begin_attempts, file_message, waiting
from triage.store.limits import count_replies

log = structlog.get_logger("desk")

BATCH = 200
PIECE = 50  # decisions a commit
STRIKES = 3
IDLE_SECONDS = 30.0
UNREADABLE_FOR_GOOD = frozenset({Reason.TOO_LARGE, Reason.MALFORMED})

Outcome = tuple[Waiting, Judged | Unreadable]


@dataclass
class Desk:
    """Has waiting mail judged, in the order of its arrival. `written` is called when mail was put into the outbox."""

    house: Callable[[], House]
    pool: Pool
    written: Callable[[], None]
    stop: threading.Event
    work: threading.Event = field(default_factory=threading.Event)
    progress: Progress = field(default_factory=Progress)

    def run(self) -> None:
        """Work whenever there is mail, until told to stop."""
        while not self.stop.is_set():
            self.work.clear()
            try:
                self.clear()
                self.progress.succeed()
            except ReaderUnavailable as why:
                self.progress.fail()
                log.error("readers unavailable", why=str(why))
            self.work.wait(IDLE_SECONDS)

    def clear(self) -> int:
        """Judge everything that waits; how many messages were filed. Raises ReaderUnavailable."""
        filed = last = 0
        while not self.stop.is_set():
            with write(self.house().engine) as connection:
                batch = waiting(connection, BATCH, after=last)
                begin_attempts(connection, [message.id for message in batch])
            if not batch:
                return filed
            filed += self._work_through(batch)
            last = self._resume_at(batch)
        return filed

    def _resume_at(self, batch: list[Waiting]) -> int:
        """Past the batch, unless one of it is to be tried again: then from there."""
        with read(self.house().engine) as connection:
            again = waiting(connection, 1)
        return min(batch[-1].id, again[0].id - 1) if again else batch[-1].id

    def _work_through(self, batch: list[Waiting]) -> int:
        piece: list[Outcome] = []
        for outcome in self._in_order(batch):
            piece.append(outcome)
            if len(piece) == PIECE:
                self._write_down(piece)
                piece = []
        if piece:
            self._write_down(piece)
        return len(batch)

    def _in_order(self, batch: list[Waiting]) -> Iterator[Outcome]:
        """The outcomes in the order of arrival: a correction must not be decided before its request."""
        done: dict[int, Judged | Unreadable] = {}
        position = 0
        for ledger_id, outcome in self.pool.judge_many((message.id, message.raw) for message in batch):
            done[ledger_id] = outcome
            while position < len(batch) and batch[position].id in done:
                yield batch[position], done.pop(batch[position].id)
                position += 1

    def _write_down(self, piece: list[Outcome]) -> None:
        """All of a piece in one commit; one by one where another process came between."""
        try:
            self._commit(piece)
        except (IntegrityError, StaleCase):
            for outcome in piece:
                self._commit([outcome])
        self.progress.beat()

    def _commit(self, piece: list[Outcome]) -> None:
        house = self.house()
        with write(house.engine) as connection:
            world = house.world(connection)
            results = [_file(house, connection, world, message, outcome) for message, outcome in piece]
        for (message, outcome), result in zip(piece, results, strict=True):
            _tell(message, outcome, result)
        if any(result and any(result.mails) for result in results):
            self.written()


def _file(
    house: House, connection: Connection, world: World, message: Waiting, outcome: Judged | Unreadable
) -> Committed | None:
    """Write down what follows from one message; None where it was set aside, or waits for another try."""
    if isinstance(outcome, Unreadable):
        if outcome.reason in UNREADABLE_FOR_GOOD or message.attempts + 1 >= STRIKES:
            filing = Filing(LedgerState.QUARANTINED, f"{outcome.reason}: {outcome.detail}"[:200])
            file_message(connection, message.id, filing, world.now)
        return None
    arrival = arrival_of(
        outcome.message,
        house.policy,
        ledger=message.id,
        received_at=message.internal_date,
        place=message.place,
        shaky=message.shaky,
        bounced=bounced_message(message.raw, outcome.message),
    )
    return _decide(house, connection, world, arrival, outcome.verdict)


def _decide(house: House, connection: Connection, world: World, arrival: Arrival, verdict: Verdict) -> Committed:
    found = find_candidates(connection, keys_of(arrival, verdict, house.policy), world.now)
    joined = join(arrival, verdict, found, house.bulletin, house.policy, world.now)
    counts = count_replies(
        connection,
        world.now,
        keys=rights_of(arrival),
        recipient=arrival.permission.recipient,
        case=joined.number,
        content=arrival.content,
        breaker_minutes=world.limits.breaker_minutes,
    )
    excess = breaker_trips(counts, world.limits)
    if excess and facts.trip(connection, excess, world.now):
        log.critical("breaker tripped: nothing leaves until it is re-armed", why=excess)

    def rendered(mail: Mail, case: Case) -> Rendered:
        return render(house, mail, case)

    decision = decide(verdict, arrival, joined, counts, world)
    return commit_decision(connection, decision, world.now, rendered, arrival=arrival, judged=(verdict, house.versions))


def _tell(message: Waiting, outcome: Judged | Unreadable, result: Committed | None) -> None:
    """One line a message: ids and words of ours, nothing of theirs (F8)."""
    if isinstance(outcome, Unreadable):
        log.warning("unreadable", ledger=message.id, reason=outcome.reason, attempt=message.attempts + 1)
        return
    verdict = outcome.verdict
    log.info(
        "judged",
        ledger=message.id,
        kind=verdict.kind,
        item=verdict.category,
        action=verdict.action,
        confidence=round(verdict.confidence, 3),
        case=[case.number for case in result.cases] if result else [],
        state=[case.state for case in result.cases] if result else [],
        mails=[number for number in result.mails if number] if result else [],
    )
