"""CNPJ numbers, numeric and alphanumeric (IN RFB 2.229/2024), and what people write in their place (clause 4.3)."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from validate_docbr import CNPJ, CPF

from triage.core.fields.mention import Mention
from triage.core.text import Document, Word

_PUNCTUATED = re.compile(
    r"(?<![0-9A-Z])[0-9A-Z]{2}[.\s]?[0-9A-Z]{3}[.\s]?[0-9A-Z]{3}\s?[/\\.\-–]\s?[0-9A-Z]{4}"
    r"(?:\s?[-–./]\s?|[^\S\n]{0,3})[0-9]{2}(?![0-9A-Z])",  # two digits on the next line alone are a phone's area
    re.IGNORECASE,
)
# Wrapped by a client before its last two digits: these alone, no phone that begins so; it counts where they are right.
_WRAPPED = re.compile(
    r"(?<![0-9A-Z])[0-9A-Z]{2}[.\s]?[0-9A-Z]{3}[.\s]?[0-9A-Z]{3}\s?[/\\.\-–]\s?[0-9A-Z]{4}[^\S\n]?\n[^\S\n]?[0-9]{2}"
    r"(?![0-9A-Z]|[)./\-–\s]{1,3}[0-9])",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![0-9A-Z.,/-])[0-9A-Z]{12}[0-9]{2}(?![0-9A-Z])", re.IGNORECASE)
_SPACED = re.compile(r"(?<![0-9A-Z])[0-9]{2} [0-9]{3} [0-9]{3} [0-9]{4} [0-9]{2}(?![0-9A-Z])")
_LABELLED = re.compile(
    r"\bC\.?N\.?P\.?J\b\.?[^0-9\n;]{0,30}?([0-9A-Z]{0,3}[0-9][0-9A-Z./\-–]{7,22}[0-9])(?![0-9A-Z])", re.IGNORECASE
)
_WORD = re.compile(r"c\.?n\.?p\.?j")
_LABEL_BEFORE = re.compile(r"\bC\.?N\.?P\.?J\b[^\n;]{0,40}$", re.IGNORECASE)
_SLASHED = re.compile(r"/\s?\d{4}\s?[-–]\s?\d{2}$")
_OTHERS = re.compile(r"\b(?:oi|operadora|telemar|fornecedora?|contratada)\b(?: s/?a)?[^\n\d]{0,15}$")
_CPF_SHAPE = re.compile(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}")
_PHONE_SHAPE = re.compile(r"\(?\d{2}\)?[ .-]?9?[ .-]?\d{4}-?\d{4}")
_LENGTH = 14
# The spellings by how long their first run of letters and digits is: 12.345…, 12345.678…, 12345678/…, all run together.
_SPELLINGS = {
    2: (_PUNCTUATED, _SPACED, _WRAPPED),
    5: (_PUNCTUATED, _WRAPPED),
    8: (_PUNCTUATED, _WRAPPED),
    _LENGTH: (_BARE,),
}
# How long the run behind that is: …345…, …345678/…, …0001-…, …000195; of a number all run together any.
_NEXT = {2: frozenset([3, 6]), 5: frozenset([3]), 8: frozenset([4, 6])}
_MOST_GROUPS = 5
_LEAST_DIGITS = 5
_CNPJ, _CPF = CNPJ(), CPF()


def find_cnpjs(document: Document) -> tuple[Mention, ...]:
    """Every CNPJ in the document, valid ones normalised to 14 characters; those meant as one but wrong say why."""
    found: list[Mention] = []
    for word in _beginnings(document):
        mention = _at(document, word) if not (found and word[0] < found[-1].end) else None
        if mention:
            found.append(mention)
    for match in _labels(document):
        labelled = _labelled(document, *match.span(1)) if not _overlaps(match.span(1), found) else None
        if labelled:
            found.append(labelled)
    return tuple(sorted(found, key=lambda mention: (_of_another(mention), mention.start)))


def _beginnings(document: Document) -> Iterator[Word]:
    """The words with which a CNPJ may begin: digits a few words behind, and as long as its groups are."""
    words = document.words
    lengths = [*[end - start for start, end, _ in words], 0] if document.numbered else []
    behind = 0
    for last in document.numbered:
        for place in range(max(behind, last + 1 - _MOST_GROUPS), last + 1):
            if lengths[place] == _LENGTH or lengths[place + 1] in _NEXT.get(lengths[place], ()):
                yield words[place]
        behind = last + 1


def _labels(document: Document) -> Iterator[re.Match[str]]:
    """The numbers that are called a CNPJ, looked for where the word stands: a pattern without case goes by letters."""
    end = 0
    for word in _WORD.finditer(document.folded) if _named(document.told) else ():
        match = _LABELLED.match(document.text, word.start()) if word.start() >= end else None
        if match:
            end = match.end()
            yield match


def _named(told: str) -> bool:
    return "cnpj" in told or "c.n.p.j" in told


def _of_another(mention: Mention) -> bool:
    """Whether the words before it give it to the operator ("CNPJ da Oi"): it comes after all others."""
    return bool(_OTHERS.search(mention.document.folded[max(0, mention.start - 30) : mention.start]))


def _at(document: Document, word: Word) -> Mention | None:
    """The CNPJ that begins with `word`, in any spelling."""
    start, end, _ = word
    for pattern in _SPELLINGS[end - start]:
        match = pattern.match(document.text, start)
        mention = _weighed(document, start, match.end()) if match else None
        if mention and not (mention.problem and pattern is _WRAPPED):
            return mention
    return None


def normal(written: str) -> str:
    """The characters of a CNPJ without punctuation, in capitals."""
    return "".join(filter(str.isalnum, written)).upper()


@lru_cache(maxsize=1_024)  # an organ's number stands in all of its mail
def is_valid(value: str) -> bool:
    """Whether `value` (no punctuation) has 14 characters and the right check digits (modulo 11 over ASCII − 48)."""
    return len(value) == _LENGTH and len(set(value)) > 1 and bool(_CNPJ.validate(value))


def _weighed(document: Document, start: int, end: int) -> Mention | None:
    written = document.text[start:end]
    value = normal(written)
    if sum(map(str.isdigit, value)) < _LEAST_DIGITS:
        return None
    if is_valid(value):
        return Mention(document, start, end, value)
    meant = _SLASHED.search(written) or _LABEL_BEFORE.search(document.text[max(0, start - 60) : start])
    return Mention(document, start, end, value, "dígitos verificadores") if meant else None


def _labelled(document: Document, start: int, end: int) -> Mention | None:
    written = document.text[start:end]
    value = normal(written)
    if is_valid(value):
        return Mention(document, start, end, value)
    if _PHONE_SHAPE.fullmatch(written) and not _CPF_SHAPE.fullmatch(written):
        return None
    if len(value) == 11 and _CPF_SHAPE.fullmatch(written):
        return Mention(document, start, end, value, "é um CPF")
    return Mention(document, start, end, value, f"tem {len(value)} caracteres, e não 14")


def _overlaps(span: tuple[int, int], others: Iterable[Mention]) -> bool:
    start, end = span
    return any(start < other.end and other.start < end for other in others)
