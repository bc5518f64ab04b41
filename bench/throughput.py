"""(a) A backlog from IMAP to committed verdicts, forms opened, beside fetch + parse + commit of the same mails."""

import statistics
import tempfile
from pathlib import Path

from bench.floor import fetch_parse_commit
from bench.mails import backlog
from bench.processes import Cost, Memory, run_once, settings
from bench.report import Line
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer
from triage.mail.wire import Endpoint

TARGET, AIM, MOST_MEMORY = 3.0, 1.5, 300.0
CORES = 2


def throughput(number: int, rounds: int) -> list[Line]:
    """The floor and the program in turn, `rounds` times; medians. The memory is that of one more run.

    The floor is a function in a process that runs already, the program a process that is started and ends: what both
    take for an empty mailbox is measured too, and taken off for the time of a message. On a machine that others use,
    processor time is the truer measure: the program's is that of all its processes, the floor's that of its one;
    neither includes the servers.
    """
    memory = Memory()
    with Dovecot() as server, SmtpServer() as relay:
        empty = _in_turn(server.endpoint(), relay.port, rounds)
        for raw in backlog(number):
            server.deliver(raw)
        full = _in_turn(server.endpoint(), relay.port, rounds)
        with tempfile.TemporaryDirectory() as folder:
            run_once(settings(Path(folder), server.endpoint(), relay.port, "observe"), memory)
    floor, whole = full
    mail = [Cost(all_.wall - none.wall, all_.cpu - none.cpu) for all_, none in zip(full, empty, strict=True)]
    return [
        _times("floor", mail[0], number),
        _times("triage", mail[1], number),
        _ratio("ratio, a mail", mail[1].wall / mail[0].wall, f"target {TARGET:g}, aim {AIM:g}"),
        _ratio("ratio, processor", mail[1].cpu / mail[0].cpu / CORES, f"all processes over {CORES} cores, to one"),
        Line("triage, start and end", f"{empty[1].wall:.2f} s", f"an empty mailbox; processor {empty[1].cpu:.2f} s"),
        _times("triage, with start and end", whole, number),
        _ratio("ratio, with start and end", whole.wall / floor.wall, "the floor without them"),
        *_memory(memory),
    ]


def _in_turn(mailbox: Endpoint, smtp_port: int, rounds: int) -> tuple[Cost, Cost]:
    floors, runs = [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            floors.append(fetch_parse_commit(mailbox, Path(folder) / "floor.db"))
            runs.append(run_once(settings(Path(folder), mailbox, smtp_port, "observe")))
    return _median(floors), _median(runs)


def _median(costs: list[Cost]) -> Cost:
    return Cost(statistics.median(cost.wall for cost in costs), statistics.median(cost.cpu for cost in costs))


def _ratio(name: str, value: float, beside: str) -> Line:
    return Line(name, f"{value:.1f} ×", beside)


def _times(name: str, cost: Cost, number: int) -> Line:
    shown = f"{cost.wall * 1e6 / number:.0f} µs a mail"
    return Line(name, shown, f"{number / cost.wall:.0f} mails/s; processor {cost.cpu * 1e6 / number:.0f} µs a mail")


def _memory(memory: Memory) -> list[Line]:
    shared = f"resident, what is shared counted again: {memory.resident:.0f} MB; target {MOST_MEMORY:g}"
    lines = [Line("memory, all processes", f"{memory.proportional:.0f} MB", shared)]
    samples = memory.samples
    third = len(samples) // 3
    if third:
        early, late = statistics.mean(samples[third : 2 * third]), statistics.mean(samples[2 * third :])
        lines.append(Line("memory, last third", f"{late:.0f} MB", f"{early:.0f} MB in the second"))
    return lines
