"""A short fixed set of fault runs; `python -m tests.faults` makes long campaigns of them (docs/faults.md)."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.audit import Audit
from tests.faults.kills import KILLS
from tests.faults.power import POWER, cut, cuttable, powered_disk
from tests.faults.runner import run
from tests.faults.stage import staged
from tests.faults.stories import KINDS
from tests.servers.dovecot import Dovecot

CHAIN = (
    "K4 while it is read",
    "K5 decided, not committed",
    "K7 after MAIL FROM",
    "K8 after the dot, accepted",
    "K9 after 250, not written",
)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


def test_every_story_ends_as_it_must_though_the_daemon_is_killed_on_its_way(tmp_path: Path, dovecot: Dovecot) -> None:
    """C8: all kinds of traffic, a kill at one point after the other, and the checker finds nothing (C17)."""
    with staged(tmp_path, dovecot, seed=1) as stage:
        stage.cast(list(KINDS), spread=1.0)
        for name in CHAIN:
            KILLS[name].act(stage)
            stage.cast(["faulty", "faulty"], spread=0.3)
        stage.settle()
        assert len(stage.delivered) == len([raw for story in stage.stories for raw in story.mails]) + 1
        assert len(stage.resent()) >= 1  # the doubts were real
        assert Audit(stage).findings() == []


def test_a_daemon_that_was_overtaken_in_mid_sending_doubles_nothing(tmp_path: Path, dovecot: Dovecot) -> None:
    """B18: stopped past its lease, a second one takes over, the first wakes up."""
    assert run(42, "lease overtaken", dovecot, tmp_path).findings == ()


@pytest.mark.skipif(not cuttable(), reason="a disk whose power can be cut needs root, a loop device and ext4")
@pytest.mark.parametrize("name", POWER)
def test_nothing_that_was_promised_is_lost_with_the_power(tmp_path: Path, dovecot: Dovecot, name: str) -> None:
    """C19: what was committed is there after a reset, and no mail left without its row having reached the disk."""
    assert run(7, name, dovecot, tmp_path / "disk").findings == ()


@pytest.mark.skipif(not cuttable(), reason="a disk whose power can be cut needs root, a loop device and ext4")
def test_the_plug_is_really_pulled(tmp_path: Path) -> None:
    """What was forced to the disk is there, what was only written is not. A cut that loses nothing proves nothing."""
    folder = tmp_path / "disk"
    with powered_disk(folder):
        for name, forced in (("kept", True), ("lost", False)):
            with (folder / name).open("wb") as file:
                file.write(b"x" * 5000)
                file.flush()
                if forced:
                    os.fsync(file.fileno())
        cut(folder)
        subprocess.run(["umount", str(folder)], check=True)
        subprocess.run(["mount", "-o", "loop", f"{folder}.img", str(folder)], check=True)
        assert (folder / "kept").read_bytes() == b"x" * 5000
        assert not (folder / "lost").exists() or (folder / "lost").read_bytes() == b""


def test_the_checker_sees_what_it_is_there_for(tmp_path: Path, dovecot: Dovecot) -> None:
    """A reply sent twice, one lost, a mail without a row: each is named. A checker that cannot fail proves nothing."""
    with staged(tmp_path, dovecot, seed=2) as stage:
        stage.cast(["faulty", "redirect"], spread=0.0)
        stage.settle()
        assert Audit(stage).findings() == []
        taken = stage.sink.accepted
        stage.sink.accepted = [taken[0], taken[0]]
        found = " ".join(Audit(stage).findings())
        assert "2 copies" in found
        assert "the reply never came" in found
        stage.sink.accepted = taken
        stage.delivered.append(("<nobody@knows>", stage.delivered[0][1]))
        assert any("0 ledger rows" in line for line in Audit(stage).findings())
