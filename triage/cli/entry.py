"""The first lines of the program: whoever will need readers has them begun before all else is loaded."""

import sys

from triage.service.collector import while_loading
from triage.service.egg import Egg

_HAVE_MAIL_READ = frozenset({"run", "check", "evaluate"})


def run() -> None:
    """The console script."""
    while_loading()
    egg = Egg() if _HAVE_MAIL_READ.intersection(sys.argv[1:2]) else None
    from triage.cli.main import serve

    serve(egg)
