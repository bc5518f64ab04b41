"""The real program as a process, between a Dovecot mailbox and an SMTP server that does as it is told."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path

from imapclient import IMAPClient
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from tests.servers.dovecot import PASSWORD, USER, Dovecot
from tests.servers.smtp import Accepted, SmtpServer
from triage.cli.main import app
from triage.store.engine import open_store, read, write
from triage.store.facts import first_run

PATIENCE = 20.0
AUTHSERV = "mx.test.es.gov.br"
REQUESTER = "Marlene Bravim <escola.moradadosol@sedu.es.gov.br>"
SCHOOL = """Boa tarde,

Precisamos bloquear as ligações para celular no telefone (27) 3752-1846 da nossa escola, porque a conta dobrou no
último mês e ninguém sabe quem está usando.

Qualquer coisa é só ligar na secretaria: (27) 3752-1850.

Marlene Bravim
Secretária Escolar
"""
COMPLETE = """Karolina, bom dia.

Solicito a mudança do número da linha (27) 3636-2590, da Gerência de Licenciamento, pois ele foi publicado por engano
como sendo o de uma clínica e a equipe não consegue trabalhar.

Instituto Estadual de Meio Ambiente e Recursos Hídricos
CNPJ 27.080.571/0001-30

Atenciosamente,
Lúcia Helena Zanotti
Coordenadora Administrativa
Fixo: (27) 3636-2501 | Celular: (27) 99812-4470
lucia.zanotti@iema.es.gov.br
"""


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Until `condition` holds; fails with `what` was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}"
        time.sleep(0.02)


def mail(
    name: str,
    text: str = SCHOOL,
    *,
    sender: str = REQUESTER,
    to: str = "telefonia@seger.es.gov.br",
    subject: str = "telefone da escola",
    auth: str = "pass",
    at: datetime | None = None,
    **headers: str,
) -> bytes:
    """A message as our own server would have stored it; `headers` with _ for -."""
    message = EmailMessage()
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message["Return-Path"] = f"<{parseaddr(sender)[1]}>"
    message["Authentication-Results"] = f"{AUTHSERV}; dmarc={auth} header.from={domain}"
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = format_datetime(at or datetime.now(UTC))
    message["Message-ID"] = f"<{name}@{domain}>"
    for header, value in headers.items():
        del message[header.replace("_", "-")]
        message[header.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes(policy=policy.SMTP)


def letter(accepted: Accepted) -> EmailMessage:
    """What the SMTP server took, parsed."""
    parsed = message_from_bytes(accepted.raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def plain(message: EmailMessage) -> str:
    """Its plain text."""
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class Running:
    """One configuration and its processes. Everything lies under `folder`."""

    folder: Path
    imap: Dovecot
    smtp: SmtpServer
    sections: dict[str, dict[str, object]] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / "triage.log"
        self.config = self.folder / "triage.toml"
        self.set()

    def set(self, **sections: dict[str, object]) -> None:
        """Write the settings file, with these sections changed."""
        for name, values in sections.items():
            self.sections[name] = {**self.sections.get(name, {}), **values}
        tables: dict[str, dict[str, object]] = {
            "mailbox": {
                "host": "localhost", "port": self.imap.port, "security": "none", "username": USER, "password": PASSWORD,
            },
            "smtp": {
                "host": "localhost", "port": self.smtp.port, "security": "none",
                "sender": "SEGER Telefonia <telefonia@seger.es.gov.br>",
            },
            "database": {"url": f"sqlite:///{self.folder / 'triage.db'}"},
            "state": {"directory": str(self.folder)},
            "policy": {"mode": "send"},
            "trust": {"authserv_ids": [AUTHSERV]},
            "timeouts": {"rescan": 1, "smtp_final": 20},
        }  # fmt: skip
        for name, values in self.sections.items():
            tables[name] = {**tables.get(name, {}), **values}
        self.config.write_text("\n".join(_toml(name, values) for name, values in tables.items()), encoding="utf-8")

    def known_since(self, moment: datetime) -> None:
        """Have the program believe that its first run was at `moment`: what came later is answered."""
        engine = self.engine()
        with write(engine) as connection:
            first_run(connection, moment)
        engine.dispose()

    def start(self, ready: bool = True) -> None:
        """Start the daemon; `ready`: wait until it watches."""
        seen = self.logged("watching")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command("run"), stderr=log, stdout=log, start_new_session=True)
        if ready:
            wait_for(lambda: self.logged("watching") > seen, "the daemon to watch")

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = PATIENCE) -> int:
        """End the daemon with a signal; its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        status = self.process.wait(timeout=seconds)
        self.process = None
        return status

    def once(self, **environment: str) -> Done:
        """`triage run --once`."""
        return self.call("run", "--once", **environment)

    def call(self, *words: str, **environment: str) -> Done:
        """A command of the program, with --config; within this process, which spares it a second of starting."""
        ended = CliRunner(env=environment).invoke(app, [*words, "--config", str(self.config)])
        if ended.exception is not None and not isinstance(ended.exception, SystemExit):
            raise ended.exception
        return Done(ended.exit_code, ended.stdout, ended.stderr)

    def command(self, *words: str) -> list[str]:
        """Its command line."""
        return [sys.executable, "-m", "triage", *words, "--config", str(self.config)]

    def engine(self) -> Engine:
        """The database, opened beside the daemon; the caller disposes of it."""
        return open_store(f"sqlite:///{self.folder / 'triage.db'}", check=False)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What a query yields."""
        engine = self.engine()
        try:
            with read(engine) as connection:
                return [tuple(row) for row in connection.execute(text(query))]
        finally:
            engine.dispose()

    def count(self, table: str, condition: str = "1") -> int:
        """How many rows of `table` there are."""
        return int(str(self.rows(f"select count(*) from {table} where {condition}")[0][0]))

    def settled(self, messages: int) -> None:
        """Wait until so many messages are filed, and nothing waits to leave."""
        wait_for(lambda: self.count("ledger", "state != 'new'") >= messages, f"{messages} messages to be filed")
        wait_for(lambda: not self.count("outbox", "state in ('queued', 'leased')"), "the outbox to be empty")

    def events(self) -> list[dict[str, object]]:
        """The daemon's log lines; the one line of a start that was refused is none."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        return [json.loads(line) for line in lines if not line.startswith("triage: ")]

    def logged(self, event: str) -> int:
        """How often `event` stands in the log."""
        return sum(line.get("event") == event for line in self.events())

    def kill(self) -> None:
        """kill -9, with everything that the daemon has started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=PATIENCE)
            self.process = None


def _toml(name: str, values: dict[str, object]) -> str:
    return f"[{name}]\n" + "\n".join(f"{key} = {_word(value)}" for key, value in values.items()) + "\n"


def _word(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {_word(one)}' for key, one in value.items()) + " }"
    return json.dumps(value)


@contextlib.contextmanager
def running(folder: Path, imap: Dovecot) -> Iterator[Running]:
    """A program that is ready to be started on an empty mailbox; whatever runs at the end is killed."""
    empty(imap)
    with SmtpServer() as smtp:
        program = Running(folder, imap, smtp)
        program.known_since(datetime.now(UTC) - timedelta(hours=1))
        try:
            yield program
        finally:
            program.kill()


def empty(imap: Dovecot) -> None:
    """Delete every message of the mailbox, through the server, so that its UIDs go on."""
    with IMAPClient("localhost", port=imap.port, ssl=False, timeout=10) as client:
        client.login(USER, PASSWORD)
        for _, _, name in client.list_folders():
            client.select_folder(name)
            if found := client.search():
                client.delete_messages(found)
                client.expunge()
