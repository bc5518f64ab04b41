"""The requester: a person's first and last name in the text, the signature or the From display name (clause 4.3).

Every possible name is weighed by what vouches for it: a label, the signature, the sender's own address or display
name, a known first name. A name that only the address hints at is not there.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triage.core.fields.mention import Mention, line_bounds
from triage.core.fields.names import Name, find_names
from triage.core.lexicon import COMMON_WORDS, DEPARTMENT_WORDS, FIRST_NAMES, NAME_PARTICLES, RANKS
from triage.core.message import Address
from triage.core.text import Document, fold

_LABEL = re.compile(
    r"(?:nome(?: e sobrenome)?(?: completo)?(?: d[oa] (?:solicitante|requerente|responsavel|servidora?|contato))?"
    r"|solicitante|requerente|demandante|requisitante|responsavel(?: p?el[ao]s? [\w ]{3,25})?"
    r"|(?:solicitad|registrad|requerid|pedid|enviad|aberta?|feit)[oa]s? por|contatos?(?: tecnico| local)?"
    r"|pessoa (?:de|para) contato|servidora?|interessad[oa]|resp\.?|ass\.?|assinado|fiscal|gestora?|chefe|diretora?"
    r"|coordenadora?|escriva[o]?|a/c|quem (?:pede|solicita|assina|escreve|fala)|falar com|ponto focal)"
    r"\s?(?:\([^)\n]{0,30}\))?\s{0,3}(?:[:|\t=.-]{1,12}|por|e|eh)?[|\s]{0,4}$"
)
_LABEL_END = re.compile(r"(?:[:|\t=-]|\b(?:por|pede|solicita|assina|escreve|fala)(?: e| eh)?)[|\s.]{0,12}$")
_INTRODUCTION = re.compile(
    r"(?:meu nome (?:e|eh)|me chamo|aqui (?:e|eh)(?: (?:o|a))?|aqui quem (?:fala|escreve) (?:e|eh) (?:o|a)"
    r"|(?:fala|escreve|solicita)"
    r" (?:e )?(?:o|a)|\beu,|\beu sou(?: (?:o|a))?|\bsou (?:o|a)|(?:falar|tratar|contato) com(?: (?:o|a))?|[,;] contato"
    r"|procurar(?: (?:por|o|a))?|chamar(?: (?:por|o|a))?|ass:)\s{0,3}$"
)
_ADDRESSED = re.compile(
    r"(?:prezad[oa]s?|\bcar[oa]s?|\bola|\boi|bom dia|boa tarde|boa noite|senhora?|\bsra?\.?|\bilm[oa]\w{0,8}"
    r"|\bexm[oa]\w{0,8}|aos? cuidados? d[oea]|\bpara(?: [oa])?|\bde:|\bpara:|\bcc:|obrigad[oa],?"
    r"|executiv[oa])[\s,:.]{0,3}$"
)
# Words after which a name is that of a school, a street or a building.
INSTITUTIONS = frozenset(
    [
        "rua",
        "av",
        "avenida",
        "praca",
        "rodovia",
        "escola",
        "eeefm",
        "eeef",
        "emef",
        "emeief",
        "eeem",
        "ceim",
        "cmei",
        "umef",
        "creche",
        "hospital",
        "bairro",
        "edificio",
        "ed",
        "travessa",
        "municipio",
        "cidade",
        "unidade",
        "agencia",
        "regional",
        "estadio",
        "ginasio",
        "biblioteca",
        "fazenda",
        "comunidade",
        "sede",
        "polo",
        "auditorio",
        "palacio",
        "museu",
        "terminal",
        "viaduto",
        "ponte",
        "rodoviaria",
        "delegacia",
        "centro",
        "casa",
        "teatro",
        "arquivo",
        "colegio",
        "faculdade",
        "instituto",
        "posto",
        "sala",
        "predio",
        "condominio",
        "conjunto",
        "loteamento",
        "alameda",
        "ladeira",
        "escadaria",
        "parque",
        "fundacao",
        "presidio",
        "penitenciaria",
    ]
)
_BETWEEN = (
    NAME_PARTICLES
    | RANKS
    | frozenset(["estadual", "municipal", "ensino", "fundamental", "medio", "regional", "a", "o"])
)
_POSTS = RANKS | DEPARTMENT_WORDS | COMMON_WORDS
_PHONE_BEFORE = re.compile(r"[a-z]{2}\W{1,8}(?:\d{2}\W{1,3})?9?[ .-]?\d{4}[-. ]?\d{4}\s{1,3}$")
_QUOTES = ('"', "“", "'", "‘")
_LAST_LINES = 9
# Sure enough, and sure enough where there is no other: to ask for a name that is there is the worse mistake.
_ENOUGH, _LIKELY = 2.0, 1.0


@dataclass(frozen=True, slots=True)
class _Place:
    """A document with what is known of it: where its signature begins, and the sender's own words."""

    document: Document
    signature_at: int
    hints: frozenset[str]


def find_requester(
    body: Document,
    signature_at: int,
    forms: tuple[Document, ...],
    author: Address,
    excluded: frozenset[str],
    *,
    signed: bool = False,
) -> Mention | None:
    """The requester's name with its place, or None; `excluded` are folded names of others (the operator's people).

    The best vouched-for name in the text and the forms, else (unless it must be `signed`) the display name if it is a
    person's.
    """
    hints = _hints(author)
    places = [_Place(body, signature_at, hints), *(_Place(form, len(form.text), hints) for form in forms)]
    candidates = [(_weight(name, place), name) for place in places for name in _candidates(place, excluded)]
    best = max(candidates, key=lambda pair: pair[0], default=None)
    if best is not None and best[0] >= _ENOUGH:
        return _as_shown(best[1].mention, author)
    if signed:
        return None
    likely = best[1] if best is not None and best[0] >= _LIKELY else _only_one(name for _, name in candidates)
    return _display_name(author, excluded) or (likely.mention if likely else None)


def _only_one(names: Iterable[Name]) -> Name | None:
    """The person who is named where nobody else is: of a request without a signature hardly ever somebody else."""
    people = {name.folded: name for name in names if _is_a_person(name)}
    return next(iter(people.values())) if len(people) == 1 else None


def _is_a_person(name: Name) -> bool:
    """Whether it can be nothing else: neither a place nor what is called after somebody, nor two people."""
    start = name.mention.start
    called = name.is_place or is_institution(name) or name.mention.document.text[start - 1 : start] in _QUOTES
    return name.known and name.capitalised and not called and not is_addressed(name) and " e " not in name.mention.value


def _as_shown(mention: Mention, author: Address) -> Mention:
    """The name with the accents and capitals of the display name, where that is the same and has no fewer of them."""
    start = fold(author.name).find(fold(mention.value))
    shown = author.name[start : start + len(mention.value)]
    return mention if start < 0 or _accents(shown) < _accents(mention.value) else mention._replace(value=shown)


def _accents(name: str) -> int:
    return sum(not character.isascii() for character in name)


def _candidates(place: _Place, excluded: frozenset[str]) -> Iterator[Name]:
    return (name for name in find_names(place.document, place.hints) if fold(name.mention.value) not in excluded)


def _hints(author: Address) -> frozenset[str]:
    """The words of a personal address and of its display name, long enough to recognise a name by."""
    return _personal(author.name) | _personal(author.addr.rpartition("@")[0])


def _personal(written: str) -> frozenset[str]:
    words = [word for word in re.split(r"[^a-z]+", fold(written)[:200]) if len(word) >= 3]
    department = any(word in DEPARTMENT_WORDS for word in words) and not any(word in FIRST_NAMES for word in words[:1])
    return frozenset() if department else frozenset(words)


def _display_name(author: Address, excluded: frozenset[str]) -> Mention | None:
    """The display name where it is a person's and no school's or department's."""
    shown = Document("from", author.name[:200])
    names = (name for name in find_names(shown, _personal(author.name)) if name.capitalised or name.known)
    fitting = (n for n in names if fold(n.mention.value) not in excluded and not is_institution(n) and not n.is_place)
    return next((name.mention for name in fitting), None)


def _weight(name: Name, place: _Place) -> float:
    """How sure it is that this is the requester: 2 is enough."""
    text = place.document.text
    begin, _ = line_bounds(text, name.mention.start)
    before = place.document.folded[max(begin, name.mention.start - 50) : name.mention.start]
    if is_addressed(name) or is_institution(name):
        return 0.0
    label, rank = _without_rank(before)
    vouched = 3.0 * _labelled(label) + 2.0 * bool(_INTRODUCTION.search(label)) + 2.0 * rank
    hinted = 2.5 * any(word in place.hints for word in name.folded if len(word) >= 3)
    if not (name.known or name.capitalised or hinted) and name.mention.start < place.signature_at:
        return 0.0
    alone = not re.search(r"\w", label) or bool(re.search(r"[,;|/.?!–-]\s{0,2}$", before))
    alone = alone or _after_a_phone(name, before)
    alone = alone or (name.mention.start >= place.signature_at and _after_posts(name, begin))
    doubt = 3.0 * name.is_place + 0.5 * (not name.capitalised and not alone)
    return vouched + hinted + _standing(name, place, alone=alone) - doubt


def _after_a_phone(name: Name, before: str) -> bool:
    """Whether the name ends a line of prose behind a telephone: how one signs who makes no lines ("… me ligue no (27)
    99912-3456 Ana Reis"). In a list of lines stands who uses each.
    """
    text, end = name.mention.document.text, name.mention.end
    return _PHONE_BEFORE.search(before) is not None and not text[end : line_bounds(text, end)[1]].strip(" .!")


def _after_posts(name: Name, begin: int) -> bool:
    """Whether only posts and titles stand before the name on its line ("Eng. Civil Paulo R. Zamprogno")."""
    words = name.mention.document.words
    index = name.first - 1
    while index >= 0 and words[index][0] >= begin:
        if words[index][2] not in _POSTS:
            return False
        index -= 1
    return True


def _labelled(label: str) -> bool:
    return bool(_LABEL_END.search(label)) and bool(_LABEL.search(label))


_RANK_BEFORE = re.compile(r"(?:(?:\d\s?.{0,1}\s)?\b(?:" + "|".join(sorted(RANKS)) + r")\.?\s{1,2}){1,3}$")


def _without_rank(before: str) -> tuple[str, bool]:
    """What stands before a military rank or title, and whether there was one."""
    match = _RANK_BEFORE.search(before)
    return (before[: match.start()], True) if match else (before, False)


def _standing(name: Name, place: _Place, *, alone: bool) -> float:
    """What the place vouches for: a name that begins a line of the signature, or is one of the last lines."""
    if place.document.name.startswith("form:"):
        return 0.0
    text, start = place.document.text, name.mention.start
    if start >= place.signature_at and alone:
        first = text.count("\n", place.signature_at, start) <= 2
        return 2.0 if name.known else (1.8 if name.capitalised else 1.6) + 0.4 * first
    near_end = text.count("\n", name.mention.end) < _LAST_LINES
    if name.known:
        return 2.0 if alone and near_end else 0.5 if near_end else 0.0
    return 1.0 if alone and near_end else 0.0


def is_addressed(name: Name) -> bool:
    """Whether the message is written to whoever bears the name ("Prezada Karolina Ramos")."""
    document, start = name.mention.document, name.mention.start
    begin, _ = line_bounds(document.text, start)
    return _ADDRESSED.search(document.folded[max(begin, start - 50) : start]) is not None


def is_institution(name: Name) -> bool:
    """Whether the name is given to a school, a street, a building: such a word stands before it, in the same breath,
    or begins it ("Cidade Alta")."""
    if name.folded[0] in INSTITUTIONS:
        return True
    document = name.mention.document
    words, text = document.words, document.text
    for index in range(name.first - 1, max(-1, name.first - 6), -1):
        gap = text[words[index][1] : words[index + 1][0]]
        if gap.strip(" .ºª") or "\n" in gap:
            return False
        if words[index][2] in INSTITUTIONS:
            return True
        if words[index][2] not in _BETWEEN and not text[words[index][0]].isupper():
            return False
    return False
