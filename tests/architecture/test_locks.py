"""The lock files: everything pinned with its digests, and all three of one mind (RELIABILITY F12)."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-release.lock")
_PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)[^\n]*((?:\n    --hash=\S+[^\n]*)*)", re.MULTILINE)


def pinned(lock: str) -> dict[str, str]:
    return {match[1]: match[2] for match in _PINNED.finditer((ROOT / lock).read_text(encoding="utf-8"))}


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_is_pinned_with_its_digest_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    named = re.findall(r"^[a-z0-9]", text, re.MULTILINE)
    found = list(_PINNED.finditer(text))
    assert len(found) == len(named) >= 50
    assert all("--hash=sha256:" in match[3] for match in found)
    assert "://" not in text


@pytest.mark.parametrize("lock", LOCKS[1:])
def test_what_is_tested_and_what_is_held_against_known_holes_is_what_a_house_installs(lock: str) -> None:
    """The bill of a release would name other versions than those in which holes were looked for."""
    installed, other = pinned("requirements.lock"), pinned(lock)
    assert {name: other.get(name) for name in installed} == installed
