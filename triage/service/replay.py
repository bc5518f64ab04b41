"""What if: the mail of the past under the rules, the model and the bulletin of today. Changes nothing (DESIGN 8)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from triage.core.difference import Difference, differences, parts_of, unread
from triage.service.confine import Pool
from triage.service.wire import Judged, Outcome
from triage.store.engine import read
from triage.store.ledger import Versions, raw_of
from triage.store.past import Past, past

PAGE = 200
WEIGHTY = ("reading", "kind", "item", "action", "status")  # the parts whose changes are counted value by value


@dataclass(frozen=True, slots=True)
class Replayed:
    """A message of the past, and what today's verdict on it says differently."""

    past: Past
    differences: tuple[Difference, ...]


@dataclass(slots=True)
class Sum:
    """What a replay came to: messages judged again, how many differ, in which part, and from what to what."""

    messages: int = 0
    changed: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    moves: Counter[Difference] = field(default_factory=Counter)
    versions: Counter[Versions] = field(default_factory=Counter)

    def add(self, one: Replayed) -> None:
        """Count one message in."""
        self.messages += 1
        self.changed += bool(one.differences)
        self.parts.update(difference.part for difference in one.differences)
        self.moves.update(difference for difference in one.differences if difference.part in WEIGHTY)
        if one.past.versions:
            self.versions[one.past.versions] += 1


def replay(engine: Engine, pool: Pool, since: datetime | None = None) -> Iterator[Replayed]:
    """Every message since an instant judged again, in the order of the ledger. Raises ReaderUnavailable.

    No transaction stays open while a message is judged: on SQLite it would hold up whoever writes.
    """
    taken: dict[int, Past] = {}
    done: dict[int, Outcome] = {}
    for ledger_id, outcome in pool.judge_many(_messages(engine, since, taken)):
        done[ledger_id] = outcome
        while (first := next(iter(taken), None)) in done:
            assert first is not None
            yield _replayed(taken.pop(first), done.pop(first))


def _messages(engine: Engine, since: datetime | None, taken: dict[int, Past]) -> Iterator[tuple[int, bytes]]:
    """The messages with their bytes, noted in `taken` as they are handed out."""
    after = 0
    while page := _page(engine, since, after):
        for message in page:
            with read(engine) as connection:
                raw = raw_of(connection, message.id)
            if raw is not None:
                taken[message.id] = message
                yield message.id, raw
        after = page[-1].id


def _page(engine: Engine, since: datetime | None, after: int) -> list[Past]:
    with read(engine) as connection:
        return past(connection, since, after, PAGE)


def _replayed(message: Past, outcome: Outcome) -> Replayed:
    before = parts_of(message.kept) if message.kept else unread(message.reason.partition(":")[0])
    after = parts_of(outcome.verdict) if isinstance(outcome, Judged) else unread(str(outcome.reason))
    return Replayed(message, differences(before, after))
