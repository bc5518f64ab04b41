"""The outbox's duty: one process sends at a time, under a fence that outlives whoever stalled (RELIABILITY B18)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from triage.service.house import House
from triage.store.engine import write
from triage.store.leases import acquire, release
from triage.store.outbox import expire_leases

log = structlog.get_logger("outbox")

NAME = "outbox"
LEASE_SECONDS = 900.0  # a mail that takes longer is in doubt once another process has taken the duty over
FRESH = timedelta(seconds=30)


def within(span: timedelta, since: datetime | None, now: datetime) -> bool:
    """Whether less than `span` has passed since; a wall clock that was set back says nothing, so it has (B19)."""
    return since is not None and timedelta(0) <= now - since < span


@dataclass
class Duty:
    """For one thread. `token` is the fence under which this process leases mails; 0 before it has the duty."""

    house: Callable[[], House]
    token: int = 0
    _renewed_at: datetime | None = None

    def held(self) -> bool:
        """Whether this process has the duty, taking it where it is free."""
        if self._fresh():
            return True
        with write(self.house().engine) as connection:
            return self.renewed(connection)

    def renewed(self, connection: Connection) -> bool:
        """The same within a writing transaction. Mails that an earlier holder had in hand are in doubt then (C4)."""
        if self._fresh():
            return True
        house, now = self.house(), self.house().now()
        token = acquire(connection, NAME, house.owner, now, LEASE_SECONDS)
        if token is not None and not self.token:
            # Ours by name and by the lock on the state directory, but maybe from a life that ended in mid-sending.
            release(connection, NAME, token, now)
            token = acquire(connection, NAME, house.owner, now, LEASE_SECONDS)
        if token is None:
            return False
        if token != self.token and (interrupted := expire_leases(connection, token, now)):
            log.warning("interrupted while sending: nobody knows whether these left", mails=interrupted)
        self.token, self._renewed_at = token, now
        return True

    def _fresh(self) -> bool:
        return within(FRESH, self._renewed_at, self.house().now())
