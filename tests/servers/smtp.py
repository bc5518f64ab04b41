"""An SMTP server for tests that answers as it is told, in any phase, and keeps what it has accepted.

Phases: connect, ehlo, starttls, auth, mail, rcpt, data, final (the reply to the final dot), rset, quit.
"""

import base64
import contextlib
import socket
import ssl
import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from tests.servers.certificates import Certificate
from triage.mail.wire import Endpoint, Security

USER, PASSWORD = "telefonia", "maçã-segredo"
FINE = {
    "connect": "220 test.example ESMTP",
    "starttls": "220 go ahead",
    "auth": "235 welcome",
    "mail": "250 sender fine",
    "rcpt": "250 recipient fine",
    "data": "354 go on",
    "final": "250 accepted as TEST",
    "rset": "250 reset",
    "quit": "221 bye",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do instead of the usual: wait `delay` seconds, say `text` (nothing where empty), then `drop`.

    `accept` keeps the message although the client hears no 2xx: the fault that makes the outcome ambiguous.
    """

    text: str = ""
    delay: float = 0.0
    drop: bool = False
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that the server took, with its envelope."""

    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes


class SmtpServer:
    """Listens on loopback between `with` and its end. `security` decides what it offers; `login` whether it asks."""

    def __init__(
        self, security: Security = Security.NONE, certificate: Certificate | None = None, login: str = ""
    ) -> None:
        """`login` names the mechanisms offered ("PLAIN LOGIN"); empty: none is needed."""
        self.accepted: list[Accepted] = []
        self.commands: list[str] = []
        self.connections = 0
        self.greylist = 0.0
        self.refuse_null_at = ""
        self.strip_starttls = False
        self._security, self._certificate, self.login = security, certificate, login
        self._script: dict[str, deque[Answer]] = defaultdict(deque)
        self._always: dict[str, Answer] = {}
        self._seen: dict[tuple[str, str], float] = {}
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def endpoint(self, username: str = "", password: str = PASSWORD, trusted: bool = True) -> Endpoint:
        """How to reach it."""
        ca_file = self._certificate.certificate if self._certificate and trusted else None
        return Endpoint("localhost", self.port, self._security, username, password, ca_file)

    def answer(self, phase: str, *answers: str | Answer) -> None:
        """Give these answers, one each time the phase is reached, before going back to the usual."""
        self._script[phase].extend(one if isinstance(one, Answer) else Answer(one) for one in answers)

    def always(self, phase: str, answer: str | Answer) -> None:
        """Give this answer whenever the phase is reached."""
        self._always[phase] = answer if isinstance(answer, Answer) else Answer(answer)

    def start(self) -> None:
        """Listen, on the same port as before if it was started before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._spawn(self._serve, self._listener)

    def stop(self) -> None:
        """Stop listening and cut every connection."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(10)
        self._threads.clear()

    def cut(self) -> None:
        """Cut every connection without a word."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def next_answer(self, phase: str, usual: str) -> Answer:
        """The scripted answer for `phase`, else the usual."""
        if self._script[phase]:
            return self._script[phase].popleft()
        return self._always.get(phase) or Answer(usual)

    def greylisted(self, envelope_from: str, recipient: str) -> bool:
        """Whether this pair was first seen less than `greylist` seconds ago."""
        first = self._seen.setdefault((envelope_from, recipient), time.monotonic())
        return time.monotonic() - first < self.greylist

    def _spawn(self, target: object, *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                self._open.add(connection)
                self._spawn(self._converse, connection)

    def _converse(self, connection: socket.socket) -> None:
        try:
            if self._security is Security.TLS:
                connection = self.secure(connection)
            with contextlib.closing(_Conversation(self, connection)) as conversation:
                conversation.run()
        except (OSError, EOFError):
            pass
        finally:
            self._open.discard(connection)
            connection.close()

    def secure(self, connection: socket.socket) -> socket.socket:
        """The server's side of TLS on `connection`; cutting still works."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate.certificate, self._certificate.key)
        self._open.discard(connection)
        secured = context.wrap_socket(connection, server_side=True)
        self._open.add(secured)
        return secured

    def offers(self) -> list[str]:
        """The lines of the EHLO reply."""
        starttls = self._security is Security.STARTTLS and not self.strip_starttls
        return [
            "250-test.example",
            *(["250-STARTTLS"] if starttls else []),
            *([f"250-AUTH {self.login}"] if self.login else []),
            "250 8BITMIME",
        ]


class _Conversation:
    """One connection, command by command."""

    def __init__(self, server: SmtpServer, connection: socket.socket) -> None:
        self.server = server
        self.entered = not server.login
        self._use(connection)
        self._forget()

    def close(self) -> None:
        self.file.close()
        self.connection.close()

    def run(self) -> None:
        self.reply("connect")
        while True:
            line = self.line()
            self.server.commands.append(line)
            handler = getattr(self, f"on_{line.split(' ')[0].lower()}", None)
            if handler is None:
                self.say("502 what?")
            else:
                handler(line)

    def on_ehlo(self, line: str) -> None:
        self.reply("ehlo", "\r\n".join(self.server.offers()))

    def on_starttls(self, line: str) -> None:
        if self.reply("starttls").startswith("220"):
            self._use(self.server.secure(self.connection))

    def on_auth(self, line: str) -> None:
        _, mechanism, *rest = line.split(" ")
        if mechanism == "PLAIN":
            given = base64.b64decode(rest[0]).split(b"\0")[1:]
        else:
            given = [base64.b64decode(self._asked(question)) for question in ("VXNlcm5hbWU6", "UGFzc3dvcmQ6")]
        self.entered = given == [USER.encode(), PASSWORD.encode()]
        self.reply("auth", FINE["auth"] if self.entered else "535 5.7.8 no")

    def on_mail(self, line: str) -> None:
        self._forget()
        self.envelope_from = _address(line)
        if not self.entered:
            self.say("530 5.7.0 log in first")
        elif self.server.refuse_null_at == "mail" and not self.envelope_from:
            self.say("550 5.7.1 null sender refused")
        else:
            self.reply("mail")

    def on_rcpt(self, line: str) -> None:
        recipient = _address(line)
        if self.server.greylist and self.server.greylisted(self.envelope_from, recipient):
            self.say("450 4.2.0 greylisted")
        elif self.server.refuse_null_at == "rcpt" and not self.envelope_from:
            self.say("550 5.7.1 null sender refused")
        elif self.reply("rcpt").startswith("2"):
            self.recipients += (recipient,)

    def on_data(self, line: str) -> None:
        if not self.recipients:
            self.say("503 5.5.1 no recipients")
        elif self.reply("data").startswith("354"):
            raw = self._message()
            self.reply("final", keep=Accepted(self.envelope_from, self.recipients, raw))
            self._forget()

    def on_rset(self, line: str) -> None:
        self._forget()
        self.reply("rset")

    def on_quit(self, line: str) -> None:
        self.reply("quit")
        raise EOFError

    def reply(self, phase: str, usual: str = "", keep: Accepted | None = None) -> str:
        answer = self.server.next_answer(phase, usual or FINE[phase])
        if keep and (answer.accept or answer.text.startswith("2")):
            self.server.accepted.append(keep)
        time.sleep(answer.delay)
        if answer.text:
            self.say(answer.text)
        if answer.drop:
            raise EOFError
        return answer.text

    def say(self, text: str) -> None:
        self.connection.sendall(text.encode() + b"\r\n")

    def line(self) -> str:
        return self._line().decode("ascii")

    def _line(self) -> bytes:
        line = self.file.readline()
        if not line:
            raise EOFError
        return line.removesuffix(b"\r\n")

    def _asked(self, question: str) -> bytes:
        self.say(f"334 {question}")
        return self._line()

    def _message(self) -> bytes:
        lines = []
        while (line := self._line()) != b".":
            lines.append(line.removeprefix(b".") if line.startswith(b".") else line)
        return b"".join(line + b"\r\n" for line in lines)

    def _use(self, connection: socket.socket) -> None:
        self.connection, self.file = connection, connection.makefile("rb")

    def _forget(self) -> None:
        self.envelope_from, self.recipients = "", ()


def _address(line: str) -> str:
    return line[line.index("<") + 1 : line.index(">")]
