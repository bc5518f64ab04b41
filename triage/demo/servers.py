"""An IMAP server (pymap) and an SMTP server (aiosmtpd) on loopback, for an ordinary user, gone with the demo."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from imapclient import IMAPClient

HOST, USER, PASSWORD = "127.0.0.1", "telefonia", "demo"
_READY_SECONDS = 20.0
_PARSER = BytesParser(EmailMessage, policy=policy.default)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A mail that the SMTP server took: its one recipient and the parsed message."""

    recipient: str
    message: EmailMessage


class _Taker:
    """aiosmtpd's handler: hands every accepted mail on."""

    def __init__(self, take: Callable[[Accepted], None]) -> None:
        self._take = take

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept everything."""
        del server, session
        for recipient in envelope.rcpt_tos:
            self._take(Accepted(recipient, _PARSER.parsebytes(envelope.content)))
        return "250 OK"


@contextlib.contextmanager
def smtp_server(take: Callable[[Accepted], None]) -> Iterator[int]:
    """A running SMTP server; yields its port. `take` is called, on the server's thread, for each mail accepted."""
    controller = Controller(_Taker(take), hostname=HOST, port=free_port())
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextlib.contextmanager
def imap_server() -> Iterator[int]:
    """A running IMAP server with INBOX, Drafts and Sent; yields its port."""
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from pymap.main import main; main()",
        "--host",
        HOST,
        "--port",
        str(port),
        "--no-tls",
    ]
    backend = ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [*command, *backend], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        with _connected(port) as client:
            for folder in ("Drafts", "Sent"):
                client.create_folder(folder)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


@contextlib.contextmanager
def _connected(port: int) -> Iterator[IMAPClient]:
    """A logged-in connection, as soon as the server answers. Raises OSError where it does not in time."""
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            client = IMAPClient(HOST, port=port, ssl=False, timeout=10)
            break
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
    client.login(USER, PASSWORD)
    try:
        yield client
    finally:
        client.logout()


def deliver(port: int, raw: bytes) -> None:
    """Put a mail into INBOX, as a delivering server would."""
    with _connected(port) as client:
        client.append("INBOX", raw)


def free_port() -> int:
    """A port on loopback that is free now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
