"""The account of the day: received = answered + waiting + ignored + quarantined, beside the mailbox's own count."""

from collections import Counter
from collections.abc import Iterable

from triage.core.decision import LedgerState, Place
from triage.core.digest import Accounts, Statement, Term
from triage.core.digest_mail import ASIDE
from triage.core.digest_words import count

RECEIVING = (Place.INBOX, Place.JUNK)
IGNORED = {
    "automatic": "automática (ausência, recibo, lista, sistema)",
    "other": "agradecimento ou assunto alheio",
    "from-ourselves": "com o nosso próprio endereço",
    "operator-untied": "da operadora, sem caso e sem pedido",
    "our-own-mail": "cópia do que nós enviamos",
    "sent-untied": "enviada por nós, sem caso",
    "duplicate": "repetida",
    "vanished": "apagada antes de ser lida",
}
_IGNORED = (LedgerState.IGNORED, LedgerState.DUPLICATE, LedgerState.GONE)
_ASIDE = (LedgerState.QUARANTINED, LedgerState.TOO_LARGE)


def state_account(accounts: Accounts) -> Statement:
    """The account of the period. Each message received is in exactly one of the terms, by construction."""
    judged = _number(accounts, (LedgerState.JUDGED,))
    queued = _number(accounts, (LedgerState.NEW,))
    ignored = _number(accounts, _IGNORED)
    followed = judged - accounts.answered
    parts = (
        count(followed, "registrada em um caso", "registradas em casos") if followed else "",
        count(queued, "ainda na fila para ser lida", "ainda na fila para serem lidas") if queued else "",
    )
    terms = (
        Term(accounts.answered, "respondida por nós" if accounts.answered == 1 else "respondidas por nós"),
        Term(followed + queued, "em acompanhamento", tuple(filter(None, parts))),
        Term(ignored, "ignorada" if ignored == 1 else "ignoradas", _reasons(accounts, _IGNORED)),
        Term(_number(accounts, _ASIDE), "em quarentena", _reasons(accounts, _ASIDE)),
    )
    mailbox, alert = _reconciled(accounts)
    return Statement(sum(term.number for term in terms), terms, _besides(accounts), mailbox, alert)


def _number(accounts: Accounts, states: Iterable[LedgerState]) -> int:
    return sum(n for (place, state, _), n in accounts.groups.items() if place in RECEIVING and state in states)


def _reasons(accounts: Accounts, states: Iterable[LedgerState]) -> tuple[str, ...]:
    found: Counter[str] = Counter()
    for (place, state, reason), number in accounts.groups.items():
        if place in RECEIVING and state in states:
            code = reason.partition(":")[0]
            found[IGNORED.get(code) or ASIDE.get(code, "outro motivo")] += number
    return tuple(f"{why}: {number}" for why, number in found.most_common())


def _besides(accounts: Accounts) -> tuple[str, ...]:
    """What the sum holds of the junk folder, and what was read besides it."""
    totals: Counter[Place] = Counter()
    for (place, _, _), number in accounts.groups.items():
        totals[place] += number
    junk, sent = totals[Place.JUNK], totals[Place.SENT]
    return (
        *((f"Do total, {count(junk, 'veio', 'vieram')} do lixo eletrônico.",) if junk else ()),
        *((f"Além delas, {count(sent, 'mensagem enviada', 'mensagens enviadas')} da nossa caixa.",) if sent else ()),
    )


def _reconciled(accounts: Accounts) -> tuple[str, bool]:
    """Whether the server's count and the ledger's agree, in a sentence, and whether somebody must look."""
    ours, theirs = accounts.in_ledger, accounts.on_server
    if ours is None or theirs is None:
        return (
            "A caixa de entrada não foi consultada: a conta não foi conferida com o servidor.",
            theirs is None,
        )
    if theirs > ours:
        missing = count(theirs - ours, "mensagem ainda não foi registrada", "mensagens ainda não foram registradas")
        return f"Na caixa de entrada há {_n(theirs)}; registradas, {_plain(ours)}. Atenção: {missing}.", True
    if theirs < ours:
        left = count(ours - theirs, "saiu da caixa", "saíram da caixa")
        return f"Na caixa de entrada há {_n(theirs)}; registradas, {_plain(ours)} ({left}: movidas ou apagadas).", False
    return f"Na caixa de entrada há {_n(theirs)}; registradas, {_plain(ours)}. Confere.", False


def _plain(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _n(number: int) -> str:
    return count(number, "mensagem", "mensagens")
