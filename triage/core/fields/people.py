"""The requester's name: a person's first and last name in the text, the signature or the From display name (clause 4.3).

Every run of words that may be a name is weighed by what vouches for it: a label, the signature, the sender's own
address or display name, a known first name. A name that only the address hints at is not there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from triage.core.fields.mention import Mention, line_bounds
from triage.core.lexicon import COMMON_WORDS, DEPARTMENT_WORDS, FIRST_NAMES, NAME_PARTICLES, PLACE_WORDS, RANKS
from triage.core.message import Address
from triage.core.text import Document, fold

_WORD = r"[^\W\d_][^\W\d_'’-]{0,24}(?:['’-][^\W\d_]{1,20}){0,2}\.?"
_RUN = re.compile(rf"{_WORD}(?:[ \t]{{1,2}}(?:º )?{_WORD}){{1,9}}")
_LABEL = re.compile(
    r"(?:nome(?: e sobrenome)?(?: completo)?(?: d[oa] (?:solicitante|requerente|responsavel|servidora?))?|solicitante|requerente|responsavel(?: p?el[ao]s? [\w ]{3,25})?"
    r"|(?:solicitad|registrad|requerid|aberta?|feit)[oa]s? por|contatos?|pessoa (?:de|para) contato|servidora?|interessad[oa]|resp\.?|ass\.?|assinado|fiscal|gestora?|chefe|diretora?|coordenadora?|escriva[o]?|a/c)"
    r"\s?(?:\([^)\n]{0,30}\))?\s{0,3}(?:[:|\t=-]{1,2}|por)[|\s]{0,4}$"
)
_INTRODUCTION = re.compile(
    r"(?:meu nome e|me chamo|aqui e (?:o|a)|aqui quem (?:fala|escreve) e (?:o|a)|(?:fala|escreve|solicita) (?:e )?(?:o|a)|\beu,|\beu sou(?: (?:o|a))?|\bsou (?:o|a)|falar com(?: (?:o|a))?|tratar com(?: (?:o|a))?|procurar(?: (?:por|o|a))?|ass:)\s{0,3}$"
)
_ADDRESSED = re.compile(
    r"(?:prezad[oa]s?|\bcar[oa]s?|\bola|\boi|bom dia|boa tarde|boa noite|senhora?|\bsra?\.?|\bilm[oa]\w{0,8}|\bexm[oa]\w{0,8}|a/c|aos? cuidados? d[oea]|\bpara(?: [oa])?|\bde:|\bpara:|\bcc:|obrigad[oa],?|executiv[oa])[\s,:.]{0,3}$"
)
_LAST_LINES = 9
_ENOUGH = 2.0


@dataclass(frozen=True, slots=True)
class _Place:
    """A document with what is known of it: where its signature begins, and the sender's own words."""

    document: Document
    signature_at: int
    hints: frozenset[str]


def find_requester(
    body: Document, signature_at: int, forms: tuple[Document, ...], author: Address, excluded: frozenset[str]
) -> Mention | None:
    """The requester's name with its place, or None; `excluded` are folded names of others (the operator's people).

    The best vouched-for name in the text and the forms, else the display name if it is a person's.
    """
    hints = _hints(author)
    places = [_Place(body, signature_at, hints), *(_Place(form, len(form.text), hints) for form in forms)]
    candidates = [pair for place in places for pair in _weighed(place, excluded)]
    best = max(candidates, key=lambda pair: pair[0], default=(0.0, None))
    if best[0] >= _ENOUGH:
        return best[1]
    return _display_name(author, excluded)


def _hints(author: Address) -> frozenset[str]:
    """The words of the display name and of the local part, long enough to recognise a name by."""
    local = author.addr.rpartition("@")[0]
    return frozenset(word for word in re.split(r"[^a-z]+", fold(f"{author.name} {local}")) if len(word) >= 3)


def _display_name(author: Address, excluded: frozenset[str]) -> Mention | None:
    shown = Document("from", author.name)
    names = (name for name in _names(shown) if is_person(name.value, sure=True) and fold(name.value) not in excluded)
    return next(names, None)


def _weighed(place: _Place, excluded: frozenset[str]) -> Iterator[tuple[float, Mention]]:
    for mention in _names(place.document):
        if fold(mention.value) not in excluded:
            yield _weight(mention, place), mention


def _names(document: Document) -> Iterator[Mention]:
    """Every run of words that could be a name, ranks and posts around it cut off."""
    for match in _RUN.finditer(_unwrapped(document.text)):
        for start, end, words in _pieces(match):
            if len(words) >= 2 and is_person(" ".join(words), sure=True):
                yield Mention(document, start, end, " ".join(words))


_WRAP_COLUMN = 50


def _unwrapped(text: str) -> str:
    """The text with the line ends of hard-wrapped paragraphs made spaces, of the same length."""
    lines = text.split("\n")
    ends = (" " if len(line) >= _WRAP_COLUMN and line[-1].isalpha() else "\n" for line in lines)
    return "".join(line + end for line, end in zip(lines, ends, strict=True))[: len(text)]


def _pieces(match: re.Match[str]) -> Iterator[tuple[int, int, list[str]]]:
    """The run split where a word cannot belong to a name; each piece with its offsets and bare words."""
    piece: list[re.Match[str]] = []
    for word in re.finditer(_WORD, match.group()):
        if _foreign(fold(word.group()).strip(".'")):
            yield from _piece(match.start(), piece)
            piece = []
        else:
            piece.append(word)
    yield from _piece(match.start(), piece)


def _piece(offset: int, words: list[re.Match[str]]) -> Iterator[tuple[int, int, list[str]]]:
    while words and fold(words[0].group()) in NAME_PARTICLES:
        words = words[1:]
    while words and fold(words[-1].group()) in NAME_PARTICLES:
        words = words[:-1]
    if words:
        yield offset + words[0].start(), offset + words[-1].end(), [word.group().rstrip(".") for word in words]


def _foreign(word: str) -> bool:
    return word in RANKS or word in COMMON_WORDS or word in DEPARTMENT_WORDS or word in PLACE_WORDS


def _weight(mention: Mention, place: _Place) -> float:
    """How sure it is that this is the requester: 2 is enough."""
    text = place.document.text
    begin, stop = line_bounds(text, mention.start)
    before = fold(text[begin : mention.start][-50:])
    if _ADDRESSED.search(before) or _street(before):
        return 0.0
    words = mention.value.split()
    known = fold(words[0]) in FIRST_NAMES
    capitalised = all(word[0].isupper() or fold(word) in NAME_PARTICLES for word in words)
    if not (known or capitalised):
        return 0.0
    label, rank = _without_rank(before)
    vouched = 3.0 * bool(_LABEL.search(label)) + 2.0 * bool(_INTRODUCTION.search(label)) + 2.0 * rank
    hinted = 2.5 * any(word in place.hints for word in re.split(r"[^a-z]+", fold(mention.value)) if len(word) >= 3)
    alone = not re.search(r"\w", label) or bool(re.search(r"[,;|/.–-]\s{0,2}$", before))
    return (
        vouched
        + hinted
        + _standing(mention, place, alone=alone, known=known, whole=stop)
        - (0.0 if capitalised or alone else 0.5)
    )


_RANK_BEFORE = re.compile(r"(?:(?:\d\s?.{0,1}\s)?\b(?:" + "|".join(sorted(RANKS)) + r")\.?\s{1,2}){1,3}$")


def _without_rank(before: str) -> tuple[str, bool]:
    """What stands before a military rank or title, and whether there was one."""
    match = _RANK_BEFORE.search(before)
    return (before[: match.start()], True) if match else (before, False)


def _standing(mention: Mention, place: _Place, *, alone: bool, known: bool, whole: int) -> float:
    """What the place vouches for: a name that begins a line of the signature, or is one of the last lines (to `whole`)."""
    if place.document.name.startswith("form:"):
        return 0.0
    if mention.start >= place.signature_at and alone:
        return 2.0 if known else 1.8 + 0.4 * _first_in_signature(mention, place)
    near_end = place.document.text.count("\n", mention.end) < _LAST_LINES
    return 2.0 if known and alone and near_end else 1.0 if alone and near_end else 0.5 if known and near_end else 0.0


def _first_in_signature(mention: Mention, place: _Place) -> bool:
    between = place.document.text[place.signature_at : mention.start]
    return between.count("\n") <= 2


def _street(before: str) -> bool:
    return bool(
        re.search(
            r"(?:\brua|\bav\.?|avenida|praca|rodovia|escola|eeefm?|emef|ceim|cmei|hospital|bairro|edificio|\bed\.?|travessa|municipio de|cidade de|santa|sao|santo|unidade|agencia|regional|estadio|ginasio|biblioteca|fazenda|comunidade|sede d[eao]|polo)\s{1,3}(?:d[eao]s?\s)?$",
            before,
        )
    )


def is_person(written: str, *, sure: bool) -> bool:
    """Whether `written` is a first and a last name, and not a department, a greeting or a phrase.

    Unless `sure` that a name is meant, it must begin with a known first name.
    """
    plain = [fold(word).strip(".,;\"'*_") for word in written.split()]
    essential = [word for word in plain if word not in NAME_PARTICLES]
    if not 2 <= len(essential) <= 7 or any(not re.fullmatch(r"[a-z'’-]{1,25}", word) for word in plain):
        return False
    if any(_foreign(word) for word in essential) or len(essential[0]) < 2 or all(len(w) <= 1 for w in essential[1:]):
        return False
    if sure:
        return (
            not any(_abbreviation(word) for word in written.split())
            or written.isupper()
            and essential[0] in FIRST_NAMES
        )
    return essential[0] in FIRST_NAMES


def _abbreviation(word: str) -> bool:
    """Capitals amid a name, as offices are abbreviated: NTI, SRE, SESPORT."""
    return word.isupper() and len(word) <= 8 and not re.fullmatch(r"[A-Z]\.?|DE|DA|DO|DAS|DOS|E|[AEIOU]\w{2,3}", word)
