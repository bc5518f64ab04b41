"""A mailbox over IMAP: one connection, owned by one thread, that only looks and never touches what it sees.

Any failure closes the connection and is one of `Unreachable`, `Refused` and `Protocol`: make a new `Mailbox` then.
No text that a sender controls ever becomes part of a command (RELIABILITY B14).
"""

import contextlib
import imaplib
import logging
import re
import threading
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self

from imapclient import IMAPClient, SocketTimeout  # type: ignore[import-untyped]  # ships no py.typed

from triage.mail import imap_folders, imap_idle
from triage.mail.imap_failure import Protocol, Refused, typed_failures
from triage.mail.imap_folders import Role
from triage.mail.imap_idle import Bell, Wake
from triage.mail.wire import Endpoint, Security, keep_alive, tls_context

RANGE = 500  # messages asked about in one command; a reply line beyond 1,000,000 bytes kills imaplib (B15)
BATCH = 200  # bodies in one FETCH: beyond it nothing is gained
BATCH_BYTES = 8 << 20
MAX_SIZE = 25 << 20  # larger mail is fetched as its header alone (B16)
MAX_HEADER = 1 << 20
NO_IDLE_POLL = 10.0  # seconds between looks at a server without IDLE
RECENT_BLOCKS = 20

FLAG = re.compile(r"\\?[A-Za-z$][A-Za-z0-9$_-]{0,40}")
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z-]{0,60}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

# At DEBUG, IMAPClient logs whole dialogues: other people's mail (B21).
for _name in ("imapclient", "imapclient.imapclient", "imapclient.imaplib"):
    logging.getLogger(_name).setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for the connection, and for each read and write after it."""

    connect: float = 20.0
    read: float = 60.0


PATIENCE = Timeouts()


@dataclass(frozen=True, slots=True)
class MailboxState:
    """What EXAMINE says. `uidvalidity` is None where the server gives none or zero (B1); so is `uidnext`."""

    uidvalidity: int | None
    uidnext: int | None
    exists: int


@dataclass(frozen=True, slots=True)
class Fetched:
    """A message as the server holds it. `whole` is False where it is too large and `raw` is only its header.

    `internal_date` is in UTC; `size` is RFC822.SIZE, in bytes.
    """

    uid: int
    raw: bytes
    internal_date: datetime | None
    size: int
    whole: bool = True


class Mailbox:
    """A logged-in IMAP connection. The thread that makes it is the only one that may use it (B17)."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts = PATIENCE, max_size: int = MAX_SIZE) -> None:
        self._owner = threading.get_ident()
        self._max_size = max_size
        self._folder = self._selected = ""
        self._state = MailboxState(None, None, 0)
        with typed_failures("connect"):
            self._client = _connect(endpoint, timeouts)
        try:
            with typed_failures("login"):
                self._prepare(endpoint)
        except BaseException:
            self._drop()
            raise

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

        The folder is examined anew. Raises Protocol where it is no longer the folder that `open` saw.
        """
        state = self._examine(self._folder)
        if state.uidvalidity != self._state.uidvalidity:
            self._drop()
            raise Protocol("UIDVALIDITY changed")
        self._state = state
        last = (state.uidnext or 0) - 1
        if state.exists == 0 or (state.uidnext and last < first):
            return []
        if state.uidnext and last - first < RANGE:
            return sorted(uid for uid in self._search([b"UID", f"{first}:{last}".encode()]) if first <= uid <= last)
        return self._walk_down(first)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """The size in bytes of each message that is still there."""
        return {uid: size for uid, (size, _) in self._outline(uids).items()}

    def fetch(self, uids: Sequence[int]) -> Iterator[Fetched]:
        """The messages, in batches bounded by number and bytes; flags stay as they are.

        A UID that does not come out was gone, or could not be read this time: `uids_from` knows whether it is still
        there (B13).
        """
        for chunk in _chunks(uids, RANGE):
            outline = self._outline(chunk)
            for batch in self._batches(outline):
                yield from self._bodies(batch, outline)

    def idle(self, seconds: float, bell: Bell) -> Wake:
        """Wait for a change in the opened folder, at most `seconds` or nine minutes. Only a hint: compare UIDs after.

        Comes back at once when the bell rings. A server without IDLE is looked at every ten seconds.
        """
        self._select()
        with self._command("idle"):
            if self._client.has_capability("IDLE"):
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
            # Names are decoded one by one elsewhere: IMAPClient gives up on all of them at the first bad one.
            self._client.folder_encode = False
            try:
                lines = self._client.list_folders()
            finally:
                self._client.folder_encode = True
            return imap_folders.special(imap_folders.read_list(lines), role)

    def recent_headers(self, folder: str, since: date, names: Sequence[str]) -> Iterator[bytes]:
        """The named header fields of each message that `folder` received on or after `since`, newest block first.

        This is how our own Message-ID, or a colleague's answer, is found in Sent: the caller compares, the server
        never hears an id. The opened folder is opened again by whatever needs it next.
        """
        if not all(HEADER_NAME.fullmatch(name) for name in names):
            raise ValueError("not a header name")
        exists = self._examine(folder).exists
        item = f"BODY.PEEK[HEADER.FIELDS ({' '.join(names)})]"
        for low, high in list(_blocks_down(exists))[:RECENT_BLOCKS]:
            uids = self._search([f"{low}:{high}".encode(), b"SINCE", since])
            if not uids:
                return
            for found in self._try_fetch(uids, [item]).values():
                yield _body(found) or b""

    def close(self) -> None:
        """Log out, and let go of the connection whatever happens."""
        with contextlib.suppress(Exception):
            self._client.socket().settimeout(imap_idle.GOODBYE)
            self._client.logout()
        self._drop()

    def _prepare(self, endpoint: Endpoint) -> None:
        client = self._client
        _quicken(client, self._max_size)
        keep_alive(client.socket())
        client.normalise_times = False
        if endpoint.security is Security.STARTTLS:
            _start_tls(client, endpoint)
        if not endpoint.username:
            return
        if client.has_capability("LOGINDISABLED"):
            raise Refused("login: the server takes no password on this connection")
        _log_in(client, endpoint)

    @contextlib.contextmanager
    def _command(self, during: str) -> Iterator[None]:
        if threading.get_ident() != self._owner:
            raise RuntimeError("a Mailbox belongs to the thread that made it")
        try:
            with typed_failures(during):
                yield
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        with contextlib.suppress(Exception):
            self._client.shutdown()

    def _examine(self, folder: str) -> MailboxState:
        with self._command("examine"):
            self._selected = ""
            reply = self._client.select_folder(_safe_folder(folder), readonly=True)
            self._selected = folder
            return MailboxState(reply.get(b"UIDVALIDITY") or None, reply.get(b"UIDNEXT") or None, reply[b"EXISTS"])

    def _select(self) -> None:
        if self._selected != self._folder:
            self._examine(self._folder)

    def _search(self, criteria: list[Any]) -> list[int]:
        with self._command("search"):
            return list(self._client.search(criteria))

    def _walk_down(self, first: int) -> list[int]:
        # By sequence number, so that a reply is bounded however sparse the UIDs are; downwards, so that an expunge in
        # between can only show a message twice, never hide one.
        found: set[int] = set()
        for low, high in _blocks_down(self._state.exists):
            block = self._search([f"{low}:{high}".encode()])
            found.update(block)
            if block and min(block) < first:
                break
        return sorted(uid for uid in found if uid >= first)

    def _outline(self, uids: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
        self._select()
        outline = {}
        for chunk in _chunks(uids, RANGE):
            for uid, found in self._try_fetch(chunk, ["RFC822.SIZE", "INTERNALDATE"]).items():
                if isinstance(size := found.get(b"RFC822.SIZE"), int):
                    outline[uid] = (size, _utc(found.get(b"INTERNALDATE")))
        return outline

    def _batches(self, outline: dict[int, tuple[int, datetime | None]]) -> Iterator[list[int]]:
        batch: list[int] = []
        total = 0
        for uid, (size, _) in sorted(outline.items()):
            if size > self._max_size:
                yield [uid]
                continue
            if batch and (len(batch) == BATCH or total + size > BATCH_BYTES):
                yield batch
                batch, total = [], 0
            batch.append(uid)
            total += size
        if batch:
            yield batch

    def _bodies(self, batch: list[int], outline: dict[int, tuple[int, datetime | None]]) -> Iterator[Fetched]:
        whole = outline[batch[0]][0] <= self._max_size
        self._select()
        replies = self._try_fetch(batch, ["BODY.PEEK[]" if whole else f"BODY.PEEK[HEADER]<0.{MAX_HEADER}>"])
        for uid, found in replies.items():
            if (raw := _body(found)) is not None:
                size, internal_date = outline[uid]
                yield Fetched(uid, raw, internal_date, size, whole)

    def _try_fetch(self, uids: Collection[int], items: list[str]) -> dict[int, dict[bytes, Any]]:
        """FETCH; where the server says NO to the whole, one by one, leaving out what it refuses again (B13)."""
        with self._command("fetch"):
            try:
                return dict(self._client.fetch(list(uids), items))
            except imaplib.IMAP4.error as error:
                if isinstance(error, imaplib.IMAP4.abort):
                    raise
            if len(uids) == 1:
                self._client.noop()  # the session must be sound; else this was no refusal
                return {}
        merged: dict[int, dict[bytes, Any]] = {}
        for uid in uids:
            merged |= self._try_fetch([uid], items)
        return merged


def _connect(endpoint: Endpoint, timeouts: Timeouts) -> IMAPClient:
    tls = endpoint.security is Security.TLS
    return IMAPClient(
        endpoint.host,
        endpoint.port,
        ssl=tls,
        ssl_context=tls_context(endpoint.ca_file) if tls else None,
        timeout=SocketTimeout(timeouts.connect, timeouts.read),
    )


def _quicken(client: IMAPClient, max_size: int) -> None:
    """Switch off imaplib's tracing, which IMAPClient turns on and which costs 5× on fetches, and bound its literals."""
    imap = client._imap
    if hasattr(imap, "debug"):
        imap.debug = 0
    read = imap.read

    def bounded_read(size: int) -> bytes:
        if size > max_size + MAX_HEADER:
            raise imaplib.IMAP4.abort(f"literal of {size} bytes was not asked for")
        return bytes(read(size))

    imap.read = bounded_read


def _start_tls(client: IMAPClient, endpoint: Endpoint) -> None:
    """Encrypt or refuse: a server, or someone in between, that does not offer STARTTLS gets no password (F11)."""
    if not client.has_capability("STARTTLS"):
        raise Refused("starttls: not offered")
    try:
        client.starttls(tls_context(endpoint.ca_file))
    except imaplib.IMAP4.error as error:
        if isinstance(error, imaplib.IMAP4.abort):
            raise
        raise Refused("starttls: refused") from error


def _log_in(client: IMAPClient, endpoint: Endpoint) -> None:
    if endpoint.password.isascii() and endpoint.username.isascii():
        client.login(endpoint.username, endpoint.password)
    else:  # LOGIN can only say ASCII
        client.plain_login(endpoint.username, endpoint.password)


def _safe_folder(folder: str) -> str:
    if not folder or CONTROL.search(folder):
        raise ValueError("not a folder name")
    return folder


def _blocks_down(exists: int) -> Iterator[tuple[int, int]]:
    for high in range(exists, 0, -RANGE):
        yield max(1, high - RANGE + 1), high


def _chunks(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), size):
        yield uids[start : start + size]


def _body(found: dict[bytes, Any]) -> bytes | None:
    for key, value in found.items():
        if key.startswith(b"BODY[") and isinstance(value, bytes):
            return value
    return None


def _utc(moment: object) -> datetime | None:
    return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
