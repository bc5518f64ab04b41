"""The company name (clause 4.3): the organ's full name anywhere in the author's own words; an acronym alone is none."""

import re

from triage.core.bulletin import Bulletin, Organ
from triage.core.fields.mention import Mention
from triage.core.organ import LINKING, names_in
from triage.core.text import Document, fold

_LABEL = re.compile(
    r"(?:razao social|nome (?:da empresa|do orgao|empresarial)|empresa)\s{0,2}(?:\([^)\n]{0,30}\))?\s{0,2}[:|\t-][|\s]{0,4}"
)
_LEAST_WORDS = 2
SEGER = "SEGER"


def find_company(documents: tuple[Document, ...], organ: Organ | None, bulletin: Bulletin) -> Mention | None:
    """The organ's full name; where the organ is unknown any organ's but SEGER's, which stands there as the addressee.

    A name given behind "Razão social:" counts whatever it is, if it has more than an acronym.
    """
    for found, evidence in names_in(documents, bulletin):
        if found == organ or (organ is None and found.acronym != SEGER):
            document = next(d for d in documents if d.name == evidence.document)
            return Mention(document, evidence.start, evidence.end, evidence.text)
    return next((mention for document in documents if (mention := _labelled(document))), None)


def _labelled(document: Document) -> Mention | None:
    for match in _LABEL.finditer(fold(document.text)):
        line = document.text[match.end() :].split("\n", 1)[0]
        name = re.split(r"[|\t;]|\s-\s|,?\s?CNPJ|\(", line, maxsplit=1)[0].strip(" .,-")
        words = [word for word in re.findall(r"[^\W\d_]+", fold(name)) if word not in LINKING]
        if len(words) >= _LEAST_WORDS and name[0].isalpha():
            start = document.text.index(name, match.end())
            return Mention(document, start, start + len(name), name)
    return None
