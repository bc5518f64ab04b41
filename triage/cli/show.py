"""A verdict for the eye: the message with its evidence marked, finding by finding, and the reply that would be sent."""

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from triage.core.message import Message
from triage.core.verdict import Evidence, Finding, Presence, Verdict
from triage.service.judging import Opinion
from triage.terminal import ACTIONS, KINDS

MARKS = {Presence.PRESENT: ("✓", "green"), Presence.MISSING: ("✗", "bold red"), Presence.INVALID: ("!", "bold yellow")}
_SHOWN = 4000


def show_opinion(opinion: Opinion, titles: dict[str, str]) -> None:
    """Print one judged message to stdout, in colour where that is a terminal."""
    judged = opinion.judged
    assert judged is not None
    console = Console(highlight=False)
    message, verdict = judged.message, judged.verdict
    shown = Group(_headline(verdict, titles), _marked_text(message, verdict), _findings(verdict))
    console.print(
        Panel(
            shown,
            title=f"[b]{Text(opinion.name).plain}[/b]",
            subtitle=_from(message),
            border_style=ACTIONS[verdict.action][1],
        )
    )
    if opinion.reply:
        head = Text(f"Para: {opinion.reply.to}\nAssunto: {opinion.reply.subject}\n", style="bold")
        console.print(
            Panel(Group(head, Text(opinion.reply.text)), title="a resposta que sairia", border_style="yellow")
        )


def _from(message: Message) -> Text:
    return Text(f"{message.author.name} <{message.author.addr}>")


def _headline(verdict: Verdict, titles: dict[str, str]) -> Text:
    words, style = ACTIONS[verdict.action]
    line = Text.assemble((KINDS[verdict.kind], "bold"), "  →  ", (words, style), f"   certeza {verdict.confidence:.0%}")
    if verdict.category:
        service = f" · {verdict.service}" if verdict.service else ""
        line.append(f"\n{verdict.category} {titles[verdict.category]}{service}", "bold")
    if verdict.organ:
        line.append(f"\nórgão: {verdict.organ}")
    if verdict.operator:
        line.append(f"\na operadora diz: {verdict.operator.status}")
        line.append(f"   protocolo {verdict.operator.protocol}" if verdict.operator.protocol else "")
    for number, share in verdict.alternatives[:1]:
        line.append(f"\nalternativa mais próxima: {number} ({share:.1%})", "dim")
    return line


def _marked_text(message: Message, verdict: Verdict) -> Panel:
    """The subject and the own text with every finding's evidence marked; quoted text is named, not shown."""
    subject = Text("Assunto: ", style="bold")
    checked = verdict.subject.ok if verdict.subject else None
    subject.append(message.subject or "(vazio)", "" if checked is None else "green" if checked else "bold red")
    body = Text(message.body.own[:_SHOWN])
    for finding in verdict.findings:
        _mark(body, finding.evidence, MARKS[finding.presence][1])
    _mark(body, verdict.operator.evidence if verdict.operator else None, "blue")
    rest = (
        Text(f"\n[{len(message.body.quoted.splitlines())} linhas citadas, que não contam]", "dim")
        if message.body.quoted
        else Text()
    )
    return Panel(Group(subject, Text(), body, rest), border_style="dim")


def _mark(body: Text, evidence: Evidence | None, style: str) -> None:
    if evidence is not None and evidence.document == "body" and evidence.end <= len(body):
        body.stylize(f"underline {style}", evidence.start, evidence.end)


def _findings(verdict: Verdict) -> Group:
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in verdict.findings:
        mark, style = MARKS[finding.presence]
        table.add_row(Text(mark, style), str(finding.field), _what(finding), Text(_where(finding), "dim"))
    reasons = [Text(f"• {reason}", ACTIONS[verdict.action][1]) for reason in verdict.reasons]
    return Group(table, *reasons)


def _what(finding: Finding) -> Text:
    shown = finding.value.replace("\n", " ")
    shown = shown if len(shown) <= 60 else shown[:57] + "…"
    return Text(f"{shown}  {finding.why}".strip())


def _where(finding: Finding) -> str:
    return finding.evidence.document if finding.evidence else ""
