"""Words that are written as a person's name, though nothing vouches that they are the requester's, or a name at all."""

import re
from collections.abc import Iterator
from itertools import pairwise

from triage.core.fields.names import Name, find_names
from triage.core.fields.people import INSTITUTIONS, is_addressed, is_institution
from triage.core.lexicon import COMMON_WORDS, DEPARTMENT_WORDS, FIRST_NAMES, NAME_PARTICLES, PLACE_WORDS, RANKS
from triage.core.statement import Statement
from triage.core.text import Document, fold

_ONLY_COMMON = COMMON_WORDS - RANKS - DEPARTMENT_WORDS
_NEVER_FIRST = COMMON_WORDS | DEPARTMENT_WORDS | PLACE_WORDS | INSTITUTIONS
_SIGNED = re.compile(
    r"[^\w\n]{0,4}(?:[A-ZÀ-Ý][a-zà-ÿ]{0,5}\. ){0,2}"
    r"(?P<name>[A-ZÀ-Ý][a-zà-ÿ'’]{1,25}(?: (?:d[aeo]s?|e|[A-ZÀ-Ý]\.|[A-ZÀ-Ý][a-zà-ÿ'’]{1,25})){1,5})"
    r"[ \t]{0,3}(?:$|[-–—|/,(].*)"
)
_LAST_LINES = 6


def may_be_named(statement: Statement, others: frozenset[str]) -> bool:
    """Whether somebody may be named in the statement; `others` are the folded names of those who are not meant."""
    return (
        any(_may_be_a_person(name, others) for document in statement.written for name in find_names(document))
        or any(map(_has_full_name, statement.written))
        or any(map(_is_signed, _lines_below(statement)))
    )


def _may_be_a_person(name: Name, others: frozenset[str]) -> bool:
    told_otherwise = name.is_place or is_institution(name) or is_addressed(name) or fold(name.mention.value) in others
    return name.capitalised and not told_otherwise


def _has_full_name(document: Document) -> bool:
    """Whether a first name is followed at once by another word in capitals, be it a common one ("Valter Nossa")."""
    return any(
        left[2] in FIRST_NAMES
        and document.text[left[1] : right[0]] == " "
        and document.text[right[0]].isupper()
        and right[2] in _ONLY_COMMON
        for left, right in pairwise(document.words)
    )


def _lines_below(statement: Statement) -> Iterator[str]:
    """The lines of the signature; where none was recognised, the last ones."""
    text = statement.body.text
    if statement.signature_at < len(text):
        yield from text[statement.signature_at :].splitlines()
    else:
        yield from text.splitlines()[-_LAST_LINES:]


def _is_signed(line: str) -> bool:
    """Whether a line begins as a name does, be it one that no list knows, of common words ("Kleverson Praia")."""
    signed = _SIGNED.match(line)
    if signed is None:
        return False
    words = [word for word in fold(signed["name"]).split() if word not in NAME_PARTICLES and len(word) > 1]
    return len(words) > 1 and words[0] not in _NEVER_FIRST and DEPARTMENT_WORDS.isdisjoint(words)
