"""A digest in the outbox seen through to its end, for a command that must say how it went."""

import threading
import time
from contextlib import suppress
from datetime import date
from enum import StrEnum

from triage.core.decision import OutboxState
from triage.service.digest import digest_mails
from triage.service.house import House
from triage.service.lock import AlreadyRunning, only_one
from triage.service.outbox import Outbox

PATIENCE = 90.0  # the daemon, which may have the duty of sending, looks into the outbox every half minute
LOOK_SECONDS = 0.5

_UNDER_WAY = frozenset({OutboxState.QUEUED, OutboxState.LEASED})


class Delivery(StrEnum):
    """How a digest fared; the worst of its mails counts."""

    SENT = "sent"
    STOPPED = "stopped"
    UNREACHED = "unreached"
    REFUSED = "refused"
    UNSURE = "unsure"


def deliver(house: House, day: date, patience: float = PATIENCE) -> Delivery:
    """Have the digest of `day` sent, by this process or the daemon; how it fared in `patience` seconds.

    Raises LockRefused where the state directory cannot be used.
    """
    deadline = time.monotonic() + patience
    while True:
        _send_unless_watched(house)
        states = {mail.state for mail in digest_mails(house, day)}
        if not states & _UNDER_WAY or house.silent() or time.monotonic() >= deadline:
            return _judged(house, states)
        time.sleep(LOOK_SECONDS)


def _send_unless_watched(house: House) -> None:
    """Send what is due, under the daemon's own lock; a daemon that runs does it by itself."""
    with suppress(AlreadyRunning), only_one(house.state_dir):
        outbox = Outbox(lambda: house, threading.Event())
        try:
            outbox.flush()
        finally:
            outbox.close()


def _judged(house: House, states: set[OutboxState]) -> Delivery:
    if OutboxState.DEAD in states:
        return Delivery.REFUSED
    if OutboxState.AMBIGUOUS in states:
        return Delivery.UNSURE
    if states <= {OutboxState.SENT}:
        return Delivery.SENT
    return Delivery.STOPPED if house.silent() else Delivery.UNREACHED
