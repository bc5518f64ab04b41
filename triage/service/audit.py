"""Whom a time concerned: everybody whose mail was handled, whose case moved, or to whom we wrote (RELIABILITY F10).

For an incident that must be told to the authority and to those concerned (LGPD art. 48). Changes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Engine

from triage.core.message import Message
from triage.service.confine import Pool
from triage.service.wire import Judged
from triage.store.engine import read
from triage.store.ledger import raw_of
from triage.store.touched import Handled, Span, handled, moved, written

PAGE = 100


class What(StrEnum):
    """What was touched."""

    MESSAGE = "message"
    CASE = "case"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Touch:
    """One thing that was done, and the addresses that it concerned.

    `id` is a ledger row, a case's number or an outbox row. `unread`: why a message could not be read, so that whom it
    concerned must be looked up by hand; "" where it could.
    """

    what: What
    at: datetime
    id: str
    case: str
    detail: str
    message_id: str
    people: tuple[str, ...]
    unread: str = ""


@dataclass(slots=True)
class Concern:
    """What touched one person: messages from or to them, mails of ours, and the cases they have a part in."""

    messages: int = 0
    mails: int = 0
    cases: set[str] = field(default_factory=set)


def touches(engine: Engine, pool: Pool, span: Span) -> Iterator[Touch]:
    """Everything done in the span: messages, then cases, then mail of ours. Raises ReaderUnavailable.

    Messages are read again, by the confined readers: whom they concerned stands in them alone.
    """
    yield from _messages(engine, pool, span)
    with read(engine) as connection:
        cases = list(moved(connection, span))
        mails = list(written(connection, span))
    for one in cases:
        case = one.case
        detail = " ".join(filter(None, (one.what, one.by, one.note)))
        yield Touch(What.CASE, one.at, case.number, case.number, detail, "", _once(case.requester, *case.participants))
    for mail in mails:
        detail = f"{mail.kind} {mail.state}"
        yield Touch(What.MAIL, mail.at, str(mail.id), mail.case, detail, mail.message_id, _once(mail.recipient))


def concerns(found: Iterable[Touch]) -> dict[str, Concern]:
    """The touches by person, in the order of their addresses."""
    everybody: dict[str, Concern] = {}
    for touch in found:
        for address in touch.people:
            person = everybody.setdefault(address, Concern())
            person.messages += touch.what is What.MESSAGE
            person.mails += touch.what is What.MAIL
            if touch.case:
                person.cases.add(touch.case)
    return dict(sorted(everybody.items()))


def _messages(engine: Engine, pool: Pool, span: Span) -> Iterator[Touch]:
    taken: dict[int, Handled] = {}
    for ledger_id, outcome in pool.judge_many(_to_read(engine, span, taken)):
        one = taken.pop(ledger_id)
        people, unread = (_named(outcome.message), "") if isinstance(outcome, Judged) else ((), str(outcome.reason))
        yield Touch(What.MESSAGE, one.at, str(one.id), one.case, one.state, one.message_id, people, unread)


def _to_read(engine: Engine, span: Span, taken: dict[int, Handled]) -> Iterator[tuple[int, bytes]]:
    """The messages, noted in `taken` as they are handed out; their bytes one at a time, which may be many.

    No transaction stays open while they are read.
    """
    after = 0
    while page := _page(engine, span, after):
        for one in page:
            taken[one.id] = one
            with read(engine) as connection:
                raw = raw_of(connection, one.id)
            yield one.id, raw or b""
        after = page[-1].id


def _page(engine: Engine, span: Span, after: int) -> list[Handled]:
    with read(engine) as connection:
        return handled(connection, span, after, PAGE)


def _named(message: Message) -> tuple[str, ...]:
    listed = (*message.from_, *message.sender, *message.reply_to, *message.to, *message.cc)
    return _once(*(address.addr for address in listed))


def _once(*addresses: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(address for address in addresses if address))
