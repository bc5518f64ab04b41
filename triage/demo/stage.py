"""The demo's stage: servers, settings and the real daemon as a process of its own; all gone at the end."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from triage.demo.mails import AUTHSERV_ID
from triage.demo.replies import Replies
from triage.demo.servers import HOST, PASSWORD, USER, imap_server, smtp_server
from triage.store.engine import open_store

SENDER = "SEGER Telefonia <telefonia@seger.es.gov.br>"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything is while the demo lasts."""

    folder: Path
    imap_port: int
    smtp_port: int
    engine: Engine
    replies: Replies


@contextmanager
def set_up() -> Iterator[Stage]:
    """Set the stage, clear it at the end, whether the story ends, is interrupted (Ctrl-C) or terminated.

    SIGINT is named, too: a shell has it ignored by what it begins in the background.
    """
    before = {word: signal.signal(word, signal.default_int_handler) for word in (signal.SIGTERM, signal.SIGINT)}
    replies = Replies()
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="triage-demo-")))
            imap_port = stack.enter_context(imap_server())
            smtp_port = stack.enter_context(smtp_server(replies.take))
            config = folder / "triage.toml"
            config.write_text(_settings(folder, imap_port, smtp_port), encoding="utf-8")
            engine = open_store(f"sqlite:///{folder / 'triage.db'}")
            stack.callback(engine.dispose)
            stack.enter_context(_daemon(config, folder / "triage.log"))
            yield Stage(folder, imap_port, smtp_port, engine, replies)
    finally:
        for word, handler in before.items():
            signal.signal(word, handler)


@contextmanager
def _daemon(config: Path, log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "triage", "run", "--config", str(config)]
    with log.open("wb") as output:
        # In a session of its own, so that Ctrl-C reaches only us and the daemon is ended in order.
        process = subprocess.Popen(command, stderr=output, stdout=output, start_new_session=True)  # noqa: S603 - our own program
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _settings(folder: Path, imap_port: int, smtp_port: int) -> str:
    return f"""
[mailbox]
host = "{HOST}"
port = {imap_port}
security = "none"
username = "{USER}"
password = "{PASSWORD}"

[smtp]
host = "{HOST}"
port = {smtp_port}
security = "none"
sender = "{SENDER}"

[database]
url = "sqlite:///{folder / "triage.db"}"

[state]
directory = "{folder}"

[policy]
mode = "send"
pabx_organs = ["SEFAZ", "DETRAN"]

[trust]
authserv_ids = ["{AUTHSERV_ID}"]

[carrier]
to = ["longa.distancia@example.com.br"]
mode = "draft"
"""
