"""Mail as lines of the digest: what is about to leave, what did not arrive, what nobody could read or answer."""

from collections import Counter
from collections.abc import Iterable, Mapping

from triage.core.calendar import Calendar
from triage.core.decision import LedgerState, MailKind, OutboxState, Place
from triage.core.digest import Block, Facts, Post, Row, SetAside
from triage.core.digest_words import address, capital, inert, moment, reason

KINDS = {
    MailKind.CORRECTION: "Pedido de correção",
    MailKind.REDIRECT: "Orientação a outro canal",
    MailKind.CARRIER_NOTICE: "Aviso à operadora de longa distância",
    MailKind.DIGEST: "Resumo do dia",
}
PLACES = {Place.INBOX: "caixa de entrada", Place.JUNK: "lixo eletrônico", Place.SENT: "enviados"}
ASIDE = {
    "crashed": "o leitor caiu ao abri-la",
    "timed-out": "a leitura demorou demais",
    "out-of-memory": "precisa de memória demais",
    "too-large": "grande demais",
    "malformed": "formato que ninguém consegue ler",
    "failed": "o leitor falhou",
    "garbled": "o leitor deu uma resposta sem sentido",
    "unfetchable": "a conexão caía sempre que era buscada",
}
STOP_HINT = "Para impedir que saia: triage outbox drop Nº."
DRAFT_HINT = "Um rascunho só sai se alguém o enviar. Para desistir dele: triage outbox drop Nº, e apague-o da pasta."
HELD_HINT = "Só sai se uma pessoa quiser: triage outbox release Nº. Para desistir: triage outbox drop Nº."
UNCERTAIN_HINT = "Confira em Enviados ou com o destinatário. Para mandar outra vez: triage outbox release Nº."
DEAD_HINT = "Confira o endereço e responda de outro modo. Para tentar outra vez: triage outbox release Nº."
ASIDE_HINT = "Procure pela data na caixa e trate à mão; nenhuma foi respondida. Para reler: triage quarantine retry Nº."
SILENT_HINT = "Casos que precisam de alguém já estão no começo deste resumo."
DROPPED = "já não era preciso: o caso andou ou alguém respondeu"
OBSERVED = "modo de observação: foi só registrada"

_LEAVING = (OutboxState.QUEUED, OutboxState.RETRY, OutboxState.LEASED)


def mail_blocks(facts: Facts, calendar: Calendar) -> tuple[Block, ...]:
    """Everything about mail that a person should know of, the most pressing first; blocks without rows are left out."""
    by_state: dict[OutboxState, list[Post]] = {}
    for post in facts.posts:
        by_state.setdefault(post.state, []).append(post)
    unread = [_aside_row(one, calendar) for one in facts.aside]
    found = (
        _block(
            "Não se sabe se chegou", _rows(by_state, (OutboxState.AMBIGUOUS,), calendar, alert=True), UNCERTAIN_HINT
        ),
        _block("Não pôde ser entregue", _rows(by_state, (OutboxState.DEAD,), calendar, alert=True), DEAD_HINT),
        _block("Em quarentena: ninguém leu", unread, ASIDE_HINT),
        _block("Retido", _rows(by_state, (OutboxState.HELD,), calendar), HELD_HINT),
        _block("Prestes a sair", _rows(by_state, _LEAVING, calendar), STOP_HINT),
        _block("Em Rascunhos, à espera de envio", _rows(by_state, (OutboxState.DRAFTED,), calendar), DRAFT_HINT),
        _block("Ficou sem resposta automática", _silent_rows(facts), SILENT_HINT),
    )
    return tuple(block for block in found if block.rows)


def _block(title: str, rows: list[Row], hint: str) -> Block:
    return Block(title, tuple(rows), hint, len(rows))


def _rows(
    by_state: Mapping[OutboxState, list[Post]],
    states: Iterable[OutboxState],
    calendar: Calendar,
    *,
    alert: bool = False,
) -> list[Row]:
    return [_post_row(post, calendar, alert) for state in states for post in by_state.get(state, ())]


def _post_row(post: Post, calendar: Calendar, alert: bool) -> Row:
    head = post.case or "sem caso"
    details = (f"Nº {post.id}, para {address(post.recipient)}", _fate(post))
    leaves = post.state in (OutboxState.QUEUED, OutboxState.RETRY)
    when = f"sai em {moment(post.not_before, calendar.zone)}" if leaves else moment(post.changed_at, calendar.zone)
    return Row(head, KINDS[post.kind], tuple(filter(None, details)), when, alert)


def _fate(post: Post) -> str:
    told = inert(reason(post.reason), 120) if post.reason else ""
    answer = inert(post.answer, 120)
    if post.state is OutboxState.RETRY:
        return f"O servidor recusou por ora: {answer}" if answer else "O servidor recusou por ora."
    if post.state is OutboxState.DRAFTED:
        return f"Na pasta {answer}." if post.answer else "Ainda não chegou à pasta Rascunhos."
    if post.state is OutboxState.DEAD:
        return f"O servidor respondeu: {answer}" if answer else told
    return capital(told) + "." if told else ""


def _aside_row(one: SetAside, calendar: Calendar) -> Row:
    code, _, _ = one.reason.partition(":")
    why = ASIDE.get(code, "não pôde ser lida")
    size = f"{max(1, round(one.size / 1024)):,} KB".replace(",", ".") if one.size else "tamanho desconhecido"
    text = f"Recebida em {moment(one.at, calendar.zone)}, {PLACES[one.place]}, {size}"
    too_large = one.state is LedgerState.TOO_LARGE
    details = ("Só o cabeçalho foi lido: passa do limite de tamanho." if too_large else f"Motivo: {why}.",)
    return Row(f"Nº {one.ledger}", text, details, "", alert=True)


def _silent_rows(facts: Facts) -> list[Row]:
    """Answers that were left out, counted by reason."""
    reasons: Counter[str] = Counter()
    for why, number in facts.unanswered.items():
        reasons[inert(why, 120) or DROPPED] += number
    reasons[OBSERVED] += sum(post.state is OutboxState.OBSERVED for post in facts.posts)
    return [Row(f"{number} ×", why) for why, number in reasons.most_common() if number]
