"""The outbox as the decisions of a piece see it: mails written before, those of this piece, and the replies counted.

What is put here is kept until `flush`. Mail that was there before is only ever changed in the database itself; what was
read of it is then forgotten, and read again when it is asked for.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from triage.core.decision import Cancel, Counts, MailKind, OutboxState
from triage.core.join_keys import OwnMail
from triage.core.release import LEAST_FOR_NORM
from triage.store.casebook import CaseBook
from triage.store.chunks import WANTED, rows_for
from triage.store.outbox import STOPPABLE, WAITING, Letter, cancel, put_all, rights_taken, seen_in_sent
from triage.store.rows import OUTBOX, RIGHTS

REPLIES = (MailKind.CORRECTION, MailKind.REDIRECT)
# Said as what it is not: told what it is, the planner goes by the state's index, through all mail ever sent.
NOT_LEAVING = (OutboxState.HELD, OutboxState.DRAFTED, OutboxState.OBSERVED, OutboxState.CANCELLED, OutboxState.DEAD)
OVER = (OutboxState.SENT, OutboxState.DEAD, OutboxState.OBSERVED, OutboxState.CANCELLED)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NORM_DAYS = 14

# Lists of words are spelled out as comparisons: SQLAlchemy works an IN out anew at each execution.
_LEAVES = and_(*(OUTBOX.c.state != state for state in NOT_LEAVING), OUTBOX.c.kind != MailKind.DIGEST)


def _several(name: str) -> BindParameter[str]:
    return bindparam(name, expanding=True)


def _replies_by(column: Column[str]) -> Select[str, str, int]:
    """The replies of the last day to each of the wanted ones."""
    return (
        select(literal_column(f"'{column.name}'"), column, func.count())
        .where(
            column.in_(_several(column.name)),
            OUTBOX.c.created_at > bindparam("day"),
            or_(*(OUTBOX.c.kind == kind for kind in REPLIES)),
            OUTBOX.c.state != OutboxState.CANCELLED,
        )
        .group_by(column)
    )


def _automatic(*within: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).where(*within, _LEAVES)


# One statement for all: what each costs is mostly the asking.
_COUNTED = union_all(
    *map(_replies_by, (OUTBOX.c.recipient, OUTBOX.c.domain, OUTBOX.c.content)),
    select(literal_column("'right'"), RIGHTS.c.key, literal_column("1")).where(RIGHTS.c.key.in_(_several("rights"))),
)
_LATELY = select(
    _automatic(OUTBOX.c.created_at > bindparam("window")).scalar_subquery(),
    _automatic(OUTBOX.c.created_at > bindparam("hour")).scalar_subquery(),
)
_NORM = _automatic(OUTBOX.c.created_at > bindparam("first"), OUTBOX.c.created_at <= bindparam("last")).add_columns(
    func.min(OUTBOX.c.created_at)
)
_OURS = select(OUTBOX.c.message_id, OUTBOX.c.kind, OUTBOX.c.case_number, OUTBOX.c.state, OUTBOX.c.cause).where(
    OUTBOX.c.message_id.in_(WANTED)
)
_OF_CASES = select(OUTBOX.c.case_number, OUTBOX.c.kind, OUTBOX.c.cause, OUTBOX.c.state).where(
    OUTBOX.c.case_number.in_(WANTED)
)


@dataclass(slots=True)
class Mail:
    """A mail of a case. One of this piece has its `letter` and its case's rank, and an `id` once it is flushed."""

    kind: MailKind
    cause: str
    state: OutboxState
    letter: Letter | None = None
    rank: int = 0
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the limits need to know for one message: the rights to answer it, whom, and what it says."""

    rights: tuple[str, ...]
    recipient: str
    content: str


@dataclass(slots=True)
class _Read:
    """What the database says of everything that is wanted."""

    ours: dict[str, OwnMail] = field(default_factory=dict)
    rights: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    replies: dict[tuple[str, str], int] = field(default_factory=dict)


class MailBook:
    """For one transaction, beside the cases that the mails belong to."""

    def __init__(self, connection: Connection, now: datetime, cases: CaseBook) -> None:
        self._connection, self._now, self._cases = connection, now, cases
        self._ids: dict[str, None] = {}
        self._asked: dict[Asked, None] = {}
        self._forget()

    def _forget(self) -> None:
        """What was read, and what was put since."""
        self._read: _Read | None = None
        self._lately: dict[int, tuple[int, int]] = {}
        self._norm: float | None = None
        self._of_case: dict[str, list[Mail]] = {}
        self._pending: list[Mail] = []
        self._new: dict[str, OwnMail] = {}
        self._rights: set[str] = set()
        self._added: Counter[tuple[str, str]] = Counter()
        self._added_leaving = 0

    # --- reading

    def want(self, ids: Iterable[str], asked: Iterable[Asked] = ()) -> None:
        """Message-IDs that may be those of mails of ours, and messages that may be answered."""
        self._ids |= dict.fromkeys(i for i in ids if i)
        self._asked |= dict.fromkeys(asked)
        self._read = None

    def load_cases(self, numbers: Iterable[str]) -> None:
        """Read the mails of these cases."""
        unknown = [number for number in dict.fromkeys(numbers) if number and number not in self._of_case]
        self._of_case |= {number: [] for number in unknown}
        for number, kind, cause, state in rows_for(self._connection, _OF_CASES, unknown):
            self._of_case[number].append(Mail(MailKind(kind), cause, OutboxState(state)))

    def ours(self, message_id: str) -> OwnMail | None:
        """The mail of ours with this Message-ID, one of those wanted."""
        return self._new.get(message_id) or self._known().ours.get(message_id)

    def none_of(self, case: str) -> None:
        """The case is new: it has no mails."""
        self._of_case[case] = []

    def counts(self, asked: Asked, case: str, breaker_minutes: int) -> Counts:
        """How many replies there were: to the message, in `case`, to the recipient, its domain, this content."""
        known, of_case = self._known(), self._replies_in(case)
        recent, last_hour = self._automatic(breaker_minutes)

        def replies(what: str, whose: str) -> int:
            return known.replies.get((what, whose), 0) + self._added.get((what, whose), 0)

        return Counts(
            message=len({key for key in asked.rights if key in known.rights or key in self._rights}),
            case=len(of_case),
            sender_day=replies("recipient", asked.recipient),
            domain_day=replies("domain", asked.recipient.rpartition("@")[2]),
            content_day=replies("content", asked.content) if asked.content else 0,
            pending=sum(mail.state in WAITING for mail in of_case),
            recent=recent,
            last_hour=last_hour,
            # Counting a fortnight is worth it only where the answer could matter.
            hourly_norm=self._usual() if last_hour > LEAST_FOR_NORM else 0.0,
        )

    def _replies_in(self, case: str) -> list[Mail]:
        mails = self._mails_of(case) if case else ()
        return [mail for mail in mails if mail.kind in REPLIES and mail.state is not OutboxState.CANCELLED]

    def _mails_of(self, case: str) -> list[Mail]:
        if case not in self._of_case:
            self.load_cases((case,))
        return self._of_case[case]

    def _known(self) -> _Read:
        if self._read is None:
            self._read = self._ask()
        return self._read

    def _ask(self) -> _Read:
        read = _Read()
        for message_id, kind, case, state, cause in rows_for(self._connection, _OURS, list(self._ids)):
            read.ours[message_id] = OwnMail(message_id, MailKind(kind), case, OutboxState(state), cause)
        read.asked = {key for asked in self._asked for key in asked.rights}
        recipients = {asked.recipient for asked in self._asked}
        given = {
            "recipient": sorted(recipients),
            "domain": sorted({recipient.rpartition("@")[2] for recipient in recipients}),
            "content": sorted({asked.content for asked in self._asked if asked.content}),
            "rights": sorted(read.asked),
            "day": self._now - DAY,
        }
        for what, value, number in self._connection.execute(_COUNTED, given).all() if self._asked else ():
            read.replies[what, value] = number
        read.rights = {value for what, value in read.replies if what == "right"}
        return read

    def _automatic(self, minutes: int) -> tuple[int, int]:
        """The automatic mails in the breaker's window and in the last hour."""
        if minutes not in self._lately:
            given = {"window": self._now - timedelta(minutes=minutes), "hour": self._now - HOUR}
            recent, last_hour = self._connection.execute(_LATELY, given).one()
            self._lately[minutes] = recent, last_hour
        recent, last_hour = self._lately[minutes]
        return recent + self._added_leaving, last_hour + self._added_leaving

    def _usual(self) -> float:
        if self._norm is None:
            self._norm = hourly_norm(self._connection, self._now)
        return self._norm

    # --- writing

    def put(self, rank: int, letter: Letter) -> Mail | None:
        """A mail for the case of this rank, with its rights to reply; None where one was there before.

        Before means: the same case, kind and cause; or a mail that already used the right to answer the same message.
        """
        others = self._mails_of(letter.case_number)
        there = any((other.kind, other.cause) == (letter.kind, letter.cause) for other in others)
        if there or self._used(letter.rights):
            return None
        mail = Mail(letter.kind, letter.cause, letter.state, letter, rank)
        others.append(mail)
        self._pending.append(mail)
        self._rights.update(letter.rights)
        self._stand(mail, letter, 1)
        return mail

    def _used(self, rights: tuple[str, ...]) -> bool:
        known = self._known()
        unasked = [key for key in rights if key not in known.asked]
        known.rights |= rights_taken(self._connection, unasked)
        known.asked.update(unasked)
        return any(key in known.rights or key in self._rights for key in rights)

    def cancel(self, order: Cancel) -> bool:
        """Stop mails that have not left. Whether there were any."""
        meant = [mail for mail in self._mails_of(order.case) if _meant(mail, order) and mail.state not in OVER]
        if any(mail.letter is None for mail in meant):
            return self._change(lambda: cancel(self._connection, order, self._now)) > 0
        stopped = [mail for mail in meant if mail.state in STOPPABLE]
        for mail in stopped:
            self._stop(mail, order)
        return bool(stopped)

    def _stop(self, mail: Mail, order: Cancel) -> None:
        assert mail.letter is not None
        self._stand(mail, mail.letter, -1)
        state = OutboxState.HELD if order.hold else OutboxState.CANCELLED
        self._stand(mail, replace(mail.letter, state=state, reason=order.reason), 1)

    def _stand(self, mail: Mail, letter: Letter, by: int) -> None:
        """A mail of this piece as it is from here on, and what that adds to the counts; or takes away, `by` -1."""
        mail.letter, mail.state = letter, letter.state
        self._new[letter.message_id] = OwnMail(
            letter.message_id, letter.kind, letter.case_number, letter.state, letter.cause
        )
        if letter.kind in REPLIES and letter.state is not OutboxState.CANCELLED:
            self._added["recipient", letter.recipient] += by
            self._added["domain", letter.recipient.rpartition("@")[2]] += by
            self._added["content", letter.content] += by
        if letter.kind is not MailKind.DIGEST and letter.state not in NOT_LEAVING:
            self._added_leaving += by

    def seen_in_sent(self, message_id: str) -> None:
        """A mail of ours lies in Sent, so it left, whoever sent it."""
        self._change(lambda: seen_in_sent(self._connection, message_id, self._now))

    def _change(self, act: Callable[[], int]) -> int:
        """Change what is in the database, what is pending included; how many mails were changed."""
        self._cases.flush()
        self.flush()
        return act()

    def flush(self) -> None:
        """Write what is pending; the cases must have been written before."""
        pending = [(mail, mail.letter) for mail in self._pending if mail.letter is not None]
        letters = [replace(letter, case_id=self._cases.row(mail.rank)) for mail, letter in pending]
        for (mail, _), row_id in zip(pending, put_all(self._connection, letters, self._now), strict=True):
            mail.id = row_id
        self._forget()


def _meant(mail: Mail, order: Cancel) -> bool:
    return mail.kind in order.kinds and (not order.cause or mail.cause == order.cause)


def hourly_norm(connection: Connection, now: datetime) -> float:
    """Automatic mails an hour over the last fortnight, the last hour left out; 0.0 where there were none."""
    given = {"first": now - timedelta(days=NORM_DAYS), "last": now - HOUR}
    number, first = connection.execute(_NORM, given).one()
    hours = (now - first).total_seconds() / 3600 if first else 0.0
    return float(number) / hours if hours > 0 else 0.0
