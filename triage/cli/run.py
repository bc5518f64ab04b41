"""`triage run`: the daemon, or a single pass."""

from typing import Annotated

import typer

from triage.cli.exits import UNREACHABLE, USAGE, WRONG, fail
from triage.cli.options import Config, settings_or_exit
from triage.config import ConfigProblems
from triage.mail.imap_failure import MailboxFailure
from triage.service import logs
from triage.service.child import ReaderUnavailable
from triage.service.daemon import Daemon, open_house
from triage.service.lock import AlreadyRunning
from triage.store.engine import StoreRefused

Once = Annotated[bool, typer.Option("--once", help="uma só passada: o que espera na caixa e o que está por sair")]


def run(config: Config = None, once: Once = False) -> None:
    """O programa residente: observa a caixa, julga, registra e envia o que for devido."""
    settings = settings_or_exit(config, need_mailbox=True)
    logs.configure()
    try:
        daemon = Daemon(open_house(settings), config)
        daemon.once() if once else daemon.run()
    except (StoreRefused, AlreadyRunning, ReaderUnavailable) as refusal:
        fail([str(refusal)], USAGE)
    except ConfigProblems as problems:
        fail(problems.problems, USAGE)
    except MailboxFailure as failure:
        fail([f"caixa postal fora de alcance: {failure}"], UNREACHABLE)
    except OSError as failure:
        fail([f"diretório de estado {settings.state.directory}: {failure.strerror}"], USAGE)
    if daemon.failed:
        raise typer.Exit(WRONG)
