"""What the system's manager says is heard at whatever step of the main thread it comes."""

import signal
import subprocess
import sys

import pytest

INTERRUPTED = """
import signal, sys, threading
from triage.service.signals import signals
heard = threading.Event()
with signals(heard.set, heard.set):
    with heard._cond:  # as within wait() and clear()
        signal.raise_signal(int(sys.argv[1]))
    print(heard.wait(5))
"""


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_word_that_comes_while_its_event_is_locked_stops_nobody(word: signal.Signals) -> None:
    """The daemon would have stood for ever, neither at work nor ended."""
    words = [sys.executable, "-c", INTERRUPTED, str(int(word))]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=20)
    assert done.stdout == "True\n", done.stderr
