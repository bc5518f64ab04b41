"""Where a line is, as written: the long-distance carrier is told. No rule asks for it, so it is never demanded."""

import re

from triage.core.statement import Statement
from triage.core.text import Document

_LONGEST = 160
_LABELLED = re.compile(
    r"\b(?:novo endereco|endereco (?:novo|de instalacao|da instalacao|de destino|do local)|local (?:de|da) instalacao"
    r"|endereco)[ \t]{0,2}(?:\([^)\n]{0,30}\))?[ \t]{0,2}[:|–-][ \t|]{0,4}(?=[a-z0-9])"
)
_STREET = re.compile(
    r"\b(?:rua|r\.|avenida|av\.?|praca|pca\.?|rodovia|rod\.|travessa|tv\.|alameda|ladeira|estrada) (?=[a-z0-9])"
)
# One of them, as a word of its own, stands where a label or a street does.
_WORDS = frozenset(
    {"endereco", "local", "rua", "r", "avenida", "av", "praca", "pca", "rodovia", "rod", "travessa", "tv"}
    | {"alameda", "ladeira", "estrada"}
)
_END = re.compile(
    r"[\n|;]|,? (?:pois|porque|devido|uma vez|visto|para|onde|com|conforme|e solicit)\b|(?<=\w{3})\.(?:\s|$)"
)


def find_place(statement: Statement) -> str:
    """The labelled address, else the first street above the signature; "" where there is none."""
    told = (*statement.forms, statement.body, *statement.forwarded)
    may = [document for document in told if not document.vocabulary.isdisjoint(_WORDS)]
    documents = [_above(document, statement) if document is statement.body else document for document in may]
    found = (_after(document, label.end()) for document in documents for label in _LABELLED.finditer(document.folded))
    streets = (
        _after(document, street.start()) for document in documents for street in _STREET.finditer(document.folded)
    )
    return next(filter(None, found), "") or next(filter(None, streets), "")


def _above(body: Document, statement: Statement) -> Document:
    return Document(body.name, body.text[: statement.signature_at])


def _after(document: Document, start: int) -> str:
    text = document.folded[start : start + _LONGEST]
    end = _END.search(text)
    return document.text[start : start + (end.start() if end else len(text))].strip(" ,-–*")
