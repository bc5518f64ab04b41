"""Which certificates are asked for (item 3.2)."""

import re

from triage.core.fields.mention import Mention
from triage.core.text import Document

_TOPIC = (
    "certid",
    "certific",
    "cnd",
    "cpen",
    "crf",
    "fgts",
    "regularidade",
    "negativ",
    "crc",
    "habilitac",
    "receita",
    "falencia",
)
_LINK = (
    r"(?:(?:de|do|da|dos|das|a|com|junto|perante|relativ\w{1,3}|conjunt\w{1,3}|tributos?|debitos?|tribut\w{1,8}"
    r"|negativas?|positiva"
    r"|com efeitos?|receita)\W{1,3}){0,6}"
)
_CERTIFICATE = re.compile(
    r"\bcnd[st]?\b|\bcndt\b|\bcpe?n\b|\bcrf\b|\bcrc\b|fgts|\binss\b|previdenci\w{0,8}|trabalhist\w{1,3}"
    r"|justica do trabalho|\btst\b|\bsicaf\b"
    r"|(?:receita|fazenda|tributos?|debitos?|fiscal|certidao|certidoes|negativas?|regularidade)\W{1,3}" + _LINK +
    r"(?:federa\w{1,2}|estadua\w{1,2}|municipa\w{1,2}|uniao|tributari\w{1,3}|distribuic\w{1,4}|fazenda|civel"
    r"|civeis|fiscal)"
    r"|\b(?:federal|federais|estadual|estaduais|municipal|municipais|falencia|concordata|recuperacao judicial"
    r"|divida ativa"
    r"|improbidade|distribuidor)\b|\bsefaz\b|\bpgfn\b|\brfb\b|receita federal"
)  # fmt: skip


def find_certificates(documents: tuple[Document, ...]) -> tuple[Mention, ...]:
    """Which certificates are named where certificates are spoken of; the word alone names none, nor an organ's name."""
    told = "\n".join([document.told for document in documents])
    if not any(map(told.__contains__, _TOPIC)):
        return ()
    if not any(word.startswith(_TOPIC) for document in documents for word in document.vocabulary):
        return ()
    return tuple(
        Mention(document, m.start(), m.end(), document.text[m.start() : m.end()])
        for document in documents
        for m in _CERTIFICATE.finditer(document.folded)
    )
