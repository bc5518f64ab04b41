"""The operator's word: its number for the request, the date it promises, and what it says (DOMAIN, "What the operator says")."""

import re

from triage.core.fields.dates import find_dates
from triage.core.message import Message
from triage.core.reading import Reading, best
from triage.core.text import Document, fold
from triage.core.verdict import Evidence, OperatorWord
from triage.core.vocabulary import OperatorStatus

_PROTOCOL = re.compile(
    r"(?<![\w-])(?:protocolos?|prot\.?|ordem de servico|o\.?\s?s\.?|pedido|chamado|ticket|solicitacao|registro|ordem|demanda|ocorrencia"
    r"|b\.?a\.?|sr|incidente|atendimento|numero)"
    r"(?![a-z])(?P<between>[^\n;!?]{0,34}?)(?<![\w./-])"
    r"(?P<number>(?:[a-z]{1,5}[-/]?)?\d[\da-z]{0,20}(?:[-./][\da-z]{1,12}){0,4})(?![\w])"
)
# Between the word and its number stand only such words: "protocolo de retirada nº", "já tem número:", "(OS)".
_LINKING = re.compile(
    r"(?:\s|[:#=()\[\]\"'º°ª.,-]|\b(?:n|no|nro|num|numero|de|do|da|e|eh|foi|sob|o|a|interno|gerado|aberto|oi|atendimento|servico|reparo|instalacao"
    r"|cancelamento|retirada|pedido|execucao|baixa|abertura|referencia|ref|seu|sua|registrado|registrada|com|ja|tem|aqui|os|ficou|vai|segue|cliente|"
    r"mudanca|transferencia|conclusao|encerramento|contestacao|solicitacao|ativacao|bloqueio|desbloqueio|tecnico|tecnica|campo|anotar|anote|para|acompanhamento|controle)\b)*"
)
_YEAR_ONLY = re.compile(r"(?:19|20)\d{2}")
_LEAST_DIGITS = 4


def operator_word(message: Message, reading: Reading) -> OperatorWord:
    """What the newest text says; the protocol from it, else from the subject."""
    status, _ = best(reading.status)
    found = find_protocol(Document("body", message.body.own)) or find_protocol(Document("subject", message.subject))
    promised = _promised(message) if status == OperatorStatus.SCHEDULED else None
    return OperatorWord(OperatorStatus(status or "other"), found.text if found else None, promised, found)


def find_protocol(document: Document) -> Evidence | None:
    """The first number that the text calls a protocol, order, request or ticket, as written without spaces."""
    for match in _PROTOCOL.finditer(fold(document.text)):
        start, end = match.span("number")
        written = document.text[start:end]
        if not _LINKING.fullmatch(match["between"]):
            continue
        if sum(c.isdigit() for c in written) >= _LEAST_DIGITS and not _YEAR_ONLY.fullmatch(written):
            return Evidence(document.name, start, end, written)
    return None


def _promised(message: Message) -> str | None:
    """The latest date in the newest text: that of the visit or of the promised execution."""
    year = int(message.date[:4]) if message.date[:4].isdigit() else None
    dates = find_dates(Document("body", message.body.own), year)
    return max((mention.value for mention in dates), default=None)
