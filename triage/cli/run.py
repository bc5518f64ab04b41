"""`triage run`: the daemon, or a single pass."""

from typing import Annotated

import typer

from triage.cli.exits import TRY_LATER, USAGE, WRONG, fail
from triage.cli.options import Config, settings_or_exit
from triage.paths import models_dir
from triage.service.collector import while_loading
from triage.service.confine import Pool
from triage.service.lock import AlreadyRunning, LockRefused, LockUnavailable, only_one
from triage.service.notify import is_managed
from triage.settings import find_settings

Once = Annotated[bool, typer.Option("--once", help="uma só passada: o que espera na caixa e o que está por sair")]


def run(ctx: typer.Context, config: Config = None, once: Once = False) -> None:
    """O programa residente: observa a caixa, julga, registra e envia o que for devido."""
    while_loading()
    settings = settings_or_exit(config, need_mailbox=True)
    try:
        with only_one(settings.state.directory), Pool(settings.policy(), model=models_dir(), egg=ctx.obj) as pool:
            # While the readers start: what the database needs is half of our own.
            from triage.service import logs

            logs.configure()
            from triage.cli.serve import serve

            serve(settings, find_settings(config), pool, once=once)
    except LockUnavailable as refusal:
        fail([str(refusal)], WRONG)
    except AlreadyRunning as refusal:
        # A digest that is being sent holds the lock as well, for minutes: the manager's only daemon must not stay down.
        fail([str(refusal)], TRY_LATER if is_managed() else USAGE)
    except LockRefused as refusal:
        fail([str(refusal)], USAGE)
