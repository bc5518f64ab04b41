"""What a loop lets others see of itself: that it moves, how often it failed in a row, when it last succeeded."""

import threading
import time
from dataclasses import dataclass, field


@dataclass
class Progress:
    """Written by one loop, read by the watchdog and the health file. Times are of the monotonic clock.

    `hurt`: it has met a page of the database that cannot be read.
    """

    beats: int = 0
    failures: int = 0
    hurt: bool = False
    last_beat: float = field(default_factory=time.monotonic)
    last_success: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def beat(self) -> None:
        """The loop came round."""
        with self._lock:
            self.beats += 1
            self.last_beat = time.monotonic()

    def succeed(self) -> None:
        """The loop did what it is for."""
        self.beat()
        with self._lock:
            self.failures = 0
            self.last_success = self.last_beat

    def fail(self) -> int:
        """The loop failed; how many times in a row by now."""
        self.beat()
        with self._lock:
            self.failures += 1
            return self.failures

    def silent_for(self) -> float:
        """Seconds since the loop last came round."""
        return time.monotonic() - self.last_beat

    def unsuccessful_for(self) -> float | None:
        """Seconds since the loop last succeeded; None if it never did."""
        return None if self.last_success is None else round(time.monotonic() - self.last_success, 1)
