"""The daemon's night: the thread that looks through the whole house once a day (RELIABILITY C13, C17).

What it finds broken is told in the log, the health file, the figures and the next digest. Mail that would leave twice
trips the breaker; a damaged database stops everything, since whatever is written to it then may be lost.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError

from triage.core.calendar import inspection_due
from triage.mail.imap import Mailbox
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure
from triage.service.calendar import calendar_for, local_zone
from triage.service.damage import note_damage
from triage.service.house import House
from triage.service.invariants import DOUBLED, Breach, broken_rules, unaccounted
from triage.service.loops import Loop
from triage.service.progress import Progress
from triage.service.silence import silence_of
from triage.service.trouble import TROUBLE, after_trouble, why
from triage.store import facts
from triage.store.engine import BEYOND_READING, damage, read, write
from triage.store.inspections import Inspected, keep_inspection, last_inspection

log = structlog.get_logger("inspection")

LOOK_SECONDS = 60.0
PATIENCE = 7200.0
REST_SECONDS = 3600.0
CATCH_UP_SECONDS = 10.0
_QUICK = Timeouts(connect=10.0, read=30.0)


@dataclass
class Inspection:
    """Looks at the clock, and whether mail still comes, once a minute.

    `damaged` is called when the database turns out to be beyond use.
    """

    house: Callable[[], House]
    damaged: Callable[[], None]
    stop: threading.Event
    work: threading.Event = field(default_factory=threading.Event)
    progress: Progress = field(default_factory=Progress)
    _suspected: bool = False
    _silent: bool = False

    def run(self) -> None:
        """Inspect whenever it is due, or suspected of being needed, until told to stop or nothing is left to stop."""
        while not self.stop.is_set():
            self.work.clear()
            pause = self._turn()
            if pause is None:
                return
            self.work.wait(pause)

    def loop(self) -> Loop:
        """Its thread to be. To read a large database through takes its time."""
        return Loop("inspection", self.run, self.work.set, self.progress, PATIENCE)

    def suspect(self) -> None:
        """A loop has met a page that cannot be read: look now, not tonight."""
        self._suspected = True
        self.work.set()

    def _turn(self) -> float | None:
        try:
            if (self._suspected or due_now(self.house())) and not self._whole():
                return None
            self._suspected = False
            self._mind_silence()
            self.progress.succeed()
        except TROUBLE as trouble:
            return after_trouble("inspection", trouble, self.progress)
        except Exception:  # a defect of the looking must not end what it looks at
            self.progress.fail()
            log.exception("the house could not be looked through")
            return REST_SECONDS
        return LOOK_SECONDS

    def _mind_silence(self) -> None:
        """Say once that a mailbox has fallen silent, and once that it has not."""
        house = self.house()
        with read(house.engine) as connection:
            silence = silence_of(house, connection)
        if silence.alarming != self._silent:
            self._silent = silence.alarming
            say = log.error if silence.alarming else log.info
            say("no mail for long" if silence.alarming else "mail comes again", working_hours=round(silence.hours, 1))

    def _whole(self) -> bool:
        """One inspection; False where the database is damaged, and everything has been stopped."""
        house = self.house()
        if how := damage_of(house):
            note_damage(house.state_dir, how)
            self.damaged()
            log.critical("the database is damaged: nothing is taken in or sent until a copy is restored", how=how)
            return False
        inspect(house, self.stop)
        return True


def due_now(house: House) -> bool:
    """Whether tonight's inspection is still to be made, by whichever life of the daemon."""
    now = house.now()
    with read(house.engine) as connection:
        last = last_inspection(connection)
    calendar = calendar_for(now.astimezone(local_zone()).date(), house.settings.holidays.extra)
    return inspection_due(now, last.at if last else house.first_run, calendar)


def damage_of(house: House) -> str:
    """How the database is damaged; "" where it is whole. Raises TROUBLE where it cannot be looked at now."""
    try:
        return next(iter(damage(house.engine)), "")
    except DatabaseError as failure:
        if why(failure) in BEYOND_READING:
            return why(failure)
        raise


def inspect(house: House, stop: threading.Event) -> Inspected:
    """Everything that must hold, looked at; what does not is kept and told, and stops what it must."""
    found = [*broken_rules(house), *_unaccounted(house, stop)]
    made = Inspected(house.now(), tuple((breach.rule, breach.detail) for breach in found))
    with write(house.engine) as connection:
        before = last_inspection(connection)
        keep_inspection(connection, made)
        _stop_doubles(connection, found, before, made.at)
    for breach in found:
        log.error("a rule that must always hold is broken", rule=breach.rule, where=breach.detail)
    log.info("inspected", broken=len(found))
    return made


def _unaccounted(house: House, stop: threading.Event) -> list[Breach]:
    """What the mailbox holds and the ledger does not, even after a moment: mail may just be coming in."""
    try:
        with Mailbox(house.imap, _QUICK) as box:
            found = unaccounted(house, box)
            if found:
                stop.wait(CATCH_UP_SECONDS)
                found = unaccounted(house, box)
            return found
    except MailboxFailure as failure:
        log.warning("mailbox not compared", failure=type(failure).__name__, why=str(failure))
        return []


def _stop_doubles(connection: Connection, found: list[Breach], before: Inspected | None, now: datetime) -> None:
    """Mail that is there twice trips the breaker, unless a person has seen that and re-armed it."""
    known = before.found if before else ()
    new = [breach for breach in found if breach.rule in DOUBLED and (breach.rule, breach.detail) not in known]
    if new and facts.trip(connection, f"a conferência da noite achou mensagens em dobro: {new[0].detail}", now):
        log.critical("breaker tripped: nothing leaves until it is re-armed", why=new[0].rule)
