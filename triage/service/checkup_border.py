"""What the doctor says of our border: whether words forged in our server's name are believed (RELIABILITY E3)."""

from collections.abc import Iterator

from triage.core.border import Border, add
from triage.mail.imap_failure import MailboxFailure
from triage.service.finding import Finding, Health
from triage.service.house import House
from triage.service.probe import probe
from triage.store.engine import read
from triage.store.originals import newest_heads

HEADS, HEAD_OCTETS = 300, 32_768
STRIP = "peça que o servidor retire Authentication-Results alheios com o nosso nome"


def check_border(house: House) -> Iterator[Finding]:
    """Whether the last messages show a stranger's word in our server's name (E3); nothing is sent."""
    ids = house.settings.policy().authserv_ids
    if not ids:
        return
    if not house.policy.authserv_ids:
        detail = "uma palavra forjada passou na última tentativa: nenhuma palavra da operadora é aceita"
        yield Finding("borda", Health.WRONG, detail, f"{STRIP}; depois, `triage doctor --probe` e reinicie o programa")
    border = Border()
    with read(house.engine) as connection:
        for head in newest_heads(connection, HEADS, HEAD_OCTETS):
            border = add(border, head.decode("ascii", "replace"), ids)
    what, of = "borda", f"de {border.looked_at} mensagens"
    if border.passed and border.silent:
        detail = f"{of}, {border.passed} com o nosso nome vindo de fora e {border.silent} sem palavra do nosso servidor"
        yield Finding(what, Health.WRONG, detail, f"{STRIP}, e que ponha a sua em toda mensagem (RFC 8601, seção 5)")
    elif border.passed:
        yield Finding(what, Health.NOTE, f"{of}, {border.passed} com o nosso nome vindo de fora", STRIP)
    elif border.looked_at:
        yield Finding(what, Health.FINE, f"{of}, nenhuma com o nosso nome vindo de fora; {border.silent} sem palavra")


def check_probe(house: House) -> Iterator[Finding]:
    """The same, tried: a forged word is mailed to ourselves (E3)."""
    what = "borda, por tentativa"
    if not house.settings.trust.authserv_ids:
        yield Finding(what, Health.NOTE, "trust.authserv_ids está vazio: nada a forjar")
        return
    try:
        echo = probe(house)
    except MailboxFailure as failure:
        yield Finding(what, Health.UNREACHABLE, str(failure))
        return
    if isinstance(echo, str):
        yield Finding(what, Health.UNREACHABLE, echo)
    elif echo.dangerous:
        cure = f"{STRIP}; até lá, a partir do próximo início, nenhuma palavra da operadora é aceita"
        yield Finding(what, Health.WRONG, "a palavra forjada chegou, e é a que valeria", cure)
    elif echo.survived:
        yield Finding(what, Health.NOTE, "a palavra forjada chegou, abaixo da verdadeira, que é a que vale", STRIP)
    else:
        yield Finding(what, Health.FINE, "a palavra forjada foi retirada")
