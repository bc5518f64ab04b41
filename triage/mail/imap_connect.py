"""Making an IMAP connection: encrypted or refused, logged in, probed while idle, bounded, and without tracing."""

import contextlib
import imaplib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from imapclient import IMAPClient, SocketTimeout

from triage.mail.imap_failure import Refused, typed_failures
from triage.mail.imap_fetch import BATCH_BYTES, MAX_HEADER
from triage.mail.wire import Endpoint, Security, keep_alive, tls_context

TOLERANCE = 2  # how much longer than announced messages may be: some servers only estimate RFC822.SIZE

# At DEBUG, IMAPClient logs whole dialogues: other people's mail (B21).
for _name in ("imapclient", "imapclient.imapclient", "imapclient.imaplib"):
    logging.getLogger(_name).setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for the connection, and for each read and write after it."""

    connect: float = 20.0
    read: float = 60.0


def connect(endpoint: Endpoint, timeouts: Timeouts, max_size: int) -> IMAPClient:
    """A client that is logged in, and refuses answers far beyond `max_size` bytes. Raises a MailboxFailure."""
    with typed_failures("connect"):
        client = _dial(endpoint, timeouts)
    try:
        with typed_failures("login"):
            _enter(client, endpoint, max_size)
    except BaseException:
        drop(client)
        raise
    return client


def begin_answer(client: IMAPClient) -> None:
    """To be called before a command that brings literals: what they may come to is counted for each by itself."""
    client._imap.read.begin()


def drop(client: IMAPClient) -> None:
    """Let go of the connection without a word."""
    with contextlib.suppress(Exception):
        client.shutdown()


def _dial(endpoint: Endpoint, timeouts: Timeouts) -> IMAPClient:
    tls = endpoint.security is Security.TLS
    return IMAPClient(
        endpoint.host,
        endpoint.port,
        ssl=tls,
        ssl_context=tls_context(endpoint.ca_file) if tls else None,
        timeout=SocketTimeout(timeouts.connect, timeouts.read),
    )


def _enter(client: IMAPClient, endpoint: Endpoint, max_size: int) -> None:
    _quicken(client, max_size)
    keep_alive(client.socket())
    client.normalise_times = False
    if endpoint.security is Security.STARTTLS:
        _start_tls(client, endpoint)
    if endpoint.username:
        _log_in(client, endpoint)


def _quicken(client: IMAPClient, max_size: int) -> None:
    """Switch off imaplib's tracing, which IMAPClient turns on and which costs 5× on fetches, and bound its literals."""
    imap = client._imap
    if hasattr(imap, "debug"):
        imap.debug = 0
    imap.read = _Literals(imap.read, TOLERANCE * max(max_size, BATCH_BYTES, MAX_HEADER))


class _Literals:
    """imaplib's reading of literals, which refuses more than `most` bytes in answer to one command."""

    def __init__(self, read: Callable[[int], bytes], most: int) -> None:
        self._read, self._most = read, most
        self.left = most

    def begin(self) -> None:
        """Another command is sent."""
        self.left = self._most

    def __call__(self, size: int) -> bytes:
        if size > self.left:
            raise imaplib.IMAP4.abort(f"literal of {size} bytes was not asked for")
        self.left -= size
        return bytes(self._read(size))


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
    if client.has_capability("LOGINDISABLED"):
        raise Refused("login: the server takes no password on this connection")
    if endpoint.password.isascii() and endpoint.username.isascii():
        client.login(endpoint.username, endpoint.password)
    else:  # LOGIN can only say ASCII
        client.plain_login(endpoint.username, endpoint.password)
