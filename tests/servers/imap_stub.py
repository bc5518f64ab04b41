"""An IMAP server for tests that sends exactly the bytes it is told: for what a decent server never does.

Sequence numbers are UIDs here, unless messages are missing. Each command has a usual answer; `answers` replaces it for
a command word by a function that gets the tag and the arguments and returns what to do: bytes to send, seconds to wait,
`DONE` (wait for a line) or `CLOSE`.
"""

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Final, Self

from triage.mail.wire import Endpoint, Security

CLOSE: Final = "close"
DONE: Final = "wait for DONE"
Step = bytes | float | str
Answerer = Callable[[str, str], Iterable[Step]]


class ImapStub:
    """Listens on loopback between `with` and its end; keeps every line that clients sent in `lines`."""

    def __init__(self, capabilities: str = "IMAP4rev1 IDLE", greeting: bytes = b"* OK ready\r\n") -> None:
        self.capabilities, self.greeting = capabilities, greeting
        self.lines: list[str] = []
        self.connections = 0
        self.answers: dict[str, Answerer] = {}
        self.messages: dict[int, bytes] = {1: b"Subject: one\r\n\r\none\r\n"}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._serve, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for one in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def endpoint(self, security: Security = Security.NONE) -> Endpoint:
        """How to log in."""
        return Endpoint("localhost", self.port, security, "user", "secret")

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.connections += 1
                self._open.append(connection)
                self._threads.append(threading.Thread(target=self._converse, args=[connection], daemon=True))
                self._threads[-1].start()

    def _converse(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError), connection, connection.makefile("rb") as lines:
            connection.sendall(self.greeting)
            for line in lines:
                words = line.decode().rstrip("\r\n")
                self.lines.append(words)
                tag, command, *rest = words.replace("UID ", "UID-", 1).split(" ", 2)
                answer = self.answers.get(command) or self._usual(command)
                for step in answer(tag, rest[0] if rest else ""):
                    self._do(step, connection, lines)

    def _do(self, step: Step, connection: socket.socket, lines: Iterable[bytes]) -> None:
        if isinstance(step, bytes):
            connection.sendall(step)
        elif isinstance(step, int | float):
            time.sleep(step)
        elif step == DONE:
            self.lines.append(next(iter(lines), b"").decode().rstrip("\r\n"))
        else:
            raise EOFError

    def _usual(self, command: str) -> Answerer:
        return getattr(self, f"_on_{command.lower().replace('-', '_')}", self._on_anything)

    def _on_anything(self, tag: str, _: str) -> Iterable[Step]:
        yield f"{tag} OK done\r\n".encode()

    def _on_capability(self, tag: str, _: str) -> Iterable[Step]:
        yield f"* CAPABILITY {self.capabilities}\r\n{tag} OK done\r\n".encode()

    def _on_examine(self, tag: str, _: str) -> Iterable[Step]:
        last = max(self.messages, default=0)
        yield (
            f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT {last + 1}] ok\r\n"
            f"{tag} OK [READ-ONLY] done\r\n"
        ).encode()

    def _on_uid_search(self, tag: str, what: str) -> Iterable[Step]:
        low, high = re.search(r"(\d+):(\d+)", what).groups()
        found = {uid for uid in range(int(low), int(high) + 1) if uid in self.messages}
        if what.endswith("UID *") and self.messages:
            found.add(max(self.messages))
        yield f"* SEARCH {' '.join(map(str, sorted(found)))}\r\n{tag} OK done\r\n".encode()

    def _on_uid_fetch(self, tag: str, what: str) -> Iterable[Step]:
        uids, items = what.split(" ", 1)
        for uid in (int(uid) for uid in uids.split(",")):
            if uid in self.messages:
                yield self.fetched(uid, items)
        yield f"{tag} OK done\r\n".encode()

    def fetched(self, uid: int, items: str) -> bytes:
        """The untagged FETCH of a message: its outline or its body."""
        raw = self.messages[uid]
        if "SIZE" in items:
            data = f'RFC822.SIZE {len(raw)} INTERNALDATE "01-Jun-2026 10:00:00 -0300"'.encode()
        else:
            data = b"BODY[] {%d}\r\n" % len(raw) + raw
        return b"* %d FETCH (UID %d %s)\r\n" % (sorted(self.messages).index(uid) + 1, uid, data)

    def _on_idle(self, tag: str, _: str) -> Iterable[Step]:
        yield b"+ idling\r\n"
        yield DONE
        yield f"{tag} OK done\r\n".encode()

    def _on_logout(self, tag: str, _: str) -> Iterable[Step]:
        yield f"* BYE bye\r\n{tag} OK done\r\n".encode()
        yield CLOSE
