"""A mailbox over IMAP: one connection, owned by one thread, that only looks and never touches what it sees.

Any failure closes the connection and is one of `Unreachable`, `Refused` and `Protocol`: make a new `Mailbox` then.
No text that a sender controls ever becomes part of a command (RELIABILITY B14).
"""

import contextlib
import imaplib
import re
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from types import TracebackType
from typing import Self

from triage.mail import imap_folders, imap_idle
from triage.mail.imap_connect import Timeouts, begin_answer, connect, drop
from triage.mail.imap_failure import Protocol, typed_failures
from triage.mail.imap_fetch import (
    FIRST,
    RANGE,
    Batch,
    Fetched,
    Outline,
    Reply,
    batches,
    blocks_down,
    body,
    chunks,
    outlines,
    read_reply,
)
from triage.mail.imap_folders import Role
from triage.mail.imap_idle import Bell, Wake
from triage.mail.wire import Endpoint

PATIENCE = Timeouts()
MAX_SIZE = 25 << 20  # larger mail is fetched as its header alone (B16)
NO_IDLE_POLL = 10.0  # seconds between looks at a server without IDLE
RECENT_BLOCKS = 20

FLAG = re.compile(r"\\?[A-Za-z$][A-Za-z0-9$_-]{0,40}")
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z-]{0,60}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class MailboxState:
    """What EXAMINE says. `uidvalidity` is None where the server gives none or zero (B1); so is `uidnext`."""

    uidvalidity: int | None
    uidnext: int | None
    exists: int


class Mailbox:
    """A logged-in IMAP connection. The thread that makes it is the only one that may use it (B17)."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts = PATIENCE, max_size: int = MAX_SIZE) -> None:
        """Connect and log in. Messages above `max_size` bytes will be fetched as their headers alone."""
        self._owner = threading.get_ident()
        self._max_size = max_size
        self._folder = self._selected = ""
        self._state = MailboxState(None, None, 0)
        self._client = connect(endpoint, timeouts, max_size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def open(self, folder: str) -> MailboxState:
        """Look into `folder`, read-only: no flag changes by our reading."""
        self._state = self._examine(folder)
        self._folder = folder
        return self._state

    def uids_from(self, first: int) -> list[int]:
        """All UIDs of the opened folder that are not below `first`, ascending, asked for in bounded pieces.

        Mail that has just arrived is seen. Raises Protocol where it is no longer the folder that `open` saw.
        """
        self._return_to_folder()
        window = self._window(first)
        if window is not None:
            return window
        self._reopen()
        return self._walk_down(first)

    def fetch(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The messages, in batches bounded by number and bytes; flags stay as they are.

        A UID that does not come out was gone, or could not be read this time: `uids_from` knows whether it is still
        there (B13).
        """
        for chunk in chain(chunks(uids[:FIRST]), chunks(uids[FIRST:])):
            outline = self._outline(chunk)
            for batch in batches(outline, self._max_size):
                yield from self._bodies(batch, outline)

    def idle(self, seconds: float, bell: Bell) -> Wake:
        """Wait for a change in the opened folder, at most `seconds` or nine minutes. Only a hint: compare UIDs after.

        Comes back at once when the bell rings. A server without IDLE is looked at every ten seconds.
        """
        self._return_to_folder()
        with self._command("idle"):
            if self._knows("IDLE"):
                return imap_idle.idle(self._client, seconds, bell)
            wake = imap_idle.wait(min(seconds, NO_IDLE_POLL), bell)
            return Wake.HINT if wake is Wake.TIME else wake

    def append(self, folder: str, raw: bytes, flags: Sequence[str] = ()) -> None:
        """Put a message into `folder`, with flags such as `\\Seen` and `\\Draft`."""
        if not all(FLAG.fullmatch(flag) for flag in flags):
            raise ValueError("not an IMAP flag")
        with self._command("append"):
            self._client.append(_safe_folder(folder), raw, flags)

    def special_folder(self, role: Role) -> str | None:
        """The name of our Sent, Drafts or Junk folder, or None where none can be told."""
        with self._command("list"):
            prefixes = (
                [prefix for prefix, _ in self._client.namespace().personal or ()] if self._knows("NAMESPACE") else []
            )
            # Names are decoded one by one elsewhere: IMAPClient gives up on all of them at the first bad one.
            self._client.folder_encode = False
            try:
                lines = self._client.list_folders()
            finally:
                self._client.folder_encode = True
            return imap_folders.special(imap_folders.read_list(lines, prefixes), role)

    def recent_headers(self, folder: str, since: date, names: Sequence[str]) -> Iterator[bytes]:
        """The named header fields of each message that `folder` received on or after `since`, newest block first.

        This is how our own Message-ID, or a colleague's answer, is found in Sent: the caller compares, the server
        never hears an id. The opened folder is opened again by whatever needs it next.
        """
        if not all(HEADER_NAME.fullmatch(name) for name in names):
            raise ValueError("not a header name")
        exists = self._examine(folder).exists
        item = f"BODY.PEEK[HEADER.FIELDS ({' '.join(names)})]"
        for low, high in list(blocks_down(exists))[:RECENT_BLOCKS]:
            uids = self._search(f"{low}:{high}", "SINCE", since)
            if not uids:
                return
            for found in self._try_fetch(uids, [item]).values():
                yield body(found) or b""

    def close(self) -> None:
        """Log out, and let go of the connection whatever happens."""
        with contextlib.suppress(Exception):
            self._client.socket().settimeout(imap_idle.GOODBYE)
            self._client.logout()
        drop(self._client)

    @contextlib.contextmanager
    def _command(self, during: str, uids: Collection[int] = ()) -> Iterator[None]:
        if threading.get_ident() != self._owner:
            raise RuntimeError("a Mailbox belongs to the thread that made it")
        try:
            with typed_failures(during, uids):
                yield
        except BaseException:
            drop(self._client)
            raise

    def _knows(self, capability: str) -> bool:
        return bool(self._client.has_capability(capability))

    def _examine(self, folder: str) -> MailboxState:
        with self._command("examine"):
            self._selected = ""
            reply = self._client.select_folder(_safe_folder(folder), readonly=True)
            self._selected = folder
            return MailboxState(reply.get(b"UIDVALIDITY") or None, reply.get(b"UIDNEXT") or None, reply[b"EXISTS"])

    def _return_to_folder(self) -> None:
        if self._selected != self._folder:
            self._reopen()

    def _reopen(self) -> None:
        state = self._examine(self._folder)
        with self._command("examine"):
            if state.uidvalidity != self._state.uidvalidity:
                raise Protocol("UIDVALIDITY changed")
        self._state = state

    def _search(self, *criteria: object) -> list[int]:
        with self._command("search"):
            return list(self._client.search(list(criteria)))

    def _window(self, first: int) -> list[int] | None:
        """What `uids_from` wants, where it fits into one range; None where it does not, or cannot be asked.

        The highest UID is asked for along with the range: it tells whether anything lies beyond. Much cheaper than
        examining a folder of thousands anew.
        """
        beyond = first + RANGE
        with self._command("search"):
            self._client.noop()
            for told in ("EXISTS", "RECENT", "EXPUNGE", "FETCH"):
                self._client._imap.response(told)  # imaplib would keep them for ever
            try:
                found = self._client.search(["OR", "UID", f"{first}:{beyond - 1}", "UID", "*"])
            except imaplib.IMAP4.error as error:
                if isinstance(error, imaplib.IMAP4.abort):
                    raise
                return None  # some servers know no `*` in an empty folder
        return None if max(found, default=0) >= beyond else sorted({uid for uid in found if uid >= first})

    def _walk_down(self, first: int) -> list[int]:
        # By sequence number, so that a reply is bounded however sparse the UIDs are; downwards, so that an expunge in
        # between can only show a message twice, never hide one.
        found: set[int] = set()
        for low, high in blocks_down(self._state.exists):
            block = self._search(f"{low}:{high}")
            found.update(block)
            if block and min(block) < first:
                break
        return sorted(uid for uid in found if uid >= first)

    def _outline(self, uids: Sequence[int]) -> dict[int, Outline]:
        self._return_to_folder()
        found: dict[int, Outline] = {}
        for chunk in chunks(uids):
            found |= outlines(self._try_fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"]))
        return found

    def _bodies(self, batch: Batch, outline: dict[int, Outline]) -> Iterator[Fetched]:
        self._return_to_folder()
        for uid, found in self._try_fetch(batch.uids, [batch.item]).items():
            if (raw := body(found)) is not None:
                yield Fetched(uid, raw, outline[uid].internal_date, outline[uid].size, batch.whole)

    def _try_fetch(self, uids: Collection[int], items: list[str]) -> Reply:
        """FETCH; where the server says NO to the whole, one by one, leaving out what it refuses again (B13)."""
        with self._command("fetch", uids):
            try:
                return self._ask(uids, items)
            except imaplib.IMAP4.error as error:
                if isinstance(error, imaplib.IMAP4.abort):
                    raise
            if len(uids) == 1:
                self._client.noop()  # the session must be sound; else this was no refusal
                return {}
        merged: Reply = {}
        for uid in uids:
            merged |= self._try_fetch([uid], items)
        return merged

    def _ask(self, uids: Collection[int], items: list[str]) -> Reply:
        begin_answer(self._client)
        answer, told = self._client._imap.uid("FETCH", ",".join(map(str, uids)), f"({' '.join(items)})")
        if answer != "OK":
            raise imaplib.IMAP4.error(f"FETCH: {answer}")
        return read_reply(told, uids)


def _safe_folder(folder: str) -> str:
    if not folder or CONTROL.search(folder):
        raise ValueError("not a folder name")
    return folder
