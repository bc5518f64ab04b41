"""`python -m tests.faults --runs N --seed S`: a campaign, and a table of what it found."""

import argparse
import shutil
import sys
import tempfile
import traceback
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.catalogue import FAULTS, KILLS, POSSIBLE
from tests.faults.runner import Report, run
from tests.servers.dovecot import Dovecot

AT_RANDOM = "random moment"


def main() -> int:
    """0 where no promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--kills", action="store_true", help="kills alone")
    parser.add_argument("--fault", help="this one alone, by a part of its name")
    parser.add_argument("--keep", type=Path, help="leave the state of runs with findings here")
    chosen = parser.parse_args()
    names = [name for name in POSSIBLE if (chosen.fault or "") in name and (name in KILLS or not chosen.kills)]
    if not names:
        parser.error("no such fault, or this machine does not allow it")
    plan = [(chosen.seed * 100_000 + number, _name(names, number)) for number in range(chosen.runs)]
    reports = list(_all(plan, chosen.jobs, chosen.keep))
    print(table(reports))
    return 1 if any(report.findings for report in reports) else 0


def _name(names: list[str], number: int) -> str:
    """Each fault in turn; of kills, every other at a random moment."""
    if AT_RANDOM in names and set(names) <= KILLS.keys():
        return AT_RANDOM if number % 2 else names[number // 2 % len(names)]
    return names[number % len(names)]


def _all(plan: list[tuple[int, str]], jobs: int, keep: Path | None) -> Iterator[Report]:
    with ThreadPoolExecutor(jobs) as pool:  # the work is done by the daemons, which are processes
        for reports in pool.map(lambda start: _share(plan[start::jobs], keep), range(jobs)):
            yield from reports


def _share(plan: list[tuple[int, str]], keep: Path | None) -> list[Report]:
    reports = []
    with Dovecot() as imap:
        for seed, name in plan:
            folder = Path(tempfile.mkdtemp(prefix=f"faults-{seed}-"))
            report = _one(seed, name, imap, folder)
            reports.append(report)
            _tell(report)
            if report.findings and keep:
                shutil.copytree(folder, keep / folder.name)
            shutil.rmtree(folder, ignore_errors=True)
    return reports


def _one(seed: int, name: str, imap: Dovecot, folder: Path) -> Report:
    try:
        return run(seed, name, imap, folder)
    except Exception:
        if imap._process is None:
            imap.start()
        return Report(seed, name, 0.0, 0, 0, 0, (f"the harness failed: {traceback.format_exc()[-600:]}",))


def _tell(report: Report) -> None:
    verdict = "; ".join(report.findings) or "holds"
    print(f"{report.seed} {report.fault} {report.seconds:.1f} s: {verdict}", file=sys.stderr, flush=True)


def table(reports: list[Report]) -> str:
    """Runs by fault, in Markdown."""
    by_fault: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        by_fault[report.fault].append(report)
    lines = ["| fault | runs | mails in | replies | second copies | broken promises |", "|---|---|---|---|---|---|"]
    for name in [name for name in FAULTS if name in by_fault]:
        group = by_fault[name]
        sums = [sum(getattr(one, what) for one in group) for what in ("mails", "replies", "copies")]
        found = sum(len(one.findings) for one in group)
        lines.append(f"| {name} | {len(group)} | {' | '.join(map(str, sums))} | {found} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
