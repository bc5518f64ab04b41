"""What the loops and the store know, for Prometheus (RELIABILITY F6)."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from triage.core.decision import LedgerState, Place
from triage.core.vocabulary import WAITING_ON
from triage.service.damage import known_damage
from triage.service.exposition import Family, Sample, Sort, gauge, labelled
from triage.service.house import KILL_SWITCH, House
from triage.service.progress import Progress
from triage.service.silence import Silence, silence_of
from triage.service.trouble import TROUBLE, why
from triage.store import facts, tallies
from triage.store.engine import read
from triage.store.inspections import last_inspection
from triage.store.ledger import count_by_state
from triage.store.mailboxes import frozen
from triage.store.outbox import next_due
from triage.store.tallies import Gist

log = structlog.get_logger("metrics")

OVERLAP = timedelta(minutes=1)  # a transaction that began earlier may be committed later


@dataclass(slots=True)
class Tally:
    """Messages received, filed and judged since the program began, counted on at each look."""

    received: Counter[Place] = field(default_factory=Counter)
    filed: Counter[LedgerState] = field(default_factory=Counter)
    judged: Counter[Gist] = field(default_factory=Counter)
    _newest: int | None = None
    _since: datetime | None = None
    _counted: dict[tuple[int, datetime], None] = field(default_factory=dict)

    def look(self, connection: Connection, now: datetime) -> None:
        """Count what came to the ledger since the last look; the first look only notes where to begin."""
        newest, _ = tallies.newest_message(connection)
        if self._newest is None or self._since is None:
            self._newest, self._since = newest, now
            self._counted = dict.fromkeys((one.id, one.at) for one in tallies.filed_since(connection, now - OVERLAP))
            return
        self.received.update(tallies.received_after(connection, self._newest))
        self._newest = max(self._newest, newest)
        self._count_filed(connection, now)

    def _count_filed(self, connection: Connection, now: datetime) -> None:
        assert self._since is not None
        seen: dict[tuple[int, datetime], None] = {}
        for one in tallies.filed_since(connection, min(self._since, now) - OVERLAP):
            seen[one.id, one.at] = None
            if (one.id, one.at) in self._counted:
                continue
            self.filed[one.state] += 1
            if one.gist:
                self.judged[one.gist] += 1
        self._counted, self._since = seen, now


@dataclass
class Figures:
    """Everything that is told. `restarts`: how often a confined reader was replaced."""

    house: Callable[[], House]
    loops: Callable[[], Mapping[str, Progress]]
    restarts: Callable[[], int]
    _tally: Tally = field(default_factory=Tally)
    _began: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Note where counting begins. What hinders the database now is told at the first look."""
        self._of_the_store()

    def families(self) -> list[Family]:
        """The figures as of now. Where the database cannot be read, those of the process alone."""
        found = self._of_the_store()
        readable = gauge("triage_store_readable", "Whether the database could be read for this page.", bool(found))
        return [readable, *found, *self._of_the_process()]

    def _of_the_store(self) -> list[Family]:
        house = self.house()
        try:
            with read(house.engine) as connection:
                now = house.now()
                self._tally.look(connection, now)
                return [
                    *self._counters(),
                    *_standing(connection),
                    *_outbox(connection, now),
                    *_ages(connection, now),
                    *_silence(silence_of(house, connection)),
                ]
        except TROUBLE as trouble:
            log.error("figures not read", failure=type(trouble).__name__, why=why(trouble))
            return []

    def _counters(self) -> Iterator[Family]:
        tally = self._tally
        received = [(place, tally.received[place]) for place in Place]
        filed = [(state, tally.filed[state]) for state in LedgerState if state is not LedgerState.NEW]
        yield labelled("triage_received_total", Sort.COUNTER, "Messages taken in, by folder.", "place", received)
        yield labelled("triage_filed_total", Sort.COUNTER, "Messages filed, by what became of them.", "state", filed)
        judged = tuple(
            Sample(number, (("kind", gist.kind), ("action", gist.action))) for gist, number in tally.judged.items()
        )
        yield Family("triage_judged_total", Sort.COUNTER, "Messages judged, by kind and action.", judged)

    def _of_the_process(self) -> Iterator[Family]:
        house, loops = self.house(), self.loops()
        running = time.monotonic() - self._began
        success = [(name, _or(loop.unsuccessful_for(), running)) for name, loop in loops.items()]
        beats = [(name, loop.silent_for()) for name, loop in loops.items()]
        failures = [(name, loop.failures) for name, loop in loops.items()]
        versions = house.versions
        built = (("rules", versions.rules), ("model", versions.model), ("bulletin", versions.bulletin))
        yield Family("triage_build_info", Sort.GAUGE, "What judges: rules, model, bulletin.", (Sample(1, built),))
        words = "Seconds since the loop last did its work; of intake: since the mailbox was last read."
        yield labelled("triage_seconds_since_success", Sort.GAUGE, words, "loop", success)
        yield labelled("triage_seconds_since_beat", Sort.GAUGE, "Seconds since the loop last moved.", "loop", beats)
        yield labelled("triage_failures", Sort.GAUGE, "Failures of the loop in a row.", "loop", failures)
        words = "Confined readers replaced, worn or killed by a message."
        yield Family("triage_reader_restarts_total", Sort.COUNTER, words, (Sample(self.restarts()),))
        switched = (house.state_dir / KILL_SWITCH).exists()
        yield gauge("triage_kill_switch", "Whether the file that stops all sending is there.", switched)
        damaged = bool(known_damage(house.state_dir))
        yield gauge("triage_database_damaged", "Whether the database was found damaged: all has stopped.", damaged)
        free = shutil.disk_usage(house.disk).free
        yield gauge("triage_disk_free_bytes", "Free space for the database.", free)


def _standing(connection: Connection) -> Iterator[Family]:
    """How the house stands: messages, cases, and what has stopped."""
    waiting, aside = (count_by_state(connection, state) for state in (LedgerState.NEW, LedgerState.QUARANTINED))
    yield gauge("triage_waiting", "Messages that are still to be judged.", waiting)
    yield gauge("triage_quarantined", "Messages in quarantine.", aside)
    cases = tuple(
        Sample(number, (("state", state), ("waiting_on", WAITING_ON[state])))
        for state, number in tallies.cases_by_state(connection).items()
    )
    yield Family("triage_cases", Sort.GAUGE, "Cases, by state and by whom they wait for.", cases)
    flagged = tallies.cases_to_look_at(connection)
    yield gauge("triage_cases_to_look_at", "Cases that a person is asked to look at.", flagged)
    yield gauge(
        "triage_breaker_tripped", "Whether the breaker has stopped all sending.", bool(facts.tripped(connection))
    )
    words = "Whether the last message of test did not come back (triage doctor --probe)."
    yield gauge("triage_probe_lost", words, facts.fact(connection, facts.LOST_PROBE) is not None)
    last = last_inspection(connection)
    broken = len(last.found) if last else 0
    yield gauge("triage_broken_rules", "Rules that the last look through the house found broken.", broken)
    yield gauge("triage_frozen_folders", "Folders whose mail is not answered for now.", len(frozen(connection)))


def _silence(silence: Silence) -> Iterator[Family]:
    yield gauge("triage_silence_working_hours", "Working hours since mail last came to the inbox.", silence.hours)
    words = "Whether that is longer than alarm.silence_hours."
    yield gauge("triage_mailbox_silent", words, silence.alarming)


def _ages(connection: Connection, now: datetime) -> Iterator[Family]:
    """How long ago things happened that should not be long ago; left out where they never did."""
    _, came = tallies.newest_message(connection)
    digest = facts.last_digest(connection)
    if came is not None:
        words = "Seconds since the last message was taken in."
        yield gauge("triage_seconds_since_message", words, (now - came).total_seconds())
    inspected = last_inspection(connection)
    if inspected is not None:
        words = "Seconds since the house was last looked through."
        yield gauge("triage_seconds_since_inspection", words, (now - inspected.at).total_seconds())
    if digest is not None:
        words = "Seconds since the last digest was made."
        yield gauge("triage_seconds_since_digest", words, (now - digest.at).total_seconds())


def _outbox(connection: Connection, now: datetime) -> Iterator[Family]:
    states = tallies.outbox_by_state(connection)
    due = next_due(connection)
    late = max(0.0, (now - due).total_seconds()) if due else 0.0
    yield labelled("triage_outbox", Sort.GAUGE, "Outgoing mails, by state.", "state", states.items())
    yield gauge("triage_outbox_overdue_seconds", "For how long the oldest mail that is due has waited.", late)


def _or(seconds: float | None, otherwise: float) -> float:
    """A loop that never succeeded has been without success for as long as the program runs."""
    return otherwise if seconds is None else seconds
