"""The requester's name: a person's first and last name in the text, the signature or the From display name (clause 4.3)."""

import re

from triage.core.fields.mention import Mention
from triage.core.lexicon import COMMON_WORDS, DEPARTMENT_WORDS, FIRST_NAMES, NAME_PARTICLES, RANKS
from triage.core.text import Document, fold

_NAME = r"(?P<name>[^\W\d_][\w'’.-]{0,24}(?:[ \t]{1,2}[^\W\d_][\w'’.-]{0,24}){1,6})"
_LABELLED = re.compile(
    r"(?:^|[|\t;,.(\n-])\s{0,4}(?:nome(?: e sobrenome)?(?: completo)?(?: d[oa] (?:solicitante|requerente|responsavel|servidora?))?|solicitante|requerente|responsavel(?: (?:pela|pelo) (?:solicitacao|pedido|contato|orgao|unidade|setor))?|solicitado por|contato|pessoa (?:de|para) contato|servidora?|interessad[oa]|resp\.?)"
    r"(?:\s?\([^)\n]{0,30}\))?\s{0,3}(?:[:|\t-])[|\s]{0,4}",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"\b(?:meu nome e|me chamo|aqui e (?:o|a)|aqui quem (?:fala|escreve) e (?:o|a)|quem (?:fala|escreve|solicita) e (?:o|a)?|eu,|sou (?:o|a)|falar com(?: (?:o|a))?|tratar com(?: (?:o|a))?|procurar(?: (?:por|o|a))?|ass\.?:)\s{1,3}"
)
_CUT = re.compile(r"\s{1,3}[-–—|/•]\s{1,3}|\s{0,2}[,;:(|]|\t|\s{2,}|\s-|\.\s|[-–—]\s?(?=\d)")
_SIGNATURE_LINES = 9


def find_requester(
    body: Document, signature_at: int, forms: tuple[Document, ...], display: str, excluded: frozenset[str]
) -> Mention | None:
    """The requester's name with its place; `excluded` are folded names of others (the operator's people).

    A labelled name goes before a signature, that before a form's, that before the display name.
    """
    candidates = (
        *_labelled(body, excluded),
        *_signed(body, signature_at, excluded),
        *(mention for form in forms for mention in _labelled(form, excluded)),
        *_introduced(body, excluded),
    )
    shown = Document("from", display)
    return next(iter(candidates), None) or _name_at(shown, 0, len(display), excluded, sure=True)


def _labelled(document: Document, excluded: frozenset[str]) -> list[Mention]:
    folded = fold(document.text)
    found = (
        _name_at(document, m.end(), _line_end(document.text, m.end()), excluded, sure=True)
        for m in _LABELLED.finditer(folded)
    )
    return [mention for mention in found if mention]


def _introduced(document: Document, excluded: frozenset[str]) -> list[Mention]:
    folded = fold(document.text)
    found = (
        _name_at(document, m.end(), _line_end(document.text, m.end()), excluded, sure=False)
        for m in _INTRODUCED.finditer(folded)
    )
    return [mention for mention in found if mention]


def _signed(body: Document, signature_at: int, excluded: frozenset[str]) -> list[Mention]:
    """Lines of the signature that are a name; without a recognised signature, the last lines of the text."""
    start = signature_at if signature_at < len(body.text) else _last_lines(body.text)
    found, position = [], start
    for line in body.text[start:].split("\n"):
        mention = _name_at(body, position, position + len(line), excluded, sure=False)
        if mention and not _addressing(line):
            found.append(mention)
        position += len(line) + 1
    return found


_ADDRESSING = re.compile(
    r"^\W{0,3}(?:prezad|car[oa]s?\b|ola\b|oi\b|bom dia|boa tarde|boa noite|senhor|sr\b|sra\b|ilm|exm|a/c|aos?\b|as?\b cuidados)"
)


def _addressing(line: str) -> bool:
    return bool(_ADDRESSING.search(fold(line)))


def _last_lines(text: str) -> int:
    position = len(text.rstrip())
    for _ in range(_SIGNATURE_LINES):
        position = text.rfind("\n", 0, position)
        if position < 0:
            return 0
    return position + 1


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _name_at(document: Document, start: int, end: int, excluded: frozenset[str], *, sure: bool) -> Mention | None:
    """The name that begins `document.text[start:end]`, if it is a person's. `sure`: a label vouches for it."""
    segment = document.text[start:end]
    offset = len(segment) - len(segment.lstrip(" \t*_>-–—•\"'"))
    words = _without_ranks(_CUT.split(segment[offset:], maxsplit=1)[0])
    written = " ".join(words)
    if not words or not is_person(written, sure=sure) or fold(written) in excluded:
        return None
    where = document.text.find(words[0], start + offset)
    last = document.text.find(words[-1], where + len(words[0]))
    return Mention(document, where, last + len(words[-1]), " ".join(w.strip(".,;\"'*_") for w in words))


def _without_ranks(written: str) -> list[str]:
    """The words of a name without the military rank or title before or after it."""
    words = written.replace("*", " ").split()
    while words and _rank(words[0]):
        words = words[1:]
    while words and _rank(words[-1]):
        words = words[:-1]
    return words


def _rank(word: str) -> bool:
    plain = fold(word).strip(".,º°ª")
    return plain in RANKS or bool(re.fullmatch(r"\d\W?", word))


def is_person(written: str, *, sure: bool) -> bool:
    """Whether `written` is a first and a last name, and not a department, a greeting or a phrase.

    Unless `sure`, the words must be capitalised or begin with a known first name.
    """
    words = [word.strip(".,;\"'*_") for word in written.split()]
    plain = [fold(word) for word in words]
    essential = [word for word in plain if word not in NAME_PARTICLES]
    if not 2 <= len(essential) <= 7 or any(not re.fullmatch(r"[a-z'’-]{1,25}", word) for word in plain):
        return False
    if any(word in DEPARTMENT_WORDS or word in COMMON_WORDS for word in essential) or len(essential[0]) < 2:
        return False
    known = essential[0] in FIRST_NAMES
    if all(len(word) <= 1 for word in essential[1:]):
        return False
    return known or (_capitalised(words, plain) and (sure or _not_shouting(words)))


def _capitalised(words: list[str], plain: list[str]) -> bool:
    return all(word[0].isupper() or folded in NAME_PARTICLES for word, folded in zip(words, plain, strict=True))


def _not_shouting(words: list[str]) -> bool:
    """Capitals throughout are as often a department or a heading: only a known first name makes them a person."""
    return not all(word.isupper() for word in words)
