"""`make bench`: throughput, latency, readiness and memory, beside the floor measured in the same run.

usage: python -m bench [a|b|d …] [--mails N] [--letters N] [--rounds N] [--ledger N]
"""

import argparse
import os

from bench.latency import latency
from bench.long_ledger import long_ledger
from bench.report import show
from bench.throughput import throughput

PARTS = ("a", "b", "d")


def main() -> None:
    """Run the measurements asked for (all of them, if none is named) and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], default=[])
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--letters", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ledger", type=int, default=1_000_000)
    chosen = parser.parse_args()
    parts = chosen.parts or PARTS
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before the run: compare the ratios, not the times")
    if "a" in parts:
        show(
            f"(a) a backlog of {chosen.mails} mails, one in five with a form: median of {chosen.rounds} rounds",
            throughput(chosen.mails, chosen.rounds),
        )
    if "b" in parts:
        show(f"(b, c) arrival to reply accepted, {chosen.letters} letters: median", latency(chosen.letters))
    if "d" in parts:
        show("(d) the store's part of a message, a hundred to a commit", long_ledger(chosen.ledger))


if __name__ == "__main__":
    main()
