"""`triage backup`: a consistent copy of the database, made while the daemon goes on."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from triage.cli.exits import USAGE, WRONG, fail
from triage.cli.options import Config, settings_or_exit
from triage.service.backup import BackupRefused, Copy, back_up

Target = Annotated[Path, typer.Argument(metavar="DESTINO", help="um arquivo novo, ou uma pasta para cópias datadas")]
Keep = Annotated[
    int | None, typer.Option("--keep", min=1, metavar="N", help="na pasta ficam só as N cópias datadas mais novas")
]


def backup(target: Target, config: Config = None, keep: Keep = None) -> None:
    """Copia o banco de dados, com o programa em execução ou não, e confere a cópia."""
    settings = settings_or_exit(config, need_mailbox=False)
    if settings.database is None:
        fail(["[database]: falta esta seção na configuração"], USAGE)
    try:
        _tell(back_up(settings.database.url.get_secret_value(), target, datetime.now(UTC), keep))
    except BackupRefused as refusal:
        fail([str(refusal)], WRONG)


def _tell(copy: Copy) -> None:
    sys.stdout.write(f"{copy.path}\n")
    size = f"{copy.size / 1e6:.1f} MB".replace(".", ",")
    print(f"triage: cópia conferida: {copy.messages} mensagens, {copy.cases} casos, {size}", file=sys.stderr)
    if copy.dropped:
        print(f"triage: {len(copy.dropped)} cópias mais antigas apagadas", file=sys.stderr)
