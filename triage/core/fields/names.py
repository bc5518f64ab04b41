"""Runs of words that may be a person's name, whoever that person is (clause 4.3, "Nome e sobrenome do solicitante")."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from triage.core.fields.mention import Mention
from triage.core.lexicon import (
    COMMON_WORDS,
    DEPARTMENT_WORDS,
    FIRST_NAMES,
    NAME_PARTICLES,
    PLACE_WORDS,
    PLACES,
    PROSE_WORDS,
    RANKS,
    SURNAMES,
)
from triage.core.text import Document, Word

_FOREIGN = RANKS | COMMON_WORDS | DEPARTMENT_WORDS | PLACE_WORDS
_JOINING = frozenset([" ", "  ", ". ", "'", "’", "-"])
_WRAP_COLUMN = 50
_AFTER_NAME = DEPARTMENT_WORDS | RANKS
_SHORTENED, _ACRONYM = 3, 4
_MOST_WORDS = 7
_TIMES_OF_DAY = frozenset(["dia", "tarde", "noite"])
_VOWEL = re.compile("[aeiouy]")
_END = re.compile(r"[ \t*_]{0,4}(?:$|[\n,;.|/()<\-–—:\d+!?\"])")


class Name(NamedTuple):
    """A possible name: its place and words as written, the index of its first and the one behind its last word.

    `known`: it begins with a known first name. `capitalised`: written as names are; else in small letters.
    """

    mention: Mention
    first: int
    after: int
    known: bool
    capitalised: bool

    @property
    def folded(self) -> tuple[str, ...]:
        """Its words, folded, linking words left out."""
        words = self.mention.document.words[self.first : self.after]
        return tuple(word for _, _, word in words if word not in NAME_PARTICLES)

    @property
    def is_place(self) -> bool:
        """Whether it is the name of a town, a quarter or a street too."""
        return " ".join(self.folded) in PLACES or " ".join(self.folded[:2]) in PLACES


def find_names(document: Document, hints: frozenset[str] = frozenset()) -> Iterator[Name]:
    """Every possible name of a person in the document, ranks, posts and departments around it left out.

    `hints` are folded words that are known to belong to names (of the sender's address): "Valter Nossa Coser".
    """
    telling = hints | (document.vocabulary & FIRST_NAMES)
    common = hints & COMMON_WORDS if not hints.isdisjoint(FIRST_NAMES) else frozenset()
    for first, after in _runs(document, _FOREIGN - common if common else _FOREIGN):
        yield from _named(document, first, after, telling)


def _runs(document: Document, foreign: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Stretches of two or more joined words none of which is `foreign` to names, as word indices."""
    first = None
    words = document.words
    for index, word in enumerate(words):
        if not word[2].isalpha() or (word[2] in foreign and not _is_surname(document, index, foreign)):
            if first is not None and index - first > 1:
                yield first, index
            first = None
        elif first is None or not _joined(document, words[index - 1], word):
            if first is not None and index - first > 1:
                yield first, index
            first = index
    if first is not None and len(words) - first > 1:
        yield first, len(words)


def _is_surname(document: Document, index: int, foreign: frozenset[str]) -> bool:
    """Whether a common word or a place is a surname here: behind a first name ("Cleonice Praia", "GILMAR LUZ"), or
    between words that are none ("Kamila Nossa Fiorot")."""
    words, text = document.words, document.text
    if not index or not (words[index][2] in SURNAMES and text[words[index][0]].isupper()):
        return False
    left, word = words[index - 1 : index + 1]
    greets = index + 1 < len(words) and words[index + 1][2] in _TIMES_OF_DAY  # "INGRID BOM DIA"
    if greets or text[left[1] : word[0]] != " " or not text[left[0]].isupper() or left[2] in foreign:
        return False
    return left[2] in FIRST_NAMES or _goes_on(document, index, foreign)


def _goes_on(document: Document, index: int, foreign: frozenset[str]) -> bool:
    """Whether the word behind is written as a name, too, in a run that is not all in capitals."""
    words, text = document.words, document.text
    if index + 1 == len(words) or not text[words[index][0] + 1 : words[index][1]].islower():
        return False
    right = words[index + 1]
    return text[words[index][1] : right[0]] == " " and text[right[0]].isupper() and right[2] not in foreign


def _joined(document: Document, left: Word, right: Word) -> bool:
    """Whether two words stand in one run: with a space, a hyphen, an apostrophe, a shortening's point between them."""
    gap = document.text[left[1] : right[0]]
    if gap in _JOINING or (len(gap) <= _SHORTENED and gap.isspace() and "\n" not in gap):
        return not gap.startswith(".") or len(left[2]) <= _SHORTENED
    return gap == "\n" and _wrapped(document.text, left[1], right[0])


def _wrapped(text: str, end: int, begin: int) -> bool:
    """Whether a hard-wrapped line ends at `end` in the middle of a name that goes on at `begin`."""
    line = text[text.rfind("\n", 0, end) + 1 : end]
    following = text[begin : begin + 60].split("\n", 1)[0]
    words = [word for word in following.split() if word.lower() not in NAME_PARTICLES]
    goes_on = len(words) > _SHORTENED or len(words) == 1 or following.rstrip().endswith((".", ","))
    last = line.split()[-1]
    return len(line) >= _WRAP_COLUMN and goes_on and text[begin].isupper() and (last[0].isupper() or len(last) <= 3)


def _named(document: Document, first: int, after: int, telling: frozenset[str]) -> list[Name]:
    """The capitalised names of a run; where it has none, a name in small letters."""
    text, run = document.text, document.words[first:after]
    if not text[run[0][0] : run[-1][1]].islower():
        written = [text[start].isupper() for start, _, _ in run]
        stretches = _capitalised(document, first, after, written) if sum(written) > 1 else ()
        names = [name for begin, end in stretches if (name := _name(document, begin, end, capitalised=True))]
        if names:
            return names
    small = _small(document, first, after, telling)
    return [small] if small else []


def _capitalised(document: Document, first: int, after: int, written: list[bool]) -> Iterator[tuple[int, int]]:
    """The stretches of capitalised words with linking words between them; acronyms amid a name end it."""
    words, text = document.words, document.text
    shouted = [
        capital and words[i][1] - words[i][0] > 1 and text[words[i][0] : words[i][1]].isupper()
        for i, capital in enumerate(written, first)
    ]
    long = [s for s, word in zip(shouted, words[first:after], strict=True) if len(word[2]) > _SHORTENED]
    in_capitals = any(shouted) and all(long)
    begin = None
    for offset in range(after - first):
        word = words[first + offset][2]
        surname = (
            begin is not None
            and words[first + begin][2] in FIRST_NAMES
            and len(word) > _ACRONYM
            and _pronounceable(word)
        )
        fits = written[offset] and (in_capitals or not shouted[offset] or word in FIRST_NAMES or surname)
        if fits or (begin is not None and word in NAME_PARTICLES):
            begin = offset if begin is None else begin
        elif begin is not None:
            yield first + begin, first + offset
            begin = None
    if begin is not None:
        yield first + begin, after


def _small(document: Document, first: int, after: int, telling: frozenset[str]) -> Name | None:
    """A name in small letters: from a first name on, or a whole line; to the run's end, which must end something."""
    words = document.words
    run = [word for _, _, word in words[first:after]]
    if not telling.isdisjoint(run):
        skipped = next(place for place, word in enumerate(run) if word in telling)
    elif _is_line(document.text, words[first][0], words[after - 1][1]):
        skipped = 0
    else:
        return None
    if not PROSE_WORDS.isdisjoint(run[skipped:]):
        return None
    followed = after < len(words) and words[after][2] in _AFTER_NAME
    if followed or _END.match(document.text, words[after - 1][1]):
        return _name(document, first + skipped, after, capitalised=False)
    return None


def _is_line(text: str, start: int, end: int) -> bool:
    return (start == 0 or text[start - 1] == "\n") and (end == len(text) or text[end] == "\n")


def _name(document: Document, first: int, after: int, *, capitalised: bool) -> Name | None:
    words, text = document.words, document.text
    while first < after and words[first][2] in NAME_PARTICLES:
        first += 1
    while first < after and words[after - 1][2] in NAME_PARTICLES:
        after -= 1
    after = _one_person(words, first, after)
    essential = [word for _, _, word in words[first:after] if word not in NAME_PARTICLES]
    if not 2 <= len(essential) <= _MOST_WORDS or len(essential[0]) < 2 or all(len(word) < 2 for word in essential[1:]):
        return None
    known = essential[0] in FIRST_NAMES
    start, end = words[first][0], words[after - 1][1]
    written = " ".join(text[start:end].split())
    if written.isupper() and not _fits_capitals(essential, known=known):
        return None
    return Name(Mention(document, start, end, written), first, after, known, capitalised)


def _fits_capitals(essential: list[str], *, known: bool) -> bool:
    """In capitals, where prose looks like names, neither ordinary words nor (without a known first name) acronyms."""
    if any(word in PROSE_WORDS and not (known and word in SURNAMES) for word in essential):
        return False
    return known or all(_pronounceable(word) for word in essential)


def _pronounceable(word: str) -> bool:
    """Whether a word in capitals is more likely a name than an acronym."""
    return len(word) > _SHORTENED and bool(_VOWEL.search(word))


def _one_person(words: tuple[Word, ...], first: int, after: int) -> int:
    """Where the first of two people ends ("Ana Souza e Maria Lima", not "Ana Souza e Silva")."""
    for index in range(first + 2, after - 2):
        if words[index][2] == "e":
            return index
    return after
