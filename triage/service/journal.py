"""What was said to the relay, written beside the database: the second witness where that one fails (RELIABILITY C4).

Three moments of each attempt: it begins, the final dot is about to be said, the relay has accepted. A process that was
killed in between finds here what its database cannot know, and a database that was put back from a copy finds here
which mails have left since. Lines hold instants, Message-IDs of ours and keyed marks, nothing of anybody's mail.

Lines are not forced to the disk. A killed process leaves them all the same; after the machine itself went down a line
may be missing, so what a *missing* line means is only believed within the same life of the machine.
"""

import hashlib
import hmac
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from triage.store.outbox import Outgoing

FILE = "sends.log"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
BOOT_VARIABLE = "BOOT_ID"
MOST_LINES = 60_000
KEPT_LINES = 30_000


class Word(StrEnum):
    """How far an attempt came. OPENED: the file's own first line."""

    OPENED = "opened"
    BEGUN = "begun"
    DOT = "dot"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Last:
    """The last that is known of a mail: how far, under which fence, in which life of the machine."""

    word: Word
    token: int
    boot: str


@dataclass
class Journal:
    """For one process; another's lines are seen by whoever opens the file after they were written."""

    directory: Path
    began: datetime | None = None
    _last: dict[str, Last] = field(default_factory=dict)
    _sent: set[str] = field(default_factory=set)
    _marks: set[str] = field(default_factory=set)
    _handle: int = -1

    def __post_init__(self) -> None:
        self._boot = boot_id()
        self._read()

    def begin(self, message_id: str, token: int, now: datetime) -> None:
        """An attempt under the fence `token`. Raises OSError: what cannot be noted must not be tried."""
        self._write(now, Word.BEGUN, message_id, token)

    def dot(self, message_id: str, token: int, now: datetime) -> None:
        """The final dot comes next: from here on it may have left. Raises OSError."""
        self._write(now, Word.DOT, message_id, token)

    def accepted(self, message_id: str, token: int, now: datetime, mark: str = "") -> None:
        """The relay said so. A line that cannot be written leaves the doubt that there would be without this file."""
        with suppress(OSError):
            self._write(now, Word.SENT, f"{message_id} {mark}".strip(), token)

    def knows(self, message_id: str) -> bool:
        """Whether an attempt of it was ever begun."""
        return message_id in self._last

    def in_doubt(self, message_id: str) -> bool:
        """Whether the last that is known of it is the final dot."""
        return message_id in self._last and self._last[message_id].word is Word.DOT

    def has_left(self, message_id: str) -> bool:
        """Whether the relay has ever accepted it."""
        return message_id in self._sent

    def resembles(self, mark: str) -> bool:
        """Whether a mail with the same mark has left: the same words or not, to the same reader for the same cause."""
        return mark in self._marks

    def never_left(self, message_id: str, token: int) -> bool:
        """Whether the attempt under that fence certainly ended before the final dot."""
        last = self._last.get(message_id)
        return last is not None and last == Last(Word.BEGUN, token, self._boot) and self._boot != ""

    def close(self) -> None:
        """Let go of the file."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1

    def _read(self) -> None:
        lines = _lines(self.directory / FILE)
        if len(lines) > MOST_LINES:
            lines = lines[-KEPT_LINES:]
            _replace(self.directory / FILE, lines)
        for line in lines:
            self._take(line)

    def _take(self, line: str) -> None:
        """A line that is no whole one was cut off by the end of a machine: it says nothing."""
        at, _, rest = line.partition(" ")
        word, _, rest = rest.partition(" ")
        token, _, rest = rest.partition(" ")
        boot, _, rest = rest.partition(" ")
        message_id, _, mark = rest.partition(" ")
        try:
            last, instant = Last(Word(word), int(token), boot), datetime.fromisoformat(at)
        except ValueError:
            return
        self.began = self.began or instant
        if last.word is not Word.OPENED:
            self._last[message_id] = last
        if last.word is Word.SENT:
            self._sent.add(message_id)
            self._marks.add(mark)

    def _write(self, now: datetime, word: Word, message_id: str, token: int) -> None:
        if self._handle < 0:
            self._handle = _opened(self.directory)
        if self.began is None:
            self._append(f"{now.isoformat()} {Word.OPENED} 0 {self._boot} -")
        self._append(f"{now.isoformat()} {word} {token} {self._boot} {message_id}")

    def _append(self, line: str) -> None:
        """In one write, so that a kill leaves the line or nothing of it."""
        written = os.write(self._handle, f"{line}\n".encode())
        if written != len(line.encode()) + 1:
            raise OSError("no room for a whole line")
        self._take(line)


def mark_of(key: bytes, mail: Outgoing) -> str:
    """What stays the same of a mail that a restored copy decides about once more, though its case has another number.

    Its cause, its kind and its reader; two notices that one message of the operator's caused have the same mark.
    """
    told = "\0".join((mail.kind, mail.cause, mail.recipient))
    return hmac.new(key, told.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()[:32]


def _opened(directory: Path) -> int:
    """For appending. Made by root, it belongs to whom the directory belongs to: the daemon must be able to write it."""
    handle = os.open(directory / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        owner = directory.stat()
        os.fchown(handle, owner.st_uid, owner.st_gid)
    return handle


def boot_id() -> str:
    """This life of the machine; "" where it cannot be told from others.

    In the units the kernel does not show it (ProcSubset=pid): there systemd tells it, without the hyphens.
    """
    with suppress(OSError, ValueError):
        return BOOT_ID.read_text(encoding="ascii").strip()
    with suppress(ValueError):
        return str(UUID(os.environ.get(BOOT_VARIABLE, "")))
    return ""


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _replace(path: Path, lines: list[str]) -> None:
    draft = path.with_suffix(".new")
    with suppress(OSError):
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        draft.chmod(0o600)
        draft.replace(path)
