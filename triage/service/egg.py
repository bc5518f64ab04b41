"""A nursery begun before it is known what its readers shall be like.

It loads its modules while its parent still reads the settings, and hears the rest later (`service/brood`). Loads little
itself: it is the first that a command does.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import triage

_BOOT = (
    "import sys; sys.path[:0] = [path for path in sys.argv[1:] if path not in sys.path]; "
    "from triage.service.reader import main; main()"
)
COMMAND = (sys.executable, "-I", "-c", _BOOT, str(Path(triage.__file__).resolve().parent.parent))
"""Runs the reader from wherever this package is, checkout or wheel; -I keeps the user's own modules out."""


class Egg:
    """The process, and our end of the socket that is its standard input.

    It dies with the thread that made this object (PR_SET_PDEATHSIG counts threads), which must therefore stay.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self.orders, theirs = socket.socketpair()
        with theirs:
            try:
                self.process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,  # a traceback may quote the message
                    cwd="/",
                    env=_environment(),
                    start_new_session=True,
                )
            except BaseException:
                self.orders.close()
                raise

    def drop(self) -> None:
        """End it; nothing where that was done."""
        self.process.kill()
        self.process.wait()
        self.orders.close()


def _environment() -> dict[str, str]:
    """Nothing of ours, as it may hold secrets; one thread for numpy, which may not start others anyway."""
    fixed = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return fixed | {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
