"""What `triage doctor` looks at: settings, data, model, database, IMAP, SMTP, and the states that want a person."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from triage.config import ConfigProblems, load_bulletin, load_templates
from triage.core.decision import OutboxState
from triage.core.digest_words import moment
from triage.mail.imap import Mailbox
from triage.mail.imap_connect import Timeouts
from triage.mail.imap_failure import MailboxFailure, Refused
from triage.mail.imap_folders import Role
from triage.mail.smtp import Relay
from triage.mail.smtp_session import Timeouts as SmtpTimeouts
from triage.paths import models_dir
from triage.service.calendar import local_zone
from triage.service.checkup_border import check_border, check_probe
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.damage import known_damage
from triage.service.finding import Finding, Health
from triage.service.health import read_health
from triage.service.house import KILL_SWITCH, House
from triage.service.invariants import breaches, unaccounted
from triage.service.lock import is_held
from triage.service.silence import silence_of
from triage.service.trouble import TROUBLE, short_of_space, why
from triage.settings import Settings
from triage.store import facts
from triage.store.engine import StoreRefused, journal_mode, read
from triage.store.inspections import Inspected, last_inspection
from triage.store.mailboxes import frozen
from triage.store.outbox import mails
from triage.store.trials import set_aside

FOLDERS = {Role.DRAFTS: "de rascunhos", Role.SENT: "de enviados"}
LOOK = Timeouts(connect=10.0, read=20.0)
SILENT_SECONDS = 60.0
MANY_FAILURES = 5
CATCH_UP_SECONDS = 5.0
SMTP_LOOK = SmtpTimeouts(connect=10.0, reply=20.0, final=20.0)


def check_data() -> Iterator[Finding]:
    """The bulletin, the organs and the reply texts."""
    try:
        bulletin = load_bulletin()
        load_templates()
    except ConfigProblems as problems:
        for problem in problems.problems:
            yield Finding(
                "dados do boletim", Health.WRONG, problem, "corrija o arquivo em config/ e reinstale o programa"
            )
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
    if settings.trust.authserv_ids or settings.trust.nameless_results:
        nameless = ("a primeira palavra sem nome",) if settings.trust.nameless_results else ()
        yield Finding("confiança", Health.FINE, ", ".join((*settings.trust.authserv_ids, *nameless)))
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
        return Finding(f"pasta {FOLDERS[role]}", Health.FINE, name)
    return Finding(
        f"pasta {FOLDERS[role]}", Health.NOTE, "não encontrada", "crie-a, ou marque-a com o uso especial (RFC 6154)"
    )


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
    with read(house.engine) as connection:
        inspected = _inspected(last_inspection(connection))
        silence = silence_of(house, connection)
        tripped, lost = facts.tripped(connection), facts.fact(connection, facts.LOST_PROBE)
        held = frozen(connection)
        aside = len(set_aside(connection))
        waiting = mails(connection, (OutboxState.HELD, OutboxState.AMBIGUOUS, OutboxState.DEAD))
    yield inspected  # the transaction has ended: whoever prints may wait long, and SQLite would not be written to
    if how := known_damage(house.state_dir):
        cure = "restaure uma cópia e ligue o programa; a caixa postal fica intacta"
        yield Finding("banco de dados danificado", Health.WRONG, how, cure)
    if (house.state_dir / KILL_SWITCH).exists():
        file = house.state_dir / KILL_SWITCH
        yield Finding("envio suspenso", Health.NOTE, f"existe {file}", "apague-o para voltar a enviar")
    if silence.alarming:
        cure = "escreva para a caixa e veja se a mensagem chega; o que é normal está em alarm.silence_hours"
        yield Finding("caixa em silêncio", Health.WRONG, f"{silence.hours:.0f} horas de expediente sem mensagem", cure)
    if lost:
        cure = "veja as seções [smtp] e [mailbox], e rode de novo `triage doctor --probe`"
        yield Finding("ida e volta", Health.WRONG, f"{moment(lost[1], local_zone())}: {lost[0]}", cure)
    if tripped:
        yield Finding("disjuntor", Health.WRONG, f"desarmado: {tripped[0]}", "veja o porquê e rode `triage rearm`")
    for box in held:
        cure = f"se está certo, `triage thaw {box.name}`"
        yield Finding("pasta congelada", Health.WRONG, f"{box.name}: {box.frozen}", cure)
    if aside:
        yield Finding("quarentena", Health.NOTE, f"{aside} mensagens", "veja com `triage quarantine list`")
    if waiting:
        yield Finding("saída", Health.NOTE, f"{len(waiting)} à espera de uma pessoa", "veja com `triage outbox list`")


def _inspected(last: Inspected | None) -> Finding:
    """The database, as the last night's look through it found it; `--deep` looks now."""
    what, journal = "banco de dados", f"diário {journal_mode()}"
    if last is None:
        return Finding(what, Health.FINE, f"{journal}, ainda sem conferência da noite")
    when = f"conferido em {moment(last.at, local_zone())}"
    if not last.found:
        return Finding(what, Health.FINE, f"{journal}, {when}")
    rules = "; ".join(rule for rule, _ in last.found)
    return Finding(what, Health.WRONG, f"{when}: não se sustenta: {rules}", "veja agora com `triage doctor --deep`")


def check_program(settings: Settings) -> Iterator[Finding]:
    """Whether the daemon runs, and moves; and the room it has."""
    directory = settings.state.directory
    if not is_held(directory):
        yield Finding("programa residente", Health.NOTE, "não está em execução", "systemctl start triage")
    else:
        yield from _alive(directory)
    if directory.exists() and short_of_space(directory):
        yield Finding("disco", Health.WRONG, f"quase cheio em {directory}", "libere espaço: nada mais é recebido")


def _alive(directory: Path) -> Iterator[Finding]:
    what = "programa residente"
    try:
        told = read_health(directory)
    except (OSError, ValueError):
        yield Finding(what, Health.NOTE, "em execução, mas ainda sem sinais", "aguarde dez segundos e repita")
        return
    silent = told.age
    failing = [name for name, failures in told.failures if failures >= MANY_FAILURES]
    if silent > SILENT_SECONDS:
        yield Finding(what, Health.WRONG, f"sem sinal há {silent:.0f} s", "systemctl restart triage")
    elif told.readers:
        yield Finding(what, Health.WRONG, f"nenhum leitor pôde começar: {told.readers}", "falta memória, ou o modelo?")
    elif failing:
        yield Finding(what, Health.WRONG, f"falha repetida em: {', '.join(failing)}", "veja journalctl -u triage")
    else:
        yield Finding(what, Health.FINE, "em execução")


def check_deep(house: House) -> Iterator[Finding]:
    """What must always hold (C17): the database by itself, and compared with the mailbox."""
    found = breaches(house)
    try:
        with Mailbox(house.imap, LOOK) as box:
            missing = unaccounted(house, box)
            if missing and is_held(house.state_dir):
                time.sleep(CATCH_UP_SECONDS)  # mail may be coming in this very moment
                missing = unaccounted(house, box)
        found.extend(missing)
    except MailboxFailure as failure:
        yield Finding("caixa e registro", Health.UNREACHABLE, str(failure))
    for breach in found:
        yield Finding(f"invariante: {breach.rule}", Health.WRONG, breach.detail, "guarde uma cópia do banco e avise")
    if not found:
        yield Finding("invariantes", Health.FINE, "nada perdido, nada em dobro, nada parado")


def checkup(
    settings: Settings, open_house: Callable[[Settings], House], *, deep: bool = False, forge: bool = False
) -> Iterator[Finding]:
    """Every check, in the order in which to cure."""
    yield from check_data()
    yield from check_model(settings)
    yield from check_trust(settings)
    yield from check_program(settings)
    try:
        house = open_house(settings)
        yield from check_house(house)
        yield from check_border(house)
        if forge:
            yield from check_probe(house)
        if deep:
            yield from check_deep(house)
    except StoreRefused as refusal:
        yield Finding("banco de dados", Health.WRONG, str(refusal))
    except TROUBLE as trouble:
        yield Finding("banco de dados", Health.WRONG, why(trouble), "o disco está cheio, ou outro programa o tranca?")
    yield from check_imap(settings)
    yield from check_smtp(settings)
