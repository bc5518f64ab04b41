"""Which organ of the state a message speaks for (DOMAIN, "Organs"), and where its name stands."""

import re
from collections.abc import Iterable
from functools import lru_cache

from triage.core.bulletin import Bulletin, Organ
from triage.core.message import Address, Message
from triage.core.text import Document, fold, one_slip
from triage.core.verdict import Evidence

LINKING = frozenset({"de", "da", "do", "das", "dos", "e", "a", "o", "em", "no", "na", "para", "ao"})
_WORD = re.compile(r"[^\W_]+")


def organ_of_domain(domain: str, bulletin: Bulletin) -> Organ | None:
    """The organ that writes from `domain` or from a domain below it."""
    return next((o for o in bulletin.organs if domain == o.domain or domain.endswith("." + o.domain)), None)


def organ_of_people(addresses: Iterable[Address], bulletin: Bulletin, excluded: frozenset[str]) -> Organ | None:
    """The first organ among `addresses`, our own (`excluded`) left out."""
    found = (organ_of_domain(a.domain, bulletin) for a in addresses if a.addr not in excluded)
    return next((organ for organ in found if organ), None)


def names_in(documents: Iterable[Document], bulletin: Bulletin) -> list[tuple[Organ, Evidence]]:
    """Every organ whose full name (or near-name) stands in the documents, in reading order, with the place."""
    found = []
    for document in documents:
        words = [(fold(m.group()), m.start(), m.end()) for m in _WORD.finditer(document.text)]
        kept = [word for word in words if word[0] not in LINKING]
        found += _names_among(kept, document, bulletin)
    return found


def _names_among(
    words: list[tuple[str, int, int]], document: Document, bulletin: Bulletin
) -> list[tuple[Organ, Evidence]]:
    names = _name_index(bulletin)
    found, position = [], 0
    while position < len(words):
        match = _longest(words, position, names)
        if match is None:
            position += 1
            continue
        organ, length = match
        start, end = words[position][1], words[position + length - 1][2]
        found.append((organ, Evidence(document.name, start, end, document.text[start:end])))
        position += length
    return found


def _longest(
    words: list[tuple[str, int, int]], position: int, names: dict[str, list[tuple[tuple[str, ...], Organ]]]
) -> tuple[Organ, int] | None:
    for name, organ in names.get(words[position][0], ()):
        there = words[position : position + len(name)]
        if len(there) == len(name) and all(_same_word(w[0], n) for w, n in zip(there, name, strict=True)):
            return organ, len(name)
    return None


def _same_word(seen: str, meant: str) -> bool:
    return seen == meant or (len(meant) >= 6 and one_slip(seen, meant))


@lru_cache(maxsize=4)
def _name_index(bulletin: Bulletin) -> dict[str, list[tuple[tuple[str, ...], Organ]]]:
    """Names by their first word, longest first, so that a longer name is never cut short."""
    index: dict[str, list[tuple[tuple[str, ...], Organ]]] = {}
    for organ in bulletin.organs:
        for name in {_key(n) for n in (organ.name, *organ.aliases)}:
            index.setdefault(name[0], []).append((name, organ))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return index


def _key(name: str) -> tuple[str, ...]:
    return tuple(w for w in (fold(m.group()) for m in _WORD.finditer(name)) if w not in LINKING)


def acronym_in(text: str, bulletin: Bulletin) -> Organ | None:
    """The first organ whose acronym stands in `text` as a word of its own, in capitals (or any case when unmistakable)."""
    best: tuple[int, Organ] | None = None
    for organ, pattern in _acronyms(bulletin):
        match = pattern.search(text)
        if match and (best is None or match.start() < best[0]):
            best = (match.start(), organ)
    return best[1] if best else None


# Short acronyms that are also words or other people's names are read in capitals only.
_AMBIGUOUS_LENGTH = 3


@lru_cache(maxsize=4)
def _acronyms(bulletin: Bulletin) -> list[tuple[Organ, re.Pattern[str]]]:
    return [(organ, _acronym_pattern(a)) for organ in bulletin.organs for a in (organ.acronym, *_short(organ.aliases))]


def _short(aliases: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(a for a in aliases if " " not in a and a.isupper())


def _acronym_pattern(acronym: str) -> re.Pattern[str]:
    flags = re.IGNORECASE if len(acronym) > _AMBIGUOUS_LENGTH else 0
    return re.compile(rf"(?<![\w@.-]){re.escape(acronym)}(?![\w@]|\.\w)", flags)


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
        return by_domain
    named = next((organ for organ, _ in names_in(documents, bulletin) if organ.acronym != "SEGER"), None)
    return named or _acronym_besides_seger(documents, bulletin)


def _acronym_besides_seger(documents: tuple[Document, ...], bulletin: Bulletin) -> Organ | None:
    for document in documents:
        organ = acronym_in(re.sub(r"\bSEGER\b", "", document.text), bulletin)
        if organ:
            return organ
    return None
