"""`triage doctor`: a line for each check, what is wrong and what to do."""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from triage.cli.exits import FINE, UNREACHABLE, WRONG
from triage.cli.options import Config, settings_or_exit
from triage.service.checkup import checkup
from triage.service.finding import Finding, Health
from triage.service.registry import open_registry

MARKS = {
    Health.FINE: ("✓", "green"),
    Health.NOTE: ("•", "yellow"),
    Health.WRONG: ("✗", "bold red"),
    Health.UNREACHABLE: ("✗", "bold red"),
}


Deep = Annotated[bool, typer.Option("--deep", help="prova também que nada se perdeu, se dobrou ou parou")]


Probe = Annotated[bool, typer.Option("--probe", help="envia a nós mesmos uma mensagem forjada, para provar a borda")]


def doctor(config: Config = None, deep: Deep = False, probe: Probe = False) -> None:
    """Confere configuração, dados, modelo, banco, IMAP e SMTP; diz o que está errado e o que fazer."""
    settings = settings_or_exit(config, need_mailbox=True)
    console = Console(highlight=False)
    seen: set[Health] = set()
    for finding in checkup(settings, open_registry, deep=deep, forge=probe):
        seen.add(finding.health)
        console.print(_line(finding), soft_wrap=True)
    if Health.WRONG in seen:
        raise typer.Exit(WRONG)
    raise typer.Exit(UNREACHABLE if Health.UNREACHABLE in seen else FINE)


def _line(finding: Finding) -> Text:
    mark, style = MARKS[finding.health]
    line = Text.assemble((mark, style), f" {finding.what}")
    line.append(f": {finding.detail}" if finding.detail else "")
    line.append(f" → {finding.cure}" if finding.cure else "", "bold")
    return line
