"""What IMAP and SMTP share: where a server is, how the connection is protected, and which bytes may go out."""

import ipaddress
import socket
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

LONGEST_LINE = 998  # RFC 5322 §2.1.1, without its CRLF

# A silent peer is noticed in under three minutes (RELIABILITY B9); names that this system lacks are left out.
KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4, "TCP_USER_TIMEOUT": 120_000}


class Security(StrEnum):
    """How a connection is protected, in the settings' words."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A mail server and how to enter it. An empty `username` means no login.

    `ca_file` names the only certificates to trust (PEM); None means the system's. Raises ValueError for an
    unprotected connection to anything but this machine.
    """

    host: str
    port: int
    security: Security = Security.TLS
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        if self.security is Security.NONE and not is_loopback(self.host):
            raise ValueError("security = none is for loopback only")


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address) is this very machine; no name is looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def tls_context(ca_file: Path | None) -> "ssl.SSLContext":
    """A client context: certificate and name verified, TLS 1.2 or newer (RELIABILITY F11)."""
    import ssl  # the readers, which try at their start how mail is composed, are on no wire

    context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def keep_alive(connection: socket.socket) -> None:
    """Have the system probe an idle connection, and send small writes at once."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in KEEPALIVE.items():
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def unsafe_bytes(raw: bytes) -> str:
    """Why `raw` must not leave as a message, or "" (RELIABILITY D16: SMTP smuggling lives on bare line ends)."""
    ends = raw.count(b"\r\n")  # counted thrice in a tenth of the time that a pattern takes to look around each
    if raw.count(b"\r") != ends or raw.count(b"\n") != ends:
        return "bare CR or LF"
    if max(map(len, raw.split(b"\r\n"))) > LONGEST_LINE:
        return "line longer than 998 bytes"
    return "" if raw.isascii() else "8-bit bytes"
