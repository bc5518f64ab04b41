"""The systemd units as systemd itself weighs them (RELIABILITY F1)."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from triage.service.journal import BOOT_VARIABLE

SYSTEMD = Path(__file__).parents[2] / "systemd"
MOST_EXPOSED = 2.0

pytestmark = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


@pytest.mark.parametrize("unit", sorted(SYSTEMD.glob("*.service")), ids=lambda unit: unit.name)
def test_a_unit_leaves_little_exposed(unit: Path) -> None:
    """Of ten points of exposure at most two."""
    words = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(unit)]
    told = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level for \S+: (\d+\.\d)", told)
    assert found is not None, told[-300:]
    assert float(found[1]) <= MOST_EXPOSED


def test_a_reader_killed_for_its_memory_does_not_end_the_daemon() -> None:
    """By default it would (systemd.service(5), OOMPolicy), and ten such messages in a quarter of an hour for good."""
    assert "OOMPolicy=continue" in (SYSTEMD / "triage.service").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", ["triage", "triage-digest", "triage-doctor", "triage-probe"])
def test_a_unit_that_notes_what_it_sends_knows_which_life_of_the_machine_this_is(name: str) -> None:
    """ProcSubset=pid hides it: the journal of sends proved nothing after a kill, and notices waited for a person."""
    lines = (SYSTEMD / f"{name}.service").read_text(encoding="utf-8").splitlines()
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
