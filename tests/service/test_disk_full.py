"""C12: a full disk ends nothing; what could not be written is still in the mailbox, and comes when there is room."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.dovecot import Dovecot
from tests.service.running import SCHOOL, Running, mail, running, wait_for

SIZE = 20 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB, where we may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(place)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk can be mounted by root alone")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("left", [6 << 20, 0], ids=["nearly-full", "full"])
def test_a_full_disk_is_waited_for(small_disk: Path, dovecot: Dovecot, left: int) -> None:
    """Filled under the running daemon: it stays, says so, sends nothing unrecorded, and goes on when there is room."""
    with running(small_disk / "state", dovecot) as program:
        program.log = small_disk.parent / "triage.log"
        program.start()
        _fill(small_disk, left)
        for number in range(3):
            sender = f"S{number} <s{number}@orgao{number}.es.gov.br>"
            program.imap.deliver(mail(f"m{number}", SCHOOL.replace("1846", f"18{number}0"), sender=sender))
        wait_for(lambda: _said(program), "the trouble to be told")
        assert program.process is not None
        assert program.process.poll() is None
        (small_disk / "ballast").unlink()
        wait_for(lambda: len(program.smtp.accepted) == 3, "all replies", seconds=60)
        program.settled(3)
        assert program.stop() == 0
        assert len(program.smtp.accepted) == 3
        assert "invariantes: nada perdido" in program.call("doctor", "--deep").stdout


def _fill(place: Path, left: int) -> None:
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    with (place / "ballast").open("wb") as ballast:
        ballast.write(bytes(max(0, free - left)))


def _said(program: Running) -> bool:
    return bool(program.logged("trouble"))
