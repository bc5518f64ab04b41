"""A pool whose processes obey orders (see `stub_reader`), and what its answers say."""

import sys
from pathlib import Path
from typing import Any

import triage
from triage.core.policy import Policy
from triage.service.confine import Judged, Outcome, Pool, Unreadable

ROOT = str(Path(triage.__file__).resolve().parent.parent)
COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("stub_reader.py").resolve()), ROOT)


def pool(**options: Any) -> Pool:
    """As the real one, with a shorter patience."""
    return Pool(options.pop("policy", Policy()), **{"command": COMMAND, "size": 1, "seconds": 5.0} | options)


def told(outcome: Outcome) -> str:
    """What an order answered: a judged message's id, or the reason why there is none."""
    return outcome.reason.value if isinstance(outcome, Unreadable) else outcome.message.message_id


def judged(outcome: Outcome) -> Judged:
    assert isinstance(outcome, Judged)
    return outcome
