"""What a start waits for: nothing is loaded before the first mail that has no part in it."""

import subprocess
import sys

import pytest

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


BEGUN = """
import sys
import triage.cli.entry as entry
sys.argv[1:] = {arguments}
loaded = []
entry.Egg = lambda: loaded.append(set(sys.modules))
sys.modules["triage.cli.main"] = type(sys)("main")
sys.modules["triage.cli.main"].serve = lambda egg: None
entry.run()
print(*(sorted(loaded[0]) if loaded else ()))
"""


@pytest.mark.parametrize(("command", "begun"), [("run", True), ("check", True), ("cases", False), ("--help", False)])
def test_the_nursery_is_begun_before_all_else_is_loaded_where_mail_will_be_read(command: str, begun: bool) -> None:
    """It takes as long to load as the rest of the program does, and needs none of it."""
    code = BEGUN.format(arguments=[command])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert bool(loaded) is begun
    assert not {"typer", "pydantic", "msgspec", "triage.core.bulletin"} & loaded


WITHOUT = """
import sys
import triage.cli.entry as entry

def short_of_memory():
    raise BlockingIOError(11, "fork")

entry.Egg = short_of_memory
sys.argv[1:] = ["check", "--help"]
entry.run()
"""


def test_a_nursery_that_cannot_be_begun_yet_hinders_nobody() -> None:
    """It is a head start: whoever needs readers tries again, and knows how to wait."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
