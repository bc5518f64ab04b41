"""The why of a request (clause 4.3, "Qual a solicitação e motivo"), as opposed to the what."""

import re

from triage.core.fields.mention import Mention, sentence_around
from triage.core.reading import Reading
from triage.core.statement import Statement
from triage.core.text import Document, fold

# What introduces a why. Bare "para" and "por" introduce as often the what: they are left to the classifier.
_CUE = re.compile(
    r"\bdevido\b|\bpois\b|\bporque\b|\bporquanto\b|\bvisto que\b|\bhaja vista\b|\btendo em vista\b|\bem vista d"
    r"|\buma vez que\b|\bja que\b|\bdado que\b|\bconsiderando\b"
    r"|\bem (?:virtude|razao|funcao|decorrencia|face|consequencia)\b|\bface a\b|\bpor (?:conta|causa|motivo"
    r"|forca|ocasiao) d|\bmotivad[oa]\b|\bem razao\b|\bjustifica(?:-se|tiva|ndo)?\b|\ba fim de\b"
    r"|\bcom (?:o )?(?:objetivo|intuito|finalidade|fim) de\b|\bvisando\b"
    r"|\bporque\b|\bpq\b|\bisso porque\b|\bcomo (?:o|a|os|as|nao|houve)\b[^.\n]{5,80},|\bpara que\b"
    r"|\bpor estar(?:mos|em)?\b|\bpor nao\b|\bpor ter(?:mos|em)?\b|\bgracas a\b"
)
_LABEL = re.compile(
    r"\b(?:motivo|justificativa|razao do pedido|motivacao|finalidade|porque"
    r"|por que)\b\s{0,2}(?:d[oa] \w{1,14})?\s{0,2}[:|\t-]\s{0,3}(?P<why>[^\n|]{4,300})"
)
_EMPTY = re.compile(
    r"^\W{0,4}(?:conforme|conf\.?|a pedido|por solicitacao|por determinacao|por ordem|ja (?:informado"
    r"|conversado)|vide|idem|n/?a\b|nao (?:informado|se aplica)|o mesmo|acima|autorizad|determinacao|ordem superior)"
)
_NO_WHY = re.compile(
    r"(?:conforme|conf\.|consoante|segundo|como) (?:ja )?(?:conversad|combinad|autorizad|acordad|tratad|alinhad"
    r"|solicitad|determinad|orientad|contato|ligacao|boletim|item|previst)"
)
_LEAST_CERTAIN = 0.5
_CUE_BONUS = 0.30


def find_reason(statement: Statement, reading: Reading) -> Mention | None:
    """The sentence that says why, or None where the message only says what.

    A labelled reason is one by itself; otherwise the classifier's probability decides, a cue in the text raising it.
    """
    labelled = next((m for document in statement.written if (m := _labelled(document))), None)
    if labelled:
        return labelled
    cue = next((m for document in statement.written if (m := _cued(document))), None)
    if reading.reason + (_CUE_BONUS if cue else 0.0) < _LEAST_CERTAIN:
        return None
    return cue or _whole(statement.forwarded[0] if statement.forwarded else statement.body)


def _labelled(document: Document) -> Mention | None:
    folded = fold(document.text)
    for match in _LABEL.finditer(folded):
        if not _EMPTY.match(match["why"]):
            start, end = match.span("why")
            return Mention(document, start, end, document.text[start:end].strip())
    return None


def _cued(document: Document) -> Mention | None:
    folded = fold(document.text)
    for match in _CUE.finditer(folded):
        start, end = sentence_around(document.text, match.start(), match.end())
        if not _NO_WHY.search(folded[match.start() : end]):
            return Mention(document, match.start(), end, document.text[match.start() : end].strip())
    return None


def _whole(document: Document) -> Mention:
    text = document.text
    start = len(text) - len(text.lstrip())
    end = min(len(text), start + 200)
    return Mention(document, start, end, text[start:end].strip())
