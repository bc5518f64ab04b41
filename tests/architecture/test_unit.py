"""The systemd units as systemd itself weighs them (RELIABILITY F1)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from triage.service.journal import BOOT_VARIABLE

ROOT = Path(__file__).parents[2]
SYSTEMD = ROOT / "systemd"
IN_UNIT = ROOT / "scripts" / "in_unit.sh"
MOST_EXPOSED = 2.0
UNITS_OF_TIME = {"s": 1, "min": 60}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", sorted(SYSTEMD.glob("*.service")), ids=lambda unit: unit.name)
def test_a_unit_leaves_little_exposed(unit: Path) -> None:
    """Of ten points of exposure at most two."""
    words = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)]
    told = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level for \S+: (\d+\.\d)", told)
    assert found is not None, told[-300:]
    assert float(found[1]) <= MOST_EXPOSED


def test_a_reader_killed_for_its_memory_does_not_end_the_daemon() -> None:
    """By default it would (systemd.service(5), OOMPolicy)."""
    assert "OOMPolicy=continue" in _unit("triage").splitlines()


def test_the_daemon_is_started_again_for_longer_than_a_digest_may_hold_its_lock() -> None:
    """It gave up after ten tries, a minute. There is an end to it all the same: a loop of failures is for a person."""
    daemon, digest = (_unit(name) for name in ("triage", "triage-digest"))
    burst = re.search(r"^StartLimitBurst=(\d+)$", daemon, re.MULTILINE)
    assert burst is not None
    tries = int(burst[1]) * _seconds(daemon, "RestartSec")
    assert _seconds(digest, "TimeoutStartSec") < tries < _seconds(daemon, "StartLimitIntervalSec")


@pytest.mark.parametrize("name", ["triage", "triage-digest"])
def test_a_unit_that_notes_what_it_sends_knows_which_life_of_the_machine_this_is(name: str) -> None:
    """ProcSubset=pid hides it: the journal of sends proved nothing after a kill, and notices waited for a person."""
    lines = _unit(name).splitlines()
    assert "ProcSubset=pid" in lines
    assert f"Environment={BOOT_VARIABLE}=%b" in lines


@pytest.mark.parametrize("unit", sorted(SYSTEMD.glob("*.service")), ids=lambda unit: unit.name)
def test_a_unit_leaves_the_settings_as_closed_as_they_were_made(unit: Path) -> None:
    """systemd would open /etc/triage to everybody, or complain at each start where it may not."""
    made = (SYSTEMD / "triage.tmpfiles").read_text(encoding="utf-8")
    mode = re.search(r"^d /etc/triage +(\d+) ", made, re.MULTILINE)
    assert mode is not None
    assert f"ConfigurationDirectoryMode={mode[1]}" in unit.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("unit", sorted(SYSTEMD.glob("*.service")), ids=lambda unit: unit.name)
def test_a_missing_credential_is_left_to_triage_to_tell(unit: Path) -> None:
    """systemd says "Protocol error", tries ten times and gives up, even for a relay that wants no password."""
    lines = unit.read_text(encoding="utf-8").splitlines()
    loaded = [line.removeprefix("LoadCredential=").partition(":")[0] for line in lines if "LoadCredential=" in line]
    assert all(f"SetCredential={name}:\\n" in lines for name in loaded)


@pytest.fixture
def systemd_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a stand-in for systemd-run notes with which words it was called; there is no file while it was not."""
    told, stand_in = tmp_path / "told", tmp_path / "bin" / "systemd-run"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{told}\n', encoding="utf-8")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{stand_in.parent}:{os.environ['PATH']}")
    return told


def test_without_the_unit_nothing_is_run_within_its_walls(tmp_path: Path, systemd_run: Path) -> None:
    """systemd-run, given no properties, would run the command as root with no walls at all."""
    done = subprocess.run(["bash", shutil.copy(IN_UNIT, tmp_path), "--", "id"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "triage.service" in done.stderr
    assert not systemd_run.exists()


def test_what_is_run_within_the_walls_is_given_no_password(tmp_path: Path, systemd_run: Path) -> None:
    """By whatever name the script is called."""
    link = tmp_path / "in_unit"
    link.symlink_to(IN_UNIT)
    assert subprocess.run(["bash", link, "--", "id"]).returncode == 0
    words = systemd_run.read_text(encoding="utf-8").splitlines()
    assert {"User=triage", "ProtectSystem=strict"} <= set(words)
    assert words[-2:] == ["--", "id"]
    assert not [word for word in words if "Credential" in word]


def _unit(name: str) -> str:
    return (SYSTEMD / f"{name}.service").read_text(encoding="utf-8")


def _seconds(unit: str, key: str) -> int:
    """A span of time in a unit: a number, and s or min."""
    found = re.search(rf"^{key}=(\d+)(\w+)$", unit, re.MULTILINE)
    assert found is not None
    return int(found[1]) * UNITS_OF_TIME[found[2]]
