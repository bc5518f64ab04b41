"""The one way out: the thread that sends what is due and lays drafts (RELIABILITY A15–A17, C4–C7; DESIGN 4).

Before the commit nothing has happened; after it this loop can only finish. A row is leased and its attempt counted
before the network is touched, and how it fared is written down right after.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from triage.core.decision import OutboxState
from triage.core.retry import OUTBOX
from triage.mail.compose import return_path
from triage.mail.smtp import Ambiguous, Outcome, Permanent, Relay, Sent, Transient
from triage.mail.smtp_session import Timeouts
from triage.service.aftermath import Fate, settle_mail
from triage.service.house import House
from triage.service.postbox import Postbox
from triage.service.progress import Progress
from triage.store.engine import read, write
from triage.store.leases import acquire
from triage.store.outbox import Outgoing, draft_placed, drafts_due, expire_leases, lease_due, next_due, still_leased

log = structlog.get_logger("outbox")

DUTY = "outbox"
LEASE_SECONDS = 900.0  # longer than one sending may take: ten minutes for the last word, five for each other
IDLE_SECONDS = 30.0
PAUSE_SECONDS = 60.0


@dataclass
class Outbox:
    """Sends and drafts whatever is due, in order, one at a time."""

    house: Callable[[], House]
    stop: threading.Event
    work: threading.Event = field(default_factory=threading.Event)
    progress: Progress = field(default_factory=Progress)
    _relay: Relay | None = None
    _postbox: Postbox | None = None
    _paused_until: datetime | None = None

    def run(self) -> None:
        """Work whenever something is due, until told to stop."""
        try:
            while not self.stop.is_set():
                self.work.clear()
                self.flush()
                self.work.wait(self._seconds_to_next())
        finally:
            self.close()

    def flush(self) -> int:
        """Everything that is due now: drafts laid, mails sent; how many left or were laid."""
        token = self._take_duty()
        if token is None:
            return 0
        done = self._lay_drafts() + self._send_due(token)
        self.progress.succeed()
        return done

    def close(self) -> None:
        """Let go of the connections and of the duty."""
        if self._relay is not None:
            self._relay.close()
        if self._postbox is not None:
            self._postbox.close()
        self._relay = self._postbox = None

    def _take_duty(self) -> int | None:
        """The fence under which this process sends; rows left leased by an earlier one are ambiguous (C4)."""
        house = self.house()
        with write(house.engine) as connection:
            token = acquire(connection, DUTY, house.owner, house.now(), LEASE_SECONDS)
            interrupted = expire_leases(connection, token, house.now()) if token is not None else 0
        if interrupted:
            log.warning("interrupted while sending: nobody knows whether these left", mails=interrupted)
        return token

    def _send_due(self, token: int) -> int:
        sent = 0
        while not self.stop.is_set() and not self._pausing():
            mail = self._lease_one(token)
            if mail is None:
                return sent
            sent += self._send(mail, token)
            self.progress.beat()
        return sent

    def _lease_one(self, token: int) -> Outgoing | None:
        """The next mail, unless nothing may leave now; one at a time, so that a crash leaves one in doubt at most."""
        house = self.house()
        with write(house.engine) as connection:
            if house.stopped(connection):
                return None
            leased = lease_due(connection, token, house.now(), limit=1)
        return leased[0] if leased else None

    def _send(self, mail: Outgoing, token: int) -> bool:
        house = self.house()
        if self._answered_by_hand(mail):
            fate = Fate(OutboxState.CANCELLED, "answered by a colleague")
        elif not self._still_ours(mail, token):
            log.error("fence lost: another process has the duty", mail=mail.id)
            return False
        else:
            outcome = self._relay_now().send(
                "", mail.recipient, mail.raw, verp=return_path(mail.sender, mail.message_id)
            )
            fate = self._fate(mail, outcome)
        settle_mail(house, mail, token, fate)
        if fate.pause:
            self._paused_until = house.now() + timedelta(seconds=PAUSE_SECONDS)
        log.info("mail", mail=mail.id, kind=mail.kind, case=mail.case_number, state=fate.state, attempt=mail.attempts)
        return fate.state is OutboxState.SENT

    def _still_ours(self, mail: Outgoing, token: int) -> bool:
        with read(self.house().engine) as connection:
            return still_leased(connection, mail.id, token)

    def _fate(self, mail: Outgoing, outcome: Outcome) -> Fate:
        if isinstance(outcome, Sent):
            return Fate(OutboxState.SENT, outcome.reply)
        if isinstance(outcome, Permanent):
            return Fate(OutboxState.DEAD, f"{outcome.code} {outcome.reply}".strip())
        if isinstance(outcome, Ambiguous):
            return Fate(OutboxState.AMBIGUOUS, outcome.reason)
        return self._later(mail, outcome)

    def _later(self, mail: Outgoing, outcome: Transient) -> Fate:
        wait = OUTBOX.next_attempt(mail.attempts, random.random())  # noqa: S311 - jitter, not secrecy
        answer = f"{outcome.code} {outcome.reply}".strip()
        if wait is None:
            return Fate(OutboxState.DEAD, answer)
        return Fate(OutboxState.RETRY, answer, self.house().now() + timedelta(seconds=wait), outcome.pause)

    def _relay_now(self) -> Relay:
        if self._relay is None:
            chosen = self.house().settings.timeouts
            timeouts = Timeouts(connect=chosen.smtp_connect, reply=chosen.smtp_reply, final=chosen.smtp_final)
            self._relay = Relay(self.house().smtp, timeouts)
        return self._relay

    def _postbox_now(self) -> Postbox:
        if self._postbox is None:
            self._postbox = Postbox(self.house)
        return self._postbox

    def _answered_by_hand(self, mail: Outgoing) -> bool:
        """Whether a colleague has answered the same message meanwhile: then we stay quiet (DESIGN 4)."""
        return self._postbox_now().colleague_answered(mail)

    def _lay_drafts(self) -> int:
        house = self.house()
        with read(house.engine) as connection:
            drafts = drafts_due(connection)
        laid = 0
        for draft in drafts:
            folder = self._postbox_now().lay_draft(draft)
            if folder is None:
                break
            with write(house.engine) as connection:
                draft_placed(connection, draft.id, folder, house.now())
            log.info("draft", mail=draft.id, kind=draft.kind, case=draft.case_number)
            laid += 1
        return laid

    def _pausing(self) -> bool:
        return self._paused_until is not None and self.house().now() < self._paused_until

    def _seconds_to_next(self) -> float:
        with read(self.house().engine) as connection:
            due = next_due(connection)
        if due is None or self._pausing():
            return IDLE_SECONDS
        return min(IDLE_SECONDS, max(0.0, (due - self.house().now()).total_seconds()) or IDLE_SECONDS)
