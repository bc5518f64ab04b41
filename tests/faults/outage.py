"""`python -m tests.faults.outage --minutes N`: an IMAP server hangs up at once for long, then says BYE to every login.

Half of the time each. How often the daemon tries, and what it holds, is told every five minutes; at the end the server
is back, and what came meanwhile must be read without anybody's help. Exit 1 where it is not, where the daemon ended or
tried too often, where a promise is broken, or what it holds has grown by more than a fifth (RELIABILITY B10).
"""

import argparse
import contextlib
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

from tests.faults.audit import Audit
from tests.faults.soak import Sample, grown, sample
from tests.faults.stage import Stage, some_kinds, staged
from tests.servers.dovecot import Dovecot

REPORT_SECONDS = 300.0
SAMPLE_SECONDS = 5.0
LONGEST_WAIT = 330.0  # the longest pause between two tries, and what a try itself may take
MOST_TRIES = 40  # in five minutes, the first ones of an outage among them; later two are usual, for pauses are drawn


class Away:
    """What stands in the server's place: hangs up at once, or greets and says BYE to whatever is asked."""

    def __init__(self) -> None:
        self.greets = False
        self.tries: list[float] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.close()

    def within(self, moment: float, seconds: float) -> int:
        """How many tries there were in the `seconds` from that moment of the monotonic clock on."""
        return sum(moment <= at < moment + seconds for at in self.tries)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.tries.append(time.monotonic())
                with contextlib.suppress(OSError), client:
                    self._turn_away(client)

    def _turn_away(self, client: socket.socket) -> None:
        if self.greets:
            client.settimeout(5)
            client.sendall(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
            client.recv(4096)
            client.sendall(b"* BYE come back later\r\n")


def main() -> int:
    """0 where it came back by itself and was as before."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.outage", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0)
    chosen = parser.parse_args()
    with (
        Dovecot() as imap,
        tempfile.TemporaryDirectory() as folder,
        staged(Path(folder), imap, 1) as stage,
        Away() as away,
    ):
        found = _weathered(stage, away, chosen.minutes * 60)
        stage.settle()
        found += Audit(stage, excused=False).findings()
        print(f"{len(away.tries)} tries, {len(stage.delivered)} mails: {'; '.join(found) or 'holds'}")
        return 1 if found else 0


def _weathered(stage: Stage, away: Away, seconds: float) -> list[str]:
    stage.start()
    stage.cast(some_kinds(stage.chance, 10), spread=5)
    stage.pump(30)
    upstream, stage.proxy.upstream = stage.proxy.upstream, away.port
    stage.proxy.cut()
    samples: list[Sample] = []
    for away.greets in (False, True):
        samples += _watched(stage, away, seconds / 2)
    lived = stage.alive()
    stage.cast(some_kinds(stage.chance, 10), spread=5)
    stage.pump(10)
    stage.proxy.upstream = upstream
    back = stage.pump(LONGEST_WAIT, lambda: _all_read(stage))
    most = max((away.within(at, REPORT_SECONDS) for at in away.tries), default=0)
    return [
        *grown(samples),
        *([] if lived else ["the daemon ended by itself"]),
        *([] if back else ["did not come back by itself"]),
        *([] if most <= MOST_TRIES else [f"{most} tries in five minutes"]),
    ]


def _watched(stage: Stage, away: Away, seconds: float) -> list[Sample]:
    samples = []
    begun = told = time.monotonic()
    while time.monotonic() < begun + seconds and stage.alive():
        stage.pump(SAMPLE_SECONDS, tick=0.5)
        samples.append(sample(stage))
        if time.monotonic() >= told + REPORT_SECONDS:
            held = samples[-1]
            print(
                f"{'BYE' if away.greets else 'gone'} {(time.monotonic() - begun) / 60:4.0f} min  "
                f"{away.within(told, REPORT_SECONDS)} tries  {held.memory:6.1f} MB  {held.files:3} files  "
                f"{held.threads:3} threads",
                flush=True,
            )
            told = time.monotonic()
    return samples


def _all_read(stage: Stage) -> bool:
    expected = len({message_id for message_id, _ in stage.delivered})
    return stage.number("select count(distinct message_id) from ledger where state != 'new'") >= expected


if __name__ == "__main__":
    sys.exit(main())
