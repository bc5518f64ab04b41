"""The house opened for the daemon or a single pass: at once, or as soon as the database can be had."""

import gc
import random
import signal
import time
from types import FrameType

import structlog

from triage.service.damage import forget_damage
from triage.service.house import House, furnish
from triage.service.trouble import LADDER, TROUBLE, why
from triage.settings import Settings
from triage.store.engine import StoreUnavailable, open_store

log = structlog.get_logger("daemon")


def open_house(settings: Settings) -> House:
    """The house for these settings, its database opened and checked. Raises StoreRefused, ConfigProblems."""
    assert settings.database is not None
    engine = open_store(settings.database.url.get_secret_value())
    forget_damage(settings.state.directory)
    return furnish(settings, engine)


def await_house(settings: Settings) -> House:
    """The same for a daemon, which waits while the disk is full or another program holds the database (C12).

    Ended for that it would be started again at once, and soon no more. SIGTERM and SIGINT end the wait: SystemExit.
    """
    before = {number: signal.signal(number, _leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        return _waited_for(settings)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Needed for the first process of a container: it never hears what it has no handler for."""
    raise SystemExit(0)


def _waited_for(settings: Settings) -> House:
    failures = 0
    while True:
        try:
            return open_house(settings)
        except (StoreUnavailable, *TROUBLE) as trouble:
            failures += 1
            pause = LADDER.next_attempt(failures, random.random())  # noqa: S311 - jitter, not secrecy
            words = str(trouble) if isinstance(trouble, StoreUnavailable) else why(trouble)
            gc.collect()  # at a start nothing else does, and each failure leaves behind what its connection was made of
            log.error("the database cannot be had yet", why=words, retry_in=round(pause, 1))
            time.sleep(pause)
