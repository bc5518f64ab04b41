"""From the ledger to decisions: the thread that has mail judged and writes down what follows (DESIGN, "The house").

One message never stops the others: what cannot be read, or cannot be decided about, is set aside after three tries.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

import structlog

from triage.core.decision import Filing, LedgerState
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.house import House
from triage.service.progress import Progress
from triage.service.summons import Summons
from triage.service.trouble import TROUBLE, after_trouble, is_trouble
from triage.service.verdicts import Brief, Sitting, brief
from triage.service.wire import Judged, Reason, Unreadable
from triage.store.commit import Committed, Written
from triage.store.engine import read, write
from triage.store.ledger import Waiting, begin_attempts, waiting
from triage.store.trials import fitting, forgive, still_new

log = structlog.get_logger("desk")

BATCH = 200
BATCH_BYTES = 32 << 20  # two batches may be at hand
PIECE = 100  # decisions a commit
LEAST_PIECE = 10  # so many where no more are still to come
STRIKES = 3
LAST_STRAW = 2 * STRIKES
IDLE_SECONDS = 30.0
UNREADABLE_FOR_GOOD = frozenset({Reason.TOO_LARGE, Reason.MALFORMED})

Outcome = tuple[Waiting, Judged | Unreadable]


@dataclass(slots=True)
class Hand:
    """What is being worked on: messages whose outcome is waited for, in the order of their arrival, and the ids of
    those whose attempt was counted and is not written down yet. `again`: one of them is to be read once more. `last`
    is the latest message, `more` whether others waited with it in plenty, `called` how often the desk had been by then.
    """

    called: int
    unjudged: deque[Waiting] = field(default_factory=deque)
    counted: dict[int, None] = field(default_factory=dict)
    taken: int = 0
    last: int = 0
    more: bool = False
    again: bool = False

    def take(self, batch: Sequence[Waiting]) -> None:
        """More messages."""
        self.unjudged.extend(batch)
        self.taken += len(batch)
        self.more = len(batch) >= PIECE
        self.last = batch[-1].id if batch else self.last

    def count(self, batch: Sequence[Waiting]) -> None:
        """Their attempts are counted."""
        self.counted |= dict.fromkeys(message.id for message in batch)

    def spend(self, ledger_id: int) -> None:
        """Its attempt has failed, and counts even if that is never written down: whatever it did to its reader may be
        why the program is being ended, and would be at each start."""
        self.counted.pop(ledger_id, None)

    def is_backlog(self) -> bool:
        """Whether what arrives meanwhile may be taken along. Behind a few letters it waits for its turn: whoever goes
        alone stays alone, a letter to be read again is read before its answer, and nobody's decision waits for it."""
        return self.taken >= PIECE and len(self.unjudged) >= LEAST_PIECE

    def has_room(self) -> bool:
        """Whether another batch may be taken: not while one is to be read again, or takes so long that much waits."""
        volume = sum(len(message.raw) for message in self.unjudged)
        return not self.again and len(self.unjudged) < BATCH and volume < BATCH_BYTES

    def is_a_piece(self, done: int) -> bool:
        """Whether so many are to be written down now. Towards the end of a backlog the pieces get smaller, so that the
        last is not written down when the readers have long done with it, and nobody works beside the desk."""
        return done >= min(PIECE, max(LEAST_PIECE, len(self.unjudged)))

    def put_down(self, piece: Iterable[Outcome]) -> None:
        """These are written down."""
        for message, _ in piece:
            self.counted.pop(message.id, None)


@dataclass
class Desk:
    """Has waiting mail judged, in the order of its arrival. `written` is called when mail was put into the outbox."""

    house: Callable[[], House]
    pool: Pool
    written: Callable[[], None]
    stop: threading.Event
    work: Summons = field(default_factory=Summons)
    progress: Progress = field(default_factory=Progress)

    def run(self) -> None:
        """Work whenever there is mail, until told to stop."""
        while not self.stop.is_set():
            self.work.clear()
            self.work.wait(self._turn())

    def wake(self) -> None:
        """There may be mail, or it is time to stop."""
        self.work.set()

    def clear(self) -> int:
        """Judge everything that waits; how many messages were filed or set aside. Raises ReaderUnavailable."""
        done = 0
        while not self.stop.is_set():
            called = self.work.times  # before the look: whatever comes behind it is another call
            batch = self._next_batch()
            if not batch:
                break
            done += self._work_through(batch, called)
        return done

    def clear_until(self, ended: Callable[[], bool]) -> None:
        """Judge everything that comes until there comes no more; called by each arrival and at the end of them."""
        while not ended():
            self.work.wait()
            self.work.clear()
            self.clear()
        self.clear()

    def _turn(self) -> float:
        try:
            self.clear()
            self.progress.succeed()
        except ReaderUnavailable as why:
            if not self.stop.is_set():
                self.progress.fail()
                log.error("readers unavailable", why=str(why))
        except TROUBLE as trouble:
            return after_trouble("desk", trouble, self.progress)
        return IDLE_SECONDS

    def _next_batch(self, after: int = 0) -> list[Waiting]:
        """The oldest waiting messages, or the next ones behind `after`. Whoever was in hand at several crashes goes
        alone."""
        with read(self.house().engine) as connection:
            found = waiting(connection, fitting(connection, after, BATCH, BATCH_BYTES), after)
        calm = list(takewhile(lambda message: message.attempts < STRIKES, found))
        return calm if calm or after else found[:1]

    def _work_through(self, batch: list[Waiting], called: int) -> int:
        """The batch, and while there is a backlog those behind it; how many messages that were. `called`: how often
        the desk had been when they were looked for."""
        if batch[0].attempts >= LAST_STRAW:
            self._write_down([(batch[0], Unreadable(Reason.CRASHED, "the program ended each time"))])
            return 1
        hand = Hand(called)
        try:
            self._judge(batch, hand)
        except (ReaderUnavailable, *TROUBLE):  # a full disk is no message's fault
            with write(self.house().engine) as connection:
                forgive(connection, list(hand.counted))
            raise
        return hand.taken

    def _judge(self, batch: list[Waiting], hand: Hand) -> None:
        piece: list[Outcome] = []
        for outcome in self._in_order(batch, hand):
            piece.append(outcome)
            self.progress.beat()
            if hand.is_a_piece(len(piece)):
                self._write_down(piece)
                hand.put_down(piece)
                piece = []
        if piece:
            self._write_down(piece)

    def _in_order(self, batch: list[Waiting], hand: Hand) -> Iterator[Outcome]:
        """The outcomes in the order of arrival: a correction must not be decided before its request."""
        done: dict[int, Judged | Unreadable] = {}
        for ledger_id, outcome in self.pool.judge_many(self._handed_out(batch, hand)):
            done[ledger_id] = outcome
            if isinstance(outcome, Unreadable):
                hand.spend(ledger_id)
            while hand.unjudged and hand.unjudged[0].id in done:
                message = hand.unjudged.popleft()
                outcome = done.pop(message.id)
                hand.again = hand.again or (isinstance(outcome, Unreadable) and _set_aside(message, outcome) is None)
                yield message, outcome

    def _handed_out(self, batch: list[Waiting], hand: Hand) -> Iterator[tuple[int, bytes] | None]:
        """The messages for the readers. The attempts are committed while the first is being read, and before this
        process sees anything of what comes of it: so a crash of ours is counted too (C16), and a reply is a commit
        sooner. What waits behind a backlog is given to the readers before they have done with it."""
        hand.take(batch)
        yield batch[0].id, batch[0].raw
        self._begin(batch, hand)
        for message in batch[1:]:
            yield message.id, message.raw
        while hand.unjudged and not self.stop.is_set():
            more = self._behind(hand)
            for message in more:
                yield message.id, message.raw
            if not more:
                yield None

    def _behind(self, hand: Hand) -> list[Waiting]:
        """What waits behind a backlog that is at hand: where a whole piece was found at last, or more has come."""
        if not (hand.more or (hand.is_backlog() and hand.called != self.work.times)) or not hand.has_room():
            return []
        hand.called = self.work.times
        batch = self._next_batch(after=hand.last)
        hand.take(batch)
        if batch:
            self._begin(batch, hand)
        return batch

    def _begin(self, batch: list[Waiting], hand: Hand) -> None:
        with write(self.house().engine) as connection:
            begin_attempts(connection, [message.id for message in batch])
        hand.count(batch)

    def _write_down(self, piece: list[Outcome]) -> None:
        """All of a piece in one commit; one by one where that fails, so that one message cannot hold up the others."""
        try:
            self._commit(piece)
        except Exception as error:
            if is_trouble(error):
                raise
            for outcome in piece:
                self._write_one(outcome)

    def _write_one(self, outcome: Outcome) -> None:
        """Twice, as another writer may have come between; then the message is set aside as if it were unreadable."""
        message, defect = outcome[0], ""
        for _ in range(2):
            try:
                self._commit([outcome])
            except Exception as error:
                if is_trouble(error):
                    raise
                defect = type(error).__name__
                log.exception("no decision about this message", ledger=message.id)
            else:
                return
        self._commit([(message, Unreadable(Reason.FAILED, f"decide: {defect}"))])

    def _commit(self, piece: list[Outcome]) -> None:
        house = self.house()
        briefs = {message.id: brief(house, message, said) for message, said in piece if isinstance(said, Judged)}
        with write(house.engine) as connection:
            ours = still_new(connection, [message.id for message, _ in piece])  # another process may share the database
            piece = [outcome for outcome in piece if outcome[0].id in ours]
            sitting = Sitting(house, connection, [briefs[message.id] for message, _ in piece if message.id in briefs])
            results = [_file(sitting, briefs, *outcome) for outcome in piece]
            sitting.close()
        committed = [result.committed() if result else None for result in results]
        for (message, outcome), result in zip(piece, committed, strict=True):
            _tell(message, outcome, result)
        if any(result and any(result.mails) for result in committed):
            self.written()


def _file(sitting: Sitting, briefs: dict[int, Brief], message: Waiting, outcome: Judged | Unreadable) -> Written | None:
    """What follows from one message; None where it is set aside, or waits for another try."""
    if isinstance(outcome, Judged):
        return sitting.decide(briefs[message.id])
    if filing := _set_aside(message, outcome):
        sitting.set_aside(message, filing)
    return None


def _set_aside(message: Waiting, unreadable: Unreadable) -> Filing | None:
    """Into quarantine, unless it may be tried once more."""
    if unreadable.reason not in UNREADABLE_FOR_GOOD and message.attempts + 1 < STRIKES:
        return None
    return Filing(LedgerState.QUARANTINED, f"{unreadable.reason}: {unreadable.detail}"[:200])


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
