"""The program `triage`."""

import typer

from triage.cli.check import check

app = typer.Typer(
    name="triage",
    help="Triagem da caixa telefonia@seger.es.gov.br segundo o Boletim 0001.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(check)


@app.callback()
def _program() -> None:
    """Triagem da caixa telefonia@seger.es.gov.br segundo o Boletim 0001."""


def run() -> None:
    """The console script."""
    app()
