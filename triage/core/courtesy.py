"""Thanks and other courtesies: mail that hands nothing over and asks for nothing, told by its few words."""

import re

from triage.core.message import Message
from triage.core.text import fold

_LONGEST = 400
_MOST_NAMES = 3
_WORD = re.compile(r"[^\W\d_]{2,}")
_SPEAKS = re.compile(r"[\d?@]")
_THANKS = re.compile(
    r"(?:obrigad|agradec|grat[ao]|valeu|desculp|cientes?$|ok$|perfeito|otim|excelente|parabens|certo$)"
)
_DOES_MORE = re.compile(
    r"segue|favor|pode|sim$|nao$|confirm|autoriz|concord|acordo|conforme|falta|precis|solicit|quer|aceit|aprov|mas$"
)
# Everything that people put around thanks, and the promise to send what was asked for.
_POLITE = frozenset(
    _WORD.findall("""
    ligar telefonar consultar abrir seguir procedimento ok certo perfeito otimo otima excelente ciente cientes
    obrigado obrigada obrigados obrigadas muito muitissimo desde ja grato grata gratos agradeco agradecemos
    agradecida agradecido agradecer valeu parabens desculpe desculpem desculpas pelo pela pelos pelas por para com
    sem mais ao aos as os da do das dos de em no na um uma que meu minha nosso nossa atencao retorno resposta
    orientacao orientacoes ajuda apoio informacao informacoes esclarecimento esclarecimentos transtorno incomodo
    presteza rapidez agilidade gentileza colaboracao empenho atendimento aviso trabalho servico bom boa dia tarde
    noite semana ola oi prezado prezada prezados prezadas caro cara caros todos todas equipe senhores senhora senhor
    at att atenciosamente abraco abracos abs cordialmente sucesso excelencia sempre tudo isso vou vamos irei iremos
    providenciar providenciarei providenciaremos providenciando providencio corrijo envio reenvio mando encaminho
    verei vejo corrigir enviar reenviar mandar verificar encaminhar assim possivel logo amanha hoje ainda breve
    aguardo aguardando fico ficamos estamos no recebido recebida recebi recebemos testado testada testei testamos
    funcionando funcionou normalmente
    """)
)


def is_courtesy(message: Message) -> bool:
    """Whether the own text above the signature is nothing but thanks, a promise to send, and names."""
    body = message.body
    if message.attachments or body.forwarded:
        return False
    prose = _prose(body.above, body.own, message.author.name)
    if len(prose) > _LONGEST or _SPEAKS.search(prose):
        return False
    words = _WORD.findall(prose)
    others = [word for word in words if fold(word) not in _POLITE]
    names = all(word.istitle() and not _DOES_MORE.match(fold(word)) for word in others)
    return names and len(others) <= _MOST_NAMES and any(_THANKS.match(fold(word)) for word in words)


def _prose(above: str, own: str, author: str) -> str:
    """What stands above the signature; thanks alone look like its first line: then the first paragraph."""
    text = above if above.strip() else own.strip().partition("\n\n")[0]
    lines = text.split("\n")
    signed = next((at for at, line in enumerate(lines) if at and author and _same(line.strip(), author)), None)
    return "\n".join(lines[:signed])


def _same(one: str, other: str) -> bool:
    return len(one) == len(other) and fold(one) == fold(other)
