"""The why of a request (clause 4.3, "Qual a solicitação e motivo"), as opposed to the what."""

import re
from collections.abc import Iterator

from triage.core.fields.mention import Mention, sentence_around
from triage.core.reading import Reading
from triage.core.statement import Statement
from triage.core.text import Document, fold

# What introduces a why, by its first word. Bare "para" and "por" introduce as often the what: they are left to the
# classifier.
_CUES = {
    word: re.compile(rest)
    for words, rest in (
        ("devido pois porque porquanto considerando justificativa justificando visando pq motivado motivada", r""),
        ("visto", r" que"),
        ("haja", r" vista"),
        ("tendo", r" em vista"),
        ("em", r" (?:virtude|razao|funcao|decorrencia|face|consequencia)\b| vista d"),
        ("uma", r" vez que"),
        ("ja", r" que\b"),
        ("dado", r" que\b"),
        ("face", r" a\b"),
        ("por", r" (?:conta|causa|motivo|forca|ocasiao) d| estar(?:mos|em)?\b| nao\b| ter(?:mos|em)?\b"),
        ("justifica", r"(?:-se)?"),
        ("a", r" fim de\b"),
        ("com", r" (?:o )?(?:objetivo|intuito|finalidade|fim) de\b"),
        ("isso", r" porque\b"),
        ("como", r" (?:o|a|os|as|nao|houve)\b[^.\n]{5,80},"),
        ("para", r" que\b"),
        ("gracas", r" a\b"),
        ("deve", r"-se (?:a|ao|as|aos)\b"),
        ("se", r" deve (?:a|ao|as|aos)\b"),
        # somebody's need to be heard or reached ("a escolta precisa falar com as comarcas"): in 44 of 44 of the corpus
        (
            "precisa precisam",
            r"(?<!nao precisa)(?<!nem precisa)(?<!so precisa)(?<!nao precisam)(?<!nem precisam)(?<!so precisam)"
            r"(?<!oi precisa)(?<!tecnico precisa)(?<!voce precisa)(?<!voces precisam)(?<!executivo precisa)"
            r"(?<!executiva precisa)(?<!operadora precisa)(?<!ninguem precisa)(?<!nunca precisa)(?<!mais precisa)"
            r"(?<!ramal precisa)(?<!linha precisa)(?<!numero precisa)(?<!telefone precisa)(?<!ramais precisam)"
            r"(?<!linhas precisam) (?:\w{1,12} )?(?:falar|ligar|atender|contatar|contactar|acionar|chamar|comunicar"
            r"|consultar|tratar|despachar|conversar)\b",
        ),
        (
            "o",
            r" que (?:nos )?(?:atrapalh|imped|prejudic|dificult|inviabiliz|obrig|compromet|sobrecarreg|caus|ger[ao])",
        ),
    )
    for word in words.split()
}
_LABEL = re.compile(
    r"\b(?:motivo|justificativa|razao do pedido|motivacao|finalidade|porque|por que)\b[ \t]{0,2}(?:d[oa] \w{1,14})?"
    r"[ \t]{0,2}(?:\([^)\n]{0,30}\))?[ \t.]{0,12}[:|\t–-]\s{0,3}(?P<why>[^\n|]{4,300})"
)
_LABEL_WORDS = ("motiv", "justificativa", "razao do", "finalidade", "porque", "por que")
# Nothing, or another label, where the reason should be.
_EMPTY = re.compile(
    r"\W{0,4}(?:conforme|conf\.?|a pedido|por solicitacao|por determinacao|por ordem|ja (?:informado|conversado)|vide"
    r"|idem|n/?a\b|nao (?:informado|se aplica)|o mesmo|acima|autorizad|determinacao|ordem superior"
    r"|[\w ]{2,32}:|[_.\s-]{3,60}$)"
)
_NO_WHY = re.compile(
    r"(?:conforme|conf\.|consoante|segundo|como) (?:ja )?(?:conversa[dm]|combina[dm]|fala[dm]|autorizad|acordad|tratad"
    r"|alinhad"
    r"|solicitad"
    r"|determinad|orientad|contato|ligacao|boletim|item|previst)"
)
# Most requests say why (in the exams nine of ten and more; in the corpus, on purpose, seven of ten): what is doubtful
# counts as there, since to ask for what somebody has written is worse than to overlook that it is not.
_LEAST_CERTAIN = 0.2
_NO_WHY_MALUS = 0.25
_CUE_BONUS, _SURE_BONUS = 0.30, 0.46
# What these introduce is a why in 190 of 193 requests of the corpus; to demand what is there is the worst mistake.
_SURE = frozenset({"pois", "porque", "pq", "porquanto", "devido", "visto", "haja", "em", "uma", "considerando"})


def find_reason(statement: Statement, reading: Reading) -> Mention | None:
    """The sentence that says why, or None where the message only says what.

    A labelled reason is one by itself; otherwise the classifier's probability decides, a cue in the text raising it.
    """
    labelled = next((m for document in statement.written if (m := _labelled(document))), None)
    if labelled:
        return labelled
    cue = _first_cue(statement)
    if _certainty(statement, reading, cue) < _LEAST_CERTAIN:
        return None
    return cue or _whole(statement.forwarded[0] if statement.forwarded else statement.body)


def certainty_of_why(statement: Statement, reading: Reading) -> float:
    """How certain it is that a message without a labelled reason says why, from about 0 to more than 1."""
    return _certainty(statement, reading, _first_cue(statement))


def _first_cue(statement: Statement) -> Mention | None:
    return next((m for document in statement.written if (m := _cued(document))), None)


def _certainty(statement: Statement, reading: Reading, cue: Mention | None) -> float:
    return reading.reason + (_bonus(cue) if cue else _malus(statement))


def _bonus(cue: Mention) -> float:
    word = fold(cue.value).partition(" ")[0]
    return _SURE_BONUS if word in _SURE else _CUE_BONUS


def _malus(statement: Statement) -> float:
    """Words like "conforme conversado" stand where a why should be."""
    return -_NO_WHY_MALUS if any(_NO_WHY.search(document.told) for document in statement.written) else 0.0


def _labelled(document: Document) -> Mention | None:
    if not any(map(document.told.__contains__, _LABEL_WORDS)):
        return None
    for match in _LABEL.finditer(document.folded):
        if not _EMPTY.match(match["why"]):
            start, end = match.span("why")
            return Mention(document, start, end, document.text[start:end].strip())
    return None


def _cued(document: Document) -> Mention | None:
    for start, end in _cues(document):
        stop = sentence_around(document.text, start, end)[1]
        if not _NO_WHY.search(document.folded[start:stop]):
            return Mention(document, start, stop, document.text[start:stop].strip())
    return None


def _cues(document: Document) -> Iterator[tuple[int, int]]:
    for start, end, word in document.words if not document.vocabulary.isdisjoint(_CUES) else ():
        cue = _CUES.get(word)
        match = cue.match(document.folded, end) if cue else None
        if match:
            yield start, match.end()


def _whole(document: Document) -> Mention:
    text = document.text
    start = len(text) - len(text.lstrip())
    end = min(len(text), start + 200)
    return Mention(document, start, end, text[start:end].strip())
