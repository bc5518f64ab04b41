"""The words of the domain, as the contract spells them."""

from enum import StrEnum


class Kind(StrEnum):
    """What a message is."""

    REQUEST = "request"
    SUPPLEMENT = "supplement"
    OPERATOR = "operator"
    CARRIER = "carrier"
    AUTOMATIC = "automatic"
    OTHER = "other"


class Action(StrEnum):
    """What we do about a message."""

    ACCEPT = "accept"
    CORRECT = "correct"
    REDIRECT = "redirect"
    UPDATE = "update"
    REVIEW = "review"
    IGNORE = "ignore"


class Field(StrEnum):
    """The mandatory pieces of information of clauses 4.3 and 4.4 and of the items' own text."""

    CNPJ = "cnpj"
    COMPANY_NAME = "company_name"
    REASON = "reason"
    REQUESTER_NAME = "requester_name"
    LANDLINE = "landline"
    MOBILE = "mobile"
    CLIENT_EMAIL = "client_email"
    LINE = "line"
    BILL_MONTH = "bill_month"
    BILL_AMOUNT = "bill_amount"
    DUE_DATE = "due_date"
    SECOND_COPY = "second_copy"
    CUSTOM_ACCOUNT = "custom_account"
    CERTIFICATE = "certificate"
    ORIGINAL_REQUEST = "original_request"


class Service(StrEnum):
    """The three services of item 2.2, which differ in their required fields."""

    SECOND_COPY = "segunda_via"
    CONTEST = "contestacao"
    EXTENSION = "prorrogacao"


class FormState(StrEnum):
    """What became of the form "Folhinha Voice-Net"."""

    MISSING = "missing"
    BLANK = "blank"
    FILLED = "filled"


class OperatorStatus(StrEnum):
    """What the operator's newest text says about a request."""

    ACKNOWLEDGED = "acknowledged"
    NEEDS_INFO = "needs_info"
    SCHEDULED = "scheduled"
    REFUSED = "refused"
    COMPLETED = "completed"
    OTHER = "other"


class State(StrEnum):
    """Where a case stands."""

    REVIEW = "review"
    INCOMPLETE = "incomplete"
    WITH_OPERATOR = "with_operator"
    NEEDS_INFO = "needs_info"
    CARRIER_DUE = "carrier_due"
    CLOSED = "closed"


class Party(StrEnum):
    """Whom a case waits for."""

    SEGER = "seger"
    REQUESTER = "requester"
    OPERATOR = "operator"
    NOBODY = "nobody"


class Outcome(StrEnum):
    """How a closed case ended."""

    DONE = "done"
    REFUSED = "refused"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    DISMISSED = "dismissed"


class Mode(StrEnum):
    """How far the daemon may go: record only, put replies into Drafts, or send them."""

    OBSERVE = "observe"
    DRAFT = "draft"
    SEND = "send"


WAITING_ON = {
    State.REVIEW: Party.SEGER,
    State.INCOMPLETE: Party.REQUESTER,
    State.WITH_OPERATOR: Party.OPERATOR,
    State.NEEDS_INFO: Party.REQUESTER,
    State.CARRIER_DUE: Party.SEGER,
    State.CLOSED: Party.NOBODY,
}
