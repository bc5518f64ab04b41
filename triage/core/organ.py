"""Which organ of the state a message speaks for (DOMAIN, "Organs"), and where its name stands."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from triage.core.bulletin import Bulletin, Organ
from triage.core.message import Address, Message
from triage.core.text import Document, Word, one_slip
from triage.core.verdict import Evidence

LINKING = frozenset({"de", "da", "do", "das", "dos", "e", "a", "o", "em", "no", "na", "para", "ao"})
# "de Estado" and "Estadual" come and go in the names as people write them.
_LEFT_OUT = LINKING | {"estado", "estadual", "est"}
_SHORTENED = {
    "sec": "secretaria",
    "secr": "secretaria",
    "inst": "instituto",
    "depto": "departamento",
    "dpto": "departamento",
    "dept": "departamento",
    "cia": "companhia",
    "ag": "agencia",
    "fund": "fundacao",
    "superint": "superintendencia",
    "def": "defensoria",
    "proc": "procuradoria",
    "mil": "militar",
}
_MOST_LABELS = 8  # of a domain, "a.b.es.gov.br" has five; no organ's has more
_LEAST_SLIPPING, _LONG_WORD, _LEAST_WORDS, _SHORT_ACRONYM = 6, 8, 3, 3
_Entries = list[tuple[tuple[str, ...], Organ]]
_Index = dict[str, _Entries]
_Ends = dict[str, list[str]]


def organ_of_domain(domain: str, bulletin: Bulletin) -> Organ | None:
    """The organ that writes from `domain` or from a domain below it."""
    known = once(_by_domain, bulletin)
    labels = domain.rsplit(".", _MOST_LABELS)[-_MOST_LABELS:]
    found = [known[end] for n in range(len(labels)) if (end := ".".join(labels[n:])) in known]
    return bulletin.organs[min(found)] if found else None


def _by_domain(bulletin: Bulletin) -> dict[str, int]:
    """The place of the first organ of each domain."""
    return {organ.domain: place for place, organ in reversed([*enumerate(bulletin.organs)])}


def organ_of_people(addresses: Iterable[Address], bulletin: Bulletin, excluded: frozenset[str]) -> Organ | None:
    """The first organ among `addresses`, our own (`excluded`) left out."""
    return next(iter(organs_of_people(addresses, bulletin, excluded)), None)


def organs_of_people(addresses: Iterable[Address], bulletin: Bulletin, excluded: frozenset[str]) -> tuple[Organ, ...]:
    """Every organ among `addresses`, each once, in their order; our own addresses (`excluded`) left out."""
    found = [organ_of_domain(a.domain, bulletin) for a in addresses if a.addr not in excluded]
    return tuple({organ.acronym: organ for organ in found if organ}.values())


def names_in(documents: Iterable[Document], bulletin: Bulletin) -> Iterator[tuple[Organ, Evidence]]:
    """Every organ whose full name (or near-name) stands in the documents, in reading order, with the place.

    One after the other: mostly the first is the one, and the form behind the text is never gone through.
    """
    names, ends, begins = once(_name_index, bulletin), once(_word_ends, bulletin), once(_first_words, bulletin)
    return (found for document in documents for found in _names_among(document, names, ends, begins))


def _names_among(
    document: Document, names: _Index, ends: _Ends, begins: frozenset[str]
) -> Iterator[tuple[Organ, Evidence]]:
    words = document.words
    behind = 0
    # At the first word of a name, or at a word long enough to be that misspelt.
    for position in [at for at, (_, _, word) in enumerate(words) if word in begins or len(word) >= _LONG_WORD]:
        word = words[position][2]
        if position < behind or word in _LEFT_OUT:
            continue
        first = _SHORTENED.get(word, word)
        entries = names.get(first) or _misspelt(first, names, ends)
        match = _longest(words, position, entries) if entries else None
        if match is not None:
            organ, behind = match
            start, end = words[position][0], words[behind - 1][1]
            yield organ, Evidence(document.name, start, end, document.text[start:end])


def _longest(words: tuple[Word, ...], position: int, entries: _Entries) -> tuple[Organ, int] | None:
    """The longest of the names that stands at `position`, and the position behind it."""
    told = _telling(words, position, 2)
    second = told[1][0] if len(told) > 1 else ""
    for name, organ in entries:
        if len(name) > 1 and name[1][0] != second[:1] and name[1][-1] != second[-1:]:
            continue  # one slip spares a word's head or its tail
        there = _telling(words, position, len(name))
        if len(there) == len(name) and _same_words(there, name):
            return organ, there[-1][1] + 1
    return None


def _same_words(there: list[tuple[str, int]], name: tuple[str, ...]) -> bool:
    """Whether a name stands there. A loop: most fail at their second word, before a generator would have begun."""
    for (seen, _), meant in zip(there, name, strict=False):
        if seen != meant and not _same_word(seen, meant):
            return False
    return True


def _telling(words: tuple[Word, ...], position: int, number: int) -> list[tuple[str, int]]:
    """The first `number` words from `position` on that names are compared by, written out, and where each stands."""
    found: list[tuple[str, int]] = []
    while len(found) < number and position < len(words):
        word = words[position][2]
        if word not in _LEFT_OUT:
            found.append((_SHORTENED.get(word, word), position))
        position += 1
    return found


def _misspelt(first: str, names: _Index, ends: _Ends) -> _Entries:
    """The names whose first word is one slip away from `first`, a long word: one slip spares its head or its tail."""
    if len(first) < _LONG_WORD or (first[:3] not in ends and first[-3:] not in ends):
        return []
    alike = {*ends.get(first[:3], ()), *ends.get(first[-3:], ())}
    return [entry for word in sorted(alike) if _same_word(first, word) for entry in names[word]] if alike else []


def _word_ends(bulletin: Bulletin) -> _Ends:
    """The first words of the names by their first and by their last three letters."""
    ends: _Ends = {}
    for word in once(_name_index, bulletin):
        ends.setdefault(word[:3], []).append(word)
        ends.setdefault(word[-3:], []).append(word)
    return ends


def _first_words(bulletin: Bulletin) -> frozenset[str]:
    """The words that names begin with, and how these are shortened."""
    return frozenset((*once(_name_index, bulletin), *_SHORTENED))


def _same_word(seen: str, meant: str) -> bool:
    return seen == meant or (len(meant) >= _LEAST_SLIPPING and one_slip(seen, meant))


def _name_index(bulletin: Bulletin) -> _Index:
    """Names by their first word, longest first, so that a longer name is never cut short."""
    index: _Index = {}
    for organ in bulletin.organs:
        for name in {key for written in (organ.name, *organ.aliases) for key in _keys(written)}:
            index.setdefault(name[0], []).append((name, organ))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


def _keys(name: str) -> tuple[tuple[str, ...], ...]:
    """The words that a name is compared by, with and without "do Espírito Santo" at its end."""
    words = tuple(w for _, _, w in Document("", name).words if w not in _LEFT_OUT)
    return (words, words[:-2]) if words[-2:] == ("espirito", "santo") and len(words) > _LEAST_WORDS else (words,)


def acronym_in(text: str, bulletin: Bulletin) -> Organ | None:
    """The first organ one of whose acronyms stands in `text` as a word of its own.

    Short ones, which are also words or weekdays, count in capitals only.
    """
    pattern, organs = once(_acronyms, bulletin)
    match = pattern.search(text)
    return organs[match.group().upper()] if match else None


def _acronyms(bulletin: Bulletin) -> tuple[re.Pattern[str], dict[str, Organ]]:
    organs = {acronym: organ for organ in bulletin.organs for acronym in (organ.acronym, *organ.acronyms)}
    longest_first = sorted(organs, key=len, reverse=True)
    plain = "|".join(re.escape(a) for a in longest_first if len(a) > _SHORT_ACRONYM)
    capitals = "|".join(re.escape(a) for a in longest_first if len(a) <= _SHORT_ACRONYM)
    pattern = rf"(?<![\w@.-])(?:(?i:{plain})|(?:{capitals})(?!\s(?:A|À|e)\s(?:SEX|QUI|SAB|DOM)))(?![\w@]|\.\w)"
    return re.compile(pattern), {acronym.upper(): organ for acronym, organ in organs.items()}


_Made = TypeVar("_Made")
_MADE: dict[tuple[str, int], tuple[Bulletin, Any]] = {}
_MOST_MADE = 16


def once(make: Callable[[Bulletin], _Made], bulletin: Bulletin) -> _Made:
    """What `make` makes of this very bulletin, made once: to hash a whole bulletin at each call costs too much."""
    key = (make.__name__, id(bulletin))
    if key not in _MADE:
        if len(_MADE) >= _MOST_MADE:
            _MADE.clear()
        _MADE[key] = (bulletin, make(bulletin))
    made: _Made = _MADE[key][1]
    return made


def is_part_of(organ: Organ, whole: Organ, bulletin: Bulletin) -> bool:
    """Whether an organ's own name says that it belongs to another (Hospital da Polícia Militar, Polícia Militar)."""
    return organ.acronym in once(_parts, bulletin).get(whole.acronym, ())


def _parts(bulletin: Bulletin) -> dict[str, tuple[str, ...]]:
    """The acronyms of the organs that are part of another, by the other's."""
    names = {organ.acronym: _keys(organ.name)[-1] for organ in bulletin.organs}
    return {
        whole: parts
        for whole, within in names.items()
        if (parts := tuple(acronym for acronym, name in names.items() if _holds(name, within)))
    }


def _holds(name: tuple[str, ...], within: tuple[str, ...]) -> bool:
    return any(name[i : i + len(within)] == within for i in range(1, len(name)))


def tell_organ(
    message: Message,
    documents: tuple[Document, ...],
    inner: tuple[Address, ...],
    bulletin: Bulletin,
    own: frozenset[str],
) -> Organ | None:
    """The organ a request or supplement comes from.

    `inner` are the senders of forwarded parts that count as the author's own: they go before the forwarder. Then the
    author's domain, then names and acronyms in the text and the subject; SEGER's own name tells nothing there.
    """
    by_domain = organ_of_people((*inner, message.author), bulletin, own)
    if by_domain is not None:
        return _part_named(by_domain, documents, message.author.name, bulletin) or by_domain
    named = next((organ for organ, _ in names_in(documents, bulletin) if organ.acronym != "SEGER"), None)
    return named or _acronym_besides_seger(documents, bulletin)


def _part_named(whole: Organ, documents: tuple[Document, ...], shown: str, bulletin: Bulletin) -> Organ | None:
    """The part of `whole` that writes from its domain, by its full name or by an acronym in the display name."""
    parts = once(_parts, bulletin).get(whole.acronym)
    if not parts:
        return None
    named = next((organ for organ, _ in names_in(documents, bulletin) if organ.acronym in parts), None)
    shown_as = acronym_in(shown, bulletin)
    return named or (shown_as if shown_as and shown_as.acronym in parts else None)


def _acronym_besides_seger(documents: tuple[Document, ...], bulletin: Bulletin) -> Organ | None:
    for document in documents:
        organ = acronym_in(re.sub(r"\bSEGER\b", "", document.text), bulletin)
        if organ:
            return organ
    return None
