"""What judging a message yields: every finding with the evidence it rests on, and the action that follows."""

from dataclasses import dataclass
from enum import StrEnum

from triage.core.vocabulary import Action, Field, FormState, Kind, OperatorStatus, Service

FORM = "form"  # beside the names of fields


class Presence(StrEnum):
    """Whether a field stands in the message."""

    PRESENT = "present"
    MISSING = "missing"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a finding rests: `document` is "subject", "body", "forwarded", "from", or "form:<file name>".

    `start` and `end` are offsets into that document's text; `text` is what stands there.
    """

    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One field: present with its normalised value, missing, or invalid with the value as written and why (pt-BR)."""

    field: Field
    presence: Presence
    value: str = ""
    why: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class SubjectFinding:
    """The subject held against clause 4.2. `ok` is None where it is not checked."""

    given: str
    ok: bool | None = None
    suggested: str | None = None
    why: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A rendered reply: one recipient, subject, and the two alternatives of the body."""

    to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class OperatorWord:
    """What the operator said: status, its own number for the request, a date it promised (ISO), and the evidence.

    Where one message speaks of several requests, `about` names the one that this word is about (protocols, our case
    numbers) and `lines` its lines (E.164, or the last eight digits without an area code), and `certain` says whether
    it may move anything; both are empty where the message speaks of its thread's request.
    """

    status: OperatorStatus
    protocol: str | None = None
    promised: str | None = None
    evidence: Evidence | None = None
    about: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that judging one message found (the contract's `check --json`, before rendering).

    `values` holds what could be read out, required or not; `findings` only what the item requires.
    `alternatives` are the nearest other items with their certainty. `withdrawn` and `nudge` mark messages whose
    meaning depends on the case they belong to. `lines` are all lines that the message is about, contacts left out
    (E.164; in the operator's and our own mail the last eight digits where no area code is given). `words` holds one
    word for each request or line where the operator speaks of several in one message. `reasons` say in Portuguese why
    the action was taken. `place` is the address of the service, as written. `perhaps` are the names of
    fields (and `FORM`) that it seems to lack and that may stand in it: a person looks before they are demanded.
    """

    kind: Kind
    action: Action
    confidence: float
    organ: str | None = None
    category: str | None = None
    service: Service | None = None
    also: tuple[str, ...] = ()
    subject: SubjectFinding | None = None
    findings: tuple[Finding, ...] = ()
    values: tuple[tuple[Field, str], ...] = ()
    form: FormState | None = None
    missing_recipients: tuple[str, ...] = ()
    operator: OperatorWord | None = None
    trusted: bool | None = None
    reasons: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    withdrawn: bool = False
    nudge: bool = False
    evidence: tuple[tuple[str, Evidence], ...] = ()
    lines: tuple[str, ...] = ()
    words: tuple[OperatorWord, ...] = ()
    place: str = ""
    perhaps: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Field, ...]:
        """The required fields that are not there."""
        return tuple(f.field for f in self.findings if f.presence is Presence.MISSING)

    @property
    def invalid(self) -> tuple[Finding, ...]:
        """The required fields that are there but wrong."""
        return tuple(f for f in self.findings if f.presence is Presence.INVALID)
