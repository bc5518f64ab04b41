"""The tables. Words and instants as the core has them; what has no column of its own stands in a JSON body.

Every look-up that one message needs is served by an index, so that its cost does not grow with the ledger.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from triage.store.types import Utc


class MailboxRow(SQLModel, table=True):
    """A folder that is watched: its identity, and why its mail is not answered for now ("" where it is)."""

    __tablename__ = "mailbox"
    name: str = Field(primary_key=True)
    uidvalidity: int = Field(sa_type=BigInteger)
    since: datetime = Field(sa_type=Utc)
    frozen: str = ""


class LedgerRow(SQLModel, table=True):
    """One message in one folder. `attempts` counts the times that reading it was begun (C16)."""

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("mailbox", "uidvalidity", "uid", name="ledger_uid"),
        Index("ledger_state", "state", "id"),
        Index("ledger_filed_at", "filed_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    mailbox: str
    uidvalidity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)
    place: str
    state: str
    reason: str = ""
    attempts: int = 0
    message_id: str = Field(default="", index=True)
    fingerprint: str = Field(default="", index=True)
    content: str = ""
    internal_date: datetime | None = Field(default=None, sa_type=Utc)
    size: int = 0
    seen_at: datetime = Field(sa_type=Utc)
    filed_at: datetime | None = Field(default=None, sa_type=Utc)
    duplicate_of: str = ""
    case_id: int | None = Field(default=None, foreign_key="cases.id", index=True)


class RawRow(SQLModel, table=True):
    """The bytes of a message, apart from the ledger so that scans of the ledger stay small."""

    __tablename__ = "raw"
    ledger_id: int = Field(primary_key=True, foreign_key="ledger.id")
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class JudgementRow(SQLModel, table=True):
    """A verdict (JSON), and the versions of rules, model and bulletin that gave it."""

    __tablename__ = "judgement"
    ledger_id: int = Field(primary_key=True, foreign_key="ledger.id")
    at: datetime = Field(sa_type=Utc)
    verdict: str = Field(sa_type=Text)
    rules: str
    model: str
    bulletin: str


class CaseRow(SQLModel, table=True):
    """A case. `body` (JSON) is the whole value; the columns repeat what is searched and listed."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("cases_requester", "requester", "state"),
        Index("cases_domain", "domain", "state"),
        Index("cases_state", "state", "changed_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    category: str | None = None
    service: str | None = None
    organ: str | None = None
    requester: str
    domain: str
    subject: str
    state: str
    outcome: str | None = None
    waiting_on: str
    review: str = Field(default="", index=True)
    opened_at: datetime = Field(sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc)
    waiting_since: datetime = Field(sa_type=Utc)
    version: int
    body: str = Field(sa_type=Text)


class CaseEventRow(SQLModel, table=True):
    """A line of a case's history. Only ever appended."""

    __tablename__ = "case_event"
    __table_args__ = (Index("case_event_case", "case_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: int = Field(foreign_key="cases.id")
    at: datetime = Field(sa_type=Utc, index=True)
    what: str
    by: str
    note: str = ""
    message_id: str = ""
    before: str | None = None
    after: str | None = None


class CaseLineRow(SQLModel, table=True):
    """A line (E.164) that a case is about."""

    __tablename__ = "case_line"
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    line: str = Field(primary_key=True, index=True)


class CaseProtocolRow(SQLModel, table=True):
    """The operator's number for a case, reduced to letters and digits."""

    __tablename__ = "case_protocol"
    case_id: int = Field(primary_key=True, foreign_key="cases.id")
    protocol: str = Field(primary_key=True, index=True)


class ThreadRow(SQLModel, table=True):
    """A Message-ID that belongs to a case: of a message that we hold, or of a mail of ours."""

    __tablename__ = "thread"
    message_id: str = Field(primary_key=True)
    case_id: int = Field(primary_key=True, foreign_key="cases.id", index=True)
    ours: bool = False


class AnsweredRow(SQLModel, table=True):
    """A message that a colleague has answered by hand: the Message-ID that a mail in Sent replies to."""

    __tablename__ = "answered"
    message_id: str = Field(primary_key=True)
    ledger_id: int = Field(foreign_key="ledger.id")


class CounterRow(SQLModel, table=True):
    """The last number given in a series."""

    __tablename__ = "counter"
    name: str = Field(primary_key=True)
    value: int


class OutboxRow(SQLModel, table=True):
    """A mail that leaves, or would. `case_number` is "" for a digest; `token`: of the lease it was taken under."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("case_number", "kind", "cause", name="outbox_once"),
        Index("outbox_due", "state", "not_before"),
        Index("outbox_recipient", "recipient", "created_at"),
        Index("outbox_domain", "domain", "created_at"),
        Index("outbox_content", "content", "created_at"),
        Index("outbox_created", "created_at", "state", "kind"),
    )
    id: int | None = Field(default=None, primary_key=True)
    case_id: int | None = Field(default=None, foreign_key="cases.id", index=True)
    case_number: str
    kind: str
    cause: str
    message_id: str = Field(unique=True)
    sender: str
    recipient: str
    domain: str
    content: str = ""
    raw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str
    reason: str = ""
    attempts: int = 0
    not_before: datetime = Field(sa_type=Utc)
    created_at: datetime = Field(sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)
    token: int = Field(default=0, sa_type=BigInteger)
    answer: str = ""


class ReplyRightRow(SQLModel, table=True):
    """The one right to answer a message automatically, reserved in the commit that decided the answer (A15)."""

    __tablename__ = "reply_right"
    key: str = Field(primary_key=True)
    outbox_id: int = Field(foreign_key="outbox.id", index=True)


class LeaseRow(SQLModel, table=True):
    """A duty that one process has at a time. `token` grows with each new holder: the fence (B18)."""

    __tablename__ = "lease"
    name: str = Field(primary_key=True)
    owner: str
    token: int = Field(sa_type=BigInteger)
    until: datetime = Field(sa_type=Utc)


class FactRow(SQLModel, table=True):
    """A single remembered thing: the instant of the first run, the breaker, the key for Message-IDs."""

    __tablename__ = "fact"
    key: str = Field(primary_key=True)
    value: str = Field(sa_type=Text)
    at: datetime = Field(sa_type=Utc)


class DigestRow(SQLModel, table=True):
    """The digest of a local date: one, whatever happens. `summary` (JSON) is what the next one compares with."""

    __tablename__ = "digest"
    day: date = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id")
    summary: str = Field(default="{}", sa_type=Text)


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


MAILBOX = _table(MailboxRow)
LEDGER = _table(LedgerRow)
RAW = _table(RawRow)
JUDGEMENT = _table(JudgementRow)
CASES = _table(CaseRow)
EVENTS = _table(CaseEventRow)
LINES = _table(CaseLineRow)
PROTOCOLS = _table(CaseProtocolRow)
THREAD = _table(ThreadRow)
ANSWERED = _table(AnsweredRow)
COUNTER = _table(CounterRow)
OUTBOX = _table(OutboxRow)
RIGHTS = _table(ReplyRightRow)
LEASE = _table(LeaseRow)
FACT = _table(FactRow)
DIGEST = _table(DigestRow)
