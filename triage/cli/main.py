"""The program `triage`. Only the command that is called is loaded: a start waits for nothing else."""

import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from triage.cli.exits import WRONG
from triage.service.collector import spare_what_is_loaded, while_loading
from triage.service.egg import Egg

COMMANDS = {
    "run": "run",
    "check": "check",
    "cases": "cases",
    "outbox": "outbox",
    "quarantine": "quarantine",
    "rearm": "resume",
    "thaw": "resume",
    "digest": "digest",
    "evaluate": "evaluate",
    "train": "train",
    "doctor": "doctor",
    "backup": "backup",
    "replay": "replay",
    "audit": "audit",
    "demo": "demo",
}
"""Each command and its module, in the order in which the help shows them."""


class Commands(TyperGroup):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the library's signature
        """Their names."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command of this name; None where there is none."""
        return _loaded(cmd_name) if cmd_name in COMMANDS else None


def _loaded(name: str) -> Any:
    while_loading()
    module = import_module(f"triage.cli.{COMMANDS[name]}")
    spare_what_is_loaded()
    found = getattr(module, f"{name}_", None) or getattr(module, name)
    if isinstance(found, typer.Typer):
        command: Any = get_group(found)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command()(found)
        command = get_command(alone)
    command.name = name
    return command


app = typer.Typer(
    name="triage",
    help="Triagem da caixa telefonia@seger.es.gov.br segundo o Boletim 0001.",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _program() -> None:
    """Triagem da caixa telefonia@seger.es.gov.br segundo o Boletim 0001."""


def serve(egg: Egg | None = None) -> None:
    """Do what the command line says. `egg` is for the command that needs readers."""
    try:
        app(obj=egg)
    except Exception as trouble:
        from triage.service.trouble import TROUBLE, why

        if not isinstance(trouble, TROUBLE):
            raise
        print(f"triage: disco ou banco de dados: {why(trouble)}", file=sys.stderr)
        sys.exit(WRONG)
