"""The checker after a fault run: the program's own invariants, and what it cannot know by itself: what arrived where.

Every line it gives is a promise broken. Nothing is excused but by what the program itself shows to people.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage

from tests.faults.stage import CARRIER, TEAM, Stage
from tests.faults.stories import Story, address
from triage.mail.imap import Mailbox
from triage.service.invariants import breaches, unaccounted
from triage.service.registry import open_registry
from triage.settings import load_settings

SHOWN = ("held", "dead", "ambiguous", "drafted", "cancelled")
BAD_EVENTS = ("loop failed", "no decision about this message", "the digest could not be made")


@dataclass(frozen=True, slots=True)
class Row:
    """An outbox row, as far as the checker needs it."""

    id: int
    kind: str
    message_id: str
    recipient: str
    state: str
    reason: str
    case: str
    cause: str


@dataclass
class Audit:
    """What was found on one stage. `excused`: a reply may be missing if its row or case shows why."""

    stage: Stage
    excused: bool = False
    rows: dict[str, Row] = field(default_factory=dict)
    arrived: dict[str, list[EmailMessage]] = field(default_factory=lambda: defaultdict(list))
    resent: set[int] = field(default_factory=set)

    def findings(self) -> list[str]:
        """Every promise broken; empty where all hold."""
        self._read()
        checks = (
            self._invariants,
            self._ledger,
            self._stories,
            self._copies,
            self._rows_and_mails,
            self._nothing_waits,
            self._mailbox_untouched,
            self._log,
        )
        return [*self.stage.notes, *(line for check in checks for line in check())]

    def _read(self) -> None:
        program = self.stage.program
        columns = "id, kind, message_id, recipient, state, reason, case_number, cause"
        for row in program.rows(f"select {columns} from outbox"):
            number, *words = row
            self.rows[str(words[1])] = Row(int(str(number)), *map(str, words))
        self.resent = self.stage.resent()
        for heard in self.stage.sent():
            self.arrived[str(heard["Message-ID"])].append(heard)

    def _invariants(self) -> Iterator[str]:
        """C17 as `triage doctor --deep` proves it, two hours from now: nothing may wait for ever."""
        house = open_registry(load_settings(self.stage.program.config, need_mailbox=True))
        soon = replace(house, now=lambda: house.now() + timedelta(hours=2))
        try:
            found = breaches(soon)
            with Mailbox(house.imap) as box:
                found += unaccounted(soon, box)
        finally:
            house.engine.dispose()
        yield from (f"invariant: {breach.rule}: {breach.detail}" for breach in found)

    def _ledger(self) -> Iterator[str]:
        """No mail without a row; two deliveries are two rows, and one of them is no duplicate."""
        stage = self.stage
        rows = Counter(str(i) for (i,) in stage.program.rows("select message_id from ledger where place = 'inbox'"))
        for message_id, number in Counter(i for i, _ in stage.delivered).items():
            if rows[message_id] < number and message_id not in stage.removed:
                yield f"{message_id}: delivered {number} times, {rows[message_id]} ledger rows"
        for state, reason in stage.program.rows("select state, reason from ledger where state = 'quarantined'"):
            yield f"a sound mail in quarantine: {state} {reason}"

    def _stories(self) -> Iterator[str]:
        """Each story ends as it must: one case in the right state, the right number of replies and notices."""
        seen = {str(i) for (i,) in self.stage.program.rows("select message_id from ledger")}
        for told in self.stage.stories:
            if all(i in seen for i in told.ids) and told.answers not in self.stage.removed:
                yield from self._story(told)

    def _story(self, told: Story) -> Iterator[str]:
        query = f"select number, state, review from cases where requester = '{told.person}'"
        cases = self.stage.program.rows(query)
        if len(cases) != bool(told.state):
            yield f"{told.kind} {told.person}: {len(cases)} cases"
        mails = [row for row in self.rows.values() if told.person == row.recipient]
        replies = {i for i, heard in self.arrived.items() if address(heard[0]["To"]) == told.person}
        if len(replies) > told.replies or len(mails) > told.replies:
            yield f"{told.kind} {told.person}: {len(replies)} replies, {len(mails)} rows"
        if len(replies) < told.replies and not self._shown(mails, cases):
            yield f"{told.kind} {told.person}: the reply never came; rows {mails}"
        for number, state, review in cases:
            yield from self._case(told, str(number), str(state), str(review), len(replies))

    def _case(self, told: Story, number: str, state: str, review: str, replies: int) -> Iterator[str]:
        notices = [row for row in self.rows.values() if row.kind == "carrier_notice" and row.case == number]
        if len(notices) != told.notices and not (self.excused and review):
            yield f"case {number}: {len(notices)} notices to the carrier"
        waits = "carrier_due" if notices and notices[0].state in SHOWN else told.state
        fair = {told.state if replies == told.replies and not review else state, waits}
        if state not in fair and not (self.excused and review):
            yield f"{told.kind} case {number}: {state}, not {waits}; review {review!r}"

    def _shown(self, mails: list[Row], cases: list[tuple[object, ...]]) -> bool:
        return self.excused and (any(row.state in SHOWN for row in mails) or any(case[2] for case in cases))

    def _copies(self) -> Iterator[str]:
        """One copy of each mail; a second, identical, only where a doubt was written down; never of a notice."""
        for message_id, heard in self.arrived.items():
            row = self.rows.get(message_id)
            doubted = row is not None and row.id in self.resent and row.kind != "carrier_notice"
            if len(heard) > 1 + doubted:
                yield f"{message_id}: {len(heard)} copies of a {row.kind if row else 'stranger'}"
            if len({one.as_bytes() for one in heard}) > 1:
                yield f"{message_id}: copies that differ"
            recipients = {address(one["To"]) for one in heard}
            if row is not None and recipients != {row.recipient}:
                yield f"{message_id}: went to {recipients}"

    def _rows_and_mails(self) -> Iterator[str]:
        """What arrived was decided; what is said to have left did arrive; nothing left that was said to be stopped."""
        for message_id in self.arrived.keys() - self.rows.keys():
            yield f"{message_id}: arrived, and no row knows it"
        for message_id, row in self.rows.items():
            arrived = message_id in self.arrived
            if row.state == "sent" and not arrived and row.reason != "seen-in-sent":
                yield f"{message_id}: sent by its row, never arrived"
            if arrived and row.state in ("queued", "retry", "dead", "observed", "drafted"):
                yield f"{message_id}: arrived, and its row says {row.state}"
            if arrived and row.state == "held" and row.reason != "in-doubt":
                yield f"{message_id}: arrived although held: {row.reason}"
        told = Counter((row.case, row.recipient) for row in self.rows.values() if row.recipient == CARRIER)
        yield from (f"{case}: {number} notices" for (case, _), number in told.items() if number > 1)
        days = Counter(row.cause for row in self.rows.values() if row.recipient == TEAM)
        yield from (f"{day}: {number} digests" for day, number in days.items() if number > 1)

    def _nothing_waits(self) -> Iterator[str]:
        for row in self.rows.values():
            if row.state in ("queued", "leased", "retry") or (row.state == "ambiguous" and not row.reason):
                yield f"still {row.state}: {row}"

    def _mailbox_untouched(self) -> Iterator[str]:
        """C1, B4: what was in the inbox is there, unread, unless people took or read it."""
        names = {path.name.partition(":")[0]: path.name for path in self.stage.imap.messages()}
        for message_id, path in self.stage.delivered:
            if message_id in self.stage.removed:
                continue
            name = names.get(path.name)
            if name is None:
                yield f"{message_id}: gone from the inbox"

    def _log(self) -> Iterator[str]:
        for event in BAD_EVENTS:
            if number := self.stage.program.logged(event):
                yield f"log: {number} × {event}"
