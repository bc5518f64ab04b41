"""What `triage doctor` looks at: settings, data, model, database, IMAP, SMTP, and the states that want a person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from triage.config import ConfigProblems, load_bulletin, load_templates
from triage.core.decision import LedgerState, OutboxState
from triage.mail.imap import Mailbox
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure, Refused
from triage.mail.imap_folders import Role
from triage.mail.smtp import Relay
from triage.mail.smtp_session import Timeouts as SmtpTimeouts
from triage.paths import models_dir
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.house import KILL_SWITCH, House
from triage.settings import Settings
from triage.store import facts
from triage.store.engine import StoreRefused, journal_mode, read
from triage.store.ledger import count_by_state
from triage.store.mailboxes import frozen
from triage.store.outbox import mails

LOOK = Timeouts(connect=10.0, read=20.0)
SMTP_LOOK = SmtpTimeouts(connect=10.0, reply=20.0, final=20.0)


class Health(StrEnum):
    """How a check came out."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor: what was looked at, how it is, and what to do where it is not well (pt-BR)."""

    what: str
    health: Health
    detail: str = ""
    cure: str = ""


def check_data() -> Iterator[Finding]:
    """The bulletin, the organs and the reply texts."""
    try:
        bulletin = load_bulletin()
        load_templates()
    except ConfigProblems as problems:
        for problem in problems.problems:
            yield Finding("dados do boletim", Health.WRONG, problem, "corrija o arquivo em config/")
        return
    detail = f"boletim {bulletin.edition}, {len(bulletin.items)} itens, {len(bulletin.organs)} órgãos"
    yield Finding("dados do boletim", Health.FINE, detail)


def check_model(settings: Settings) -> Iterator[Finding]:
    """The classifier, read by a confined reader exactly as in service."""
    try:
        with Pool(settings.policy(), model=models_dir(), size=1) as pool:
            pool.wait_ready()
        yield Finding("modelo e leitor confinado", Health.FINE)
    except ReaderUnavailable as why:
        yield Finding(
            "modelo e leitor confinado", Health.WRONG, str(why), "rode `triage train` ou reinstale o programa"
        )


def check_trust(settings: Settings) -> Iterator[Finding]:
    """Without a name of our own server the operator is never believed."""
    if settings.trust.authserv_ids:
        yield Finding("confiança", Health.FINE, ", ".join(settings.trust.authserv_ids))
    else:
        cure = "ponha em trust.authserv_ids o nome com que o seu servidor assina Authentication-Results"
        yield Finding("confiança", Health.WRONG, "nenhuma palavra da operadora será aceita", cure)


def check_imap(settings: Settings) -> Iterator[Finding]:
    """The mailbox: login, the folder, and where Drafts and Sent are."""
    assert settings.mailbox is not None
    try:
        with Mailbox(settings.mailbox.endpoint(), LOOK) as box:
            state = box.open(settings.mailbox.folder)
            yield Finding("caixa postal (IMAP)", Health.FINE, f"{settings.mailbox.folder}: {state.exists} mensagens")
            if state.uidvalidity is None:
                yield Finding(
                    "caixa postal (IMAP)", Health.WRONG, "o servidor não dá UIDVALIDITY", "nada será respondido"
                )
            for role in (Role.DRAFTS, Role.SENT):
                yield _folder(role, box.special_folder(role))
    except Refused as failure:
        yield Finding("caixa postal (IMAP)", Health.WRONG, str(failure), "confira usuário, senha, porta e certificado")
    except MailboxFailure as failure:
        yield Finding(
            "caixa postal (IMAP)", Health.UNREACHABLE, str(failure), "confira host e porta; o servidor responde?"
        )


def _folder(role: Role, name: str | None) -> Finding:
    if name:
        return Finding(f"pasta {role}", Health.FINE, name)
    return Finding(f"pasta {role}", Health.NOTE, "não encontrada", "crie-a, ou marque-a com o uso especial (RFC 6154)")


def check_smtp(settings: Settings) -> Iterator[Finding]:
    """The relay: login, and whether it takes mail without a return path. Nothing is sent."""
    assert settings.smtp is not None
    relay = Relay(settings.smtp.endpoint(), SMTP_LOOK)
    taken = relay.accepts_null_sender(settings.smtp.address)
    relay.close()
    if taken is None:
        yield Finding("envio (SMTP)", Health.UNREACHABLE, "sem resposta clara", "confira host, porta, usuário e senha")
    elif taken:
        yield Finding("envio (SMTP)", Health.FINE, "aceita remetente nulo")
    else:
        yield Finding("envio (SMTP)", Health.NOTE, "recusa remetente nulo", "um endereço +bounce será usado no lugar")


def check_house(house: House) -> Iterator[Finding]:
    """What stands in the database that wants a person."""
    yield Finding("banco de dados", Health.FINE, f"diário {journal_mode()}, íntegro")
    with read(house.engine) as connection:
        tripped = facts.tripped(connection)
        held = frozen(connection)
        aside = count_by_state(connection, LedgerState.QUARANTINED)
        doubtful = mails(connection, (OutboxState.AMBIGUOUS, OutboxState.DEAD))
    if (house.state_dir / KILL_SWITCH).exists():
        yield Finding(
            "envio suspenso", Health.NOTE, f"existe {house.state_dir / KILL_SWITCH}", "apague-o para voltar a enviar"
        )
    if tripped:
        yield Finding("disjuntor", Health.WRONG, f"desarmado: {tripped[0]}", "veja o porquê e rode `triage rearm`")
    for box in held:
        yield Finding(
            "pasta congelada", Health.WRONG, f"{box.name}: {box.frozen}", f"se está certo, `triage thaw {box.name}`"
        )
    if aside:
        yield Finding("quarentena", Health.NOTE, f"{aside} mensagens", "veja com `triage quarantine list`")
    if doubtful:
        yield Finding(
            "saída", Health.NOTE, f"{len(doubtful)} mensagens sem entrega certa", "veja com `triage outbox list`"
        )


def checkup(settings: Settings, open_house: Callable[[Settings], House]) -> Iterator[Finding]:
    """Every check, in the order in which to cure."""
    yield from check_data()
    yield from check_model(settings)
    yield from check_trust(settings)
    try:
        yield from check_house(open_house(settings))
    except StoreRefused as refusal:
        yield Finding("banco de dados", Health.WRONG, str(refusal))
    yield from check_imap(settings)
    yield from check_smtp(settings)
