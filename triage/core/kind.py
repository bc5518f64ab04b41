"""What a message is, told from its sender, the signs of machines, and the classifier's reading."""

import re
from dataclasses import dataclass

from triage.core.autoreply import machine_signs
from triage.core.courtesy import is_courtesy
from triage.core.message import Message
from triage.core.protocol import find_protocol
from triage.core.reading import Reading
from triage.core.statement import names_service
from triage.core.subject import is_reply
from triage.core.text import Document, clipped, fold
from triage.core.trust import Claim, Sender
from triage.core.vocabulary import Kind
from triage.core.withdrawal import withdraws

_CALLS_ITSELF_OPERATOR = re.compile(
    r"\boi\b|\boi s/?a\b|telemar|executiv[oa] de (?:atencao|negocios)"
    r"|ingrid tristao|karolina (?:rodrigues )?ramos|gloria fernandes|ricardo cameron"
)
_FROM_ORGANS = (Kind.REQUEST, Kind.SUPPLEMENT, Kind.OTHER, Kind.AUTOMATIC)
_FROM_OPERATOR = (Kind.OPERATOR, Kind.OTHER, Kind.AUTOMATIC)
_FROM_CARRIER = (Kind.CARRIER, Kind.AUTOMATIC)
_LIKELY = 0.5
_PLAIN = 0.9
_STATE = ".es.gov.br"
# "Segue o CNPJ: …", and nothing else is asked: an answer, though its own request is quoted below.
_GIVES = re.compile(
    r"\b(?:seguem?|informo|envio|mando|aqui esta)(?: (?:abaixo|em anexo))? (?:[oa]s? |meus? |noss[oa]s? )?"
    r"(?:numero d[oe] )?"
    r"(?:cnpj|celular|telefone|fixo|razao social|conta customizada|formulario|folhinha|dados? (?:que )?falta)"
    r"|\b(?:[oa]s?|dados|informacoes) que (?:falt(?:ava|avam|ou|aram)|(?:me |nos )?pediram|fo(?:i|ram) pedid[oa]s?)\b"
)
# A request made anew says so ("refaço", "reapresento"), and the model is sure of it.
_HANDS_IN = re.compile(
    r"\b(?:seguem?|vai|vao|mando|envio|informo|aqui esta)\b[^.\n]{0,60}"
    r"\bque (?:falt(?:ava|avam|ou|aram)|fic\w+ faltando)\b"
)
_SURE = 0.95
# A number is given in digits: "Linha: ok, obrigada" gives none.
_DATUM = re.compile(
    r"(?m)^\W{0,3}(?:(?:razao social|motivo)\b[^\n:=]{0,25}[:=][ \t]*\S"
    r"|(?:cnpj|celular|cel|tel|telefone|fixo|fone|movel|linha|conta|valor|vencimento)\b[^\n:=]{0,25}[:=][^\n\d]{0,40}\d)"
)


@dataclass(frozen=True, slots=True)
class KindFinding:
    """The kind, its certainty, and why (pt-BR)."""

    kind: Kind
    certainty: float
    why: str


def tell_kind(message: Message, sender: Sender, reading: Reading) -> KindFinding:
    """The kind of `message`. Certain signs (headers, domains, threads) go before probabilities."""
    signs = machine_signs(message)
    if sender.claim is Claim.OWN:
        return KindFinding(Kind.OTHER, 1.0, "escrita por nós mesmos")
    if sender.claim is Claim.CARRIER:
        return _carrier(signs, reading)
    if sender.claim is Claim.OPERATOR:
        return _operator(message, signs, reading)
    if signs:
        return KindFinding(Kind.AUTOMATIC, 1.0, f"mensagem automática ({', '.join(signs)})")
    if _impostor(message, sender, reading):
        return KindFinding(Kind.OPERATOR, 1.0, "diz ser a operadora, de um endereço que não é dela")
    if is_courtesy(message):
        return KindFinding(Kind.OTHER, 1.0, "agradece, e nada mais")
    if withdraws(message) and _nothing_else_is_sure(reading):
        return KindFinding(Kind.SUPPLEMENT, _PLAIN, "retira um pedido")
    if _hands_in(message) and reading.kind.get(Kind.REQUEST, 0.0) < _PLAIN:
        return KindFinding(Kind.SUPPLEMENT, _PLAIN, "traz o que faltava")
    idle = reading.kind.get(Kind.OTHER, 0.0) >= _SURE or not _answers_with_data(message)
    kinds = _FROM_ORGANS if idle else tuple(kind for kind in _FROM_ORGANS if kind is not Kind.OTHER)
    kind, certainty = _among(reading, kinds, Kind.SUPPLEMENT if is_reply(message.subject) else Kind.REQUEST)
    return KindFinding(kind, certainty, "lida como " + _NAMES[kind])


def _hands_in(message: Message) -> bool:
    """Whether it says that it brings what was lacking, or what it brings, in an answer that asks for nothing."""
    above = fold(clipped(message.body.above))
    if _HANDS_IN.search(above):
        return True
    return _in_thread(message) and _GIVES.search(above) is not None and not names_service(above)


def _in_thread(message: Message) -> bool:
    return is_reply(message.subject) or bool(message.body.quoted)


def _answers_with_data(message: Message) -> bool:
    """Whether an answer gives a datum by its name: none of some 120 such in models/corpus asks and adds nothing."""
    return _in_thread(message) and _DATUM.search(fold(clipped(message.body.above))) is not None


def _nothing_else_is_sure(reading: Reading) -> bool:
    """Whether what takes a request back neither asks for something else nor is plainly about something else."""
    return reading.kind.get(Kind.REQUEST, 0.0) < _LIKELY and reading.kind.get(Kind.OTHER, 0.0) < _PLAIN


_NAMES = {
    Kind.REQUEST: "solicitação",
    Kind.SUPPLEMENT: "complemento de uma solicitação",
    Kind.OTHER: "mensagem que nada pede do boletim",
    Kind.AUTOMATIC: "mensagem automática",
    Kind.OPERATOR: "palavra da operadora",
    Kind.CARRIER: "palavra da operadora de longa distância",
}


def _carrier(signs: tuple[str, ...], reading: Reading) -> KindFinding:
    kind, certainty = _among(reading, _FROM_CARRIER, Kind.CARRIER)
    if signs and kind is Kind.AUTOMATIC:
        return KindFinding(Kind.AUTOMATIC, certainty, f"mensagem automática ({', '.join(signs)})")
    return KindFinding(Kind.CARRIER, 1.0, "escrita pela operadora de longa distância")


def _operator(message: Message, signs: tuple[str, ...], reading: Reading) -> KindFinding:
    """A machine's acknowledgement with a protocol is the operator's word; a person's in a thread always is."""
    if signs:
        numbered = find_protocol(Document("body", message.body.own)) or find_protocol(
            Document("subject", message.subject)
        )
        if numbered and not _absent(message, signs, reading):
            return KindFinding(Kind.OPERATOR, 1.0, "aviso automático da operadora, com protocolo")
        return KindFinding(Kind.AUTOMATIC, 1.0, f"mensagem automática ({', '.join(signs)})")
    kind, certainty = _among(reading, _FROM_OPERATOR, Kind.OPERATOR)
    if kind is not Kind.AUTOMATIC and (message.in_reply_to or is_reply(message.subject)):
        return KindFinding(Kind.OPERATOR, 1.0, "a operadora escreve na conversa de uma solicitação")
    return KindFinding(kind, certainty, "lida como " + _NAMES[kind])


_MACHINE = 0.8
_AUTOREPLY = re.compile(r"(?:resposta automatica|automatic reply|auto(?:matic)?[ -]?(?:reply|response|resposta))\b")
_AWAY = re.compile(
    r"\bferias\b|\bausen\w+|\blicenca\b|\bafastad\w|\bfora d[oa] (?:escritorio|reparticao)|\bout of (?:the )?office"
    r"|\b(?:retornarei|volto|voltarei|retorno (?:no )?dia|retorno (?:ao trabalho|as atividades))\b|\bviagem\b"
    r"|\brecesso\b|\bnao trabalho mais"
)


def _absent(message: Message, signs: tuple[str, ...], reading: Reading) -> bool:
    """Whether a machine of the operator's tells of an absence or a delivery, and not of the request it took in.

    Both come as "Resposta automática": what is said tells them apart, not the subject.
    """
    subject = fold(message.subject).strip()
    if "report" in signs or _AWAY.search(f"{subject}\n{fold(message.body.own)}"):
        return True
    if "machine-subject" in signs:
        told = find_protocol(Document("body", message.body.own))
        return told is None or not _AUTOREPLY.match(subject)
    return reading.kind.get(Kind.AUTOMATIC, 0.0) > _MACHINE


def _impostor(message: Message, sender: Sender, reading: Reading) -> bool:
    """Someone outside the operator's domain who speaks as the operator."""
    speaks = reading.kind.get(Kind.OPERATOR, 0.0)
    if sender.claim is Claim.LOOKALIKE:
        return speaks > max(reading.kind.get(Kind.OTHER, 0.0), reading.kind.get(Kind.AUTOMATIC, 0.0))
    domain = message.author.domain
    if domain.endswith(_STATE) or speaks < _LIKELY:
        return False
    shown = fold(f"{message.author.name} {message.author.addr} {message.body.own[message.body.signature_at :]}")
    return bool(_CALLS_ITSELF_OPERATOR.search(shown))


def _among(reading: Reading, kinds: tuple[Kind, ...], fallback: Kind) -> tuple[Kind, float]:
    """The most probable of `kinds`, its probability among them alone; `fallback` where the model is silent."""
    shares = {kind: reading.kind.get(kind, 0.0) for kind in kinds}
    total = sum(shares.values())
    if total <= 0.0:
        return fallback, 0.0
    kind = max(kinds, key=shares.__getitem__)
    return kind, shares[kind] / total
