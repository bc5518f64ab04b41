"""The daemon's wait for a database that cannot be had yet (C12)."""

import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator
from typing import Any, cast

import pytest

from triage.service import opening
from triage.service.collector import spare_what_is_loaded, while_loading
from triage.settings import Settings
from triage.store.engine import StoreUnavailable


class Ring:
    """What refers to itself, as a connection that failed does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def loading() -> Iterator[None]:
    while_loading()
    yield
    spare_what_is_loaded()


@pytest.mark.usefixtures("loading")
def test_waiting_for_a_database_leaves_no_garbage_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody collects while a program is being loaded: a server away for days cost a hundred megabytes each day."""
    rings: list[weakref.ref[Ring]] = []

    def attempt(_: Settings) -> Any:
        if len(rings) == 3:
            return "house"
        rings.append(weakref.ref(Ring()))
        raise StoreUnavailable("still starting")

    monkeypatch.setattr(opening, "open_house", attempt)
    monkeypatch.setattr(opening.time, "sleep", lambda _: None)
    assert opening.await_house(cast("Settings", None)) == "house"
    assert [ring() for ring in rings] == [None] * 3


WAITING = """
from triage.service import opening
from triage.store.engine import StoreUnavailable

def refused(settings):
    print("refused", flush=True)
    raise StoreUnavailable("still starting")

opening.open_house = refused
opening.await_house(None)
"""


@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
def test_whoever_waits_for_a_database_hears_that_it_shall_end(word: signal.Signals) -> None:
    """By a handler of its own: without one the first process of a container hears nothing, and is killed in the end."""
    process = subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "refused\n"
    process.send_signal(word)
    with process:
        assert process.wait(10) == 0
