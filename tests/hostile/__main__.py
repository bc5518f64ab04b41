"""`python -m tests.hostile [--bounces] [--seconds N] FOLDER…`: exit 1 where a promise is broken."""

import argparse
import sys
from pathlib import Path

from tests.hostile.folder import SECONDS, check_folder, report


def main() -> int:
    """Check each folder in turn and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--bounces", action="store_true", help="every message is a bounce or a report")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="what one message may take")
    asked = parser.parse_args()
    failed = False
    for folder in asked.folders:
        findings = check_folder(folder, bounces=asked.bounces, seconds=asked.seconds)
        print("\n".join(report(folder, findings)), flush=True)
        failed |= bool(findings.failures)
    return 1 if failed else 0


sys.exit(main())
