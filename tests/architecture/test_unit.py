"""The systemd unit as systemd itself weighs it (RELIABILITY F1)."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[2] / "systemd" / "triage.service"
MOST_EXPOSED = 2.0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_the_unit_leaves_little_exposed() -> None:
    """Of ten points of exposure at most two."""
    words = ["systemd-analyze", "security", "--offline=yes", "--no-pager", str(UNIT)]
    told = subprocess.run(words, capture_output=True, text=True, check=False).stdout
    found = re.search(r"Overall exposure level for \S+: (\d+\.\d)", told)
    assert found is not None, told[-300:]
    assert float(found[1]) <= MOST_EXPOSED
