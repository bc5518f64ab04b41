"""A TCP proxy between the daemon and its IMAP server: it listens in, stalls, cuts and refuses as it is told."""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

Hook = Callable[[str, bytes], bool]


class Proxy:
    """Forwards to `upstream` on loopback. `hook` sees each piece before it is passed on, with "up" or "down".

    The hook may act on the world; where it returns True the connection is cut in place of passing the piece on.
    """

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self.hook: Hook | None = None
        self.flowing = threading.Event()
        self.flowing.set()
        self.refusing = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.flowing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End every connection without a word."""
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def stall(self) -> None:
        """Half-open: connections stay, and nothing comes through, until `flowing` is set again."""
        self.flowing.clear()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._join, args=[client], daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            if self.refusing:
                return
            with socket.create_connection(("127.0.0.1", self.upstream), timeout=5) as server:
                server.settimeout(None)
                for one in (client, server):
                    one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open |= {client, server}
                back = threading.Thread(target=self._pump, args=[server, client, "down"], daemon=True)
                back.start()
                self._pump(client, server, "up")
                back.join()
                self._open -= {client, server}

    def _pump(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                self.flowing.wait()
                hook = self.hook
                if hook and hook(way, piece):
                    break
                target.sendall(piece)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
