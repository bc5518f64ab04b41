"""How the ideas of a text stand together: in a sentence, in a row, and over the whole text."""

from collections.abc import Iterable
from itertools import combinations, pairwise
from zlib import crc32

import numpy as np

from triage.learn.concepts import COURSE, idea_of_phrase
from triage.learn.words import Hashes, WordMemo

_MOST_IDEAS = 24
_LONGEST_SENTENCE = 40
_SHARED = frozenset(COURSE)


Ideas = list[list[tuple[str, ...]]]


def ideas_by_sentence(text: list[list[str]], memo: WordMemo) -> Ideas:
    """The ideas of each word that has any, in order; long sentences are cut, so that the work stays linear."""
    pieces = [s[at : at + _LONGEST_SENTENCE] for s in text for at in range(0, len(s), _LONGEST_SENTENCE)]
    rows = [_ideas(piece, memo) for piece in pieces]
    return [row for row in rows if row]


def _ideas(piece: list[str], memo: WordMemo) -> list[tuple[str, ...]]:
    """The ideas of each word; that of two words in a row stands with the second."""
    ideas = [word.ideas for word in memo.all(piece)]
    for at, phrase in enumerate(map(idea_of_phrase, piece, piece[1:]), start=1):
        if phrase:
            ideas[at] = (*ideas[at], phrase)
    return [found for found in ideas if found]


_FIRSTS, _SECONDS = np.triu_indices(len(COURSE), 1)
# The hash of each two ideas of the course (rows), by which of them is there: none, the second, the first, both.
_PAIRS = np.array(
    [
        [crc32(f"{a}&{b}".encode()) for a in (f"no {COURSE[i]}", COURSE[i]) for b in (f"no {COURSE[j]}", COURSE[j])]
        for i, j in zip(_FIRSTS, _SECONDS, strict=True)
    ],
    dtype=np.uint32,
)


def together(rows: list[list[tuple[str, ...]]]) -> Hashes:
    """Each idea, each two in a sentence, and each two in a row: order tells tense and the reach of a negation."""
    found: set[int] = set()
    for row in rows:
        distinct = sorted({idea for ideas in row for idea in ideas})[:_MOST_IDEAS]
        found.update(map(_NAMED.__getitem__, distinct))
        found.update(map(_BESIDE.__getitem__, combinations(_plain(distinct), 2)))
        plain = [_plain(ideas) for ideas in row]
        found.update([_IN_A_ROW[a, b] for before, after in pairwise(plain) for a in before for b in after])
    return np.array(list(found), dtype=np.uint32)


def _plain(ideas: Iterable[str]) -> list[str]:
    """Ideas without those that are told with the ending of their word."""
    return [idea for idea in ideas if "/" not in idea]


class _Pairs(dict[tuple[str, str], int]):
    """The hash of two names with a sign between them. Bounded, as words that are no ideas may stand for themselves."""

    def __init__(self, sign: str) -> None:
        super().__init__()
        self._sign = sign

    def __missing__(self, pair: tuple[str, str]) -> int:
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[pair] = value = crc32(self._sign.join(pair).encode())
        return value


class _Names(dict[str, int]):
    """The hash of a name. Bounded."""

    def __missing__(self, name: str) -> int:
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[name] = value = crc32(name.encode())
        return value


_MOST_KEPT = 20_000
_NAMED, _BESIDE, _IN_A_ROW = _Names(), _Pairs("&"), _Pairs(">")


def course(rows: list[list[tuple[str, ...]]]) -> Hashes:
    """Which ideas about progress the text holds and which it lacks, two by two; and those it begins and ends with.

    "Done" with nothing about what is left means another thing than "done" with it, however far apart they stand.
    """
    by_sentence = [{idea for ideas in row for idea in ideas} & _SHARED for row in rows]
    if not by_sentence:
        return hashes_of(set())
    held = set().union(*by_sentence)
    present = np.array([idea in held for idea in COURSE])
    state = present[_FIRSTS] * 2 + present[_SECONDS]
    pairs = _PAIRS[np.arange(len(state)), state][state > 0]
    names = {f"first {idea}" for idea in by_sentence[0]} | {f"last {idea}" for idea in by_sentence[-1]}
    return np.concatenate([pairs, hashes_of(names)])


def hashes_of(names: set[str]) -> Hashes:
    """The hashes of feature names."""
    return np.array(list(map(_NAMED.__getitem__, names)), dtype=np.uint32)
