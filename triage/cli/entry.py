"""The first lines of the program: whoever will need readers has them begun before all else is loaded."""

import sys
from contextlib import suppress

from triage.service.collector import while_loading
from triage.service.egg import Egg

_HAVE_MAIL_READ = frozenset({"run", "check", "evaluate"})


def run() -> None:
    """The console script."""
    while_loading()
    egg = None
    if _HAVE_MAIL_READ.intersection(sys.argv[1:2]):
        with suppress(OSError):  # it is but a head start: who needs it later will try again, and tell what hinders it
            egg = Egg()
    from triage.cli.main import serve

    serve(egg)
