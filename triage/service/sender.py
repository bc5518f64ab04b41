"""Handing one mail to the relay, and what the relay's answer means for the outbox (RELIABILITY A17, C5–C7)."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from triage.core.decision import OutboxState
from triage.core.retry import OUTBOX
from triage.mail.compose import return_path
from triage.mail.smtp import Ambiguous, Outcome, Permanent, Relay, Sent, Transient
from triage.mail.smtp_session import Timeouts
from triage.mail.wire import Endpoint
from triage.service.aftermath import Fate
from triage.service.house import House
from triage.service.journal import Journal, mark_of
from triage.store.outbox import Outgoing

log = structlog.get_logger("outbox")


@dataclass
class Sender:
    """One kept connection, for one thread; made anew where the settings name another relay."""

    house: Callable[[], House]
    journal: Journal
    _relay: Relay | None = None
    _entered: tuple[Endpoint, Timeouts] | None = None

    def send(self, mail: Outgoing) -> Fate:
        """Try once: the null return path, or VERP where the relay refuses that. Raises OSError: no room for a note."""
        relay = self._connected()
        refused_before = relay.null_sender_refused
        outcome = self._noted(relay, mail)
        if relay.null_sender_refused and not refused_before:
            log.warning("the relay refuses the null return path: a bounce address of ours takes its place")
        return self._fate(mail, outcome)

    def _noted(self, relay: Relay, mail: Outgoing) -> Outcome:
        """Sent, with what is said to the relay noted before it is said."""
        attempt = mail.message_id, mail.token
        now = self.house().now

        def before_dot() -> None:
            self.journal.dot(*attempt, now())

        self.journal.begin(*attempt, now())
        verp = return_path(mail.sender, mail.message_id)
        outcome = relay.send("", mail.recipient, mail.raw, verp=verp, before_dot=before_dot)
        if isinstance(outcome, Sent):
            self.journal.accepted(*attempt, now(), mark_of(self.house().signing_key, mail))
        return outcome

    def close(self) -> None:
        """Let go of the connection."""
        if self._relay is not None:
            self._relay.close()
        self._relay = None

    def _connected(self) -> Relay:
        chosen = self.house().settings.timeouts
        timeouts = Timeouts(connect=chosen.smtp_connect, reply=chosen.smtp_reply, final=chosen.smtp_final)
        wanted = (self.house().smtp, timeouts)
        if self._relay is None or self._entered != wanted:
            self.close()
            self._relay, self._entered = Relay(*wanted), wanted
        return self._relay

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
        retry_at = self.house().now() + timedelta(seconds=wait)
        return Fate(OutboxState.RETRY, answer, retry_at=retry_at, pause=outcome.pause)
