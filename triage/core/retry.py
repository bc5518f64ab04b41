"""When to try again, and what an SMTP reply code means. Pure: the caller brings the randomness and keeps the time."""

from dataclasses import dataclass
from enum import StrEnum

MINUTE = 60.0
HOUR = 60 * MINUTE
MAX_DOUBLINGS = 32  # beyond this the cap rules anyway, and a float would overflow


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential waits without end: for a connection, which is tried for ever (RELIABILITY B10).

    Each wait is drawn between `calm` × bound and the bound, which doubles from `first` up to `cap` (seconds).
    `calm` 0 is full jitter; 0.5 never waits less than half, for servers that lock an account out.
    """

    first: float
    cap: float
    calm: float = 0.0
    least: float = 0.2

    def next_attempt(self, failures: int, random01: float) -> float:
        """Seconds to wait after `failures` failures in a row (1 or more); `random01` lies in [0, 1)."""
        bound = min(self.cap, self.first * 2.0 ** min(max(failures, 1) - 1, MAX_DOUBLINGS))
        shortest = max(self.least, bound * self.calm)
        return shortest + (bound - shortest) * random01


@dataclass(frozen=True, slots=True)
class Steps:
    """A ladder with an end: for a message, which is given up at last (RELIABILITY C7, RFC 5321 §4.5.4.1).

    `jitter` moves each wait by at most that fraction, so that rows delayed together do not come back together.
    """

    waits: tuple[float, ...]
    jitter: float = 0.1

    def next_attempt(self, failures: int, random01: float) -> float | None:
        """Seconds to wait after `failures` failed attempts (1 or more), or None: give up."""
        if failures > len(self.waits):
            return None
        return self.waits[max(failures, 1) - 1] * (1 + self.jitter * (2 * random01 - 1))


RECONNECT = Backoff(first=1.0, cap=5 * MINUTE)
LOGIN = Backoff(first=10 * MINUTE, cap=HOUR, calm=0.5)
OUTBOX = Steps((MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, *(8 * HOUR,) * 5))


class SmtpFate(StrEnum):
    """What a reply code means for the outbox row, and for the rows behind it."""

    SENT = "sent"
    RETRY = "retry"
    DEAD = "dead"
    PAUSE = "pause"


# The relay speaks about us or about itself, not about this message: 421 closing (RFC 5321 §3.8), and the answers to a
# missing or failed login or encryption (RFC 4954 §6, RFC 3207). The row is kept and the whole queue waits.
ABOUT_THE_RELAY = frozenset({421, 432, 454, 530, 534, 535, 538})


def classify_smtp(code: int) -> SmtpFate:
    """What the SMTP reply `code` means, by the code alone. A code outside 2xx, 4xx and 5xx says nothing: RETRY."""
    if code in ABOUT_THE_RELAY:
        return SmtpFate.PAUSE
    return {2: SmtpFate.SENT, 5: SmtpFate.DEAD}.get(code // 100, SmtpFate.RETRY)
