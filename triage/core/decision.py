"""What deciding reads and yields beside the case: arrival, counts, mails for the outbox, filing. Plain data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.core.autoreply import Permission
from triage.core.bulletin import Bulletin
from triage.core.case import Case, CaseEvent
from triage.core.message import Address
from triage.core.policy import Policy
from triage.core.verdict import Verdict
from triage.core.vocabulary import Field, Mode


class LedgerState(StrEnum):
    """What became of a message. `new` waits; `judged` has a decision; the others say why there is none."""

    NEW = "new"
    JUDGED = "judged"
    IGNORED = "ignored"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    TOO_LARGE = "too_large"
    GONE = "gone"


class Place(StrEnum):
    """Which of our folders a message came from, by its use and not by its name."""

    INBOX = "inbox"
    SENT = "sent"
    JUNK = "junk"


class MailKind(StrEnum):
    """What leaves the house. Nothing else does."""

    CORRECTION = "correction"
    REDIRECT = "redirect"
    CARRIER_NOTICE = "carrier_notice"
    DIGEST = "digest"


class OutboxState(StrEnum):
    """Where an outgoing mail stands (C4). `observed`: would have been sent; `held`: a person or the breaker decides."""

    QUEUED = "queued"
    LEASED = "leased"
    SENT = "sent"
    RETRY = "retry"
    DEAD = "dead"
    AMBIGUOUS = "ambiguous"
    HELD = "held"
    DRAFTED = "drafted"
    OBSERVED = "observed"
    CANCELLED = "cancelled"


class Way(StrEnum):
    """What the gate lets a mail do. `draft`: into Drafts; `hold`: kept, visibly; `no`: not written at all."""

    SEND = "send"
    DRAFT = "draft"
    OBSERVE = "observe"
    HOLD = "hold"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Release:
    """The gate's answer with the code of its reason; `human`: somebody must take over because nothing goes out."""

    way: Way
    reason: str = ""
    human: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it reached us. `key` names it for ever: its Message-ID, or its fingerprint where it has none.

    `content` identifies what it says (normalised subject and own text), whatever headers carry it; `carried` the same
    of mails that it passes on. `permission` is
    `may_reply`'s answer. `shaky`: the mailbox's identity changed (UIDVALIDITY) or cannot be told: recorded, never
    answered. `bounced` is the Message-ID of a mail of ours that this one reports as finally undeliverable. `stale`: it
    was signed long before it came, as what somebody sends again.
    """

    key: str
    fingerprint: str
    sender: Address
    subject: str
    received_at: datetime | None
    permission: Permission
    message_id: str = ""
    content: str = ""
    carried: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    place: Place = Place.INBOX
    ledger: int = 0
    shaky: bool = False
    bounced: str = ""
    text: str = ""
    stale: bool = False

    @property
    def recipients(self) -> tuple[str, ...]:
        """To and Cc together."""
        return (*self.to, *self.cc)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many automatic replies may leave (RELIABILITY A11–A13). The breaker counts all automatic mail."""

    per_message: int = 1
    per_case: int = 3
    per_sender_day: int = 5
    per_domain_day: int = 20
    per_content_day: int = 1
    breaker: int = 30
    breaker_minutes: int = 10
    rounds: int = 2


@dataclass(frozen=True, slots=True)
class Counts:
    """What the store counted of replies already written, for one arrival. `recent`: in the breaker's window.

    `pending`: corrections of the case that have not left yet; `case` counts them too.
    `hourly_norm` is the usual number of automatic mails an hour (0: not known yet), `last_hour` that of the last one.
    """

    message: int = 0
    case: int = 0
    sender_day: int = 0
    domain_day: int = 0
    content_day: int = 0
    pending: int = 0
    recent: int = 0
    last_hour: int = 0
    hourly_norm: float = 0.0


class CarrierMode(StrEnum):
    """What becomes of a notice to the carrier: a line in the digest, a draft, or a mail."""

    LIST = "list"
    DRAFT = "draft"
    SEND = "send"


@dataclass(frozen=True, slots=True)
class World:
    """All that deciding reads beside the message and its case. `now` and `first_run` are UTC.

    `stopped` is the reason why nothing may leave now (breaker, kill switch, frozen mailbox); "" where all is well.
    """

    policy: Policy
    bulletin: Bulletin
    now: datetime
    first_run: datetime
    carrier_mode: CarrierMode = CarrierMode.DRAFT
    carrier_hold_minutes: int = 15
    limits: Limits = Limits()
    stopped: str = ""

    def mode(self, item: str | None) -> Mode:
        """The mode in force for an item."""
        return self.policy.mode_for(item)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to write: for the case numbered `case` (or the one this decision opens: "").

    `cause` makes it unique together with case and kind: the key of the message that it answers, "done" for the
    carrier. `verdict` is what the reply says, over the whole case: only what is still missing. `not_before` delays it
    visibly. `rights` are the keys under which the one right to answer is reserved (A15); none for a carrier notice.
    `note` is the line for the case's history.
    """

    kind: MailKind
    cause: str
    to: str
    release: Release
    case: str = ""
    verdict: Verdict | None = None
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    not_before: datetime | None = None
    rights: tuple[str, ...] = ()
    content: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """Mails of a case that must not leave any more, if they have not: all of `kinds`, or those with this `cause`."""

    case: str
    kinds: tuple[MailKind, ...]
    reason: str
    cause: str = ""
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one case: its new value (number "" for one that opens) and the new lines of its history."""

    case: Case
    events: tuple[CaseEvent, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """How the message is filed in the ledger; `reason` is a code where it was ignored or set aside."""

    state: LedgerState
    reason: str = ""
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything that follows from one message. The first change is the case that the message belongs to.

    `filing` is None where no message caused it. `left` are Message-IDs of ours that were seen to have gone out, and
    `answers` is that of a message which a colleague has answered by hand. `awaits` are those of messages that the first
    change's case is to be known by although they have not come yet.
    """

    filing: Filing | None
    changes: tuple[Change, ...] = ()
    mails: tuple[Mail, ...] = ()
    cancels: tuple[Cancel, ...] = ()
    left: tuple[str, ...] = ()
    answers: str = ""
    awaits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What a case still lacks: the same things that a correction names."""

    fields: tuple[Field, ...] = ()
    faults: tuple[tuple[Field, str, str], ...] = ()
    subject: bool = False
    form: bool = False
    recipients: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.fields or self.faults or self.subject or self.form or self.recipients)
