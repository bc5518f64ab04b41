"""The power goes: what was not forced to the disk is gone (RELIABILITY C19).

The state lies on an ext4 of its own, in a file behind a loop device. EXT4_IOC_SHUTDOWN without flushing its log makes
the file system stop where it stands, as pulling the plug does: from then on nothing reaches the disk, neither data nor
journal. Mounted anew, it recovers as after a reset. The machine's identity of this life (boot_id) is another one then,
for the daemon alone, in a mount namespace of its own.
"""

import contextlib
import fcntl
import os
import shutil
import struct
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.faults.harm import LIMIT, Act, Fault
from tests.faults.stage import Stage
from tests.servers.smtp import Answer

SIZE = 48 << 20
SHUTDOWN = 0x8004587D  # EXT4_IOC_SHUTDOWN
WITHOUT_LOG = struct.pack("I", 2)  # EXT4_GOING_FLAGS_NOLOGFLUSH
BOOT_ID = "/proc/sys/kernel/random/boot_id"
NEEDED = ("mkfs.ext4", "mount", "losetup", "unshare", "sync")


@cache
def cuttable() -> bool:
    """Whether this process may make such a disk and pull its plug."""
    return os.geteuid() == 0 and all(map(shutil.which, NEEDED)) and Path("/dev/loop-control").exists()


@contextlib.contextmanager
def powered_disk(folder: Path) -> Iterator[None]:
    """`folder` as an ext4 whose power can be cut."""
    image = folder.with_name(f"{folder.name}.img")
    folder.mkdir(exist_ok=True)
    with image.open("wb") as file:
        file.truncate(SIZE)
    subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
    _mount(folder)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
        image.unlink()
        _boot_file(folder).unlink(missing_ok=True)


def _mount(folder: Path) -> None:
    subprocess.run(["mount", "-o", "loop", f"{folder}.img", str(folder)], check=True)


def _let_go(folder: Path) -> None:
    """Wait until the last reader, and its mount namespace with it, is gone: else the dead file system is met again."""
    deadline = time.monotonic() + 30
    while subprocess.run(["losetup", "-j", f"{folder}.img"], capture_output=True, check=True).stdout:
        if time.monotonic() > deadline:
            raise TimeoutError("somebody holds the disk")
        time.sleep(0.02)


def cut(folder: Path) -> None:
    """Now."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.ioctl(handle, SHUTDOWN, WITHOUT_LOG)
    finally:
        os.close(handle)


def back(stage: Stage) -> None:
    """The machine starts again: the file system recovers, and this is another life."""
    folder = stage.program.folder
    stage.strike()
    stage.bury()
    subprocess.run(["umount", str(folder)], check=True)
    _let_go(folder)
    _mount(folder)
    stage.program.prefix = _in_another_life(folder)


def _in_another_life(folder: Path) -> list[str]:
    told = _boot_file(folder)
    told.write_text(f"{uuid.uuid4()}\n", encoding="ascii")
    return ["unshare", "-m", "sh", "-c", f'mount --bind {told} {BOOT_ID} && exec "$@"', "sh"]


def _boot_file(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.boot")


def at_random(stage: Stage) -> None:
    """At any moment of the first seconds, everything before having reached the disk."""
    subprocess.run(["sync", "-f", str(stage.program.folder)], check=True)
    stage.start()
    stage.pump(stage.chance.uniform(0.2, 4.0))
    cut(stage.program.folder)
    back(stage)


def in_smtp(phase: str, *, accepted: bool = False) -> Act:
    """While the relay has a mail in its hands."""

    def act(stage: Stage) -> None:
        subprocess.run(["sync", "-f", str(stage.program.folder)], check=True)

        once = threading.Lock()  # whoever takes it cuts: a relay that hears a mail late must not cut the next life

        def watcher(said: str) -> Answer | None:
            if said == phase and once.acquire(blocking=False):
                cut(stage.program.folder)
                stage.strike()
                return Answer(accept=accepted, drop=True)
            return None

        stage.sink.watcher = watcher
        stage.start()
        stage.pump(LIMIT, stage.struck.is_set, tick=0.001)
        stage.sink.watcher = None
        if once.acquire(blocking=False):
            cut(stage.program.folder)
        else:
            stage.struck.wait()
        back(stage)

    return act


POWER: dict[str, Fault] = {
    "power cut": Fault(at_random, power=True),
    "power cut before the dot": Fault(in_smtp("data"), power=True),
    "power cut after the dot": Fault(in_smtp("final", accepted=True), power=True),
}
