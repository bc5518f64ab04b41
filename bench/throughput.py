"""(a) A backlog from IMAP to committed verdicts, forms opened, beside fetch + parse + commit of the same mails."""

import statistics
import tempfile
from pathlib import Path

from bench.floor import fetch_parse_commit
from bench.mails import backlog
from bench.processes import Memory, run_once, settings
from bench.report import Line
from tests.servers.dovecot import Dovecot
from tests.servers.smtp import SmtpServer

TARGET, AIM, MOST_MEMORY = 3.0, 1.5, 300.0
CORES = 2


def throughput(number: int, rounds: int) -> list[Line]:
    """The floor and the program in turn, `rounds` times; medians. The memory is that of one more run.

    Wall time includes start and end. On a machine that others use, processor time is the truer measure: the program's
    is that of all its processes, the floor's that of its one; neither includes the servers.
    """
    floors, runs, memory = [], [], Memory()
    with Dovecot() as server, SmtpServer() as relay:
        for raw in backlog(number):
            server.deliver(raw)
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                floors.append(fetch_parse_commit(server.endpoint(), Path(folder) / "floor.db"))
                runs.append(run_once(settings(Path(folder), server.endpoint(), relay.port, "observe")))
        with tempfile.TemporaryDirectory() as folder:
            run_once(settings(Path(folder), server.endpoint(), relay.port, "observe"), memory)
    wall = statistics.median(floor.wall for floor in floors), statistics.median(run.wall for run in runs)
    cpu = statistics.median(floor.cpu for floor in floors), statistics.median(run.cpu for run in runs)
    return [
        _times("floor", wall[0], cpu[0], number),
        _times("triage", wall[1], cpu[1], number),
        Line("ratio, wall", f"{wall[1] / wall[0]:.1f} ×", f"target {TARGET:g}, aim {AIM:g}"),
        Line(
            "ratio, processor",
            f"{cpu[1] / cpu[0] / CORES:.1f} ×",
            f"all processes over {CORES} cores, to the floor's one",
        ),
        *_memory(memory),
    ]


def _times(name: str, wall: float, cpu: float, number: int) -> Line:
    shown = f"{wall * 1e6 / number:.0f} µs a mail"
    return Line(name, shown, f"{number / wall:.0f} mails/s; processor {cpu * 1e6 / number:.0f} µs a mail")


def _memory(memory: Memory) -> list[Line]:
    shared = f"resident, what is shared counted again: {memory.resident:.0f} MB; target {MOST_MEMORY:g}"
    lines = [Line("memory, all processes", f"{memory.proportional:.0f} MB", shared)]
    samples = memory.samples
    third = len(samples) // 3
    if third:
        early, late = statistics.mean(samples[third : 2 * third]), statistics.mean(samples[2 * third :])
        lines.append(Line("memory, last third", f"{late:.0f} MB", f"{early:.0f} MB in the second"))
    return lines
