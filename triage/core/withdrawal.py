"""The requester's clear word that ends a request (DOMAIN, "Over several messages")."""

import re

from triage.core.again import asked_again
from triage.core.message import Message
from triage.core.text import clipped, fold

_WITHDRAWN = re.compile(
    r"\b(?:favor|peco|pedimos|podem?|gentileza|solicito|solicitamos)\s(?:\w+\s){0,3}"
    r"cancelar (?:o|a|est[ea]|ess[ea]|noss[oa]|meu|minha) (?:pedido|solicitac|chamad|e-?mail)"
    r"|\bdesconsider(?:ar|em|e|ad[oa])\b|\bnao (?:sera|e) mais necessari[ao]\b"
    r"|\bnao (?:precisa(?:mos)?|ha necessidade|temos (?:mais )?interesse)\b.{0,30}\bmais\b"
    r"|\bdesistimos\b|\bdesisto\b|\bretir(?:o|amos) (?:o|a) (?:pedido|solicitac)"
)
_SIGNS = ("cancelar", "desconsider", "mais", "desist", "retir")  # one of them stands in each of these
# "Desconsiderem o e-mail anterior, segue o correto" puts another in its place.
_REPLACED = re.compile(
    r"desconsider\w{0,4}\s(?:\w{1,12}\s){0,3}(?:e-?mail|mensagem|anexo|formulario|folhinha|arquivo|planilha|numero|cnpj)"
    r"[^?]{0,80}\b(?:segue|corret|corrig|novamente|reenvi|abaixo|este|valido|certo)"
)


@asked_again
def withdraws(message: Message) -> bool:
    """Whether the author's own words take a request back, in a message of whatever kind."""
    said = fold(clipped(message.body.own))
    if not any(map(said.__contains__, _SIGNS)):
        return False
    return bool(_WITHDRAWN.search(said)) and not _REPLACED.search(said)
