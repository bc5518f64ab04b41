"""The operator's own number for a request: protocol, order, ticket; never a line, a date, an amount."""

import re
from collections.abc import Iterator
from itertools import pairwise

from triage.core.again import once_a_text
from triage.core.text import Document
from triage.core.verdict import Evidence

_LABEL = re.compile(
    r"(?<![\w-])(?:(?P<sure>protocolos?|prot(?:oc)?\.?|ordem de servico|ordem|o\.?\s?s\.?|chamado|ticket|registro"
    r"|bilhete|b\.?a\.?|(?:bd|crq|rdm|ots)(?=[ :]{1,2}\d)|sr(?=\s\d)|w\.?o\.?(?=\s?\d)|ch\.(?=\s?\d)"
    r"|incidente|evento|ocorrencia|atividade|demanda|caso|termo|reparo)|(?P<vague>pedido|solicitacao|solic\.?"
    r"|atendimento"
    r"|contestacao|reclamacao|controle|numero|retirada|projeto|manifestacao|requisicao|baixei|encerrado|fechado|aberto|abri|aberta"
    r"|reaberta|registrad[oa](?= n[oa] n(?:umero\b|[uo]?\W))|sob(?= (?:o )?n(?:umero\b|[uo]?\W)))"
    r")(?![a-z])(?:s\b)?"
)
_NUMBER = re.compile(
    # in blocks, of which none is the area code of a phone behind
    r"(?P<number>20\d{2}(?: (?!\d\d \d{4,5}[- ]?\d{4})\d{2,6}){2,5}|20\d{6} \d{3,6}|\d{2,3} \d{4} \d{2,4}"
    r"|(?:\d[ -])?\d{4}(?: \d{4}){1,3}(?: (?!\d\d \d{4,5}[- ]?\d{4})\d{2,6})?"
    r"|\d{4} \d{5,6}|(?:[a-z]{2} )?\d{4} \d{3} \d{3}"
    r"|\d{1,3}(?: \d{3}){2,4}|\d{2}(?: \d{2}){3,5}"
    r"|(?:[a-z]{1,5}\d?[-/]?|[a-z]\.)?\d[\da-z]{0,20}(?:[-./][\da-z]{1,12}){0,4})(?!\w"
    r"|[-/.]\w|,\d)"
)
# In twos or threes phones, dates and hours are written as well: such a number must stand at once behind a plain word.
_GROUPED = re.compile(r"\d{1,3}(?: \d{3}){2,4}|\d{2}(?: \d{2}){3,5}|\d{2,3} \d{4} \d{2,4}")
_OTHERWISE_GROUPED = re.compile(r"0\d+|(?:27|28)(?:9\d|[2-5])\d{7}|[0-3]\d[01]\d20\d{2}")
# Between the label and its number stand only such words: "protocolo de retirada nº", "já tem número:", "(OS)".
_LINKING = re.compile(
    r"(?:\s|[:#=()\[\]\"'º°ª.,|–-]|\b(?:(?:n|no|nro|nr|num)(?!-\d)|numero|de|do|da|e|eh|foi|sob|o|a|as|os|oi|interno|interna|gerad[oa]|abert[oa]|atendimento"
    r"|servico|reparo|instalacao|cancelamento|retirada|pedido|execucao|baixa|abertura|referencia|ref|seu|sua"
    r"|registrad[oa]|inserid[oa]|sistema|sob|com|ja|tem|aqui|ficou"
    r"|vai|segue|cliente|mudanca|transferencia|conclusao|encerramento|contestacao|solicitacao|ativacao|bloqueio"
    r"|desbloqueio|tecnico|tecnica"
    r"|campo|principal|anotar|anote|para|acompanhamento|controle|protocolo|ordem|unico|mesm[oa]|nov[oa]|recebeu|ganhou|tomou"
    r"|ouvidoria|comutacao|na|agora|suporte|sac|que|hoje|ontem|(?:baixad|encerrad|fechad|concluid|executad|emitid|criad)[oa])\b){0,14}"
)
_REQUESTS = frozenset({"pedido", "solicitacao", "requisicao", "contestacao", "reclamacao", "manifestacao"})
_NUMBER_OF = re.compile(r"[\s:(]{0,3}(?:(?:aberto )?(?:sob )?(?:o )?(?:numero|n[\wº°ª]?)\W{1,3})?")
_BEHIND = re.compile(
    r"\s{0,2}(?:[(,:–-]\s{0,2}|(?:e|eh|foi|como)\s(?:o|a|esse o|seu)?\s?)(?:n\S{0,3}\s(?:do|de)\s|numero d[oe]\s"
    r"|o\s|seu\s)?"
    r"(?:protocolo|pedido|ordem|chamado|ticket|os\b)"
)
# Shapes that no one uses for anything else: SR-0101220, OI9750401, 1-51B660A, 3-55018826, 2025.6899.78784.
_UNMISTAKABLE = re.compile(
    r"(?<![\w/.-])(?:(?:sr|os|wf|ch|ct|oi|pv|prj|ss|sup|cmt)-?\d{4,12}(?:-\d{2,6})?|\d-\d{2}[a-z]\d{3}[a-z]"
    r"|[1-8]-\d{7,12}(?:-\d{1,4})?|(?:19|20)\d{2}\.\d{4}\.\d{4,6})(?![\w/-])"
)
_LONG = re.compile(
    r"(?P<number>20\d{2}(?: \d{3,4}){2,3}|\d{8,14}|\d{4,6}/20\d{2}|\d{2,3}(?:\.\d{3}){2})(?![\w/-]|[.,]\d)"
)
# A sector's own letters before the number: CAD-012154, CO-26-33171. Five digits at least, which no road has (BR-101).
_LETTERED = re.compile(
    r"(?<![\w/.-])(?!(?:tel|fone|fixo|cel|fax|zap|cep|cnpj|cpf|rg|mat|nf|nfe|nfse|lei|dec|nr|num|ref|venc|vcto|dia|conta|"
    r"jan|fev|mar|abr|mai|jun|jul|ago|set|out|nov|dez|es|mg|rj|sp|ddr|pabx|pri|sip|mac|ip|km|"
    r"vta|vva|cci|smt|lns|vix|sra|col|cra|gua|cnl|lc|wpp|whats)(?:-|#|\d))"
    r"(?:(?:[a-z]{2,4}-|[a-z]-(?=\d{6}|\d{4}-\d))(?!\d{2}-20\d{2}\b|20\d{2}-\d{2}\b)(?:\d{5,8}|\d{2}-\d{3,8}|\d{4}-\d{1,8})(?:-\d{1,2})?"
    r"|[a-z]{2,3}\d{6,9}|[a-z]{1,4}#\d{4,8}|[a-z][a-z\d]{1,3}\.\d{4}\.\d{2}|[1-9]\d-\d{6,7})(?![\w/-])"
)
_PREFIX = re.compile(r"(?<!\w)[a-z]{1,5}\d?-$")
_GLUED = re.compile(r"\d[./-]\w")  # in the middle of a number: "27.080.571/0001-30, pedido nº …"
_PHONE = re.compile(r"(?:\d{2}[-. ]?)?9?\d{4}-\d{4}|(?:27|28)9?[2-9]\d{7}")
# Of these shapes, what is a line of this state or a mobile and nothing else.
_LINE = re.compile(
    r"(?:\d{2}[-. ])?3\d{3}-\d{4}|(?:\d{2}[-. ]?)?9\d{4}-\d{4}|\d{2}[-. ]\d{4}-\d{4}|(?:27|28)9?[2-9]\d{7}"
)
# What is done or when stands between the word and the number: "ordem executada hoje, 3636-1234".
_TOLD_OF = re.compile(r"\b(?:hoje|ontem|(?:baixad|encerrad|fechad|concluid|executad|emitid|criad)[oa])\b")
_OF_NO_REQUEST = re.compile(
    r"\d{2}\.?\d{3}\.?\d{3}/\d{4}-?\d{2}|\d{3}\.\d{3}\.\d{3}-\d{2}|0[3589]00(?:[ -]?\d{3,4}){0,2}"
)
_DATE = re.compile(
    r"\d{1,2}/\d{1,2}(?:/\d{2,4})?|[0-3]?\d(?P<by>[.-])[01]?\d(?P=by)(?:20)?\d{2}|(?:0?[1-9]"
    r"|1[0-2])/20\d{2}|(?:19|20)\d{2}|\d{1,2}h\d{0,2}"
)
# Between the words of one breath; a full stop ends it, unless it stands behind "nº".
_GAP = r"(?:[^\w\n.]|(?<=\bn)\.|(?<=\bn[or°º])\.|(?<=\bnum)\.|\.(?! ))"
_NO_LABEL = re.compile(
    r"\b(?:conta|linhas?|telefone|terminal|ramal|faixa|fatura|cnpj|circuito|novo|anterior|antigo|nota|fiscal|boleto|codigo"
    r"|barras)" + _GAP + r"{1,3}(?:\w{1,12}" + _GAP + r"{1,3}){0,4}$"
)
# "Matrícula 3-1234567": the number of a person, an account or a paper.
_OTHERS_NUMBER = re.compile(
    r"\b(?:matr(?:icula)?|cpf|rg|nis|pis|agencia|ag|conta(?: corrente| poupanca)?|c/c|tel(?:efone)?s?"
    r"|fones?|cel(?:ular)?|ligue|ramal|linha|terminal|patrimonio|serie|contrato|fatura|boleto|codigo|nota|nf|rua|sala|lei"
    r"|placa|contato|portaria|modelo)"
    r"(?:\.?:)?[ \t(]{0,2}(?:(?:n|no|numero)[^\w\n]{1,3})?$"
)
_LEAST_DIGITS = 4
_CELL = re.compile(r"[^|\t\s][^|\t]*")
_HEAD = re.compile(
    r"(?:n\S{0,2} |numero )?(?:d[oae] )?(?:protocolo|pedido|o\.?s\.?|ordem(?: de servico)?|chamado|ticket|bilhete|caso"
    r"|demanda|solicitacao)"
)
_LEAST_CELLS = 2


def find_protocol(document: Document, *, bare: bool = False) -> Evidence | None:
    """The first number that the text calls a protocol, order, request or ticket, as written without spaces.

    `bare`: in the operator's own text a long number counts as one even where nothing calls it so. A signature, the same
    below all of one's mails, is to be left out then.
    """
    ways = (
        _labelled(document, "sure"),
        _before_label(document),
        _labelled(document, "vague"),
        _in_column(document),
        _shaped(document),
    )
    for found in (*ways, *([_bare(document)] if bare else [])):
        evidence = next(found, None)
        if evidence is not None:
            return evidence
    return None


def _labelled(document: Document, sort: str) -> Iterator[Evidence]:
    for label in _labels(document):
        if label.lastgroup != sort:
            continue
        linking = _LINKING.match(document.folded, label.end())
        number = _NUMBER.match(document.folded, linking.end() if linking else label.end())
        if number is None or not _is_protocol(number["number"], _refused(label, linking)):
            continue
        if _GROUPED.fullmatch(number["number"]) and not _may_be_grouped(label, linking, number["number"]):
            continue
        if sort == "sure" or not _NO_LABEL.search(document.folded[max(0, label.start() - 40) : label.start()]):
            yield _evidence(document, number)


def _may_be_grouped(label: re.Match[str], linking: re.Match[str] | None, written: str) -> bool:
    plain = label.lastgroup == "sure" or _requests_own(label.group(), linking)
    other = _OTHERWISE_GROUPED.fullmatch(written.replace(" ", "")) or (linking and _TOLD_OF.search(linking.group()))
    return plain and not other


@once_a_text  # the sure ones are looked at first, and all of them again where a bare number will do
def _labels(document: Document) -> tuple[re.Match[str], ...]:
    return tuple(_LABEL.finditer(document.folded))


def _refused(label: re.Match[str], linking: re.Match[str] | None) -> re.Pattern[str] | None:
    """The shapes in which a number behind `label` is a phone's and none of a request."""
    if label.lastgroup == "vague":
        return _LINE if _requests_own(label.group(), linking) else _PHONE
    return _LINE if linking and _TOLD_OF.search(linking.group()) else None


def _requests_own(label: str, linking: re.Match[str] | None) -> bool:
    """Whether a number stands at once behind the word for a request: it may be its own then, though like a phone's."""
    return label in _REQUESTS and (linking is None or _NUMBER_OF.fullmatch(linking.group()) is not None)


def _before_label(document: Document) -> Iterator[Evidence]:
    """ "20270100040017 (protocolo)", "CT90017 é o protocolo"."""
    for start, _, word in [document.words[place] for place in document.numbered]:
        if not any(map(str.isdigit, word)) or _GLUED.match(document.folded, max(0, start - 2)):
            continue
        prefix = _PREFIX.search(document.folded[max(0, start - 7) : start])
        number = _NUMBER.match(document.folded, start - len(prefix.group()) if prefix else start)
        if number and _is_protocol(number["number"], _LINE) and _BEHIND.match(document.folded, number.end()):
            yield _evidence(document, number)


def _in_column(document: Document) -> Iterator[Evidence]:
    """The first entry of a column that is headed as a request's number: "Protocolo | Serviço", "20260914-50283 | …"."""
    lines = document.folded.split("\n") if "|" in document.text or "\t" in document.text else []
    start = 0
    for above, line in pairwise(lines):
        start += len(above) + 1
        cells, heads = _cells(line), _cells(above)
        place = next((n for n, (_, head) in enumerate(heads) if _HEAD.fullmatch(head)), None)
        if place is None or len(heads) < _LEAST_CELLS or len(cells) != len(heads):
            continue
        offset, cell = cells[place]
        if _NUMBER.fullmatch(cell) and _is_protocol(cell, _LINE):
            begin = start + offset
            yield Evidence(document.name, begin, begin + len(cell), document.text[begin : begin + len(cell)])


def _cells(line: str) -> list[tuple[int, str]]:
    """The cells of a table's line, each with where in the line it begins."""
    return [(match.start(), match.group().strip()) for match in _CELL.finditer(line)]


def _shaped(document: Document) -> Iterator[Evidence]:
    for match in _UNMISTAKABLE.finditer(document.folded):
        start, end = match.span()
        if not _OTHERS_NUMBER.search(document.folded[max(0, start - 40) : start]):
            yield Evidence(document.name, start, end, document.text[start:end])


def _bare(document: Document) -> Iterator[Evidence]:
    """A long number on its own, else one behind a sector's letters, where nothing else is called the protocol."""
    for start in document.numbers:
        match = _LONG.match(document.folded, start)
        if match is None or _PHONE.fullmatch(match["number"]) or document.text[start - 1 : start] in (*"/.-,",):
            continue
        if not _NO_LABEL.search(document.folded[max(0, start - 40) : start]):
            yield _evidence(document, match)
    for lettered in _LETTERED.finditer(document.folded):
        start, end = lettered.span()
        before = document.folded[max(0, start - 40) : start]
        if not _NO_LABEL.search(before) and not _OTHERS_NUMBER.search(before):
            yield Evidence(document.name, start, end, document.text[start:end])


def _evidence(document: Document, number: re.Match[str]) -> Evidence:
    start, end = number.span("number")
    return Evidence(document.name, start, end, document.text[start:end].replace(" ", ""))


def _is_protocol(written: str, refused: re.Pattern[str] | None) -> bool:
    digits = sum(character.isdigit() for character in written)
    if digits < _LEAST_DIGITS and not (digits >= 3 and written[0].isalpha()):
        return False
    shapes = (_DATE, _OF_NO_REQUEST, *([refused] if refused else []))
    return not any(shape.fullmatch(written) for shape in shapes)
