"""One SMTP session: connected, encrypted, logged in; then commands and answers. For `triage.mail.smtp` alone."""

import base64
import contextlib
import smtplib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from triage.core.retry import SmtpFate, classify_smtp
from triage.mail.wire import Endpoint, Security, keep_alive, tls_context

GARBLED = -1  # something that is no answer to what was asked
NO_SECURITY = 530  # our own verdict on a server without the encryption or the login that the settings ask for
CLOSING = 421
GOODBYE = 2.0


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. `final` is the wait for the reply to the final dot: RFC 5321 §4.5.3.2.6 asks for ten minutes."""

    connect: float = 30.0
    reply: float = 300.0
    final: float = 600.0


class Answered(Exception):  # noqa: N818 - an answer that ends the transaction, not an error
    """The server said something else than was hoped for."""

    def __init__(self, code: int, text: bytes) -> None:
        self.code, self.text = code, one_line(text)


class Session:
    """A session ready for MAIL FROM. Everything raises OSError where the connection fails, else `Answered`."""

    def __init__(self, endpoint: Endpoint, timeouts: Timeouts, name: str) -> None:
        """`name` is what EHLO says."""
        self._timeouts = timeouts
        self._smtp = _connect(endpoint, timeouts, name)
        try:
            self._enter(endpoint)
        except BaseException:
            self.close()
            raise

    def expect(self, hundreds: int, command: str) -> None:
        """Say `command`; any answer outside `hundreds`xx is raised."""
        self._wait(self._timeouts.reply)
        code, text = self._ask(command.encode("ascii"))
        if code // 100 != hundreds:
            raise Answered(code if code // 100 in {4, 5} else GARBLED, text)

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        if self._smtp.sock is None:
            raise ConnectionError("no connection")
        self._smtp.sock.sendall(data)

    def finish(self) -> tuple[int, bytes]:
        """Say the final dot and wait for the answer as long as it takes a server to take a message in."""
        self._wait(self._timeouts.final)
        return self._ask(b".")

    def quit(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        with contextlib.suppress(OSError):
            self._wait(GOODBYE)
            self._ask(b"QUIT")
        self.close()

    def close(self) -> None:
        """Let go."""
        with contextlib.suppress(OSError):
            self._smtp.close()

    def _enter(self, endpoint: Endpoint) -> None:
        keep_alive(self._smtp.sock)  # type: ignore[arg-type]  # typeshed allows None; the constructor has connected
        self._wait(self._timeouts.reply)
        with _codes():
            self._smtp.ehlo_or_helo_if_needed()
            if endpoint.security is Security.STARTTLS:
                self._start_tls(endpoint)
        if endpoint.username:
            self._log_in(endpoint)

    def _start_tls(self, endpoint: Endpoint) -> None:
        if not self._smtp.has_extn("starttls"):
            raise Answered(NO_SECURITY, b"STARTTLS is not offered")  # missing or stripped: nothing goes out in clear
        code, text = self._smtp.starttls(context=tls_context(endpoint.ca_file))
        if code != 220:
            raise Answered(NO_SECURITY, text)
        self._smtp.ehlo()

    def _log_in(self, endpoint: Endpoint) -> None:
        # By hand: smtplib can only log in with ASCII passwords.
        offered = self._smtp.esmtp_features.get("auth", "").upper().split()
        user, password = endpoint.username.encode(), endpoint.password.encode()
        if "PLAIN" in offered:
            words = [b"AUTH PLAIN " + base64.b64encode(b"\0" + user + b"\0" + password)]
        elif "LOGIN" in offered:
            words = [b"AUTH LOGIN", base64.b64encode(user), base64.b64encode(password)]
        else:
            raise Answered(NO_SECURITY, b"no usable login is offered")
        for word, hundreds in zip(words, (*(3,) * (len(words) - 1), 2), strict=True):
            code, text = self._ask(word)
            if code // 100 != hundreds:
                raise Answered(_about_us(code), text)

    def _ask(self, command: bytes) -> tuple[int, bytes]:
        self.write(command + b"\r\n")
        return self._smtp.getreply()

    def _wait(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


def helo_name() -> str:
    """What EHLO says where nothing is set. No DNS is asked; an address literal is always valid (RFC 5321 §4.1.3)."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def one_line(text: bytes) -> str:
    """Server text as one short printable line: it ends up in the log."""
    printable = "".join(character if character.isprintable() else " " for character in text.decode("ascii", "replace"))
    return " ".join(printable.split())[:200]


def _connect(endpoint: Endpoint, timeouts: Timeouts, name: str) -> smtplib.SMTP:
    where = (endpoint.host, endpoint.port, name)
    with _codes():
        if endpoint.security is Security.TLS:
            return smtplib.SMTP_SSL(*where, timeout=timeouts.connect, context=tls_context(endpoint.ca_file))
        return smtplib.SMTP(*where, timeout=timeouts.connect)


@contextlib.contextmanager
def _codes() -> Iterator[None]:
    """Give the codes in smtplib's exceptions back as answers; a lost connection stays the OSError that it is."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        text = error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()
        raise Answered(_about_us(error.smtp_code), text) from error


def _about_us(code: int) -> int:
    # Nothing that is said before MAIL FROM is about a message: a refusal there must pause the queue, not kill a row.
    return code if classify_smtp(code) is SmtpFate.PAUSE else CLOSING
