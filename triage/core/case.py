"""A case as a value: one request, followed from its first mail to its end. How it moves stands in `transitions`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.core.values import replace
from triage.core.vocabulary import WAITING_ON, Field, FormState, Outcome, Party, Service, State


class Happened(StrEnum):
    """What may happen to a case. The past tense is meant: an event is a fact, whether or not it moves anything."""

    # The requester
    COMPLETE_REQUEST = "complete_request"
    FAULTY_REQUEST = "faulty_request"
    REDIRECTED_REQUEST = "redirected_request"
    SUPPLEMENT_COMPLETED = "supplement_completed"
    SUPPLEMENT_FELL_SHORT = "supplement_fell_short"
    ROUNDS_EXHAUSTED = "rounds_exhausted"
    WITHDREW = "withdrew"
    NUDGED = "nudged"
    REPEATED = "repeated"
    REMARKED = "remarked"
    # The operator, authenticated and tied to the case
    OPERATOR_ACKNOWLEDGED = "operator_acknowledged"
    OPERATOR_ASKED = "operator_asked"
    OPERATOR_SCHEDULED = "operator_scheduled"
    OPERATOR_REFUSED = "operator_refused"
    OPERATOR_COMPLETED = "operator_completed"
    OPERATOR_REMARKED = "operator_remarked"
    # The carrier, and we ourselves
    CARRIER_WROTE = "carrier_wrote"
    CARRIER_TOLD = "carrier_told"
    COLLEAGUE_ASKED = "colleague_asked"
    COLLEAGUE_PASSED_ON = "colleague_passed_on"
    COLLEAGUE_WROTE = "colleague_wrote"
    DOUBT_AROSE = "doubt_arose"
    # By hand: one event for each state
    HAND_REVIEW = "hand_review"
    HAND_INCOMPLETE = "hand_incomplete"
    HAND_WITH_OPERATOR = "hand_with_operator"
    HAND_NEEDS_INFO = "hand_needs_info"
    HAND_CARRIER_DUE = "hand_carrier_due"
    HAND_CLOSED = "hand_closed"
    # Our own mail and bookkeeping: only ever recorded, never in the table
    REPLY_WRITTEN = "reply_written"
    REPLY_SENT = "reply_sent"
    REPLY_FAILED = "reply_failed"
    REPLY_DROPPED = "reply_dropped"


OPERATOR_EVENTS = frozenset(
    {
        Happened.OPERATOR_ACKNOWLEDGED,
        Happened.OPERATOR_ASKED,
        Happened.OPERATOR_SCHEDULED,
        Happened.OPERATOR_REFUSED,
        Happened.OPERATOR_COMPLETED,
        Happened.OPERATOR_REMARKED,
    }
)

HAND = {
    State.REVIEW: Happened.HAND_REVIEW,
    State.INCOMPLETE: Happened.HAND_INCOMPLETE,
    State.WITH_OPERATOR: Happened.HAND_WITH_OPERATOR,
    State.NEEDS_INFO: Happened.HAND_NEEDS_INFO,
    State.CARRIER_DUE: Happened.HAND_CARRIER_DUE,
    State.CLOSED: Happened.HAND_CLOSED,
}


class Doubt(StrEnum):
    """Why a person must look at a case."""

    UNCERTAIN = "uncertain"
    SEVERAL_ITEMS = "several_items"
    PERHAPS_THERE = "perhaps_there"
    FORGED = "forged"
    UNTRUSTED_OPERATOR = "untrusted_operator"
    UNTIED = "untied"
    AMBIGUOUS = "ambiguous"
    ROUNDS = "rounds"
    NO_REPLY = "no_reply"
    LIMIT = "limit"
    CONTRADICTION = "contradiction"
    AFTER_CLOSE = "after_close"
    UNDELIVERED = "undelivered"
    BY_HAND = "by_hand"


class CarrierStage(StrEnum):
    """How far telling the carrier has come. `written`: a notice is in the outbox or in Drafts."""

    NONE = "none"
    LISTED = "listed"
    WRITTEN = "written"
    STOPPED = "stopped"
    TOLD = "told"


class By(StrEnum):
    """Who caused an event. A member of staff at the keyboard is recorded under the name given instead."""

    REQUESTER = "requester"
    OPERATOR = "operator"
    CARRIER = "carrier"
    SEGER = "seger"
    TRIAGE = "triage"


@dataclass(frozen=True, slots=True)
class Review:
    """That a person must look, and why, in one line of Portuguese."""

    doubt: Doubt
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """One request. `number` is "" until the store gives one; `version` is the store's, for optimistic writing.

    `values` are the normalised fields and `present` all fields given so far, those without a value too; `faults` the
    fields given wrongly, with the value as written and why. `lines_done` are those the operator called done, and
    `new_lines` numbers that it gave. `reached` are the operator's addresses that the request
    reached. `rounds` counts the corrections asked for. `promised` is the operator's date (ISO). `certainty` is that of
    the verdict that named the item; `asked_at` when the last correction was decided; `content` identifies the text of
    the last request; `place` is the address of the service. All instants are UTC.
    """

    state: State
    requester: str
    subject: str
    opened_at: datetime
    changed_at: datetime
    waiting_since: datetime
    number: str = ""
    version: int = 0
    requester_name: str = ""
    outcome: Outcome | None = None
    category: str | None = None
    service: Service | None = None
    also: tuple[str, ...] = ()
    organ: str | None = None
    certainty: float = 1.0
    protocols: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    lines_done: tuple[str, ...] = ()
    new_lines: tuple[str, ...] = ()
    values: tuple[tuple[Field, str], ...] = ()
    present: frozenset[Field] = frozenset()
    faults: tuple[tuple[Field, str, str], ...] = ()
    subject_ok: bool | None = None
    form: FormState | None = None
    missing_recipients: tuple[str, ...] = ()
    reached: frozenset[str] = frozenset()
    participants: tuple[str, ...] = ()
    rounds: int = 0
    review: Review | None = None
    carrier: CarrierStage = CarrierStage.NONE
    promised: str | None = None
    done_at: datetime | None = None
    asked_at: datetime | None = None
    content: str = ""
    place: str = ""

    @property
    def open(self) -> bool:
        """Whether anybody is still waited for."""
        return self.state is not State.CLOSED

    @property
    def waiting_on(self) -> Party:
        """Whom the case waits for."""
        return WAITING_ON[self.state]

    @property
    def domain(self) -> str:
        """The requester's mail domain."""
        return self.requester.rpartition("@")[2]

    def with_review(self, review: Review | None) -> "Case":
        """The same case with another question to a person, or with none."""
        return replace(self, review=review)


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """A line of a case's history. `what` is one of `Happened`; `note` says in Portuguese what followed and why."""

    at: datetime
    what: Happened
    by: str
    note: str = ""
    message_id: str = ""
    before: State | None = None
    after: State | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A move that the table does not allow, with the reason in Portuguese. Recorded, never raised."""

    reason: str
