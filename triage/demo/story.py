"""The demo's narrator: delivers the sample mail, watches the daemon's database and its outgoing mail, and tells."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from triage.core.case import Case
from triage.core.decision import MailKind, OutboxState
from triage.core.verdict import Verdict
from triage.demo.mails import Quoted, Sample, as_bytes, samples
from triage.demo.replies import Reply
from triage.demo.servers import deliver
from triage.demo.stage import SENDER, Stage
from triage.store.cases import case_of_message
from triage.store.engine import read
from triage.store.ledger import verdict_of_message
from triage.store.outbox import Outgoing, mails
from triage.terminal import ACTIONS, KINDS, OUTCOMES, STATES

PATIENCE = 30.0
REPLY_PATIENCE = 10.0
LOOK_SECONDS = 0.05
SHOWN = 22  # lines of a reply; the first is shown whole
LEAVING = (OutboxState.QUEUED, OutboxState.LEASED, OutboxState.RETRY, OutboxState.SENT)
NOTICES = {
    OutboxState.DRAFTED: "o aviso está em Rascunhos; uma pessoa o confere e envia",
    OutboxState.HELD: "o aviso espera que uma pessoa responda à pergunta que este caso ainda tem",
}


@dataclass
class Story:
    """One telling, on one console."""

    console: Console
    stage: Stage
    shown_whole: bool = False
    asked: dict[str, str] = field(default_factory=dict)

    def tell(self, sample: Sample, number: int, total: int) -> None:
        """Deliver one sample and tell what becomes of it."""
        self.console.print()
        self.console.rule(Text(f"{number} de {total}", "dim"), align="left", style="dim")
        self.console.print(Text(sample.tell, "bold"))
        quoted = self._quoted(sample)
        self.heading(sample.sender, (quoted.subject if quoted else "") or sample.subject)
        deliver(self.stage.imap_port, as_bytes(sample, quoted, datetime.now(UTC)))
        self.outcome(sample.message_id, self._verdict(sample))

    def heading(self, sender: str, subject: str) -> None:
        """Who writes, and about what."""
        self._line("de", sender)
        self._line("assunto", subject)

    def outcome(self, message_id: str, verdict: Verdict) -> None:
        """What was understood, what is answered, how the case stands."""
        words, style = ACTIONS[verdict.action]
        item = f", item {verdict.category}" if verdict.category else ""
        self._line("é", f"{KINDS[verdict.kind]}{item}")
        self._line("a fazer", words, style)
        for reason in verdict.reasons:
            if reason != words:
                self._line("", f"• {reason}", style)
        with read(self.stage.engine) as connection:
            case = case_of_message(connection, message_id)
            written = mails(connection, case=case.number) if case else []
        if any(mail.cause == message_id and mail.state in LEAVING for mail in written):
            self._reply(self.stage.replies.to(message_id, REPLY_PATIENCE))
        if case is not None:
            self._case(case, written)

    def _line(self, name: str, value: str, style: str = "") -> None:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=9, justify="right", style="dim")
        grid.add_column(overflow="fold")
        grid.add_row(name, Text(value, style))
        self.console.print(grid)

    def _reply(self, reply: Reply | None) -> None:
        if reply is None:
            self._line("resposta", "ainda não saiu", "red")
            return
        lines = reply.text.splitlines()
        whole = not self.shown_whole or len(lines) <= SHOWN + 2
        self.shown_whole = True
        text = "\n".join(lines if whole else [*lines[:SHOWN], f"(… e mais {len(lines) - SHOWN} linhas)"])
        panel = Panel(Text(text), title=f"resposta a {reply.recipient}", border_style="yellow", padding=0)
        self.console.print(panel)

    def _case(self, case: Case, written: list[Outgoing]) -> None:
        outcome = f" ({OUTCOMES[case.outcome]})" if case.outcome else ""
        self._line("caso", f"{case.number}: {STATES[case.state]}{outcome}", "bold")
        question = case.review.why if case.review else ""
        if question and self.asked.get(case.number) != question:
            self._line("", f"pergunta a uma pessoa: {question}", "magenta")
        self.asked[case.number] = question
        for mail in written:
            if mail.kind is MailKind.CARRIER_NOTICE and mail.state in NOTICES:
                self._line("", NOTICES[mail.state], "cyan")

    def _quoted(self, sample: Sample) -> Quoted | None:
        if not sample.answers:
            return None
        original = next(other for other in samples() if other.id == sample.answers)
        ours = self.stage.replies.to(original.message_id, 0) if sample.answers_us else None
        if ours is None:
            return Quoted(original.message_id, original.sender, original.text)
        subject = ours.subject if ours.subject.startswith("RES:") else f"RES: {ours.subject}"
        return Quoted(ours.message_id, SENDER, ours.text, subject)

    def _verdict(self, sample: Sample) -> Verdict:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with read(self.stage.engine) as connection:
                verdict = verdict_of_message(connection, sample.message_id)
            if verdict is not None:
                return verdict
            time.sleep(LOOK_SECONDS)
        log = (self.stage.folder / "triage.log").read_text(encoding="utf-8")[-2000:]
        raise TimeoutError(f"o programa não julgou {sample.id} em {PATIENCE:.0f} s\n{log}")
