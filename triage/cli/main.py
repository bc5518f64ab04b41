"""The program `triage`."""

import typer

from triage.cli.cases import cases
from triage.cli.check import check
from triage.cli.demo import demo
from triage.cli.doctor import doctor
from triage.cli.evaluate import evaluate
from triage.cli.run import run as run_daemon
from triage.cli.train import train

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
app.command()(evaluate)
app.command()(train)
app.command()(doctor)
app.command()(demo)


@app.callback()
def _program() -> None:
    """Triagem da caixa telefonia@seger.es.gov.br segundo o Boletim 0001."""


def run() -> None:
    """The console script."""
    app()
