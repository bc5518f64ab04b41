"""The slate that the decisions of one piece are worked out on, before they are written into the ledger together.

It is filled in a few statements for all messages of the piece; each decision then finds what those before it have
changed, exactly as if it had been written; and `flush` puts everything into the caller's transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Self

from sqlalchemy import Connection

from triage.core.decision import Counts
from triage.core.join_keys import Candidates, Keys
from triage.core.vocabulary import State
from triage.store.casebook import CaseBook
from triage.store.daybook import DayBook
from triage.store.mailbook import Asked, MailBook


@dataclass(frozen=True, slots=True)
class Slate:
    """The cases, the mails and the ledger, for one transaction."""

    cases: CaseBook
    mails: MailBook
    ledger: DayBook

    @classmethod
    def on(cls, connection: Connection, now: datetime) -> Self:
        """An empty slate."""
        cases = CaseBook(connection, now)
        return cls(cases, MailBook(connection, now, cases), DayBook(connection, now))

    def look_up(self, sought: Sequence[Keys], asked: Sequence[Asked] = ()) -> None:
        """Read what the ledger, the cases and the outbox know of these messages."""
        self.mails.want((i for keys in sought for i in (keys.message_id, *keys.ids)), asked)
        self.cases.load(
            ids=(i for keys in sought for i in (*keys.ids, keys.message_id)),
            numbers=chain.from_iterable(map(self._numbers, sought)),
            protocols=(protocol for keys in sought for protocol in keys.protocols),
            people=(person for keys in sought for person in keys.people),
            lines=(line for keys in sought for line in keys.lines),
        )
        self.mails.load_cases(self.cases.proven())
        self.ledger.load((keys.fingerprint for keys in sought), (keys.message_id for keys in sought))

    def candidates(self, keys: Keys) -> Candidates:
        """Everything that is known of `keys`, which were looked up before."""
        threads = self.cases.in_threads((*keys.ids, keys.message_id))
        return Candidates(
            by_reference=tuple(thread for thread in threads if thread[0] != keys.message_id),
            awaited=tuple(case for message_id, cases in threads if message_id == keys.message_id for case in cases),
            by_number=self.cases.by_number(self._numbers(keys)),
            by_protocol=self.cases.by_protocol(keys.protocols),
            by_requester=self.cases.by_requester(keys.people),
            by_line=self.cases.by_line(keys.lines),
            carrier_due=self.cases.in_state(State.CARRIER_DUE) if keys.to_carrier else (),
            seen=self.ledger.seen(keys.ledger, keys.fingerprint, keys.message_id),
            ours=tuple(mail for mail in map(self.mails.ours, keys.ids) if mail),
            itself=self.mails.ours(keys.message_id) if keys.message_id else None,
            answered=self.ledger.answered(keys.message_id),
        )

    def counts(self, asked: Asked, case: str, breaker_minutes: int) -> Counts:
        """The replies so far, for every limit that one more could break."""
        return self.mails.counts(asked, case, breaker_minutes)

    def flush(self) -> None:
        """Write everything. Raises StaleCase; IntegrityError where another writer was first."""
        self.cases.flush()
        self.mails.flush()
        self.ledger.flush(self.cases.row)

    def _numbers(self, keys: Keys) -> tuple[str, ...]:
        """The numbers that a message cites, and that of the case of which it is a mail of ours."""
        itself = self.mails.ours(keys.message_id) if keys.message_id else None
        return (*keys.numbers, *((itself.case,) if itself and itself.case else ()))
