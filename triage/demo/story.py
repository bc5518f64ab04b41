"""The demo's narrator: delivers the sample mail, watches the daemon's database and its outgoing mail, and tells."""

import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.text import Text
from sqlalchemy import Engine

from triage.core.case import Case
from triage.core.verdict import Verdict
from triage.core.vocabulary import Action, State
from triage.demo.mails import AUTHSERV_ID, Sample, as_bytes, samples
from triage.demo.servers import HOST, PASSWORD, USER, Accepted, deliver, imap_server, smtp_server
from triage.store.cases import case_of_message
from triage.store.engine import open_store, read
from triage.store.ledger import verdict_of_message

SENDER = "SEGER Telefonia <telefonia@seger.es.gov.br>"
_PATIENCE = 30.0
_REPLY_PATIENCE = 10.0
ACTIONS = {
    Action.ACCEPT: ("nada a corrigir: o caso segue com a operadora", "green"),
    Action.CORRECT: ("pedimos tudo o que falta numa só resposta", "yellow"),
    Action.REDIRECT: ("indicamos o canal certo", "cyan"),
    Action.UPDATE: ("o caso anda", "blue"),
    Action.REVIEW: ("uma pessoa precisa ver; nada é respondido", "magenta"),
    Action.IGNORE: ("nada a fazer; nada é respondido", "dim"),
}
STATES = {
    State.REVIEW: "aguarda uma pessoa da SEGER",
    State.INCOMPLETE: "aguarda o solicitante",
    State.WITH_OPERATOR: "com a operadora",
    State.NEEDS_INFO: "a operadora aguarda o solicitante",
    State.CARRIER_DUE: "falta avisar a operadora de longa distância",
    State.CLOSED: "encerrado",
}


@dataclass
class Story:
    """One telling: the console, the ports, the database, and the replies as they leave."""

    console: Console
    imap_port: int
    smtp_port: int
    engine: Engine
    replies: queue.Queue[Accepted]
    answered: dict[str, str] = field(default_factory=dict)

    def tell(self, sample: Sample, number: int, total: int) -> None:
        """Deliver one sample and tell what becomes of it."""
        self.console.print(Text(f"\n[{number}/{total}] {sample.tell}", "bold"))
        self.console.print(Text.assemble(("   de ", "dim"), sample.sender, ("\n   assunto ", "dim"), sample.subject))
        raw = as_bytes(sample, self._in_reply_to(sample), datetime.now(UTC))
        deliver(self.imap_port, raw)
        verdict, case = self._wait_for(sample)
        self._tell_verdict(verdict)
        self._tell_reply(sample, verdict)
        if case is not None:
            outcome = f" ({case.outcome})" if case.outcome else ""
            self.console.print(
                Text.assemble(("   caso ", "dim"), (case.number, "bold"), f" – {STATES[case.state]}{outcome}")
            )

    def _in_reply_to(self, sample: Sample) -> str:
        if not sample.answers:
            return ""
        original = next(other for other in samples() if other.id == sample.answers)
        return self.answered.get(sample.answers, original.message_id) if sample.answers_us else original.message_id

    def _wait_for(self, sample: Sample) -> tuple[Verdict, Case | None]:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            with read(self.engine) as connection:
                verdict = verdict_of_message(connection, sample.message_id)
                case = case_of_message(connection, sample.message_id)
            if verdict is not None:
                return verdict, case
            time.sleep(0.05)
        raise TimeoutError(f"the daemon did not judge {sample.id} in {_PATIENCE:.0f} s")

    def _tell_verdict(self, verdict: Verdict) -> None:
        words, style = ACTIONS[verdict.action]
        item = f" · item {verdict.category}" if verdict.category else ""
        self.console.print(Text.assemble(("   entendido ", "dim"), f"{verdict.kind}{item}  →  ", (words, style)))
        for reason in verdict.reasons:
            self.console.print(Text(f"      • {reason}", style))

    def _tell_reply(self, sample: Sample, verdict: Verdict) -> None:
        if verdict.action not in (Action.CORRECT, Action.REDIRECT):
            return
        try:
            reply = self.replies.get(timeout=_REPLY_PATIENCE)
        except queue.Empty:
            self.console.print(Text("   nenhuma resposta saiu", "red"))
            return
        self.answered[sample.id] = str(reply.message["Message-ID"])
        text = reply.message.get_payload(0)
        body = text.get_payload(decode=True).decode("utf-8") if hasattr(text, "get_payload") else ""  # type: ignore[union-attr]
        self.console.print(Panel(Text(body.strip()), title=f"resposta para {reply.recipient}", border_style="yellow"))


@contextmanager
def stage(console: Console) -> Iterator[Story]:
    """The servers, the settings, the real daemon as a process of its own; everything is gone at the end."""
    replies: queue.Queue[Accepted] = queue.Queue()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="triage-demo-")))
        imap_port = stack.enter_context(imap_server())
        smtp_port = stack.enter_context(smtp_server(replies.put))
        config = folder / "triage.toml"
        config.write_text(_settings(folder, imap_port, smtp_port), encoding="utf-8")
        engine = open_store(f"sqlite:///{folder / 'triage.db'}")
        stack.callback(engine.dispose)
        stack.enter_context(_daemon(config, folder / "triage.log"))
        yield Story(console, imap_port, smtp_port, engine, replies)


@contextmanager
def _daemon(config: Path, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        command = [sys.executable, "-m", "triage", "run", "--config", str(config)]
        process = subprocess.Popen(command, stderr=output, stdout=output)  # noqa: S603 - our own program
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
