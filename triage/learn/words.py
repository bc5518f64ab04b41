"""Text as words, and words as numbers: a word's hashes, its character n-grams and its ideas, kept in a bounded memo."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from triage.learn.concepts import ideas_of

Hashes = NDArray[np.uint32]

MEMO_WORDS = 50_000
LONGEST_WORD = 40
_PIECE = re.compile(r"#[a-z]+|[a-z0-9]+|[.!?;:]")
_DIGIT = re.compile(r"\d")
_SHAPES = (
    (re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}"), " #address "),
    (re.compile(r"\br\$ ?[\d.]{1,12}(?:,\d\d)?"), " #amount "),
    # A word that begins with a digit, the digit first: so the search goes from one digit to the next.
    (re.compile(r"\d(?<=\b\d)\d\.\d{3}\.\d{3}/\d{4}-\d\d"), " #cnpj "),
    (re.compile(r"\d(?<=\b\d)\d?/\d{1,2}(?:/\d{2,4})?\b"), " #date "),
    (re.compile(r"\d(?<=\b\d)\d{3,4}[-. ]\d{4}\b"), " #phone "),
    (re.compile(r"\d(?<=\b\d)\d?(?:h\d{0,2}|:\d\d)\b"), " #hour "),
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


Tokens = tuple[str, ...]
Line = tuple[Tokens, ...]
"""A line's tokens, parted where a sentence ends: those before the first mark, between the marks, behind the last."""

BLANK: Line = ((),)  # told by its identity from other lines without a word
_LONGEST_BLANK = 8


def line_of(text: str) -> Line:
    """A line of text as tokens; BLANK itself where it parts what stands above from what stands below."""
    plain = text.lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    if len(plain) <= _LONGEST_BLANK and not plain.strip(" \t"):
        return BLANK
    if "@" in plain or _DIGIT.search(plain):
        for shape, name in _SHAPES:
            if _SIGNS.get(name, "") in plain:
                plain = shape.sub(name, plain)
    found: list[Tokens] = []
    sentence: list[str] = []
    for piece in _PIECE.findall(plain):
        if piece.isalpha() or piece[0] == "#":
            sentence.append(piece)
        elif piece.isalnum():
            sentence.append(_shape(piece))
        elif piece != ":":
            if piece == "?":
                sentence.append(piece)
            found.append(tuple(sentence))
            sentence = []
    return (*found, tuple(sentence))


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """What one word contributes wherever it stands: `hash` of the word, of its `stem`, of its n-grams; its ideas."""

    hash: int
    stem: int
    grams: Hashes
    ideas: tuple[str, ...]


def sentences(text: str, limit: int, lines: Callable[[str], Line] = line_of) -> list[Tokens]:
    """The folded tokens of the first `limit` characters, by sentence; a question mark stays with its sentence.

    A sentence runs on over the end of a line, and ends at a blank one.
    """
    found: list[Tokens] = []
    sentence: list[str] = []
    for line in map(lines, text[:limit].split("\n")):
        ends = line is BLANK or len(line) > 1
        sentence += line[0]
        if ends:
            found += (tuple(sentence), *line[1:-1])
            sentence = list(line[-1])
    found.append(tuple(sentence))
    return [sentence for sentence in found if sentence]


def _shape(token: str) -> str:
    """Numbers by their look alone, but for the few that mean something; short mixtures ("e1", "2a") as they are."""
    if token in _KEPT_NUMBERS or (not token.isdigit() and len(token) <= 4):
        return token
    return f"#{min(len(token), 9)}" if token.isdigit() else "#x"


Key = TypeVar("Key")
Value = TypeVar("Value")


class Remembered(dict[Key, Value]):
    """What was worked out before. Bounded: when full it starts anew, so that hostile text cannot grow it.

    A missing key is worked out by `make`, where there is one.
    """

    def __init__(self, size: int, make: Callable[[Key], Value] | None = None) -> None:
        super().__init__()
        self._size = size
        self._make = make

    def __missing__(self, key: Key) -> Value:
        if self._make is None:
            raise KeyError(key)
        made = self._make(key)
        self.keep(key, made)
        return made

    def keep(self, key: Key, made: Value) -> None:
        """Remember what was worked out elsewhere."""
        if self._size:
            if len(self) >= self._size:
                self.clear()
            self[key] = made


class WordMemo:
    """Words looked up once, `size` of them."""

    def __init__(self, size: int = MEMO_WORDS) -> None:
        self.size = size
        self._words = Remembered(size, _word)

    def __call__(self, word: str) -> Word:
        return self._words[word]

    def all(self, words: Iterable[str]) -> list[Word]:
        """Each of `words`, in order."""
        return list(map(self._words.__getitem__, words))


def _word(written: str) -> Word:
    word = written[:LONGEST_WORD]
    padded = f" {word} ".encode()
    grams = {
        padded[start : start + length]
        for length in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1)
        for start in range(len(padded) - length + 1)
    }
    hashes = np.array(list(map(crc32, grams)), dtype=np.uint32)
    return Word(crc32(word.encode()), crc32(word[:_STEM].encode()), hashes, _meanings(word))


def _meanings(word: str) -> tuple[str, ...]:
    """Its ideas, its ending, and each idea with the ending: "cancelei" is not "cancelar"."""
    if not word.isalpha():
        return (word,)
    ending = next((name for name, pattern in _ENDINGS if pattern.match(word)), "")
    ideas = ideas_of(word)
    return (*ideas, ending, *(f"{idea}/{ending}" for idea in ideas)) if ending else ideas
