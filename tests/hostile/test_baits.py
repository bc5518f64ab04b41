"""Each trap of RELIABILITY D through the confined readers: one verdict or one quarantine with its reason, in time."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.baits import READ, REFUSED
from tests.hostile.promises import POLICY, broken_promises, is_answered
from tests.service.processes import children, status
from triage.paths import models_dir
from triage.service.confine import Judged, Outcome, Pool, Reason, Unreadable

ALLOWED = 6.0  # the promise is 2 s; the machine that runs the tests is busy
PEAK = 400_000  # kB a reader may have held at once


@pytest.fixture(scope="module")
def readers() -> Iterator[Pool]:
    with Pool(POLICY, model=models_dir(), size=1, memory=256 * 1024 * 1024) as pool:
        pool.wait_ready()
        yield pool
        assert pool.restarts() <= 3, "readers are replaced when they have grown, not because a message killed them"


def judged_in_time(readers: Pool, raw: bytes) -> Outcome:
    """The outcome for `raw`; fails where it took too long or was nobody's decision."""
    began = time.monotonic()
    outcome = readers.judge_one(raw)
    assert time.monotonic() - began < ALLOWED
    return outcome


@pytest.mark.parametrize("bait", REFUSED)
def test_what_would_cost_too_much_is_set_aside_with_its_reason(readers: Pool, bait: str) -> None:
    """D1, D2."""
    make, why = REFUSED[bait]
    outcome = judged_in_time(readers, make())
    assert isinstance(outcome, Unreadable)
    assert outcome.reason in (Reason.MALFORMED, Reason.TOO_LARGE)
    assert outcome.detail
    assert why in outcome.detail


@pytest.mark.parametrize("case", sorted((Path(__file__).parent / "cases").iterdir()), ids=lambda path: path.stem)
def test_what_fuzzing_has_found_is_read_ever_since(readers: Pool, case: Path) -> None:
    """Sound mail but for one oddity: set aside, nobody would have answered it."""
    outcome = judged_in_time(readers, case.read_bytes())
    assert isinstance(outcome, Judged), outcome
    assert list(broken_promises(outcome)) == []


@pytest.mark.parametrize("bait", READ)
def test_what_is_odd_is_read_and_breaks_no_promise(readers: Pool, bait: str) -> None:
    """D3–D16: clean text, nothing believed, nothing moved, and the reader's memory flat (D10)."""
    outcome = judged_in_time(readers, READ[bait]())
    assert isinstance(outcome, Judged), outcome
    assert list(broken_promises(outcome)) == []
    assert max(_peaks()) < PEAK


def test_an_empty_message_alone_holds_up_nobody(readers: Pool) -> None:
    """Found with a public collection: nothing followed it, and its keeper waited for ever."""
    outcome = judged_in_time(readers, b"")
    assert isinstance(outcome, Unreadable)
    assert outcome.detail == "empty"


def test_the_check_for_answers_can_fail(readers: Pool) -> None:
    """A plain faulty request is answered: the promise that machines are not is no empty one."""
    outcome = judged_in_time(readers, READ["CR alone"]().replace(b"Solicito.", b"Solicito o bloqueio do 3333-1234."))
    assert isinstance(outcome, Judged)
    assert is_answered(outcome)


def _peaks() -> list[int]:
    """The most memory (kB) that each reader now alive has held."""
    return [status(reader, "VmHWM") for nursery in children() for reader in children(nursery)]
