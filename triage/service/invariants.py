"""What must always hold, checked from the database and the mailbox (RELIABILITY C17): every night, and when asked for.

Each check yields what it finds broken, in Portuguese; together they prove that nothing was lost, doubled or forgotten.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from triage.core.case import Happened
from triage.core.decision import LedgerState, MailKind, OutboxState, Place
from triage.mail.imap import Mailbox
from triage.mail.imap_folders import Role
from triage.service.house import House
from triage.store import facts
from triage.store.engine import damage, read
from triage.store.ledger import Spot, unknown_uids
from triage.store.mailbook import REPLIES
from triage.store.rows import CASES, EVENTS, JUDGEMENT, LEDGER, OUTBOX, RAW, RIGHTS

LEASED_TOO_LONG = timedelta(minutes=15)
WAITED_TOO_LONG = timedelta(minutes=15)
OVERDUE = timedelta(hours=1)
LEFT = (OutboxState.SENT, OutboxState.AMBIGUOUS, OutboxState.LEASED)
WILL_LEAVE = (*LEFT, OutboxState.QUEUED, OutboxState.RETRY)
SHOWN = 5
WATCHED = {Role.SENT: Place.SENT, Role.JUNK: Place.JUNK}


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that must not be: which rule, and where (ids, never contents)."""

    rule: str
    detail: str


ANSWERED_TWICE = "nenhuma mensagem é respondida duas vezes"
TOLD_TWICE = "nenhum aviso à longa distância sai duas vezes"
DOUBLED = (ANSWERED_TWICE, TOLD_TWICE)

Check = Callable[[Connection, House, datetime], Iterator[Breach]]


def breaches(house: House) -> list[Breach]:
    """Everything that the database shows to be broken; empty where all holds."""
    return [*(Breach("o banco está íntegro", line) for line in damage(house.engine)), *broken_rules(house)]


def broken_rules(house: House) -> list[Breach]:
    """The same of a database whose pages are whole."""
    found: list[Breach] = []
    now = house.now()
    with read(house.engine) as connection:
        for check in CHECKS:
            found.extend(check(connection, house, now))
    return found


def unaccounted(house: House, box: Mailbox) -> list[Breach]:
    """Messages of the watched folders that the ledger does not know. Raises MailboxFailure."""
    found: list[Breach] = []
    for name, place in _folders(house, box):
        validity = box.open(name).uidvalidity or 0
        with read(house.engine) as connection:
            first = facts.fact(connection, f"from-uid:{name}:{validity}")
            if place is not Place.INBOX and first is None:
                continue
            uids = box.uids_from(int(first[0]) if first and place is not Place.INBOX else 1)
            unknown = unknown_uids(connection, Spot(name, validity, place), uids)
        if unknown:
            found.append(Breach("toda mensagem da caixa está no registro", f"{place}: UID {_some(unknown)}"))
    return found


def _folders(house: House, box: Mailbox) -> Iterator[tuple[str, Place]]:
    yield house.folder, Place.INBOX
    for role, place in WATCHED.items():
        if name := box.special_folder(role):
            yield name, place


def _caused(connection: Connection, _house: House, _now: datetime) -> Iterator[Breach]:
    """Every case has a history, a message that began it, and each message that its history names."""
    told = exists().where(EVENTS.c.case_id == CASES.c.id)
    yield from _cases(connection, "todo caso tem história", ~told)
    begun = exists().where(LEDGER.c.case_id == CASES.c.id)
    yield from _cases(connection, "todo caso tem a mensagem que o abriu", ~begun)
    came = exists().where(LEDGER.c.message_id == EVENTS.c.message_id)
    left = exists().where(OUTBOX.c.message_id == EVENTS.c.message_id)
    orphaned = exists().where(EVENTS.c.case_id == CASES.c.id, EVENTS.c.message_id != "", ~came, ~left)
    yield from _cases(connection, "toda linha da história tem a sua mensagem", orphaned)


def _judged(connection: Connection, _house: House, _now: datetime) -> Iterator[Breach]:
    """Every message that was judged has its bytes and its verdict."""
    judged = LEDGER.c.state == LedgerState.JUDGED
    verdict = exists().where(JUDGEMENT.c.ledger_id == LEDGER.c.id)
    original = exists().where(RAW.c.ledger_id == LEDGER.c.id)
    yield from _messages(connection, "toda mensagem julgada tem o seu veredito", judged & ~verdict)
    yield from _messages(connection, "toda mensagem julgada tem os seus bytes", judged & ~original)


def _decided(connection: Connection, _house: House, _now: datetime) -> Iterator[Breach]:
    """Every mail of ours was decided about: it stands in its case's history; a reply holds the right to be one."""
    written = exists().where(EVENTS.c.message_id == OUTBOX.c.message_id, EVENTS.c.what == Happened.REPLY_WRITTEN)
    yield from _mails(connection, "toda mensagem nossa foi decidida", (OUTBOX.c.kind != MailKind.DIGEST) & ~written)
    right = exists().where(RIGHTS.c.outbox_id == OUTBOX.c.id)
    yield from _mails(connection, "toda resposta tem o direito de sê-lo", OUTBOX.c.kind.in_(REPLIES) & ~right)


def _never_twice(connection: Connection, _house: House, _now: datetime) -> Iterator[Breach]:
    """One reply for a message, one notice for a case and carrier, one digest for a day."""
    same = (OUTBOX.c.cause, OUTBOX.c.case_number)
    wills = OUTBOX.c.state.in_(WILL_LEAVE)
    yield from _groups(connection, ANSWERED_TWICE, same, wills & OUTBOX.c.kind.in_(REPLIES))
    notice = (OUTBOX.c.case_number, OUTBOX.c.recipient)
    told = wills & (OUTBOX.c.kind == MailKind.CARRIER_NOTICE)
    yield from _groups(connection, TOLD_TWICE, notice, told)


def _within_limits(connection: Connection, house: House, now: datetime) -> Iterator[Breach]:
    """Replies stay within the limits: in each case ever, to each sender and domain in the last day (A11)."""
    limits = house.settings.limits
    replies = OUTBOX.c.state.in_(WILL_LEAVE) & OUTBOX.c.kind.in_(REPLIES)
    today = replies & (OUTBOX.c.created_at > now - timedelta(days=1))
    for rule, column, limit, condition in (
        ("respostas por caso dentro do limite", OUTBOX.c.case_number, limits.per_case, replies),
        ("respostas por remetente dentro do limite", OUTBOX.c.recipient, limits.per_sender_day, today),
        ("respostas por domínio dentro do limite", OUTBOX.c.domain, limits.per_domain_day, today),
    ):
        yield from _groups(connection, rule, (column,), condition, most=limit)


def _nothing_stuck(connection: Connection, house: House, now: datetime) -> Iterator[Breach]:
    """Nothing waits that should have moved."""
    state = OUTBOX.c.state
    leased = (state == OutboxState.LEASED) & (OUTBOX.c.changed_at < now - LEASED_TOO_LONG)
    yield from _mails(connection, "nenhum envio dura mais de 15 minutos", leased)
    new = (LEDGER.c.state == LedgerState.NEW) & (LEDGER.c.seen_at < now - WAITED_TOO_LONG)
    yield from _messages(connection, "nenhuma mensagem espera julgamento por mais de 15 minutos", new)
    if house.stopped(connection):
        return
    due = state.in_((OutboxState.QUEUED, OutboxState.RETRY)) & (OUTBOX.c.not_before < now - OVERDUE)
    yield from _mails(connection, "nada na saída está vencido há mais de uma hora", due)
    doubt = (state == OutboxState.AMBIGUOUS) & (OUTBOX.c.changed_at < now - OVERDUE)
    yield from _mails(
        connection, "nenhuma dúvida de entrega fica sem solução", doubt & (OUTBOX.c.reason != "resent-in-doubt")
    )
    unlaid = (state == OutboxState.DRAFTED) & (OUTBOX.c.answer == "") & (OUTBOX.c.changed_at < now - OVERDUE)
    yield from _mails(connection, "todo rascunho está em Rascunhos", unlaid)


CHECKS: tuple[Check, ...] = (_caused, _judged, _decided, _never_twice, _within_limits, _nothing_stuck)


def _cases(connection: Connection, rule: str, condition: ColumnElement[bool]) -> Iterator[Breach]:
    numbers = list(connection.scalars(select(CASES.c.number).where(condition).order_by(CASES.c.id)))
    if numbers:
        yield Breach(rule, f"caso {_some(numbers)}")


def _messages(connection: Connection, rule: str, condition: ColumnElement[bool]) -> Iterator[Breach]:
    ids = list(connection.scalars(select(LEDGER.c.id).where(condition).order_by(LEDGER.c.id)))
    if ids:
        yield Breach(rule, f"registro {_some(ids)}")


def _mails(connection: Connection, rule: str, condition: ColumnElement[bool]) -> Iterator[Breach]:
    ids = list(connection.scalars(select(OUTBOX.c.id).where(condition).order_by(OUTBOX.c.id)))
    if ids:
        yield Breach(rule, f"saída {_some(ids)}")


def _groups(
    connection: Connection,
    rule: str,
    columns: tuple[ColumnElement[str], ...],
    condition: ColumnElement[bool],
    most: int = 1,
) -> Iterator[Breach]:
    """Groups of outgoing mail that have more than `most` members, each named by one of them."""
    query = select(func.min(OUTBOX.c.id)).where(and_(condition)).group_by(*columns).having(func.count() > most)
    ids = list(connection.scalars(query))
    if ids:
        yield Breach(rule, f"saída {_some(ids)}")


def _some(found: list[int] | list[str]) -> str:
    shown = ", ".join(str(one) for one in found[:SHOWN])
    return shown if len(found) <= SHOWN else f"{shown} e mais {len(found) - SHOWN}"
