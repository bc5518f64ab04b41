"""Cases as the decisions of a piece see them: as the database has them, and as the decisions before have left them.

What is looked up is read for the whole piece in a few statements; what is written is kept in memory, where the next
message finds it, until `flush` puts it into the transaction in a few statements more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, bindparam, func, select

from triage.core.case import Case, CaseEvent
from triage.core.join_keys import WINDOW, plain_protocol
from triage.core.values import replace
from triage.core.vocabulary import State
from triage.store.cases import (
    StaleCase,
    add_events,
    add_lines,
    add_protocols,
    add_thread,
    change_cases,
    insert_cases,
    next_number,
    note_last_number,
    series_of,
)
from triage.store.chunks import WANTED, rows_for
from triage.store.codec import case_from_json
from triage.store.rows import CASES, LINES, PROTOCOLS, THREAD

MOST = 50  # cases by one way; more than that ties nothing to anything
_NOT_WRITTEN = 1 << 62  # above every row id: a case of this piece is newer than all others

_RECENT = (CASES.c.state != State.CLOSED) & (CASES.c.changed_at >= bindparam("since"))


def _newest(key: Column[str], *conditions: Any) -> Select[Any]:
    """For each of the wanted keys its newest cases, MOST of them."""
    nth = func.row_number().over(partition_by=key, order_by=CASES.c.id.desc()).label("nth")
    linked = CASES if key.table is CASES else CASES.join(key.table, key.table.c.case_id == CASES.c.id)
    every = select(key.label("key"), CASES.c.id, nth).select_from(linked).where(key.in_(WANTED), *conditions)
    each = every.subquery("counted")
    return (
        select(each.c.key, CASES.c.id, CASES.c.body)
        .join(CASES, CASES.c.id == each.c.id)
        .where(each.c.nth <= bindparam("most"))
    )


_BY_REQUESTER = _newest(CASES.c.requester, _RECENT)
_BY_LINE = _newest(LINES.c.line, _RECENT)
_BY_PROTOCOL = _newest(PROTOCOLS.c.protocol)
_BY_NUMBER = select(CASES.c.number, CASES.c.id, CASES.c.body).where(CASES.c.number.in_(WANTED))
_BY_REFERENCE = (
    select(THREAD.c.message_id, CASES.c.id, CASES.c.body)
    .join(CASES, CASES.c.id == THREAD.c.case_id)
    .where(THREAD.c.message_id.in_(WANTED))
)
# Ordered by what the state's index holds: by the id, the planner might read all cases in that order.
_IN_STATE = (
    select(CASES.c.id, CASES.c.body)
    .where(CASES.c.state == bindparam("state"))
    .order_by(CASES.c.changed_at.desc())
    .limit(MOST)
)


@dataclass(slots=True)
class _Way:
    """One way of finding cases. `cut` holds what was found by keys that have more cases than are read, `stale` such
    keys where one of these no longer counts, so that another would move up."""

    found: dict[str, set[int]] = field(default_factory=dict)
    cut: dict[str, frozenset[int]] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)

    def add(self, key: str, rank: int) -> None:
        self.found.setdefault(key, set()).add(rank)

    def get(self, keys: Iterable[str]) -> set[int]:
        return {rank for key in keys for rank in self.found.get(key, ())}

    def mark_cut(self, keys: Iterable[str]) -> None:
        self.cut |= {key: frozenset(self.found[key]) for key in keys if len(self.found.get(key, ())) >= MOST}

    def lost(self, rank: int, but_for: str = "") -> None:
        self.stale |= {key for key, ranks in self.cut.items() if rank in ranks and key != but_for}


class CaseBook:
    """For one transaction. A case is known by its rank: its row id, or for one of this piece a number above all ids."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._since = connection, now - WINDOW
        self._cases: dict[int, Case] = {}
        self._ranks: dict[str, int] = {}
        self._rows: dict[int, int] = {}
        self._rank_of_row: dict[int, int] = {}
        self._threads, self._cited, self._people, self._lines, self._protocols = (_Way() for _ in range(5))
        self._series: dict[str, int] = {}
        self._forget_pending()

    def _forget_pending(self) -> None:
        self._opened: list[int] = []
        self._uncounted: set[str] = set()
        self._read: dict[int, int] = {}
        self._events: list[tuple[int, CaseEvent]] = []
        self._new_threads: dict[tuple[int, str], bool] = {}
        self._new_lines: dict[tuple[int, str], None] = {}
        self._new_protocols: dict[tuple[int, str], None] = {}

    # --- reading for the piece

    def load(
        self,
        *,
        ids: Iterable[str] = (),
        numbers: Iterable[str] = (),
        protocols: Iterable[str] = (),
        people: Iterable[str] = (),
        lines: Iterable[str] = (),
    ) -> None:
        """Read every case that these keys find."""
        self._load(_BY_REFERENCE, self._threads, ids)
        self._load(_BY_NUMBER, self._cited, (number for number in numbers if number not in self._ranks))
        self._load_newest(_BY_PROTOCOL, self._protocols, protocols)
        self._load_newest(_BY_REQUESTER, self._people, people, since=self._since)
        self._load_newest(_BY_LINE, self._lines, lines, since=self._since)

    def _load(self, query: Select[Any], way: _Way, keys: Iterable[str], **given: object) -> list[str]:
        wanted = [key for key in dict.fromkeys(keys) if key]
        for key, row_id, body in rows_for(self._connection, query, wanted, given):
            way.add(key, self._met(row_id, body))
        return wanted

    def _load_newest(self, query: Select[Any], way: _Way, keys: Iterable[str], **given: object) -> None:
        way.mark_cut(self._load(query, way, keys, most=MOST, **given))

    def _met(self, row_id: int, body: str) -> int:
        rank = self._rank_of_row.get(row_id, row_id)
        if rank not in self._cases:
            case = case_from_json(body)
            self._cases[rank] = case
            self._ranks[case.number] = rank
        return rank

    # --- finding

    def in_threads(self, ids: Iterable[str]) -> tuple[tuple[str, tuple[Case, ...]], ...]:
        """Each of these Message-IDs that belongs to cases, with them, the oldest first."""
        found = self._threads.found
        known = (i for i in dict.fromkeys(ids) if i in found)
        return tuple((i, tuple(self._cases[rank] for rank in sorted(found[i]))) for i in known)

    def by_number(self, numbers: Iterable[str]) -> tuple[Case, ...]:
        """The cases with these numbers, the newest first."""
        return self._newest_of({self._ranks[number] for number in numbers if number in self._ranks})

    def by_protocol(self, protocols: Iterable[str]) -> tuple[Case, ...]:
        """The cases with these protocols, the newest first."""
        return self._newest_of(self._protocols.get(protocols))

    def by_requester(self, people: Sequence[str]) -> tuple[Case, ...]:
        """The open cases of these people, the newest first."""
        self._refresh(_BY_REQUESTER, self._people, people)
        ranks = {
            rank
            for person in people
            for rank in self._people.found.get(person, ())
            if (case := self._cases[rank]).requester == person and self._counts(case)
        }
        return self._newest_of(ranks)

    def by_line(self, lines: Sequence[str]) -> tuple[Case, ...]:
        """The open cases about these lines, the newest first."""
        self._refresh(_BY_LINE, self._lines, lines)
        return self._newest_of({rank for rank in self._lines.get(lines) if self._counts(self._cases[rank])})

    def in_state(self, state: State) -> tuple[Case, ...]:
        """The cases that stand at `state`, the last changed first. Asked of the database itself."""
        self.flush()
        rows = self._connection.execute(_IN_STATE, {"state": state})
        return tuple(self._cases[self._met(row_id, body)] for row_id, body in rows)

    def rank(self, number: str) -> int | None:
        """The rank of the case with this number; None where there is none."""
        if number not in self._ranks:
            self.load(numbers=(number,))
        return self._ranks.get(number)

    def case(self, rank: int) -> Case:
        """The case as it stands."""
        return self._cases[rank]

    def proven(self) -> list[str]:
        """The numbers of the cases that a thread or a number has found: the likeliest to be written to."""
        ranks = {rank for way in (self._threads, self._cited) for found in way.found.values() for rank in found}
        return [self._cases[rank].number for rank in ranks]

    def _newest_of(self, ranks: set[int]) -> tuple[Case, ...]:
        return tuple(map(self._cases.__getitem__, sorted(ranks, reverse=True)[:MOST]))

    def _counts(self, case: Case) -> bool:
        return case.open and case.changed_at >= self._since

    def _refresh(self, query: Select[Any], way: _Way, keys: Sequence[str]) -> None:
        """Read again what moved up, once what is pending has been written."""
        stale = way.stale.intersection(keys)
        if stale:
            self.flush()
            way.stale -= stale
            for key in stale:
                del way.cut[key]
            self._load_newest(query, way, stale, since=self._since)

    # --- writing

    def open(self, case: Case) -> tuple[int, Case]:
        """A new case: its rank, and the case with its number."""
        numbered = replace(case, number=self._next_number(case), version=1)
        rank = _NOT_WRITTEN + len(self._rows) + len(self._opened)
        self._opened.append(rank)
        self._ranks[numbered.number] = rank
        self._stand(rank, numbered)
        return rank, numbered

    def change(self, case: Case) -> tuple[int, Case]:
        """A case that was read before: its rank, and the case as it stands now. Raises StaleCase."""
        rank = self.rank(case.number)
        if rank is None or self._cases[rank].version != case.version:
            raise StaleCase(case.number)
        if rank not in self._opened:
            self._read.setdefault(rank, case.version)
        changed = replace(case, version=case.version + 1)
        self._stand(rank, changed)
        return rank, changed

    def note(self, rank: int, event: CaseEvent) -> None:
        """A line of a case's history."""
        self._events.append((rank, event))

    def tie(self, rank: int, message_id: str, *, ours: bool = False) -> None:
        """A Message-ID that belongs to the case."""
        if message_id:
            self._threads.add(message_id, rank)
            self._new_threads.setdefault((rank, message_id), ours)

    def _stand(self, rank: int, case: Case) -> None:
        """The case as it is from here on, to be found by all that it names. Lines and protocols are only ever added."""
        self._cases[rank] = case
        self._people.add(case.requester, rank)
        for line in case.lines:
            self._lines.add(line, rank)
            self._new_lines[rank, line] = None
        for protocol in filter(None, map(plain_protocol, case.protocols)):
            self._protocols.add(protocol, rank)
            self._new_protocols[rank, protocol] = None
        counts = self._counts(case)
        self._people.lost(rank, but_for=case.requester if counts else "")
        if not counts:
            self._lines.lost(rank)

    def _next_number(self, case: Case) -> str:
        """The first of a series is asked for, the others are counted here."""
        series, year = series_of(case)
        if series in self._series:
            self._series[series] += 1
            self._uncounted.add(series)
        else:
            self._series[series] = next_number(self._connection, series)
        return f"{year}-{self._series[series]:06d}"

    def row(self, rank: int) -> int:
        """The row id of a case, which must have been flushed."""
        return self._rows.get(rank, rank)

    def flush(self) -> None:
        """Write what is pending, in the order in which it was decided. Raises StaleCase."""
        self._flush_cases()
        add_events(self._connection, [(self.row(rank), event) for rank, event in self._events])
        add_thread(self._connection, [(self.row(rank), i, ours) for (rank, i), ours in self._new_threads.items()])
        add_lines(self._connection, [(self.row(rank), line) for rank, line in self._new_lines])
        add_protocols(self._connection, [(self.row(rank), protocol) for rank, protocol in self._new_protocols])
        self._forget_pending()

    def _flush_cases(self) -> None:
        if self._opened:
            for series in self._uncounted:
                note_last_number(self._connection, series, self._series[series])
            row_ids = insert_cases(self._connection, [self._cases[rank] for rank in self._opened])
            self._rows |= zip(self._opened, row_ids, strict=True)
            self._rank_of_row |= zip(row_ids, self._opened, strict=True)
        change_cases(self._connection, [(self._cases[rank], version) for rank, version in self._read.items()])
