"""An event for a loop that may be called again while it is still at work on the last call."""

import threading


class Summons(threading.Event):
    """`times` it has been set: more than when it was last looked at, where something has come meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def set(self) -> None:
        """Call the loop. Two at the same time may count as one."""
        self.times += 1
        super().set()
