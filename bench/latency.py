"""(b) From a mail's arrival to its reply accepted by SMTP, beside a bare IDLE wake and one hand-over; (c) the start."""

import statistics
import tempfile
import threading
import time
from pathlib import Path

from bench.floor import BareWatcher
from bench.processes import daemon, measure, settings
from bench.report import Line
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

MEDIAN_TARGET, HIGH_TARGET, READY_TARGET = 30, 100, 2
PATIENCE = 30.0
PAUSE = 0.3
STRANGERS = 900_000  # the floor's letters must not be those of the program

LETTER = """Authentication-Results: mx.es.gov.br; dmarc=pass header.from=sedu.es.gov.br
From: Marlene Bravim <marlene.{number}@sedu.es.gov.br>
To: telefonia@seger.es.gov.br
Subject: telefone da escola
Message-ID: <letter-{number}@sedu.es.gov.br>
Date: Tue, 24 Nov 2026 10:21:00 -0300
Content-Type: text/plain; charset=utf-8

Precisamos bloquear as ligações para celular no telefone (27) 3752-{line:04d} da nossa escola, porque a conta dobrou.

Marlene Bravim
(27) 3752-1850
"""


def latency(number: int) -> list[Line]:
    """`number` letters with something to correct, one after another, answered by the bare watcher and by the daemon."""
    with Dovecot() as server, SmtpServer() as relay:
        bare = _bare(server, relay, number)
        with tempfile.TemporaryDirectory() as folder:
            config = settings(Path(folder), server.endpoint(), relay.port, "send")
            with daemon(config) as (ready, pid):
                time.sleep(2)
                ours = [_answered(server, relay, index) for index in range(number)]
                resident, proportional = measure(pid)
    above = statistics.median(ours) - statistics.median(bare), _high(ours) - _high(bare)
    return [
        Line("floor", f"{statistics.median(bare):.0f} ms", f"{_high(bare):.0f} ms at the 95th percentile"),
        Line("triage", f"{statistics.median(ours):.0f} ms", f"{_high(ours):.0f} ms at the 95th percentile"),
        Line("above the floor", f"{above[0]:.0f} ms", f"{above[1]:.0f} ms; targets {MEDIAN_TARGET} and {HIGH_TARGET}"),
        Line("ready after", f"{ready:.2f} s", f"target {READY_TARGET}"),
        Line("memory at rest", f"{proportional:.0f} MB", f"resident {resident:.0f} MB"),
    ]


def _letter(number: int, line: int) -> bytes:
    return LETTER.format(number=number, line=line).encode()


def _bare(server: Dovecot, relay: SmtpServer, number: int) -> list[float]:
    ready = LETTER.format(number=0, line=0).replace("\n", "\r\n").encode("ascii", "replace")
    watcher = BareWatcher(server.endpoint(), relay.endpoint())
    times = []
    for index in range(number):
        before = len(relay.accepted)
        thread = threading.Thread(target=watcher.wait_and_send, args=(ready,))
        thread.start()
        time.sleep(PAUSE)
        server.deliver(_letter(STRANGERS + index, 9000 + index))  # other words: the same are answered once
        times.append(_wait(relay, before))
        thread.join()
    watcher.close()
    return times


def _answered(server: Dovecot, relay: SmtpServer, index: int) -> float:
    before = len(relay.accepted)
    server.deliver(_letter(index, index))
    taken = _wait(relay, before)
    time.sleep(PAUSE)
    return taken


def _wait(relay: SmtpServer, before: int) -> float:
    begun = time.perf_counter()
    while len(relay.accepted) == before:
        time.sleep(0.0005)
        if time.perf_counter() - begun > PATIENCE:
            raise TimeoutError("no reply came")
    return (time.perf_counter() - begun) * 1000


def _high(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[94]
