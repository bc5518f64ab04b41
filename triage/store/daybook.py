"""The ledger as the decisions of a piece see it: what came before with the same marks, and what became of the piece."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, bindparam, func, select, union_all

from triage.core.decision import LedgerState, Place
from triage.core.join_keys import Seen
from triage.core.values import replace
from triage.core.verdict import Verdict
from triage.store.ledger import Entry, Versions, answered_among, file_messages, keep_verdicts, note_answers
from triage.store.rows import CASES, LEDGER

MOST = 50  # messages with one mark; the oldest tell as much as all


def _oldest(key: Column[str]) -> Select[Any]:
    """For each of the wanted keys the oldest messages that were filed with it."""
    nth = func.row_number().over(partition_by=key, order_by=LEDGER.c.id).label("nth")
    wanted = key.in_(bindparam(key.name, expanding=True)), LEDGER.c.state != LedgerState.NEW
    every = select(LEDGER.c.id, nth).where(*wanted).subquery("counted")
    columns = (LEDGER.c.message_id, LEDGER.c.fingerprint, LEDGER.c.content, LEDGER.c.state, LEDGER.c.place)
    return (
        select(LEDGER.c.id, *columns, CASES.c.number)
        .select_from(every)
        .join(LEDGER, LEDGER.c.id == every.c.id)
        .outerjoin(CASES, CASES.c.id == LEDGER.c.case_id)
        .where(every.c.nth <= MOST)
    )


_BEFORE = union_all(_oldest(LEDGER.c.fingerprint), _oldest(LEDGER.c.message_id))


class DayBook:
    """For one transaction."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._by_print: dict[str, dict[int, Seen]] = {}
        self._by_message_id: dict[str, dict[int, Seen]] = {}
        self._answered: set[str] = set()
        self._forget_pending()

    def _forget_pending(self) -> None:
        self._entries: list[Entry] = []
        self._verdicts: list[tuple[int, Verdict, Versions]] = []
        self._answers: dict[str, int] = {}

    def load(self, prints: Iterable[str], message_ids: Iterable[str]) -> None:
        """Read what was filed with these marks, and which of these messages a colleague has answered."""
        ids = [i for i in dict.fromkeys(message_ids) if i]
        given = {"fingerprint": list(dict.fromkeys(prints)), "message_id": ids}
        for ledger_id, *before in self._connection.execute(_BEFORE, given).all():
            self._note(ledger_id, _seen(*before))
        self._answered |= answered_among(self._connection, ids)

    def seen(self, ledger_id: int, fingerprint: str, message_id: str) -> tuple[Seen, ...]:
        """The other messages with one of these marks, the oldest first."""
        found = self._by_print.get(fingerprint, {}) | self._by_message_id.get(message_id, {})
        found.pop(ledger_id, None)
        return tuple(found[i] for i in sorted(found)[:MOST])

    def answered(self, message_id: str) -> bool:
        """Whether a colleague has answered this message by hand."""
        return message_id in self._answered

    def file(self, entry: Entry, place: Place, fingerprint: str, case: str = "") -> None:
        """What became of a message. `fingerprint` is the one that it was received with, `case` its case's number."""
        self._entries.append(entry)
        state = entry.filing.state
        self._note(entry.id, _seen(entry.message_id, fingerprint, entry.content, state, place, case))

    def keep(self, ledger_id: int, verdict: Verdict, versions: Versions) -> None:
        """The verdict on a message."""
        self._verdicts.append((ledger_id, verdict, versions))

    def note_answer(self, message_id: str, ledger_id: int) -> None:
        """The Sent message `ledger_id` answers `message_id`."""
        self._answered.add(message_id)
        self._answers.setdefault(message_id, ledger_id)

    def flush(self, row: Callable[[int], int]) -> None:
        """Write what is pending; `row` gives the row id of a case."""
        entries = [replace(e, case=row(e.case)) if e.case is not None else e for e in self._entries]
        file_messages(self._connection, entries, self._now)
        keep_verdicts(self._connection, self._verdicts, self._now)
        note_answers(self._connection, self._answers)
        self._forget_pending()

    def _note(self, ledger_id: int, seen: Seen) -> None:
        self._by_print.setdefault(seen.fingerprint, {})[ledger_id] = seen
        if seen.message_id:  # an empty one would be that of every message without one
            self._by_message_id.setdefault(seen.message_id, {})[ledger_id] = seen


def _seen(message_id: str, fingerprint: str, content: str, state: str, place: str, case: str | None) -> Seen:
    key = message_id or fingerprint
    return Seen(key, message_id, fingerprint, content, LedgerState(state), Place(place), case or "")
