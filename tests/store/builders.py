"""Small things to put into a store."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from triage.core.autoreply import Permission
from triage.core.case import By, Case, CaseEvent, Happened
from triage.core.decision import (
    Arrival,
    Change,
    Decision,
    Filing,
    LedgerState,
    Mail,
    MailKind,
    OutboxState,
    Release,
    Way,
)
from triage.core.message import Address
from triage.core.vocabulary import State
from triage.store.commit import Rendered
from triage.store.ledger import Entry, Received, Spot, file_messages, receive
from triage.store.outbox import Letter

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = "ana.lima@sedu.es.gov.br"
INBOX = Spot("INBOX", 7)


def put_message(connection: Connection, uid: int, *, spot: Spot = INBOX, fingerprint: str = "", size: int = 3) -> int:
    """A message in the ledger; its id."""
    message = Received(uid, b"raw", fingerprint or f"print-{uid}", size, NOW)
    return receive(connection, spot, [message], NOW)[0]


def file_message(
    connection: Connection,
    ledger_id: int,
    filing: Filing,
    now: datetime,
    *,
    message_id: str = "",
    case_id: int | None = None,
) -> None:
    """Write down what became of a message."""
    file_messages(connection, [Entry(ledger_id, filing, message_id, case=case_id)], now)


def new_case(number: int = 1) -> Case:
    """A case without a number of its own."""
    lines = (f"+55273336{number:04d}",)
    return Case(State.INCOMPLETE, ANA, f"assunto {number}", NOW, NOW, NOW, lines=lines, protocols=(f"P {number:06d}",))


def arrival(ledger: int, key: str = "<m1@sedu.es.gov.br>") -> Arrival:
    """The arrival of a message of Ana's."""
    sender = Address("Ana Lima", ANA)
    return Arrival(key, f"print-{ledger}", sender, "assunto", NOW, Permission(True, ANA), message_id=key, ledger=ledger)


def opening(key: str = "<m1@sedu.es.gov.br>", number: int = 1) -> Decision:
    """The decision to open a case and to ask for a correction."""
    event = CaseEvent(NOW, Happened.FAULTY_REQUEST, By.REQUESTER, "falta o celular", key, None, State.INCOMPLETE)
    mail = Mail(MailKind.CORRECTION, key, ANA, Release(Way.SEND), rights=(key,), content=f"c{number}", note="correção")
    return Decision(Filing(LedgerState.JUDGED), (Change(new_case(number), (event,)),), (mail,))


def render(mail: Mail, case: Case) -> Rendered:
    """Bytes that show what they were made of."""
    return Rendered(f"<triage.{case.number}.{mail.kind}@seger.es.gov.br>", "us@seger.es.gov.br", mail.cause.encode())


def letter(cause: str = "<m1>", **changes: object) -> Letter:
    """A correction for the outbox."""
    usual: dict[str, object] = {
        "kind": MailKind.CORRECTION,
        "cause": cause,
        "message_id": f"<out-{cause}>",
        "sender": "us@seger.es.gov.br",
        "recipient": ANA,
        "raw": b"bytes",
        "state": OutboxState.QUEUED,
        "not_before": NOW,
    }
    return Letter(**{**usual, **changes})  # type: ignore[arg-type]
