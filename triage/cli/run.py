"""`triage run`: the daemon, or a single pass."""

from typing import Annotated

import typer

from triage.cli.exits import UNREACHABLE, USAGE, WRONG, fail
from triage.cli.options import Config, settings_or_exit
from triage.config import ConfigProblems
from triage.mail.imap_failure import MailboxFailure, Refused
from triage.service import logs
from triage.service.child import ReaderUnavailable
from triage.service.daemon import Daemon, LoopFailed, SmtpUnreachable, await_house, open_house
from triage.service.lock import AlreadyRunning, LockRefused, only_one
from triage.service.trouble import TROUBLE, why
from triage.settings import find_settings
from triage.store.engine import StoreRefused, StoreUnavailable

Once = Annotated[bool, typer.Option("--once", help="uma só passada: o que espera na caixa e o que está por sair")]


def run(config: Config = None, once: Once = False) -> None:
    """O programa residente: observa a caixa, julga, registra e envia o que for devido."""
    settings = settings_or_exit(config, need_mailbox=True)
    logs.configure()
    try:
        with only_one(settings.state.directory):
            house = open_house(settings) if once else await_house(settings)
            daemon = Daemon(house, find_settings(config))
            daemon.once() if once else daemon.run()
    except StoreUnavailable as refusal:
        fail([str(refusal)], WRONG)
    except (StoreRefused, AlreadyRunning, LockRefused) as refusal:
        fail([str(refusal)], USAGE)
    except ReaderUnavailable as refusal:
        fail([f"o leitor de mensagens não pôde começar: {refusal}"], WRONG)
    except ConfigProblems as problems:
        fail(problems.problems, USAGE)
    except Refused as failure:
        fail([f"[mailbox]: o servidor recusou a entrada; confira usuário, senha e certificado ({failure})"], USAGE)
    except MailboxFailure as failure:
        fail([f"caixa postal fora de alcance: {failure}"], UNREACHABLE)
    except SmtpUnreachable:
        fail(["envio (SMTP) fora de alcance; as mensagens ficam na fila"], UNREACHABLE)
    except LoopFailed as failure:
        fail([f"o programa parou por um defeito em {failure}; está no registro"], WRONG)
    except TROUBLE as trouble:
        fail([f"disco ou banco de dados: {why(trouble)}"], WRONG)
