"""Sending one message to one recipient over a kept SMTP connection, and saying exactly how sure we are of the outcome.

The dividing line is the final dot (RFC 1047): before it nothing has been accepted and trying again is safe; from it on,
only a clear reply tells. Replies are read by their code, never by exception class (RELIABILITY C4–C7).
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from triage.core.retry import SmtpFate, classify_smtp
from triage.mail.smtp_session import CLOSING, GARBLED, Answered, Session, Timeouts, helo_name, one_line
from triage.mail.wire import Endpoint, unsafe_bytes

MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
PATIENCE = Timeouts()
NULL_SENDER: Final = ""
REFUSED_HERE = 554  # our own verdict on a message that must not leave
NOT_AN_ADDRESS = 553
NO_REPLY = 0  # the server said nothing: no code to classify
MAX_IDLE = 60.0  # a connection unused for longer is not worth the doubt
CLEAR = {2, 4, 5}  # first digits of the replies that settle a message's fate


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the responsibility. `reply` is its last line (often its queue id)."""

    reply: str = ""


@dataclass(frozen=True, slots=True)
class Transient:
    """Not accepted; try later. `code` 0: no reply at all. `pause`: the relay itself is in trouble, all rows wait."""

    code: int
    pause: bool
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused for good."""

    code: int
    reply: str = ""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """It may have been accepted: the connection was lost, or the reply unclear, after the final dot."""

    reason: str


def _nothing() -> None:
    """Nobody wants to know."""


Outcome = Sent | Transient | Permanent | Ambiguous


class Relay:
    """The way out: one SMTP connection, kept while it is used and made anew when it has died. For one thread."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts = PATIENCE, name: str | None = None) -> None:
        """`name` is what EHLO says; None: this machine's name."""
        self._endpoint, self._timeouts, self._name = endpoint, timeouts, name or helo_name()
        self._session: Session | None = None
        self._used = 0.0
        self._before_dot: Callable[[], None] = _nothing
        self.null_sender_refused = False  # learnt on the way; to be logged (RELIABILITY A17)

    def send(
        self, envelope_from: str, recipient: str, raw: bytes, verp: str = "", before_dot: Callable[[], None] = _nothing
    ) -> Outcome:
        """Send `raw` to `recipient`. Never raises for anything the network, the server or the message does.

        `envelope_from` "" is the null return path; where the relay refuses that, `verp` is used instead, if given.
        `before_dot` is called when all but the final dot has been said; an OSError of its own ends the attempt there.
        """
        self._before_dot = before_dot
        if problem := unsafe_bytes(raw):
            return Permanent(REFUSED_HERE, problem)
        if not all(
            MAILBOX.fullmatch(address) for address in (envelope_from or recipient, recipient, verp or recipient)
        ):
            return Permanent(NOT_AN_ADDRESS, "not a mailbox")
        if envelope_from or not verp:
            return self._attempt(envelope_from, recipient, raw)
        if self.null_sender_refused:
            return self._attempt(verp, recipient, raw)
        return self._null_sender_first(recipient, raw, verp)

    def accepts_null_sender(self, recipient: str) -> bool | None:
        """Whether the relay takes mail from `<>` to `recipient` (an address of our own); nothing is sent.

        None where it could not be asked, or the answer was no clear one. Raises ValueError for no address.
        """
        if not MAILBOX.fullmatch(recipient):
            raise ValueError("not a mailbox")
        try:
            session = self._begin(NULL_SENDER, recipient)
        except Answered as answer:
            self._give_up(answer.code)
            return False if classify_smtp(answer.code) is SmtpFate.DEAD else None
        except OSError:
            self._drop()
            return None
        self._reset(session)
        return True

    def close(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        if self._session is not None:
            self._session.quit()
        self._session = None

    def _null_sender_first(self, recipient: str, raw: bytes, verp: str) -> Outcome:
        outcome = self._attempt(NULL_SENDER, recipient, raw)
        if not isinstance(outcome, Permanent):
            return outcome
        # Whether it was `<>` or the recipient that the relay minds shows only when another sender is tried.
        second = self._attempt(verp, recipient, raw)
        if isinstance(second, Sent):
            self.null_sender_refused = True
        return second

    def _attempt(self, envelope_from: str, recipient: str, raw: bytes) -> Outcome:
        try:
            session = self._begin(envelope_from, recipient)
            session.expect(3, "DATA")
            session.write(_dot_stuffed(raw))
            self._before_dot()
        except Answered as answer:
            self._give_up(answer.code)
            return _outcome(answer)
        except OSError as error:
            # Without a connection nobody's mail can go; one that is lost over a message may be that message's fault.
            unreachable = self._session is None
            self._drop()
            return Transient(NO_REPLY, pause=unreachable, reply=_words(error))
        return self._finish(session)

    def _begin(self, envelope_from: str, recipient: str) -> Session:
        """Up to an accepted recipient. A kept connection that turns out dead is replaced once: nothing is lost yet."""
        kept = self._session is not None
        session = self._ready()
        try:
            session.expect(2, f"MAIL FROM:<{envelope_from}>")
        except (OSError, Answered) as failure:
            if not kept or (isinstance(failure, Answered) and failure.code != CLOSING):
                raise
            self._drop()
            session = self._ready()
            session.expect(2, f"MAIL FROM:<{envelope_from}>")
        session.expect(2, f"RCPT TO:<{recipient}>")
        return session

    def _finish(self, session: Session) -> Outcome:
        """The final dot and its reply: from here on, silence is ambiguous."""
        try:
            code, text = session.finish()
        except OSError as error:
            self._drop()
            return Ambiguous(_words(error))
        if code // 100 not in CLEAR:
            self._drop()
            return Ambiguous(f"unclear reply {code} {one_line(text)}")
        self._used = time.monotonic()
        if code == CLOSING:
            self._drop()
        return _outcome(Answered(code, text))

    def _ready(self) -> Session:
        if self._session is not None and time.monotonic() - self._used > MAX_IDLE:
            self.close()
        if self._session is None:
            self._session = Session(self._endpoint, self._timeouts, self._name)
        self._used = time.monotonic()
        return self._session

    def _give_up(self, code: int) -> None:
        """End the transaction but keep the connection, if it is still good after the answer `code`."""
        if self._session is not None and code not in {CLOSING, GARBLED}:
            self._reset(self._session)
        else:
            self._drop()

    def _reset(self, session: Session) -> None:
        try:
            session.expect(2, "RSET")
        except (OSError, Answered):
            self._drop()

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None


def _outcome(answer: Answered) -> Outcome:
    fate = classify_smtp(answer.code)
    if fate is SmtpFate.SENT:
        return Sent(answer.text)
    if fate is SmtpFate.DEAD:
        return Permanent(answer.code, answer.text)
    return Transient(answer.code, fate is SmtpFate.PAUSE, answer.text)


def _dot_stuffed(raw: bytes) -> bytes:
    """RFC 5321 §4.5.2; ends in CRLF, without the final dot."""
    stuffed = raw.replace(b"\r\n.", b"\r\n..")
    stuffed = b"." + stuffed if stuffed.startswith(b".") else stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _words(error: OSError) -> str:
    return one_line(str(error).encode()) or type(error).__name__
