"""The daemon's morning: the thread that has the digest written at its hour (RELIABILITY B19, F7)."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import structlog

from triage.core.calendar import digest_due
from triage.service.calendar import calendar_for, local_zone
from triage.service.digest import send_digest
from triage.service.digest_facts import Count, count_on_server
from triage.service.house import House
from triage.service.progress import Progress
from triage.store.engine import read
from triage.store.facts import last_digest

log = structlog.get_logger("digest")

LOOK_SECONDS = 60.0


@dataclass
class DigestLoop:
    """Looks at the clock at least once a minute, so that a clock that jumps is noticed. `written`: mail is to leave."""

    house: Callable[[], House]
    written: Callable[[], None]
    stop: threading.Event
    count: Count = count_on_server
    work: threading.Event = field(default_factory=threading.Event)
    progress: Progress = field(default_factory=Progress)
    _nobody: bool = False

    def run(self) -> None:
        """Look whether a digest is due until told to stop. A digest that fails is tried again; the daemon goes on."""
        while not self.stop.is_set():
            self.work.clear()
            try:
                self.look()
                self.progress.succeed()
            except Exception:
                self.progress.fail()
                log.exception("the digest could not be made")
            self.work.wait(self._seconds_to_next())

    def look(self) -> date | None:
        """Write the digest that is due now; its date, or None where none is."""
        house = self.house()
        if not house.settings.digest.to:
            self._say_nobody()
            return None
        self._nobody = False
        day = due_now(house)
        if day is None or not send_digest(house, day, self.count(house)):
            return None
        self.written()
        return day

    def _say_nobody(self) -> None:
        if not self._nobody:
            log.warning("nobody gets the digest: digest.to is empty")
        self._nobody = True

    def _seconds_to_next(self) -> float:
        """To the digest's hour where that is near, else to the next look."""
        house = self.house()
        wall = house.now().astimezone(local_zone())
        left = (datetime.combine(wall.date(), hour_of(house), wall.tzinfo) - wall).total_seconds()
        return left if 0 < left < LOOK_SECONDS else LOOK_SECONDS


def due_now(house: House) -> date | None:
    """The date whose digest is due and not made yet."""
    now = house.now()
    today = now.astimezone(local_zone()).date()
    with read(house.engine) as connection:
        last = last_digest(connection, before=today + timedelta(days=1))
    calendar = calendar_for(today, house.settings.holidays.extra)
    return digest_due(now, hour_of(house), last.day if last else None, calendar)


def hour_of(house: House) -> time:
    """The hour of the digest, on our wall."""
    return time.fromisoformat(house.settings.digest.at)
