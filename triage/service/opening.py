"""The house opened for the daemon or a single pass: at once, or as soon as the database can be had."""

import gc
import random
import time

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

    Ended for that it would be started again at once, and soon no more. A signal ends the wait, with the process.
    """
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
