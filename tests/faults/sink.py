"""The SMTP server of the fault runs: it tells of each phase before it answers, and may be told what to answer then."""

from collections.abc import Callable

from tests.servers.smtp import Answer, SmtpServer

Watcher = Callable[[str], Answer | None]


class Sink(SmtpServer):
    """`watcher` hears the phase; what it returns is answered in place of the usual."""

    watcher: Watcher | None = None

    def next_answer(self, phase: str, usual: str) -> Answer:
        """Ask the watcher first."""
        watcher = self.watcher
        told = watcher(phase) if watcher else None
        return told or super().next_answer(phase, usual)

    def well_again(self) -> None:
        """No fault that was ordered and has not come yet comes now."""
        self.watcher = None
        self._script.clear()
