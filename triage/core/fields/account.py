"""The number of the conta customizada (clause 4.4) and the certificates asked for (item 3.2)."""

import re

from triage.core.fields.mention import Mention, column_head
from triage.core.text import Document, fold

_NUMBER = r"(?P<number>\d[\d.\-/]{2,16}\d)"
_AFTER_NAME = re.compile(r"\bcustom(?:izad[ao]s?|\.)?[^\d\n;]{0,40}?" + _NUMBER)
_BELOW_NAME = re.compile(r"customizad[ao]s?[^\d\n]{0,20}\n\s{0,4}" + _NUMBER)
_BEFORE_NAME = re.compile(r"\b(?:conta|cta|c/c)\W{0,4}(?:n\S{0,3}\W{0,3})?" + _NUMBER + r"\W{0,4}customizad")
_PLAIN_ACCOUNT = re.compile(
    r"\b(?:conta|cta)\b[ .]{0,2}(?:(?:de )?(?:n[ºo°.]{0,2}|numero)[: ]{0,3}|: {0,2})?(?P<number>\d{5,10})(?![\d/-])"
)
_CELL = re.compile(r"(?:^|[|\t])\s{0,3}(?P<number>\d{5,10})\s{0,3}(?=$|[|\t])", re.MULTILINE)
_PHONE_OR_DATE = re.compile(r"\d{2}[/.]\d{2}[/.]\d{2,4}|\d{4}-\d{4}|\d{2}\.\d{3}\.\d{3}/\d{4}-?\d{0,2}")

_CERTIFICATE = re.compile(
    r"\bcnd[st]?\b|\bcndt\b|\bcpe?n\b|\bcrf\b|\bcrc\b|fgts|\binss\b|previdenci\w{0,8}|trabalhist\w{1,3}|justica do trabalho|\btst\b"
    r"|(?:receita|fazenda|tributos?|debitos?|fiscal|certidao|certidoes|negativas?|regularidade)\W{1,3}(?:(?:de|do|da|dos|das|a|com|junto|relativ\w{1,3}|conjunt\w{1,3}|tributos?|debitos?|tribut\w{1,8}|negativas?|positiva|com efeitos?)\W{1,3}){0,5}(?:federa\w{1,2}|estadua\w{1,2}|municipa\w{1,2}|uniao|tributari\w{1,3}|distribuic\w{1,4}|fazenda|civel)"
    r"|\b(?:federal|estadual|municipal|falencia|concordata|recuperacao judicial|divida ativa|tributos federais|improbidade|distribuidor)\b|\bsefaz\b|\bpgfn\b|\brfb\b"
)


def find_custom_account(document: Document) -> tuple[Mention, ...]:
    """The number of the conta customizada, the one named as such first, as written."""
    folded = fold(document.text)
    for pattern in (_AFTER_NAME, _BELOW_NAME, _BEFORE_NAME, _CELL, _PLAIN_ACCOUNT):
        for match in pattern.finditer(folded):
            if _is_account(document, pattern, match):
                start, end = match.span("number")
                return (Mention(document, start, end, document.text[start:end].strip("./-")),)
    return ()


def _is_account(document: Document, pattern: re.Pattern[str], match: re.Match[str]) -> bool:
    if _PHONE_OR_DATE.match(match["number"]):
        return False
    return pattern is not _CELL or "customizad" in fold(column_head(document, match.start("number")))


def find_certificate(document: Document) -> tuple[Mention, ...]:
    """Which certificates are named; the word "certidão" alone names none."""
    folded = fold(document.text)
    return tuple(
        Mention(document, m.start(), m.end(), document.text[m.start() : m.end()]) for m in _CERTIFICATE.finditer(folded)
    )
