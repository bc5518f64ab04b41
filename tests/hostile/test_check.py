"""`python -m triage check --json` over a folder of traps: a line for each file, and never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

from tests.hostile.baits import READ, REFUSED
from triage.core.vocabulary import Kind

LONGEST = 3_000_000


def test_each_file_gets_one_line_and_nothing_else_is_said(tmp_path: Path) -> None:
    """D: verdict or reason, in the order of the names; exit 1 because some could not be read."""
    refused = {name: make() for name, (make, _) in REFUSED.items()}
    read = {name: make() for name, make in READ.items()}
    files = {name: raw for name, raw in (refused | read).items() if len(raw) < LONGEST}
    for name, raw in files.items():
        (tmp_path / f"{name}.eml").write_bytes(raw)
    done = subprocess.run(
        [sys.executable, "-m", "triage", "check", "--json", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    told = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert [Path(one["file"]).name for one in told] == sorted(f"{name}.eml" for name in files)
    for one in told:
        if Path(one["file"]).stem in refused:
            assert one["error"]
        else:
            assert one["kind"] in set(Kind)
            assert one["trusted"] is not True
