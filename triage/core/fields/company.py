"""The company name (clause 4.3): the organ's full name anywhere in the author's own words; an acronym alone is none."""

import re

from triage.core.bulletin import Bulletin, Organ
from triage.core.fields.mention import Mention
from triage.core.lexicon import ORGAN_SORTS
from triage.core.organ import LINKING, is_part_of, names_in
from triage.core.text import Document

_LABEL = re.compile(
    r"(?:razao social|nome (?:da empresa|do orgao|empresarial)|empresa"
    r"|cliente)\s{0,2}(?:\([^)\n]{0,30}\))?\s{0,2}[:|\t.-]{1,12}[|\s]{0,4}"
)
_END = re.compile(r"[|\t;\n]|\s-\s|,?\s?CNPJ|\(")
_LABEL_WORDS = ("razao", "empresa", "orgao", "empresarial", "cliente")
_NO_NAME = LINKING | {"es"}  # "DETRAN/ES" is still an acronym
_LEAST_WORDS = 2
_MOST_OF_IT = 0.6
SEGER = "SEGER"


def find_company(documents: tuple[Document, ...], organ: Organ | None, bulletin: Bulletin) -> Mention | None:
    """The organ's full name; where the organ is unknown any organ's but SEGER's, which stands there as the addressee.

    The name of the whole counts for its part. A name given behind "Razão social:" counts whatever it is, if it has more
    than an acronym.
    """
    for found, evidence in names_in(documents, bulletin):
        if _speaks_for(found, organ, bulletin):
            document = next(d for d in documents if d.name == evidence.document and evidence.text in d.text)
            return Mention(document, evidence.start, evidence.end, evidence.text)
    return next((mention for document in documents if (mention := _labelled(document))), None)


def may_be_told(documents: tuple[Document, ...], organ: Organ | None) -> bool:
    """Whether most words of the organ's name stand in the documents, if not as its name."""
    name = Document("", organ.name if organ else "").words
    words = [word for _, _, word in name if word not in LINKING and word not in ORGAN_SORTS]
    there = sum(any(word in document.vocabulary for document in documents) for word in words)
    return bool(words) and there / len(words) >= _MOST_OF_IT


def _speaks_for(found: Organ, organ: Organ | None, bulletin: Bulletin) -> bool:
    if organ is None:
        return found.acronym != SEGER
    same = found.acronym == organ.acronym
    return same or is_part_of(organ, found, bulletin) or is_part_of(found, organ, bulletin)


def _labelled(document: Document) -> Mention | None:
    if not any(map(document.told.__contains__, _LABEL_WORDS)):
        return None
    for match in _LABEL.finditer(document.folded):
        end = _END.search(document.text, match.end())
        line = document.text[match.end() : end.start() if end else None]
        name = line.strip(" .,-")
        words = [word for _, _, word in Document("", name[:300]).words if word not in _NO_NAME and word.isalpha()]
        if len(words) >= _LEAST_WORDS and name[0].isalpha():
            start = match.end() + line.index(name)
            return Mention(document, start, start + len(name), name)
    return None
