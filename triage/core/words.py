"""Codes and findings in Portuguese, for a case's history."""

from triage.core.bulletin import Bulletin
from triage.core.decision import Release, Shortfall, Way

_REASONS = {
    "colleague-answered": "um colega já respondeu",
    "before-answer-since": "chegou antes de começarmos a responder",
    "no-internal-date": "o servidor não diz quando chegou",
    "junk": "estava no lixo eletrônico",
    "kill-switch": "alguém suspendeu todo envio",
    "database-damaged": "o banco de dados está danificado",
    "late": "chegou há mais de 24 horas",
    "message-answered": "esta mensagem já foi respondida",
    "content-answered": "um texto igual já foi respondido hoje",
    "case-limit": "limite de respostas no caso",
    "sender-limit": "limite de respostas ao remetente em 24 horas",
    "domain-limit": "limite de respostas ao órgão em 24 horas",
    "observe-mode": "modo de observação: só registrada",
    "draft-mode": "em rascunho, para um colega enviar",
    "mailbox-identity": "retida: a caixa postal mudou de identidade",
    "uncertain": "em rascunho: pouca certeza",
    "carrier-listed": "no resumo diário",
    "doubtful": "retida: há dúvida no caso",
    "not-addressed-to-us": "não somos destinatários",
    "not-one-author": "mais de um remetente",
    "several-reply-to": "mais de um endereço de resposta",
    "no-reply-address": "o remetente não recebe respostas",
    "not-a-requester": "o remetente não é um solicitante",
    "auto-response-suppressed": "o remetente recusa respostas automáticas",
    "from-ourselves": "vem de nós mesmos",
    "our-own-loop-header": "é uma mensagem nossa que voltou",
    "answers-ours": "responde a uma mensagem nossa dirigida a outra pessoa",
    "report-passed-on": "repassa um aviso automático",
}


def in_words(release: Release) -> str:
    """The gate's answer."""
    if release.way is Way.SEND:
        return "a enviar"
    told = _REASONS.get(release.reason, release.reason)
    return f"retida ({told})" if release.way is Way.HOLD and not told.startswith("retida") else told


def lack_in_words(lack: Shortfall, bulletin: Bulletin) -> str:
    """What a case lacks."""
    parts = (
        *(bulletin.rule(field).label for field in lack.fields),
        *(f"{bulletin.rule(field).label} (inválido: {why})" for field, _, why in lack.faults),
        *(("o assunto padronizado",) if lack.subject else ()),
        *(("o formulário",) if lack.form else ()),
        *(f"o destinatário {address}" for address in lack.recipients),
    )
    return ", ".join(parts)
