"""Telling systemd how we are: readiness, status, the watchdog (sd_notify(3))."""

import os
import socket

ADDRESS = "NOTIFY_SOCKET"


def is_managed() -> bool:
    """Whether a service manager started us, and will start us again."""
    return bool(os.environ.get(ADDRESS))


class Notifier:
    """Speaks to $NOTIFY_SOCKET; silent where there is none. Never raises for a manager that does not listen."""

    def __init__(self, address: str | None = None) -> None:
        self._address = address if address is not None else os.environ.get(ADDRESS, "")
        usec = int(os.environ.get("WATCHDOG_USEC", "0") or 0)
        self.watchdog_seconds = usec / 1_000_000 / 2

    def say(self, *assignments: str) -> None:
        """Send assignments such as "READY=1" or "STATUS=…"."""
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            try:
                channel.sendto("\n".join(assignments).encode(), address)
            except OSError:
                return
