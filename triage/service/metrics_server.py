"""The page of figures, served on loopback to whoever runs on this machine. One thread, one request at a time."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import structlog

from triage.service.exposition import CONTENT_TYPE, exposition
from triage.service.house import House
from triage.service.metrics import Figures
from triage.service.progress import Progress

log = structlog.get_logger("metrics")

HOST = "127.0.0.1"
PATH = "/metrics"
PATIENCE = 2.0  # seconds for a client's next byte


@contextmanager
def serve_metrics(
    house: Callable[[], House], loops: Callable[[], Mapping[str, Progress]], port: int, restarts: Callable[[], int]
) -> Iterator[None]:
    """Serve the figures on that port of loopback meanwhile; nothing where it is 0.

    A port that cannot be had costs the figures and nothing else: mail goes on.
    """
    server = _listening(Figures(house, loops, restarts), port) if port else None
    if server is None:
        yield
        return
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _listening(figures: Figures, port: int) -> HTTPServer | None:
    try:
        server = _Server((HOST, port), _handler(figures))
    except OSError as failure:
        log.error("no figures are served", port=port, why=failure.strerror)
        return None
    figures.begin()
    log.info("figures served", port=port)
    return server


class _Server(HTTPServer):
    """An exception while answering goes into the log as its class; its words might hold anything (F8)."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The client went away, or a defect: either way the next one is answered."""
        del request, client_address
        log.warning("a request for figures failed", exc_info=True)


def _handler(figures: Figures) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers GET /metrics."""

        timeout = PATIENCE
        server_version = "triage"
        sys_version = ""

        def do_GET(self) -> None:
            """The page, or 404."""
            if self.path.partition("?")[0] != PATH:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            page = exposition(figures.families()).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", CONTENT_TYPE)
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: who asks, and how often, is no news."""

    return Handler
