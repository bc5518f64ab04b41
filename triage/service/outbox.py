"""The one way out: the thread that sends what is due and lays drafts (RELIABILITY A15–A17, C4–C7; DESIGN 4).

Before the commit nothing has happened; after it this loop can only finish. A row is leased and its attempt counted
before the network is touched, and how it fared is written down right after.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from triage.core.decision import OutboxState
from triage.service.aftermath import Fate, settle_mail
from triage.service.doubts import settle_doubts
from triage.service.drafts import lay_drafts
from triage.service.duty import Duty
from triage.service.house import House
from triage.service.postbox import Postbox
from triage.service.progress import Progress
from triage.service.sender import Sender
from triage.service.trouble import TROUBLE, after_trouble
from triage.store.candidates import answered_by_colleague
from triage.store.engine import read, write
from triage.store.outbox import Outgoing, lease_due, next_due, still_leased

log = structlog.get_logger("outbox")

IDLE_SECONDS = 30.0
LEAST_SECONDS = 0.05
PAUSE = timedelta(seconds=60)
DOUBT_EVERY = timedelta(seconds=60)
COLLEAGUE = "colleague-answered"


@dataclass
class Outbox:
    """Sends and drafts whatever is due, in order, one at a time."""

    house: Callable[[], House]
    stop: threading.Event
    work: threading.Event = field(default_factory=threading.Event)
    progress: Progress = field(default_factory=Progress)
    unreachable: bool = False
    _paused_until: datetime | None = None
    _doubts_at: datetime | None = None

    def __post_init__(self) -> None:
        self._duty = Duty(self.house)
        self._postbox = Postbox(self.house)
        self._sender = Sender(self.house)

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
        if not self._duty.held():
            return 0
        sent = self._send_due()  # first: whoever is woken by the desk has a reply to hand over
        self._settle_doubts()
        return sent + self._send_due() + lay_drafts(self.house(), self._postbox, self.stop)

    def close(self) -> None:
        """Let go of the connections and of the duty."""
        self._sender.close()
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
        while not self.stop.is_set() and not self._pausing() and (mail := self._lease_one()):
            sent += self._send(mail)
            self.progress.beat()
        return sent

    def _lease_one(self) -> Outgoing | None:
        """The next mail, unless nothing may leave now; one at a time, so that a crash leaves one in doubt at most."""
        house = self.house()
        with read(house.engine) as connection:
            due = next_due(connection)
        if due is None or due > house.now():
            return None
        with write(house.engine) as connection:
            if house.stopped(connection) or not self._duty.renewed(connection):
                return None
            leased = lease_due(connection, self._duty.token, house.now(), limit=1)
        return leased[0] if leased else None

    def _send(self, mail: Outgoing) -> bool:
        house = self.house()
        if self._answered_by_hand(mail):
            fate = Fate(OutboxState.CANCELLED, reason=COLLEAGUE)
        elif self._still_ours(mail):
            fate = self._sender.send(mail)
        else:
            log.error("fence lost: another process has the duty", mail=mail.id)
            return False
        settle_mail(house, mail, self._duty.token, fate)
        self.unreachable = fate.pause
        if fate.pause:
            self._paused_until = house.now() + PAUSE
        log.info("mail", mail=mail.id, kind=mail.kind, case=mail.case_number, state=fate.state, attempt=mail.attempts)
        return fate.state is OutboxState.SENT

    def _still_ours(self, mail: Outgoing) -> bool:
        """Asked right before the network is touched: a process that slept may have been overtaken (B18)."""
        with read(self.house().engine) as connection:
            return still_leased(connection, mail.id, self._duty.token)

    def _answered_by_hand(self, mail: Outgoing) -> bool:
        """Whether a colleague has answered the same message meanwhile: then we stay quiet (DESIGN 4)."""
        with read(self.house().engine) as connection:
            if answered_by_colleague(connection, mail.cause):
                return True
        return self._postbox.colleague_answered(mail)

    def _settle_doubts(self) -> None:
        """Look after mails in doubt, once a minute."""
        now = self.house().now()
        if self._doubts_at is None or now >= self._doubts_at:
            self._doubts_at = now + DOUBT_EVERY
            settle_doubts(self.house(), self._postbox)

    def _pausing(self) -> bool:
        return self._paused_until is not None and self.house().now() < self._paused_until

    def _seconds_to_next(self) -> float:
        """Until the next mail is due; the usual round where there is none, or where it may not leave now anyway."""
        house = self.house()
        with read(house.engine) as connection:
            due, stopped = next_due(connection), house.stopped(connection)
        if due is None or stopped or self._pausing():
            return IDLE_SECONDS
        return min(IDLE_SECONDS, max(LEAST_SECONDS, (due - house.now()).total_seconds()))
