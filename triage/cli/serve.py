"""The daemon behind `triage run`, and each way in which it may end, in words."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from triage.cli.exits import UNREACHABLE, USAGE, WRONG, fail
from triage.config import ConfigProblems
from triage.mail.imap_failure import MailboxFailure, Refused
from triage.service.child import ReaderUnavailable
from triage.service.collector import spare_what_is_loaded
from triage.service.confine import Pool
from triage.service.house import House
from triage.service.loops import LoopFailed
from triage.service.once import SmtpUnreachable, single_pass
from triage.service.opening import await_house, open_house
from triage.service.trouble import TROUBLE, why
from triage.settings import Settings
from triage.store.engine import StoreRefused, StoreUnavailable


def serve(settings: Settings, config: Path | None, pool: Pool, *, once: bool) -> None:
    """Until it is told to stop, or for a single pass. Exits with a line where it cannot."""
    try:
        house = open_house(settings) if once else await_house(settings)
        if house.policy != settings.policy():  # the database knows better whom to believe
            pool.judge_by(house.policy)
        work = partial(single_pass, house, pool) if once else _residence(house, config, pool)
        spare_what_is_loaded()
        work()
    except StoreUnavailable as refusal:
        fail([str(refusal)], WRONG)
    except StoreRefused as refusal:
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


def _residence(house: House, config: Path | None, pool: Pool) -> Callable[[], None]:
    """The daemon's work. A single pass needs nothing of it, and would wait a tenth of a second for it to be loaded."""
    from triage.service.daemon import Daemon

    return Daemon(house, config, pool).run
