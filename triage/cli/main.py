"""The program `triage`."""

import sys

import typer

from triage.cli.backup import backup
from triage.cli.cases import cases
from triage.cli.check import check
from triage.cli.demo import demo
from triage.cli.digest import digest
from triage.cli.doctor import doctor
from triage.cli.evaluate import evaluate
from triage.cli.exits import WRONG
from triage.cli.outbox import outbox
from triage.cli.quarantine import quarantine
from triage.cli.replay import replay_
from triage.cli.resume import rearm, thaw
from triage.cli.run import run as run_daemon
from triage.cli.train import train
from triage.service.trouble import TROUBLE, why

app = typer.Typer(
    name="triage",
    help="Triagem da caixa telefonia@seger.es.gov.br segundo o Boletim 0001.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run_daemon)
app.command()(check)
app.add_typer(cases, name="cases")
app.add_typer(outbox, name="outbox")
app.add_typer(quarantine, name="quarantine")
app.command()(rearm)
app.command()(thaw)
app.command()(digest)
app.command()(evaluate)
app.command()(train)
app.command()(doctor)
app.command()(backup)
app.command("replay")(replay_)
app.command()(demo)


@app.callback()
def _program() -> None:
    """Triagem da caixa telefonia@seger.es.gov.br segundo o Boletim 0001."""


def run() -> None:
    """The console script."""
    try:
        app()
    except TROUBLE as trouble:
        print(f"triage: disco ou banco de dados: {why(trouble)}", file=sys.stderr)
        sys.exit(WRONG)
