"""Items that differ only in what they are about, told apart by the nouns in the text: lines, circuits, terminals.

"Move it to the new address" is item 1.1 for a line and 1.8 for a circuit. The classifier weighs all words alike; where
the text names the things of one side alone, the items of the other side are all but ruled out. In models/corpus such
one-sided texts stand on the right side in 424 of 426 messages of items 1.1, 1.8, 1.9 and 1.10.
"""

import re

from triage.core.statement import names_service
from triage.core.text import Document, fold

_CIRCUITS = re.compile(
    r"\bcircuit|\blinks?\b|\benlace|\bfibra|\bmpls\b|\be1s?\b|\btroncos?\b|\binternet\b|\bmbps\b|\bmegas?\b|\bgbps\b"
    r"|\bbanda larga|\bfeixe|\bvpn\b|\broteador|\bmodem|\bvlan|\bsip\b|\bpri\b|\blan.to.lan|\bponto a ponto"
    r"|\bip dedicado|\bddr\b|\brede de dados|\bacesso dedicado|\bconexao|\bpabx\b|\bvta/|\bdesignacao|\bcpe\b|\bjuntor"
    r"|\bcanais\b"
)
# The letters that each of these begins with: a long form is gone through for them ten times faster.
_IN_CIRCUITS = tuple(re.sub(r"\\b|.\?|\..*", "", circuit) for circuit in _CIRCUITS.pattern.split("|"))
_LINES = re.compile(
    r"\blinhas?\b|\brama(?:l|is)\b|\btermina(?:l|is)\b|\btelefones?\b|\bfones?\b|\baparelho|\btel\b|\bfixos?\b|\bnumeros?\b"
)
_RAMAIS = re.compile(r"\brama(?:l|is)\b|\brvas?\b")
# "(27) 3636-5244, ramal 12" is somebody's extension, and asks for none.
_EXTENSION = re.compile(r"\d{4}[-. ]?\d{4}\W{1,3}rama(?:l|is)\b\W{0,2}\d{1,4}\b(?![-. ]?\d{4})")
_TERMINALS = re.compile(r"\btermina(?:l|is)\b|\btnrs?\b|\bnao.residencia")
_LINE = re.compile(r"\blinhas?\b")
_IN_RAMAIS, _IN_TERMINALS = ("rama", "rva"), ("termina", "tnr", "residencia")
OF_CIRCUITS = frozenset({"1.7", "1.8", "1.10"})
OF_LINES = frozenset({"1.1", "1.2", "1.3", "1.9"})
OF_RAMAIS = frozenset({"1.2"})
_RAMAIS_AND_TERMINALS = frozenset({"1.2", "1.3"})
_FOLLOW_UPS = frozenset({"1.11", "1.12"})
_AWAITED = re.compile(
    r"\bsem (?:resposta|retorno|solucao|atendimento|noticia|providencia)"
    r"|\bnao (?:recebi|recebemos|tive|tivemos|obtive|obtivemos|houve|veio|vieram|chegou|apareceu|respond"
    r"|foi (?:atend|execut|feit)|fui atend|fomos atend)"
    r"|\bate (?:agora|hoje|o momento|a presente)|\breiter|\b(?:posicao|andamento|andar|previsao|silencio)\b|\binsist"
    r"|\b(?:sao|faz|fazem|ha|passaram|vao) (?:mais de |quase |ja )?\w{1,12} (?:dias|semanas|meses|mes)\b"
    r"|\bnada (?:ainda|foi|feito)\b|\besquec|\bcade\b|\bninguem (?:veio|apareceu|respond|ligou|atend)|\bparad[oa]\b"
)
# Of these, what says so of the request itself: "até hoje ela não tinha o e-mail de vocês" says it of something else.
_ASKED = r"(?:ped\w+|solicit\w+|requer\w+|envi\w+|encaminh\w+|mand\w+|protocol\w+)"
_SO_LONG = r"(?:mais de |quase |ja )?\w{1,12} (?:dias|semanas|meses|mes)\b"
_TILL_NOW = r"\bate (?:agora|hoje|o momento|a presente)(?: data)?"
_SURELY_AWAITED = re.compile(
    r"\bsem (?:resposta|retorno|solucao|noticia|providencia)|\breiter|\bnada (?:ainda|foi|feito)\b|\bcade\b"
    r"|\bnao (?:recebi|recebemos|tive|tivemos|obtive|obtivemos|houve|veio|vieram|chegou)\b[^.;!?\n]{0,50}"
    r"\b(?:resposta|retorno|soluc|atendi|noticia|protocolo|manifest|aceno|execuc|vistoria|posic|contato|ninguem|nada)"
    r"|\bnao (?:respond|(?:foi|foram|fui|fomos) (?:atend|execut|feit))"
    r"|\bninguem (?:veio|apareceu|respond|ligou|atend|deu)|\besquecid[oa]|\besqueceram\b|\bparad[oa] (?:desde|ha)\b"
    rf"|\b(?:nada|nadinha|ninguem|nao|sem)\b[^.;!?\n]{{0,40}}{_TILL_NOW}"
    rf"|{_TILL_NOW},? (?:nada|ninguem|sem|nao (?:veio|vieram|foi|houve|respond|recebi|recebemos|tive|obtive))"
    rf"|\b{_ASKED}\b[^.;!?\n]{{0,40}}\bha {_SO_LONG}"
    rf"|\b(?:faz|fazem|ha|sao) {_SO_LONG}(?:[^.;!?\n]{{0,20}}\bque (?:eu )?{_ASKED}\b|(?: e mei[oa])?\s{{0,2}}[,.;!?])"
    r"|\b(?:alguma|qualquer|tem) noticia|\b(?:sabe|saber|verifi\w+|informar|qual) (?:d?o )?andamento\b"
    r"|\b(?:peco|pedimos|solicito|solicitamos|rogo|rogamos|alguma|qual a) (?:\w{1,10} ){0,2}posicao\b"
)
_RULED_OUT = 0.03
_BACKED, _ALL_BUT_SURE = 8.0, 500.0
# "Certidões" stands above each third request to be sent some, which is item 3.2.
_SAYS_LITTLE = ("3.1",)


def tempered(items: dict[str, float], documents: tuple[Document, ...]) -> dict[str, float]:
    """The probabilities with the items of the side that the text does not name made unlikely; they still sum to one."""
    return _reweighed(items, _unnamed(documents), _RULED_OUT)


def backed(items: dict[str, float], designated: tuple[str, ...]) -> dict[str, float]:
    """The probabilities with the one item that a fresh subject designates made likelier; they still sum to one.

    Such a subject names the right item in 230 of 242 messages by writers held out of models/corpus. In a thread it is
    an old one as often as not: the caller leaves those out.
    """
    tells = len(designated) == 1 and designated != _SAYS_LITTLE
    return _reweighed(items, frozenset(designated), _BACKED) if tells else items


def hinted(items: dict[str, float], candidates: frozenset[str]) -> dict[str, float]:
    """The probabilities with the items that a fresh subject cut short leaves open made likelier; they sum to one.

    In models/corpus 24 of 26 requests below "Mudança de endereço" or "Cancelamento" are about one of the two.
    """
    return _reweighed(items, candidates, _BACKED) if candidates else items


def awaited(items: dict[str, float], above: str) -> dict[str, float]:
    """The probabilities with the follow-ups (1.11, 1.12) made likelier where `above`, what stands above a forwarded
    request, says that it waits; they still sum to one.

    The words of the request itself, which count as the forwarder's own, drown those few. In models/corpus all that
    surely say so and name no service ask for nothing else; of 15 that name one, two do. "A obra está parada, segue o
    pedido" is no more than a hint.
    """
    folded = fold(above)
    if not _AWAITED.search(folded):
        return items
    sure = _SURELY_AWAITED.search(folded) is not None and not names_service(folded)
    return _reweighed(items, _FOLLOW_UPS, _ALL_BUT_SURE if sure else _BACKED)


def both_named(items: frozenset[str], documents: tuple[Document, ...]) -> bool:
    """Whether a text can ask for both of two items: for ramais and for terminals only where it has a word for each.

    So do all six requests of models/corpus for the two; "não existe nenhum ponto de voz" could be about either.
    """
    if items != _RAMAIS_AND_TERMINALS:
        return True
    told = "\n".join([document.told for document in documents])
    terminals = _names(_TERMINALS, _IN_TERMINALS, told) or _LINE.search(told) is not None
    return terminals and _names(_RAMAIS, _IN_RAMAIS, _EXTENSION.sub(" ", told))


def _reweighed(items: dict[str, float], chosen: frozenset[str], factor: float) -> dict[str, float]:
    weighed = {number: share * (factor if number in chosen else 1.0) for number, share in items.items()}
    total = sum(weighed.values())
    return {number: share / total for number, share in weighed.items()} if total > 0 else items


def _unnamed(documents: tuple[Document, ...]) -> frozenset[str]:
    told = "\n".join([document.told for document in documents])
    circuits = _names(_CIRCUITS, _IN_CIRCUITS, told)
    lines = _LINES.search(told) is not None
    if not lines:
        return OF_LINES if circuits else frozenset()
    return _ramais_unnamed(told) if circuits else OF_CIRCUITS | _ramais_unnamed(told)


def _ramais_unnamed(told: str) -> frozenset[str]:
    terminals = _names(_TERMINALS, _IN_TERMINALS, told)
    ramais = terminals and _names(_RAMAIS, _IN_RAMAIS, _EXTENSION.sub(" ", told))
    return OF_RAMAIS if terminals and not ramais else frozenset()


def _names(pattern: re.Pattern[str], parts: tuple[str, ...], text: str) -> bool:
    """Whether `pattern` stands in `text`; that one of its `parts` does is found out much faster."""
    return any(map(text.__contains__, parts)) and pattern.search(text) is not None
