"""Text as words, and words as numbers: a word's hashes, its character n-grams and its ideas, kept in a bounded memo."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from triage.learn.concepts import ideas_of

Hashes = NDArray[np.uint32]

MEMO_WORDS = 50_000
LONGEST_WORD = 40
_PIECE = re.compile(r"#[a-z]+|[a-z0-9]+|[.!?;:]|\n[ \t]{0,8}\n")
_DIGIT = re.compile(r"\d")
_SHAPES = (
    (re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}"), " #address "),
    (re.compile(r"\br\$ ?[\d.]{1,12}(?:,\d\d)?"), " #amount "),
    (re.compile(r"\b\d{2}\.\d{3}\.\d{3}/\d{4}-\d\d"), " #cnpj "),
    (re.compile(r"\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b"), " #date "),
    (re.compile(r"\b\d{4,5}[-. ]\d{4}\b"), " #phone "),
    (re.compile(r"\b\d{1,2}(?:h\d{0,2}|:\d\d)\b"), " #hour "),
)
_SIGNS = {" #address ": "@", " #amount ": "r$", " #cnpj ": "/", " #date ": "/"}  # no shape without its sign
_KEPT_NUMBERS = frozenset({"3636", "0800", "0300", "0900"})
_STEM = 5
_SHORTEST_GRAM, _LONGEST_GRAM = 2, 5

# What the end of a Portuguese word says about who did it and when; only the most telling endings.
_ENDINGS = (
    ("participle", re.compile(r".{2,}[ai]d[oa]s?$")),
    ("past", re.compile(r".{2,}(?:ei|ou|amos|emos|imos|aram|eram|iram|iu|eu)$")),
    ("future", re.compile(r".{2,}(?:arei|erei|irei|ara|era|ira|arao|erao|irao|aremos|eremos|iremos)$")),
    ("gerund", re.compile(r".{2,}(?:ando|endo|indo)$")),
    ("infinitive", re.compile(r".{2,}[aei]r$")),
)


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """What one word contributes wherever it stands: `hash` of the word, of its `stem`, of its n-grams; its ideas."""

    hash: int
    stem: int
    grams: Hashes
    ideas: tuple[str, ...]


def sentences(text: str, limit: int) -> list[list[str]]:
    """The folded tokens of the first `limit` characters, by sentence; a question mark stays with its sentence."""
    plain = text[:limit].lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    if "@" in plain or _DIGIT.search(plain):
        for shape, name in _SHAPES:
            if _SIGNS.get(name, "") in plain:
                plain = shape.sub(name, plain)
    found: list[list[str]] = []
    sentence: list[str] = []
    for piece in _PIECE.findall(plain):
        if piece.isalpha() or piece[0] == "#":
            sentence.append(piece)
        elif piece.isalnum():
            sentence.append(_shape(piece))
        elif piece != ":":
            if piece == "?":
                sentence.append(piece)
            found.append(sentence)
            sentence = []
    found.append(sentence)
    return [sentence for sentence in found if sentence]


def _shape(token: str) -> str:
    """Numbers by their look alone, but for the few that mean something; short mixtures ("e1", "2a") as they are."""
    if token in _KEPT_NUMBERS or (not token.isdigit() and len(token) <= 4):
        return token
    return f"#{min(len(token), 9)}" if token.isdigit() else "#x"


class WordMemo:
    """Words looked up once. Bounded: when full it starts anew, so that hostile text cannot grow it."""

    def __init__(self, size: int = MEMO_WORDS) -> None:
        self._words = _Words(size)

    def __call__(self, word: str) -> Word:
        return self._words[word]

    def all(self, words: Iterable[str]) -> list[Word]:
        """Each of `words`, in order."""
        return list(map(self._words.__getitem__, words))


class _Words(dict[str, Word]):
    """Words by what is written; one that is missing is worked out, and kept while there is room."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __missing__(self, word: str) -> Word:
        known = _word(word[:LONGEST_WORD])
        if self._size:
            if len(self) >= self._size:
                self.clear()
            self[word] = known
        return known


def _word(word: str) -> Word:
    padded = f" {word} "
    grams = {
        padded[start : start + length]
        for length in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1)
        for start in range(len(padded) - length + 1)
    }
    hashes = np.array(sorted(crc32(gram.encode()) for gram in grams), dtype=np.uint32)
    return Word(crc32(word.encode()), crc32(word[:_STEM].encode()), hashes, _meanings(word))


def _meanings(word: str) -> tuple[str, ...]:
    """Its ideas, its ending, and each idea with the ending: "cancelei" is not "cancelar"."""
    if not word.isalpha():
        return (word,)
    ending = next((name for name, pattern in _ENDINGS if pattern.match(word)), "")
    ideas = ideas_of(word)
    return (*ideas, ending, *(f"{idea}/{ending}" for idea in ideas)) if ending else ideas
