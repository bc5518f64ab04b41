"""What a start waits for: nothing is loaded before the first mail that has no part in it."""

import subprocess
import sys

LOADED = """
import sys
import triage.cli.main, triage.cli.run
print(*sys.modules)
from triage.service import logs
import triage.cli.serve
print(*sys.modules)
"""


def test_the_readers_start_before_what_the_database_needs_is_loaded_and_a_single_pass_loads_no_daemon() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    first, all_ = (set(line.split()) for line in done.stdout.splitlines())
    assert not {"sqlalchemy", "jinja2", "structlog", "imapclient", "numpy"} & first
    assert not {"rich", "holidays", "alembic", "numpy", "openpyxl", "triage.service.daemon"} & all_
