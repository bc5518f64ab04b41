"""The one way out: the thread that sends what is due and lays drafts (RELIABILITY A15–A17, C4–C7; DESIGN 4).

Before the commit nothing has happened; after it this loop can only finish. A row is leased and its attempt counted
before the network is touched, and how it fared is written down right after.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from triage.core.decision import MailKind, OutboxState
from triage.service.aftermath import Fate, settle_mail
from triage.service.doubts import BY_HAND, IN_JOURNAL, settle_doubts
from triage.service.drafts import lay_drafts
from triage.service.duty import Duty, within
from triage.service.house import House
from triage.service.journal import Journal
from triage.service.postbox import Postbox
from triage.service.progress import Progress
from triage.service.sender import Sender
from triage.service.trouble import TROUBLE, after_trouble
from triage.service.watermark import seal_now
from triage.store.engine import read, write
from triage.store.ledger import answered_by_colleague
from triage.store.outbox import Outgoing, lease_due, next_due, still_leased

log = structlog.get_logger("outbox")

IDLE_SECONDS = 30.0
LEAST_SECONDS = 0.05
PAUSE = timedelta(seconds=60)
DOUBT_EVERY = timedelta(seconds=60)
COLLEAGUE = "colleague-answered"
STOPPED = "stopped"
TELLS = MailKind.DIGEST  # the breaker lets it through, which tells of it; the kill switch does not (A13, F7)


@dataclass(slots=True)
class _Hand:
    """A leased mail, and its fate once the relay has spoken: kept while the database cannot take down either."""

    mail: Outgoing
    fate: Fate | None = None


@dataclass
class Outbox:
    """Sends and drafts whatever is due, in order, one at a time."""

    house: Callable[[], House]
    stop: threading.Event
    work: threading.Event = field(default_factory=threading.Event)
    progress: Progress = field(default_factory=Progress)
    unreachable: bool = False
    _in_hand: _Hand | None = None
    _paused_at: datetime | None = None
    _doubts_at: datetime | None = None

    def __post_init__(self) -> None:
        self._duty = Duty(self.house)
        self._postbox = Postbox(self.house)
        self._journal = Journal(self.house().state_dir)
        self._sender = Sender(self.house, self._journal)

    def run(self) -> None:
        """Work whenever something is due, until told to stop."""
        try:
            while not self.stop.is_set():
                self.work.clear()
                self.work.wait(self._turn())
        finally:
            self.close()

    def wake(self) -> None:
        """Something may be due, or it is time to stop."""
        self.work.set()

    def flush(self) -> int:
        """Everything that is due now: drafts laid, doubts settled, mails sent; how many left or were laid."""
        self._finish()
        if not self._duty.held():
            return 0
        sent = self._send_due()  # first: whoever is woken by the desk has a reply to hand over
        self._settle_doubts()
        return sent + self._send_due() + lay_drafts(self.house(), self._postbox, self.stop)

    def close(self) -> None:
        """Let go of the connections and of the duty; what the relay has said is written down if it can be."""
        with suppress(*TROUBLE):
            self._finish()
        self._sender.close()
        self._journal.close()
        self._postbox.close()

    def _turn(self) -> float:
        """One round; seconds until the next is due."""
        try:
            self.flush()
            self._postbox.keep_warm()
            self.progress.succeed()
            return self._seconds_to_next() if self._duty.held() else IDLE_SECONDS
        except TROUBLE as trouble:
            return after_trouble("outbox", trouble, self.progress)

    def _send_due(self) -> int:
        sent = 0
        while not self.stop.is_set() and not self._pausing() and (hand := self._take()):
            sent += self._send(hand)
            self.progress.beat()
        return sent

    def _finish(self) -> None:
        """Write down the fate that trouble has kept from it, whoever has the duty by now: the fence decides."""
        if self._in_hand is not None and self._in_hand.fate is not None:
            self._send(self._in_hand)

    def _take(self) -> _Hand | None:
        """The mail that trouble has left in hand, unless nothing may leave any more; else the next."""
        if self._in_hand is not None and self._in_hand.fate is None and self._stopped(self._in_hand.mail.kind):
            self._in_hand.fate = Fate(OutboxState.RETRY, reason=STOPPED, retry_at=self.house().now())
        if self._in_hand is None and (mail := self._lease_one()):
            self._in_hand = _Hand(mail)
        return self._in_hand

    def _stopped(self, kind: MailKind) -> bool:
        with read(self.house().engine) as connection:
            return bool(self.house().silent() if kind is TELLS else self.house().stopped(connection))

    def _lease_one(self) -> Outgoing | None:
        """The next mail, unless nothing may leave now; one at a time, so that a crash leaves one in doubt at most."""
        house = self.house()
        with read(house.engine) as connection:
            due = next_due(connection)
        if due is None or due > house.now():
            return None
        with write(house.engine) as connection:
            if house.silent() or not self._duty.renewed(connection):
                return None
            only = TELLS if house.stopped(connection) else None
            leased = lease_due(connection, self._duty.token, house.now(), limit=1, only=only)
        return leased[0] if leased else None

    def _send(self, hand: _Hand) -> bool:
        house, mail = self.house(), hand.mail
        fate = hand.fate = hand.fate or self._fate(mail)
        if fate is not None:
            settle_mail(house, mail, fate)
        self._in_hand = None
        if fate is None:
            return False
        self.unreachable = fate.pause
        if fate.pause:
            self._paused_at = house.now()
        log.info("mail", mail=mail.id, kind=mail.kind, case=mail.case_number, state=fate.state, attempt=mail.attempts)
        return fate.state is OutboxState.SENT

    def _fate(self, mail: Outgoing) -> Fate | None:
        """What becomes of a leased mail; None where another process has taken it over."""
        if mail.attempts <= 1 and mail.reason != BY_HAND and self._journal.knows(mail.message_id):
            # The attempt is counted before it is noted: a database that counts none has lost one.
            seal_now(self.house().engine, self.house().now())
            return None
        if self._journal.has_left(mail.message_id):  # it could not be noted then
            log.warning("it has left before, the journal says: not sent again", mail=mail.id, case=mail.case_number)
            return Fate(OutboxState.SENT, reason=IN_JOURNAL)
        if self._answered_by_hand(mail):
            return Fate(OutboxState.CANCELLED, reason=COLLEAGUE)
        if self._still_ours(mail):
            return self._sender.send(mail)
        log.error("fence lost: another process has the duty", mail=mail.id)
        return None

    def _still_ours(self, mail: Outgoing) -> bool:
        """Asked right before the network is touched: a process that slept may have been overtaken (B18)."""
        with read(self.house().engine) as connection:
            return still_leased(connection, mail.id, mail.token)

    def _answered_by_hand(self, mail: Outgoing) -> bool:
        """Whether a colleague has answered the same message meanwhile: then we stay quiet (DESIGN 4)."""
        with read(self.house().engine) as connection:
            if answered_by_colleague(connection, mail.cause):
                return True
        return self._postbox.colleague_answered(mail)

    def _settle_doubts(self) -> None:
        """Look after mails in doubt, once a minute."""
        now = self.house().now()
        if not within(DOUBT_EVERY, self._doubts_at, now):
            self._doubts_at = now
            settle_doubts(self.house(), self._postbox, self._journal)

    def _pausing(self) -> bool:
        return within(PAUSE, self._paused_at, self.house().now())

    def _seconds_to_next(self) -> float:
        """Until the next mail is due; the usual round where there is none, or where it may not leave now anyway."""
        house = self.house()
        with read(house.engine) as connection:
            due, stopped = next_due(connection), house.stopped(connection)
        if due is None or stopped or self._pausing():
            return IDLE_SECONDS
        return min(IDLE_SECONDS, max(LEAST_SECONDS, (due - house.now()).total_seconds()))
